//go:build conformance

package conformance

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
)

// The sample configuration that documentation everywhere shows becomes a quorum of three. Only what must differ on one
// machine is changed: the node ID and host name as its comment says, the ports, the interface, and the log directory.
func TestExample(t *testing.T) {
	begin(t)
	k := theKafka(t, "4.3.1")
	sample, err := os.ReadFile(filepath.Join("testdata", "examples", "combined.properties"))
	if err != nil {
		t.Fatal(err)
	}
	nodes := []*node{exampleNode(t, k, 1), exampleNode(t, k, 2), exampleNode(t, k, 3)}
	for _, n := range nodes {
		text := localise(string(sample), n, nodes) + light
		if err := os.WriteFile(n.conf, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		n.format(t)
	}
	startAll(t, nodes...)
	mustHaveVotersOf(t, connect(t, nodes[0].address(), dialLoopback()), 1, 2, 3)
	client := connect(t, nodes[1].address(), dialLoopback())
	createTopic(t, client, "greetings", 3)
	produce(t, client, "greetings", "hello")
	if got := consume(t, nodes[2].address(), "greetings", dialLoopback()); got != "hello" {
		t.Errorf("the record reads %q", got)
	}
}

// exampleNode is a node whose JVM finds kafka1, kafka2 and kafka3 on the loopback.
func exampleNode(t *testing.T, k *kafka, id int) *node {
	t.Helper()
	n := newNode(t, k, id, "broker,controller")
	hosts := filepath.Join(n.dir, "hosts")
	machine, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	text := "127.0.0.1 localhost\n127.0.0.1 " + machine + "\n127.0.0.1 kafka1\n127.0.0.1 kafka2\n127.0.0.1 kafka3\n"
	if err := os.WriteFile(hosts, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	n.jvm = []string{"-Djdk.net.hosts.file=" + hosts}
	return n
}

// localise adapts the sample to one of several nodes on one machine.
func localise(sample string, n *node, nodes []*node) string {
	host := fmt.Sprintf("kafka%d", n.id)
	text := strings.NewReplacer(
		"node.id=1", fmt.Sprintf("node.id=%d", n.id),
		"PLAINTEXT://:9092", fmt.Sprintf("PLAINTEXT://%s:%d", host, n.broker),
		"CONTROLLER://:9093", fmt.Sprintf("CONTROLLER://%s:%d", host, n.control),
		"PLAINTEXT://kafka1:9092", fmt.Sprintf("PLAINTEXT://%s:%d", host, n.broker),
		"/var/lib/kafka/data", n.logDir,
	).Replace(sample)
	for _, other := range nodes {
		text = strings.ReplaceAll(text, fmt.Sprintf("@kafka%d:9093", other.id), fmt.Sprintf("@kafka%d:%d", other.id, other.control))
	}
	return text
}

// dialLoopback makes a client look for every broker on the loopback, whatever name it advertises.
func dialLoopback() kgo.Opt {
	return kgo.Dialer(func(ctx context.Context, network, address string) (net.Conn, error) {
		_, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		var dialer net.Dialer
		return dialer.DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
	})
}
