package validate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// The examples of the rules about several files.
const (
	threeControllers = "-- c1.properties --\nprocess.roles=controller\nnode.id=1\ncontroller.quorum.voters=1@c1:9093,2@c2:9093,3@c3:9093\nlisteners=CONTROLLER://c1:9093\ncontroller.listener.names=CONTROLLER\n" +
		"-- c2.properties --\nprocess.roles=controller\nnode.id=2\ncontroller.quorum.voters=1@c1:9093,2@c2:9093,3@c3:9093\nlisteners=CONTROLLER://c2:9093\ncontroller.listener.names=CONTROLLER\n" +
		"-- c3.properties --\nprocess.roles=controller\nnode.id=3\ncontroller.quorum.voters=1@c1:9093,2@c2:9093,3@c3:9093\nlisteners=CONTROLLER://c3:9093\ncontroller.listener.names=CONTROLLER\n"
	twoControllers = "-- c1.properties --\nprocess.roles=controller\nnode.id=1\ncontroller.quorum.voters=1@c1:9093,2@c2:9093\nlisteners=CONTROLLER://c1:9093\ncontroller.listener.names=CONTROLLER\n" +
		"-- c2.properties --\nprocess.roles=controller\nnode.id=2\ncontroller.quorum.voters=1@c1:9093,2@c2:9093\nlisteners=CONTROLLER://c2:9093\ncontroller.listener.names=CONTROLLER\n"
)

// quorumRules are about the size and shape of the quorum.
func quorumRules() []*Rule {
	return []*Rule{
		{
			Slug: "even-quorum", Severity: Warning, cluster: evenQuorum,
			Doc: Doc{
				What: "The number of voters is even.",
				Why:  "It tolerates no more failures than one voter less.",
				Fix:  "Have 3 or 5 controllers.",
			},
			Bad: twoControllers, Good: threeControllers,
		},
		{
			Slug: "single-controller", Severity: Warning, Profile: Production, cluster: singleController,
			Doc: Doc{
				What: "There is one voter.",
				Why:  "Nobody takes over when it fails.",
				Fix:  "Have 3 controllers.",
			},
			Bad:  "process.roles=controller\nnode.id=1\ncontroller.quorum.voters=1@c1:9093\n",
			Good: threeControllers,
		},
		{
			Slug: "quorum-too-large", Severity: Info, cluster: quorumTooLarge,
			Doc: Doc{
				What: "There are more than five voters, an odd number.",
				Why:  "Commits take longer, and nothing practical is gained.",
				Fix:  "Have 3 or 5 controllers.",
			},
			Bad:  "process.roles=controller\nnode.id=1\ncontroller.quorum.voters=1@c1:9093,2@c2:9093,3@c3:9093,4@c4:9093,5@c5:9093,6@c6:9093,7@c7:9093\n",
			Good: threeControllers,
		},
	}
}

// quorumPlaceRules are about where the controllers are, and who knows of them.
func quorumPlaceRules() []*Rule {
	return []*Rule{
		{
			Slug: "controllers-on-one-host", Severity: Warning, cluster: controllersOnOneHost,
			Doc: Doc{
				What: "Two voters are on one host. (All on loopback is development, and nothing is said.)",
				Why:  "One host takes a majority with it.",
				Fix:  "Spread the controllers over hosts.",
			},
			Bad:  "process.roles=controller\nnode.id=1\ncontroller.quorum.voters=1@c1:9093,2@c1:9094,3@c2:9093\n",
			Good: threeControllers,
		},
		{
			Slug: "voters-differ", Severity: Error, cluster: votersDiffer,
			Doc: Doc{
				What: "controller.quorum.voters differs between nodes; order, blanks, the case of hosts and a trailing dot do not count.",
				Why:  "Disjoint majorities can elect two leaders, and brokers look for controllers that are not there.",
				Fix:  "Copy one line to all nodes.",
			},
			Bad:  "-- a.properties --\nprocess.roles=broker\nnode.id=11\ncontroller.quorum.voters=1@c1:9093\n-- b.properties --\nprocess.roles=broker\nnode.id=12\ncontroller.quorum.voters=1@old:9093\n",
			Good: "-- a.properties --\nprocess.roles=broker\nnode.id=11\ncontroller.quorum.voters=1@c1:9093,2@c2:9093\n-- b.properties --\nprocess.roles=broker\nnode.id=12\ncontroller.quorum.voters=2@C2:9093, 1@c1.:9093\n",
		},
		{
			Slug: "mixed-quorum-config", Severity: Warning, Releases: release.Since(release.V3_9), cluster: mixedQuorumConfig,
			Doc: Doc{
				What: "Some nodes have only controller.quorum.voters, and others only controller.quorum.bootstrap.servers.",
				Why:  "It works, but the static lists go stale as the quorum changes, and a static controller beside a dynamic quorum never votes.",
				Fix:  "Use one scheme on all nodes.",
			},
			Bad:  "-- a.properties --\nprocess.roles=broker\nnode.id=11\ncontroller.quorum.voters=1@c1:9093\n-- b.properties --\nprocess.roles=broker\nnode.id=12\ncontroller.quorum.bootstrap.servers=c1:9093\n",
			Good: "-- a.properties --\nprocess.roles=broker\nnode.id=11\ncontroller.quorum.bootstrap.servers=c1:9093\n-- b.properties --\nprocess.roles=broker\nnode.id=12\ncontroller.quorum.bootstrap.servers=c1:9093\n",
		},
	}
}

