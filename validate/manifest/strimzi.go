package manifest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kraftctl/kraftctl/release"
)

// strimziOwn are prefixes of keys the operator sets itself; it drops them from spec.kafka.config, but for those in
// strimziAllowed. Source: KafkaClusterSpec.FORBIDDEN_PREFIXES of Strimzi.
var strimziOwn = []string{
	"listeners", "advertised.", "broker.", "listener.", "host.name", "port", "inter.broker.listener.name", "sasl.", "ssl.",
	"security.", "password.", "log.dir", "zookeeper.connect", "zookeeper.set.acl", "zookeeper.ssl", "zookeeper.clientCnxnSocket",
	"authorizer.", "super.user", "cruise.control.metrics.topic", "cruise.control.metrics.reporter.bootstrap.servers",
	"node.id", "process.roles", "controller.", "metadata.log.dir",
}

var strimziAllowed = []string{
	"zookeeper.connection.timeout.ms", "sasl.server.max.receive.size", "ssl.cipher.suites", "ssl.protocol", "ssl.enabled.protocols",
	"ssl.secure.random.implementation", "controller.quorum.election.backoff.max.ms", "controller.quorum.election.timeout.ms",
	"controller.quorum.fetch.timeout.ms",
}

// Ports and names of the listeners the operator adds.
const (
	controlPlane = "CONTROLPLANE-9090"
	replication  = "REPLICATION-9091"
)

// strimziPool is a KafkaNodePool.
type strimziPool struct {
	name              string
	resource, roles   *yaml.Node
	broker, control   bool
	replicas, firstID int
}

// strimzi makes nodes of each Kafka resource and the node pools of it in the same file.
func (k *cluster) strimzi() {
	for _, res := range k.resources {
		if k.err != nil {
			return
		}
		if k.text(res, "kind") != "Kafka" || !strings.HasPrefix(k.text(res, "apiVersion"), "kafka.strimzi.io/") {
			continue
		}
		name := k.text(res, "metadata", "name")
		pools := k.pools(res, name)
		controllers := slices.IndexFunc(pools, func(p strimziPool) bool { return p.control })
		switch {
		case len(pools) == 0:
			k.result.note("%s: Kafka/%s is not judged: its node pools are not in this file", k.file, name)
		case controllers < 0:
			k.result.note("%s: Kafka/%s is not judged: none of its node pools in this file has the controller role", k.file, name)
		default:
			k.strimziNodes(res, name, pools)
		}
	}
}

// pools are the node pools of a cluster. The operator hands out node IDs when it creates pods; those here only tell the
// nodes apart.
func (k *cluster) pools(kafka *yaml.Node, name string) []strimziPool {
	var pools []strimziPool
	next := 0
	for _, res := range k.resources {
		if k.text(res, "kind") != "KafkaNodePool" || k.text(res, "metadata", "labels", "strimzi.io/cluster") != name ||
			k.text(res, "metadata", "namespace") != k.text(kafka, "metadata", "namespace") {
			continue
		}
		p := strimziPool{
			name: k.text(res, "metadata", "name"), resource: res, roles: k.get(res, "spec", "roles"),
			replicas: min(max(k.number(res, 1, "spec", "replicas"), 0), maxReplica), firstID: next,
		}
		for _, role := range k.items(p.roles) {
			p.broker = p.broker || role.Value == "broker"
			p.control = p.control || role.Value == "controller"
		}
		next += p.replicas
		pools = append(pools, p)
	}
	return pools
}

// strimziNodes makes the nodes of all pools.
func (k *cluster) strimziNodes(kafka *yaml.Node, name string, pools []strimziPool) {
	version := k.text(kafka, "spec", "kafka", "version")
	var known *release.Release
	if version != "" {
		known = (&family{}).releaseOf(version)
	}
	var voters []string
	at := k.at(kafka)
	for _, p := range pools {
		for i := range p.replicas {
			if p.control {
				voters = append(voters, fmt.Sprintf("%d@%s:9090", p.firstID+i, podHost(name, p, i)))
				if replicas := k.get(p.resource, "spec", "replicas"); replicas != nil {
					at = k.at(replicas)
				}
			}
		}
	}
	quorum := property{key: "controller.quorum.voters", value: strings.Join(voters, ","), place: at}
	for _, p := range pools {
		for i := range p.replicas {
			n := Node{Name: fmt.Sprintf("KafkaNodePool/%s[%d]", p.name, i), Release: known}
			if version != "" {
				n.Image = "Kafka " + version
			}
			props := k.strimziNode(kafka, name, p, i, quorum)
			if unknown, found := props.unknown(n.rules()); found {
				k.result.note("%s: %s is not judged: the value of %s is not in the file", k.file, n.Name, unknown.key)
				continue
			}
			n.write(n.Name+" of Kafka/"+name, k.at(p.resource), props, nil)
			k.result.Nodes = append(k.result.Nodes, n)
		}
	}
}

