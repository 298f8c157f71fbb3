package validate

import (
	"cmp"
	"slices"

	"github.com/kraftctl/kraftctl/release"
)

// cluster is the nodes that belong together, with what several rules ask about them.
type cluster struct {
	name    string
	release release.Release
	// partial says that there may be nodes nobody showed us.
	partial bool
	// clusterID is the ID every node should have; empty when nobody told.
	clusterID string
	// nodes are in the order of their paths; controllers and brokers are those of a role, ZooKeeper brokers that migrate included.
	nodes, controllers, brokers []*node
	// metas are the meta.properties of the nodes in the order of their paths.
	metas []*metaFile
	// hosts are all names of machines that any node mentions.
	hosts map[string]bool
	// development says that all hosts any node mentions are loopback: all nodes run on one machine.
	development bool
	// migrating says that a node migrates from ZooKeeper.
	migrating bool
	// ids are the nodes by ID, the first of each.
	ids map[int32]*node
}

func newCluster(name string, nodes []*node, opts Options) *cluster {
	c := &cluster{name: name, nodes: nodes, clusterID: opts.ClusterID, hosts: map[string]bool{}, ids: map[int32]*node{}}
	c.release = nodes[0].release
	loopback, hidden := false, false
	for _, n := range nodes {
		c.release = min(c.release, n.release)
		if n.controller {
			c.controllers = append(c.controllers, n)
		}
		if n.serves() {
			c.brokers = append(c.brokers, n)
		}
		c.migrating = c.migrating || n.migrating
		if _, taken := c.ids[n.id]; n.hasID && !taken {
			c.ids[n.id] = n
		}
		c.metas = append(c.metas, n.metas...)
		loopback = c.meet(n) || loopback
		hidden = hidden || slices.ContainsFunc([]string{listenersKey, advertisedKey, votersKey, bootstrapKey}, n.unknown)
	}
	slices.SortFunc(c.metas, func(a, b *metaFile) int { return cmp.Compare(a.Path, b.Path) })
	c.development = loopback && len(c.hosts) == 0 && !hidden
	c.partial = opts.Partial && !c.selfContained()
	return c
}

// meet takes up the hosts a node mentions, and tells whether one is loopback.
func (c *cluster) meet(n *node) bool {
	loopback := false
	note := func(host string) {
		if isNamed(host) {
			c.hosts[host] = true
		}
		loopback = loopback || isLoopback(host)
	}
	for _, all := range [][]endpoint{n.listeners, n.advertised} {
		for _, e := range all {
			if e.wellFormed {
				note(e.host)
			}
		}
	}
	for _, v := range n.voters {
		note(v.host)
	}
	for _, b := range n.bootstrap {
		note(b.host)
	}
	return loopback
}

// selfContained tells whether the one node there is is the whole cluster: it is its own only voter.
func (c *cluster) selfContained() bool {
	n := c.nodes[0]
	return len(c.nodes) == 1 && n.broker && n.controller && len(n.voters) == 1 && n.hasID && n.voters[0].id == n.id
}

// only filters nodes.
func only(nodes []*node, keep func(*node) bool) []*node {
	var kept []*node
	for _, n := range nodes {
		if keep(n) {
			kept = append(kept, n)
		}
	}
	return kept
}

// group is the nodes that agree on something.
type group struct {
	value string
	nodes []*node
}

// first is the first node of the group in the order of paths.
func (g *group) first() *node { return g.nodes[0] }

// agreement sorts nodes by what of tells of each; nodes of which it tells nothing are left out. The groups are in the order
// of their first nodes.
func agreement(nodes []*node, of func(*node) (string, bool)) []*group {
	var groups []*group
	at := map[string]*group{}
	for _, n := range nodes {
		value, ok := of(n)
		if !ok {
			continue
		}
		g := at[value]
		if g == nil {
			g = &group{value: value}
			at[value], groups = g, append(groups, g)
		}
		g.nodes = append(g.nodes, n)
	}
	return groups
}

// reference is the group most nodes are in; of several the one prefer ranks highest, and then the first.
func reference(groups []*group, prefer func(*group) int) *group {
	if len(groups) == 0 {
		return nil
	}
	return slices.MaxFunc(groups, func(a, b *group) int {
		if d := cmp.Compare(len(a.nodes), len(b.nodes)); d != 0 || prefer == nil {
			return d
		}
		return cmp.Compare(prefer(a), prefer(b))
	})
}

// countOf counts the nodes of a group that have a property, to rank groups by.
func countOf(is func(*node) bool) func(*group) int {
	return func(g *group) int { return len(only(g.nodes, is)) }
}

// deviating calls say for each node outside the reference group, in the order of paths, with the reference.
func deviating(nodes []*node, of func(*node) (string, bool), prefer func(*group) int, say func(n, ref *node)) {
	groups := agreement(nodes, of)
	ref := reference(groups, prefer)
	if len(groups) < 2 {
		return
	}
	for _, n := range nodes {
		if value, ok := of(n); ok && value != ref.value {
			say(n, ref.first())
		}
	}
}
