package scaffold

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// ControllerPort is the port of the listener controllers have.
const ControllerPort = 9093

// The listeners of a cluster and the other ports.
const (
	clientName, clientPort     = "CLIENT", 9092
	internalName, internalPort = "INTERNAL", 9094
	controllerName             = "CONTROLLER"
)

// writer writes properties.
type writer struct{ b strings.Builder }

func (w *writer) section(title string) { w.b.WriteString("\n# " + title + "\n") }

func (w *writer) set(key, value string) { w.b.WriteString(key + "=" + value + "\n") }

func (w *writer) setInt(key string, value int) { w.set(key, strconv.Itoa(value)) }

// text is the configuration of a node.
func (r *Request) text(n Node, nodes []Node) string {
	var w writer
	fmt.Fprintf(&w.b, "# %s: node %d of a cluster of %d controllers and %d brokers, for Kafka %s\n", n.Name, n.ID, r.Controllers, r.Brokers, r.Release)
	for _, i := range r.ignores(n) {
		fmt.Fprintf(&w.b, "# kraftctl:ignore %s %s\n", i[0], i[1])
	}
	w.set("process.roles", n.roles())
	w.setInt("node.id", n.ID)
	if n.Rack != "" {
		w.set("broker.rack", n.Rack)
	}
	r.quorum(&w, nodes)
	r.listeners(&w, n)
	r.security(&w, n, nodes)
	w.section("storage")
	if n.Broker {
		w.set("log.dirs", r.LogDir)
		if n.Controller {
			w.set("metadata.log.dir", r.MetadataDir)
		}
	} else {
		w.set("log.dirs", r.MetadataDir)
	}
	r.topics(&w, n)
	return w.b.String()
}

func (r *Request) quorum(w *writer, nodes []Node) {
	w.section("the controllers, the same on every node")
	var voters []string
	for _, n := range nodes {
		if !n.Controller {
			continue
		}
		voter := fmt.Sprintf("%s:%d", n.Host, ControllerPort)
		if !r.Dynamic {
			voter = fmt.Sprintf("%d@%s", n.ID, voter)
		}
		voters = append(voters, voter)
	}
	key := "controller.quorum.voters"
	if r.Dynamic {
		key = "controller.quorum.bootstrap.servers"
	}
	w.set(key, strings.Join(voters, ","))
	w.set("controller.listener.names", controllerName)
}

func (r *Request) listeners(w *writer, n Node) {
	w.section("listeners: where the node listens, what it tells others, and how each is secured")
	var open, told []string
	add := func(name string, port int, advertise bool) {
		open = append(open, fmt.Sprintf("%s://:%d", name, port))
		if advertise {
			told = append(told, fmt.Sprintf("%s://%s:%d", name, n.Host, port))
		}
	}
	if n.Broker {
		add(clientName, clientPort, true)
		add(internalName, internalPort, true)
	}
	if n.Controller {
		// Up to 3.8 a controller must not advertise; from 3.9 it registers with what it advertises.
		add(controllerName, ControllerPort, r.Release >= release.V3_9)
	}
	w.set("listeners", strings.Join(open, ","))
	if len(told) > 0 {
		w.set("advertised.listeners", strings.Join(told, ","))
	}
	if n.Broker {
		w.set("inter.broker.listener.name", internalName)
	}
	node := "PLAINTEXT"
	if r.TLS {
		node = "SSL"
	}
	w.set("listener.security.protocol.map", fmt.Sprintf("%s:%s,%s:%s,%s:%s", clientName, r.clientProtocol(), internalName, node, controllerName, node))
}

func (r *Request) clientProtocol() string {
	switch {
	case r.TLS && r.SASL != NoSASL:
		return "SASL_SSL"
	case r.TLS:
		return "SSL"
	case r.SASL != NoSASL:
		return "SASL_PLAINTEXT"
	}
	return "PLAINTEXT"
}

func (r *Request) security(w *writer, n Node, nodes []Node) {
	if r.TLS {
		w.section("TLS: nodes, and clients that do not log in, show a certificate; its CN is the principal")
		w.set("ssl.keystore.type", "PEM")
		w.set("ssl.keystore.location", strings.TrimRight(r.TLSDir, "/")+"/node.pem")
		w.set("ssl.truststore.type", "PEM")
		w.set("ssl.truststore.location", strings.TrimRight(r.TLSDir, "/")+"/ca.pem")
		w.set("ssl.client.auth", "required")
		w.set("ssl.principal.mapping.rules", "RULE:^CN=([^,]+).*$/$1/,DEFAULT")
	}
	if r.SASL != NoSASL && n.Broker {
		w.section("how clients log in; kafka-configs.sh or kraftctl format --add-scram makes users")
		prefix := "listener.name." + strings.ToLower(clientName) + "."
		w.set(prefix+"sasl.enabled.mechanisms", strings.ToUpper(r.SASL))
		w.set(prefix+r.SASL+".sasl.jaas.config", "org.apache.kafka.common.security.scram.ScramLoginModule required;")
	}
	if r.TLS {
		w.section("who may do what, the same on every node: the nodes themselves everything, others what ACLs say")
		w.set("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
		users := make([]string, len(nodes))
		for i, other := range nodes {
			users[i] = "User:" + other.Host
		}
		w.set("super.users", strings.Join(users, ";"))
	}
}

// brokerDefaultsUntil is the last release whose brokers use default.replication.factor; later only controllers do.
const brokerDefaultsUntil = release.V4_2

func (r *Request) topics(w *writer, n Node) {
	replicas := replication(r.Brokers)
	spare := max(1, replicas-1)
	w.section("topics")
	if n.Controller || r.Release <= brokerDefaultsUntil {
		w.setInt("default.replication.factor", replicas)
	}
	w.setInt("min.insync.replicas", spare)
	w.set("auto.create.topics.enable", "false")
	if !n.Broker {
		return
	}
	w.setInt("offsets.topic.replication.factor", replicas)
	w.setInt("transaction.state.log.replication.factor", replicas)
	w.setInt("transaction.state.log.min.isr", spare)
	const share = "share.coordinator.state.topic."
	if _, known := release.LookupConfigKey(r.Release, share+"replication.factor"); known {
		w.setInt(share+"replication.factor", replicas)
		w.setInt(share+"min.isr", spare)
	}
}

// ignores are the rules of the production profile that what was asked for goes against, each with the reason.
func (r *Request) ignores(n Node) [][2]string {
	var all [][2]string
	add := func(holds bool, reason string, rules ...string) {
		for _, rule := range rules {
			if holds {
				all = append(all, [2]string{rule, reason})
			}
		}
	}
	add(n.Broker && n.Controller, "kraftctl init --combined: small clusters and tests", "combined-in-production")
	add(n.Controller && r.Controllers == 1, "kraftctl init --controllers 1: for tests", "single-controller")
	// Brokers that are given the key as well log a warning at every start.
	lonely := r.Release > brokerDefaultsUntil && replication(r.Brokers) > 1 && (!r.Combined || r.Brokers > r.Controllers)
	add(n.ID == 1 && lonely, "kraftctl init: brokers do not use default.replication.factor from Kafka 4.3 on", "topic-defaults-differ")
	plain := "kraftctl init --tls=false: for tests and closed networks"
	add(!r.TLS, plain, "controller-listener-plaintext")
	add(!r.TLS && n.Broker, plain, "broker-listener-plaintext")
	add(!r.TLS && n.Broker && r.SASL != NoSASL, plain, "sasl-without-tls", "authorizer-missing")
	return all
}
