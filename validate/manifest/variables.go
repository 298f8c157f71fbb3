package manifest

import (
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/internal/pattern"
)

// launcher are variables of Kafka's start scripts, and inputs of the images' scripts: no properties.
var launcher = []string{
	"KAFKA_VERSION", "KAFKA_HEAP_OPT", "KAFKA_HEAP_OPTS", "KAFKA_LOG4J_OPTS", "KAFKA_OPTS", "KAFKA_JMX_OPTS", "KAFKA_JMX_PORT",
	"KAFKA_JMX_HOSTNAME", "KAFKA_JVM_PERFORMANCE_OPTS", "KAFKA_GC_LOG_OPTS", "KAFKA_LOG4J_ROOT_LOGLEVEL", "KAFKA_LOG4J_LOGGERS",
	"KAFKA_TOOLS_LOG4J_LOGLEVEL", "KAFKA_HOME", "KAFKA_DEBUG",
	"KAFKA_SSL_KEYSTORE_FILENAME", "KAFKA_SSL_KEYSTORE_CREDENTIALS", "KAFKA_SSL_KEY_CREDENTIALS",
	"KAFKA_SSL_TRUSTSTORE_FILENAME", "KAFKA_SSL_TRUSTSTORE_CREDENTIALS",
}

// apacheKey is the property a variable of apache/kafka stands for. The replacements are made one after another over the
// whole name, as KafkaDockerWrapper of 4.0 and later makes them. Up to 3.9 it drops each KAFKA_ in the name, not the first
// alone, which no property of Kafka's has.
func apacheKey(name string) string {
	key := strings.ToLower(strings.TrimPrefix(name, "KAFKA_"))
	key = strings.ReplaceAll(key, "_", ".")
	key = strings.ReplaceAll(key, "...", "-")
	return strings.ReplaceAll(key, "..", "_")
}

// confluentKey is the property a variable of cp-kafka stands for: a single underscore is a dot, three are a dash, two are
// an underscore, in this order, as dub.py splits and joins the name.
func confluentKey(name string) string {
	key := strings.ToLower(strings.TrimPrefix(name, "KAFKA_"))
	key = replaceSingle(key)
	key = strings.ReplaceAll(key, "___", "-")
	return strings.ReplaceAll(key, "__", "_")
}

// replaceSingle makes a dot of each underscore between two other characters.
func replaceSingle(key string) string {
	b := []byte(key)
	for i := 1; i+1 < len(b); i++ {
		if key[i] == '_' && key[i-1] != '_' && key[i+1] != '_' {
			b[i] = '.'
		}
	}
	return string(b)
}

// apacheProperties are what apache/kafka writes into server.properties. Once there is one, its default file is not used.
func apacheProperties(env environment, _ Place) properties {
	return scriptProperties(env, apacheKey)
}

// confluentProperties are what cp-kafka writes into kafka.properties.
func confluentProperties(env environment, at Place) properties {
	props := scriptProperties(env, confluentKey)
	if len(props) > 0 && env.value("KAFKA_LOG_DIRS") == "" {
		props.set(property{key: "log.dirs", value: "/var/lib/kafka/data", place: at})
	}
	return props
}

// scriptProperties are the part the scripts of both images have in common: they came from one source.
func scriptProperties(env environment, keyOf func(string) string) properties {
	var props properties
	for _, v := range env {
		if strings.HasPrefix(v.name, "KAFKA_") && !slices.Contains(launcher, v.name) {
			props.set(property{keyOf(v.name), v.value, v.place, v.unknown})
		}
	}
	if advertised, ok := env.lookup("KAFKA_ADVERTISED_LISTENERS"); ok {
		if env.value("KAFKA_PROCESS_ROLES") == "controller" && advertised.value == "" {
			props = slices.DeleteFunc(props, func(p property) bool { return p.key == "advertised.listeners" })
		}
		deriveListeners(&props, env, advertised)
		deriveKeystores(&props, env, advertised)
	}
	return props
}

// advertisedHost is the host of a listener, as the images' scripts look for it.
var advertisedHost = pattern.Lazy(`://[^:]*:`)

// deriveListeners has brokers listen everywhere on the ports they advertise when KAFKA_LISTENERS is not given.
func deriveListeners(props *properties, env environment, advertised variable) {
	if env.value("KAFKA_LISTENERS") != "" || env.value("KAFKA_PROCESS_ROLES") == "controller" || advertised.value == "" {
		return
	}
	if v, ok := env.lookup("KAFKA_LISTENERS"); ok && v.unknown != "" {
		return
	}
	everywhere := advertisedHost().ReplaceAllString(advertised.value, "://0.0.0.0:")
	props.set(property{"listeners", everywhere, advertised.place, advertised.unknown})
}

// deriveKeystores sets the paths and passwords of key stores from the file names the variables give. Passwords are read
// from files in the container.
func deriveKeystores(props *properties, env environment, advertised variable) {
	if !strings.Contains(advertised.value, "SSL://") {
		return
	}
	for _, d := range []struct{ variable, key string }{
		{"KAFKA_SSL_KEYSTORE_FILENAME", "ssl.keystore.location"},
		{"KAFKA_SSL_KEYSTORE_CREDENTIALS", "ssl.keystore.password"},
		{"KAFKA_SSL_KEY_CREDENTIALS", "ssl.key.password"},
		{"KAFKA_SSL_TRUSTSTORE_FILENAME", "ssl.truststore.location"},
		{"KAFKA_SSL_TRUSTSTORE_CREDENTIALS", "ssl.truststore.password"},
	} {
		v, ok := env.lookup(d.variable)
		if !ok || v.value == "" {
			continue
		}
		p := property{d.key, "/etc/kafka/secrets/" + v.value, v.place, v.unknown}
		if strings.HasSuffix(d.key, "password") {
			p.value, p.unknown = "unknown", "it is read from a file in the container"
		}
		props.set(p)
	}
}
