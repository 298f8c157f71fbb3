//go:build conformance

package conformance

import (
	"testing"
)

// The only controller that is left had been down for a while: topics were created and leaders elected without it. The broker
// has read all of that, and the seed is made of its copy: nothing is lost. Made of the controller's alone, it would have cost
// the broker every topic since.
func TestRecoverFromBroker(t *testing.T) {
	for version, dynamic := range map[string]bool{"3.9.2": false, "4.3.1": true} {
		t.Run(version, func(t *testing.T) {
			begin(t)
			d := newDisaster(t, version, dynamic)
			survivor, dead := d.controllers[0], d.controllers[1:]
			d.produced.add(t, d.broker.address(), "early")
			survivor.proc.stop(0)
			d.produced.add(t, d.broker.address(), "late")
			for _, n := range dead {
				n.destroy(t)
			}
			d.broker.halt()

			book := &runbook{seed: survivor, broker: d.broker, nodes: map[int]*node{}, safe: t.TempDir()}
			for _, n := range d.all() {
				book.nodes[n.id] = n
			}
			args := []string{survivor.logDir, d.broker.logDir, "--dead", idList(dead...), "--node", "1", "-o", book.inSafe("seed"), "--config", survivor.conf}
			if dynamic {
				args = append(args, "--force-standalone")
			}
			plan := planRecovery(t, book, args)
			if plan.Chosen.Name != d.broker.logDir || plan.Seed.NodeID != survivor.id {
				t.Fatalf("the seed is made of %s for node %d", plan.Chosen.Name, plan.Seed.NodeID)
			}
			book.follow(t, plan.Steps[:plan.growing(t)])
			mustHaveVoters(t, d.broker.address(), int32(survivor.id))
			d.produced.mustRead(t, d.broker.address())
			d.produced.add(t, d.broker.address(), "after")
			d.produced.mustRead(t, d.broker.address())
		})
	}
}
