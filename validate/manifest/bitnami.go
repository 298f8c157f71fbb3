package manifest

import (
	"slices"
	"strings"
)

// bitnamiAliases are variables that stand for KAFKA_CFG_ and the rest of their name, besides those in bitnamiRenamed.
var bitnamiAliases = strings.Fields(`
	ADVERTISED_LISTENERS BROKER_ID NODE_ID CONTROLLER_QUORUM_VOTERS PROCESS_ROLES DEFAULT_REPLICATION_FACTOR DELETE_TOPIC_ENABLE
	INTER_BROKER_LISTENER_NAME LISTENERS LISTENER_SECURITY_PROTOCOL_MAP LOG_DIRS LOG_FLUSH_INTERVAL_MESSAGES LOG_FLUSH_INTERVAL_MS
	LOG_MESSAGE_FORMAT_VERSION LOG_RETENTION_BYTES LOG_RETENTION_CHECK_INTERVALS_MS LOG_RETENTION_HOURS LOG_SEGMENT_BYTES
	MESSAGE_MAX_BYTES NUM_IO_THREADS NUM_NETWORK_THREADS NUM_PARTITIONS NUM_RECOVERY_THREADS_PER_DATA_DIR
	OFFSETS_TOPIC_REPLICATION_FACTOR SOCKET_RECEIVE_BUFFER_BYTES SOCKET_REQUEST_MAX_BYTES SOCKET_SEND_BUFFER_BYTES
	SSL_ENDPOINT_IDENTIFICATION_ALGORITHM TRANSACTION_STATE_LOG_MIN_ISR TRANSACTION_STATE_LOG_REPLICATION_FACTOR
	ZOOKEEPER_CONNECT ZOOKEEPER_CONNECTION_TIMEOUT_MS AUTO_CREATE_TOPICS_ENABLE`)

// bitnamiRenamed are older names of variables.
var bitnamiRenamed = map[string]string{
	"KAFKA_LOGS_DIRS":                    "KAFKA_CFG_LOG_DIRS",
	"KAFKA_SEGMENT_BYTES":                "KAFKA_CFG_LOG_SEGMENT_BYTES",
	"KAFKA_MAX_MESSAGE_BYTES":            "KAFKA_CFG_MESSAGE_MAX_BYTES",
	"KAFKA_ZOOKEEPER_CONNECT_TIMEOUT_MS": "KAFKA_CFG_ZOOKEEPER_CONNECTION_TIMEOUT_MS",
}

// bitnamiCommands are variables whose value is the output of a command in the container.
var bitnamiCommands = map[string]string{
	"KAFKA_NODE_ID_COMMAND":                  "node.id",
	"KAFKA_BROKER_ID_COMMAND":                "broker.id",
	"BROKER_ID_COMMAND":                      "broker.id",
	"KAFKA_CONTROLLER_QUORUM_VOTERS_COMMAND": "controller.quorum.voters",
}

// bitnamiKey is the property a KAFKA_CFG_ variable stands for. It has no way to write an underscore or a dash, but for the
// listener names that are the names of protocols.
func bitnamiKey(name string) string {
	if name == "KAFKA_CFG_ZOOKEEPER_CLIENTCNXNSOCKET" {
		return "zookeeper.clientCnxnSocket"
	}
	key := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, "KAFKA_CFG_"), "_", "."))
	return strings.NewReplacer("sasl.ssl", "sasl_ssl", "sasl.plaintext", "sasl_plaintext").Replace(key)
}

// bitnamiVariable is the KAFKA_CFG_ name of a variable; empty when it makes no property.
func bitnamiVariable(name string) string {
	if strings.HasPrefix(name, "KAFKA_CFG_") {
		return name
	}
	if renamed, ok := bitnamiRenamed[name]; ok {
		return renamed
	}
	if rest, ok := strings.CutPrefix(name, "KAFKA_"); ok && slices.Contains(bitnamiAliases, rest) {
		return "KAFKA_CFG_" + rest
	}
	return ""
}

// bitnamiProperties are what the image writes: variables over the server.properties that Kafka is shipped with, of which it
// removes what tells KRaft from ZooKeeper.
func bitnamiProperties(env environment, at Place) properties {
	var cfg environment
	for _, aliases := range []bool{false, true} { // an older name wins over KAFKA_CFG_
		for _, v := range env {
			if name := bitnamiVariable(v.name); name != "" && (name != v.name) == aliases {
				v.name = name
				cfg.set(v)
			}
		}
	}
	var props properties
	for _, v := range cfg {
		props.set(property{bitnamiKey(v.name), v.value, v.place, v.unknown})
	}
	for name, key := range bitnamiCommands {
		if v, ok := env.lookup(name); ok && v.value != "" {
			props.set(property{key, "", v.place, "a command in the container computes it"})
		}
	}
	if len(props) == 0 {
		return nil
	}
	bitnamiSecurity(&props, at)
	for _, shipped := range [][2]string{
		{"log.dirs", "/bitnami/kafka/data"},
		{"num.partitions", "1"},
		{"offsets.topic.replication.factor", "1"},
		{"transaction.state.log.replication.factor", "1"},
		{"transaction.state.log.min.isr", "1"},
	} {
		props.setDefault(property{key: shipped[0], value: shipped[1], place: at})
	}
	return props
}

// bitnamiSecurity adds what the image derives for listeners with TLS or SASL: key stores at their fixed paths, and the
// login of each mechanism from the users it is given.
func bitnamiSecurity(props *properties, at Place) {
	protocols := props.value("listener.security.protocol.map")
	if protocols == "" {
		protocols = props.value("listeners")
	}
	if strings.Contains(protocols, "SSL") {
		for _, store := range []string{"keystore", "truststore"} {
			props.setDefault(property{
				key: "ssl." + store + ".location", value: "/opt/bitnami/kafka/config/certs/kafka." + store + ".jks", place: at,
			})
		}
	}
	if !strings.Contains(protocols, "SASL_") {
		return
	}
	props.setDefault(property{key: "sasl.enabled.mechanisms", value: "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512", place: at})
	mechanisms := strings.Split(props.value("sasl.enabled.mechanisms"), ",")
	mechanisms = append(mechanisms, props.value("sasl.mechanism.controller.protocol"))
	for entry := range strings.SplitSeq(protocols, ",") {
		name, protocol, _ := strings.Cut(strings.TrimSpace(entry), ":")
		if !strings.Contains(protocol+name, "SASL_") {
			continue
		}
		for _, mechanism := range mechanisms {
			if mechanism = strings.ToLower(strings.TrimSpace(mechanism)); mechanism == "" {
				continue
			}
			login := "org.apache.kafka.common.security.scram.ScramLoginModule required;"
			if mechanism == "plain" {
				login = "org.apache.kafka.common.security.plain.PlainLoginModule required;"
			}
			props.setDefault(property{
				key: "listener.name." + strings.ToLower(name) + "." + mechanism + ".sasl.jaas.config", value: login, place: at,
			})
		}
	}
}
