//go:build conformance

package conformance

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
)

// All controllers of a quorum whose voters are in the log get new addresses at once. Kafka never finds together again: the
// voters look for each other at the old ones. With the new addresses in one copy they do, and lose nothing.
func TestRecoverEndpoints(t *testing.T) {
	for _, version := range []string{"4.1.2", "4.3.1"} {
		t.Run(version, func(t *testing.T) {
			begin(t)
			d := newDisaster(t, version, true)
			d.produced.add(t, d.broker.address(), "before")
			for _, n := range d.all() {
				n.halt()
			}
			var args []string
			for _, n := range d.controllers {
				n.moveController(t)
				args = append(args, n.logDir, "--set-endpoint", fmt.Sprintf("%d=CONTROLLER://127.0.0.1:%d", n.id, n.control))
			}
			book := &runbook{broker: d.broker, nodes: map[int]*node{}, safe: t.TempDir(), together: true}
			for _, n := range d.all() {
				book.nodes[n.id] = n
			}
			plan := planRecovery(t, book, append(args, "-o", book.inSafe("seed")))
			if plan.Mode != "endpoints" || !plan.Loss.Safe {
				t.Fatalf("mode %s, safe %v", plan.Mode, plan.Loss.Safe)
			}
			book.seed = book.nodes[plan.Seed.NodeID]
			book.follow(t, plan.Steps)
			d.mustBeWhole(t, book)
			d.produced.mustRead(t, d.broker.address())
			d.mustElectAnother(t)
		})
	}
}

// moveController gives the node another port for controllers.
func (n *node) moveController(t *testing.T) {
	t.Helper()
	old := n.control
	n.control = freePort(t)
	n.set("listeners", strings.ReplaceAll(n.property("listeners"), fmt.Sprint(old), fmt.Sprint(n.control)))
}

// mustElectAnother kills the leader, and waits for another one to take a topic.
func (d *disaster) mustElectAnother(t *testing.T) {
	t.Helper()
	client := connect(t, d.broker.address(), kgo.RetryTimeout(outage))
	q, err := quorumOf(t, client)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(d.controllers, func(n *node) bool { return int32(n.id) == q.leader })
	if i < 0 {
		t.Fatalf("leader %d", q.leader)
	}
	d.controllers[i].proc.stop(0)
	d.produced.add(t, d.broker.address(), "after")
	d.produced.mustRead(t, d.broker.address())
}
