//go:build conformance

package conformance

import "testing"

// releases are the patch releases whose behaviour kraftctl's tables record, one of each line.
var releases = []string{
	"3.3.2", "3.4.1", "3.5.2", "3.6.2", "3.7.2", "3.8.1", "3.9.2", "4.0.2", "4.1.2", "4.2.1", "4.3.1", "4.4.0",
}

// Every release boots on a combined node formatted for it, takes a topic and a record, and has both after a restart.
func TestBoot(t *testing.T) {
	for _, version := range releases {
		t.Run(version, func(t *testing.T) {
			begin(t)
			n := newNode(t, theKafka(t, version), 1, "broker,controller")
			staticQuorum(t, n)
			n.format(t)
			startAll(t, n)
			takeRecord(t, n.address())
			n.stop(t)
			startAll(t, n)
			if got := consume(t, n.address(), "greetings"); got != "hello" {
				t.Errorf("after the restart the record reads %q", got)
			}
		})
	}
}

// takeRecord has the cluster at address store a record and give it back.
func takeRecord(t *testing.T, address string) {
	t.Helper()
	client := connect(t, address)
	createTopic(t, client, "greetings", 1)
	produce(t, client, "greetings", "hello")
	if got := consume(t, address, "greetings"); got != "hello" {
		t.Errorf("the record reads %q", got)
	}
}