// voterMap is what controller.quorum.voters says, in one comparable form.
func voterMap(n *node) (string, bool) {
	if len(n.voters) == 0 || !n.votersSound {
		return "", false
	}
	last := map[int32]hostPort{}
	for _, v := range n.voters {
		last[v.id] = hostPort{host: v.host, port: v.port}
	}
	entries := make([]string, 0, len(last))
	for id, at := range last {
		entries = append(entries, fmt.Sprintf("%d@%s", id, at))
	}
	slices.Sort(entries)
	return strings.Join(entries, ","), true
}

// referenceVoters is the first node with the voters most files have: of several those of most controllers.
func (c *cluster) referenceVoters() *node {
	ref := reference(agreement(c.nodes, voterMap), countOf(func(n *node) bool { return n.controller }))
	if ref == nil {
		return nil
	}
	return ref.first()
}

// quorumSize is the number of voters: as listed, or else the controllers there are, which without all files tells nothing.
func (c *cluster) quorumSize() (int, bool) {
	if len(c.controllers) == 0 {
		return 0, false
	}
	ids := map[int32]bool{}
	if ref := c.referenceVoters(); ref != nil {
		for _, v := range ref.voters {
			ids[v.id] = true
		}
		return len(ids), true
	}
	for _, n := range c.controllers {
		if !n.hasID || len(n.bootstrap) == 0 {
			return 0, false
		}
		ids[n.id] = true
	}
	return len(ids), !c.partial
}

func quorumKey(n *node) string { return n.given(votersKey, bootstrapKey) }

func evenQuorum(c *cluster, r *reporter) {
	if size, ok := c.quorumSize(); ok && size > 0 && size%2 == 0 {
		first := c.controllers[0]
		r.at(first, quorumKey(first), "%d voters tolerate the loss of %d, as many as %d voters do", size, size/2-1, size-1)
	}
}

func singleController(c *cluster, r *reporter) {
	if size, ok := c.quorumSize(); ok && size == 1 {
		first := c.controllers[0]
		r.at(first, quorumKey(first), "there is one controller, and nobody takes over when it fails")
	}
}

func quorumTooLarge(c *cluster, r *reporter) {
	if size, ok := c.quorumSize(); ok && size > 5 && size%2 == 1 {
		first := c.controllers[0]
		r.at(first, quorumKey(first), "%d voters make commits slower than 5 do", size)
	}
}

func controllersOnOneHost(c *cluster, r *reporter) {
	ref := c.referenceVoters()
	if ref == nil || len(c.controllers) == 0 {
		return
	}
	seen := map[string]voter{}
	for _, v := range ref.voters {
		other, taken := seen[v.host]
		seen[v.host] = v
		if taken && isNamed(v.host) && other.id != v.id && other.port != v.port {
			r.at(ref, votersKey, "voters %d and %d are on one host, %s", other.id, v.id, v.host)
			return
		}
	}
}

func votersDiffer(c *cluster, r *reporter) {
	deviating(c.nodes, voterMap, countOf(func(n *node) bool { return n.controller }), func(n, ref *node) {
		if difference := compareVoters(n, ref); difference != "" {
			r.at(n, votersKey, "%s", difference).see(ref, votersKey, "most nodes have this")
		}
	})
}

// compareVoters says how two lists of voters certainly differ; empty when they may be the same.
func compareVoters(n, ref *node) string {
	for _, v := range n.voters {
		other, ok := ref.voter(v.id)
		switch {
		case !ok:
			return fmt.Sprintf("voter %d is not among those of most nodes", v.id)
		case other.port != v.port, hostsDiffer(other.host, v.host):
			return fmt.Sprintf("voter %d is at %s, and on most nodes at %s", v.id, v.hostPort, other.hostPort)
		}
	}
	for _, v := range ref.voters {
		if _, ok := n.voter(v.id); !ok {
			return fmt.Sprintf("voter %d is missing", v.id)
		}
	}
	return ""
}

// Schemes of the quorum's configuration.
const (
	static  = "static voters"
	dynamic = "bootstrap servers"
)

// scheme is which of the two a node uses; a node with both fits either.
func scheme(n *node) (string, bool) {
	voters, bootstrap := len(n.list(votersKey)) > 0 || n.unknown(votersKey), len(n.list(bootstrapKey)) > 0 || n.unknown(bootstrapKey)
	switch {
	case voters && !bootstrap:
		return static, true
	case bootstrap && !voters:
		return dynamic, true
	}
	return "", false
}

func mixedQuorumConfig(c *cluster, r *reporter) {
	deviating(c.nodes, scheme, countOf(func(n *node) bool { return n.controller }), func(n, ref *node) {
		own, _ := scheme(n)
		theirs, _ := scheme(ref)
		r.at(n, quorumKey(n), "this node has %s, and most have %s", own, theirs).see(ref, quorumKey(ref), "most nodes have this")
	})
}
