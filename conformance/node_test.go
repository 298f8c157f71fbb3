//go:build conformance

package conformance

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// node is one Kafka node: its configuration, its one log directory and, while it runs, its process.
type node struct {
	kafka   *kafka
	id      int
	roles   string
	dir     string
	conf    string
	logDir  string
	props   []string
	broker  int
	secure  int
	control int
	jvm     []string
	proc    *process
	starts  int
}

// light keeps a node quick on a small machine; a release ignores keys it does not know.
const light = `num.io.threads=2
num.network.threads=1
num.replica.fetchers=1
log.cleaner.dedupe.buffer.size=4000000
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
controlled.shutdown.max.retries=1
initial.broker.registration.timeout.ms=150000
`

// newNode describes a node in a directory of its own. roles is the value of process.roles. The quorum is still to be
// given with staticQuorum or dynamicQuorum.
func newNode(t *testing.T, k *kafka, id int, roles string) *node {
	t.Helper()
	dir := t.TempDir()
	n := &node{kafka: k, id: id, roles: roles, dir: dir, conf: filepath.Join(dir, "server.properties"), logDir: filepath.Join(dir, "data")}
	n.set("process.roles", roles)
	n.set("node.id", fmt.Sprint(id))
	n.set("log.dirs", n.logDir)
	n.set("controller.listener.names", "CONTROLLER")
	var listeners []string
	if n.isBroker() {
		n.broker, n.secure = freePort(t), freePort(t)
		listeners = append(listeners, fmt.Sprintf("PLAINTEXT://127.0.0.1:%d", n.broker), fmt.Sprintf("SASL_PLAINTEXT://127.0.0.1:%d", n.secure))
		n.set("inter.broker.listener.name", "PLAINTEXT")
		n.set("sasl.enabled.mechanisms", "SCRAM-SHA-256,SCRAM-SHA-512")
		for _, mechanism := range []string{"scram-sha-256", "scram-sha-512"} {
			n.set("listener.name.sasl_plaintext."+mechanism+".sasl.jaas.config", "org.apache.kafka.common.security.scram.ScramLoginModule required;")
		}
	}
	if n.isController() {
		n.control = freePort(t)
		listeners = append(listeners, fmt.Sprintf("CONTROLLER://127.0.0.1:%d", n.control))
	}
	n.set("listeners", strings.Join(listeners, ","))
	n.set("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT")
	return n
}

func (n *node) isBroker() bool     { return strings.Contains(n.roles, "broker") }
func (n *node) isController() bool { return strings.Contains(n.roles, "controller") }

// set adds a configuration property, or replaces it.
func (n *node) set(key, value string) {
	n.props = slices.DeleteFunc(n.props, func(line string) bool { return strings.HasPrefix(line, key+"=") })
	n.props = append(n.props, key+"="+value)
}

// property is the value of a property that was set.
func (n *node) property(key string) string {
	for _, line := range n.props {
		if value, found := strings.CutPrefix(line, key+"="); found {
			return value
		}
	}
	return ""
}

// writeConf writes server.properties.
func (n *node) writeConf(t *testing.T) {
	t.Helper()
	text := strings.Join(n.props, "\n") + "\n" + light
	if err := os.WriteFile(n.conf, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// staticQuorum gives the nodes the controllers among them as controller.quorum.voters, and writes their configurations.
func staticQuorum(t *testing.T, nodes ...*node) {
	t.Helper()
	configureQuorum(t, "controller.quorum.voters", nodes, func(n *node) string { return fmt.Sprintf("%d@127.0.0.1:%d", n.id, n.control) })
}

// dynamicQuorum gives the nodes the controllers among them as controller.quorum.bootstrap.servers, and writes their configurations.
func dynamicQuorum(t *testing.T, nodes ...*node) {
	t.Helper()
	configureQuorum(t, "controller.quorum.bootstrap.servers", nodes, func(n *node) string { return fmt.Sprintf("127.0.0.1:%d", n.control) })
}

func configureQuorum(t *testing.T, key string, nodes []*node, entry func(*node) string) {
	t.Helper()
	var controllers []string
	for _, n := range nodes {
		if n.isController() {
			controllers = append(controllers, entry(n))
		}
	}
	for _, n := range nodes {
		n.set(key, strings.Join(controllers, ","))
		n.writeConf(t)
	}
}

// address is where the broker is reached without authentication.
func (n *node) address() string { return fmt.Sprintf("127.0.0.1:%d", n.broker) }

// freePort asks the kernel for a port of the loopback that nothing listens on.
func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().(*net.TCPAddr).Port
}