func podHost(cluster string, p strimziPool, i int) string {
	return fmt.Sprintf("%s-%s-%d.%s-kafka-brokers", cluster, p.name, p.firstID+i, cluster)
}

// strimziNode is the configuration the operator writes for one pod, as far as our rules look at it.
func (k *cluster) strimziNode(kafka *yaml.Node, name string, p strimziPool, i int, quorum property) properties {
	at := k.at(p.resource)
	if p.roles != nil {
		at = k.at(p.roles)
	}
	var roles []string
	if p.broker {
		roles = append(roles, "broker")
	}
	if p.control {
		roles = append(roles, "controller")
	}
	id := p.firstID + i
	props := properties{
		{key: "process.roles", value: strings.Join(roles, ","), place: at},
		{key: "node.id", value: strconv.Itoa(id), place: at},
		quorum,
		{key: "controller.listener.names", value: controlPlane, place: at},
		{key: "log.dirs", value: fmt.Sprintf("/var/lib/kafka/data-0/kafka-log%d", id), place: at},
		{key: "ssl.keystore.location", value: "/tmp/kafka/cluster.keystore.p12", place: at},
		{key: "ssl.truststore.location", value: "/tmp/kafka/cluster.truststore.p12", place: at},
	}
	for _, l := range k.strimziListeners(kafka, podHost(name, p, i), p) {
		props.set(l)
	}
	for _, f := range k.fields(k.get(kafka, "spec", "kafka", "config")) {
		value := k.follow(f.value)
		if value == nil || value.Kind != yaml.ScalarNode || isNull(value) || strimziOwns(f.key.Value) {
			continue
		}
		props.set(property{key: f.key.Value, value: value.Value, place: k.at(f.key)})
	}
	return props
}

// strimziListeners are the listener properties: those the operator adds for the control plane and replication, with TLS,
// and those of spec.kafka.listeners.
func (k *cluster) strimziListeners(kafka *yaml.Node, host string, p strimziPool) []property {
	at := k.at(p.resource)
	var listeners, advertised []string
	protocols := []string{controlPlane + ":SSL", replication + ":SSL"}
	if p.control {
		listeners = append(listeners, controlPlane+"://:9090")
	}
	if p.broker {
		listeners = append(listeners, replication+"://:9091")
		advertised = append(advertised, replication+"://"+host+":9091")
	}
	for _, l := range k.items(k.get(kafka, "spec", "kafka", "listeners")) {
		port := k.text(l, "port")
		if _, err := strconv.Atoi(port); err != nil || !p.broker {
			continue
		}
		at = k.at(l)
		name := strings.ToUpper(k.text(l, "name")) + "-" + port
		listeners = append(listeners, name+"://:"+port)
		advertised = append(advertised, name+"://"+host+":"+port)
		protocols = append(protocols, name+":"+k.strimziProtocol(l))
	}
	props := []property{
		{key: "listeners", value: strings.Join(listeners, ","), place: at},
		{key: "listener.security.protocol.map", value: strings.Join(protocols, ","), place: at},
	}
	if p.broker {
		props = append(props,
			property{key: "advertised.listeners", value: strings.Join(advertised, ","), place: at},
			property{key: "inter.broker.listener.name", value: replication, place: at})
	}
	return append(props, strimziLogins(protocols, at)...)
}

// strimziProtocol is the security protocol of a listener.
func (k *cluster) strimziProtocol(l *yaml.Node) string {
	protocol := "PLAINTEXT"
	if k.text(l, "tls") == "true" {
		protocol = "SSL"
	}
	if authentication := k.text(l, "authentication", "type"); authentication != "" && authentication != "tls" {
		protocol = map[string]string{"PLAINTEXT": "SASL_PLAINTEXT", "SSL": "SASL_SSL"}[protocol]
	}
	return protocol
}

// strimziLogins are the mechanisms and logins of listeners with SASL.
func strimziLogins(protocols []string, at Place) []property {
	var props []property
	for _, entry := range protocols {
		name, protocol, _ := strings.Cut(entry, ":")
		if !strings.HasPrefix(protocol, "SASL_") {
			continue
		}
		prefix := "listener.name." + strings.ToLower(name) + "."
		props = append(props,
			property{key: prefix + "sasl.enabled.mechanisms", value: "SCRAM-SHA-512", place: at},
			property{
				key:   prefix + "scram-sha-512.sasl.jaas.config",
				value: "org.apache.kafka.common.security.scram.ScramLoginModule required;", place: at,
			})
	}
	return props
}

// strimziOwns tells whether the operator sets a key itself and drops what a user writes.
func strimziOwns(key string) bool {
	if slices.Contains(strimziAllowed, key) {
		return false
	}
	return slices.ContainsFunc(strimziOwn, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}
