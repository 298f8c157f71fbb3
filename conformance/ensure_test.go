//go:build conformance

package conformance

import (
	"encoding/json"
	"os"
	"testing"
)

// ensured is what the tests read of ensure's JSON.
type ensured struct {
	Changed     bool
	Directories []struct{ Path, State string }
}

// A node goes through its life with ensure before every start: first start, restart, and a disk that was replaced. Kafka
// takes what ensure made of the new disk, and ensure takes what Kafka made of the others.
func TestEnsure(t *testing.T) {
	for _, version := range []string{"3.9.2", "4.4.0"} {
		t.Run(version, func(t *testing.T) {
			begin(t)
			n := newNode(t, theKafka(t, version), 1, "broker,controller")
			second := n.logDir + "2"
			n.set("log.dirs", n.logDir+","+second)
			staticQuorum(t, n)
			mustEnsure(t, n, true)
			startAll(t, n)
			takeRecord(t, n.address())
			mustEnsure(t, n, false) // beside the running node
			n.stop(t)
			mustEnsure(t, n, false)
			mustConflict(t, n)

			if err := os.RemoveAll(second); err != nil {
				t.Fatal(err)
			}
			mustEnsure(t, n, true)
			startAll(t, n)
			createTopic(t, connect(t, n.address()), "afterwards", 1)
		})
	}
}

// mustEnsure runs ensure and checks whether it changed anything.
func mustEnsure(t *testing.T, n *node, changes bool) {
	t.Helper()
	said := ensure(t, n, clusterID).mustSucceed(t, "ensure")
	var got ensured
	if err := json.Unmarshal([]byte(said.stdout), &got); err != nil {
		t.Fatalf("%v in\n%s", err, said.stdout)
	}
	if got.Changed != changes {
		t.Fatalf("changed is %v, want %v\n%s", got.Changed, changes, said.stdout)
	}
	for _, directory := range got.Directories {
		if directory.State != "formatted" {
			t.Errorf("%s is %s", directory.Path, directory.State)
		}
	}
}

// mustConflict checks that ensure for another cluster is refused and leaves the directory as it is.
func mustConflict(t *testing.T, n *node) {
	t.Helper()
	before := n.metaProperty(t, "cluster.id")
	if said := ensure(t, n, "6T7tzqz1TfqDwRgDFjJ3rA"); said.code != 3 {
		t.Errorf("ensure for another cluster: exit %d, want 3\n%s%s", said.code, said.stdout, said.stderr)
	}
	if after := n.metaProperty(t, "cluster.id"); after != before {
		t.Errorf("the directory belongs to cluster %s now, it was %s", after, before)
	}
}

func ensure(t *testing.T, n *node, cluster string) result {
	t.Helper()
	return runCommand(t, n.dir, kraftctl(t), "ensure", "-c", n.conf, "-t", cluster, "--kafka-version", n.kafka.version, "--output", "json")
}
