package validate

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/kraftctl/kraftctl/release"
)

const (
	defaultFactorKey = "default.replication.factor"
	partitionsKey    = "num.partitions"
)

// replicationRules hold replication factors against the brokers and racks there are.
func replicationRules() []*Rule {
	return []*Rule{
		{
			Slug: "replication-factor-exceeds-brokers", Severity: Warning, cluster: replicationFactorExceedsBrokers,
			Doc: Doc{
				What: "The replication factor of new topics (where set), of the offsets or transaction state topic (3 unless set), or of the share state topic (where set) is above the number of brokers.",
				Why:  "Making the topic fails with INVALID_REPLICATION_FACTOR, and the groups or producers that need it wait.",
				Fix:  "Lower it, or add brokers.",
			},
			Bad:  brokerPair("offsets.topic.replication.factor=3\n", "offsets.topic.replication.factor=3\n"),
			Good: brokerPair("offsets.topic.replication.factor=2\ntransaction.state.log.replication.factor=2\n", "offsets.topic.replication.factor=2\ntransaction.state.log.replication.factor=2\n"),
		},
		{
			Slug: "default-replication-one", Severity: Info, Profile: Production, cluster: defaultReplicationOne,
			Doc: Doc{
				What: "default.replication.factor is 1 or not set, with three or more brokers.",
				Why:  "Topics made without a factor have no second copy.",
				Fix:  "Set it to 3 on the controllers.",
			},
			Bad:  threeBrokers(""),
			Good: threeBrokers("default.replication.factor=3\n"),
		},
		{
			Slug: "topic-defaults-differ", Severity: Warning, cluster: topicDefaultsDiffer,
			Doc: Doc{
				What: "num.partitions or default.replication.factor (1 unless set) differs between controllers and brokers. From 4.3 on brokers do not use them, and this is advice.",
				Why:  "The active controller's value is used for topics made without one, and the broker's for topics made automatically.",
				Fix:  "Set the same on all nodes.",
			},
			Bad:  threeBrokers("num.partitions=6\n"),
			Good: threeBrokers(""),
		},
		{
			Slug: "rack-partial", Severity: Warning, cluster: rackPartial,
			Doc: Doc{
				What: "Some brokers have broker.rack and others do not.",
				Why:  "Brokers without one count as one more rack.",
				Fix:  "Set it on all brokers, or on none.",
			},
			Bad:  brokerPair("broker.rack=a\n", ""),
			Good: brokerPair("broker.rack=a\n", "broker.rack=b\n"),
		},
		{
			Slug: "rack-unbalanced", Severity: Info, cluster: rackUnbalanced,
			Doc: Doc{
				What: "Racks differ in size by more than one broker, or there are fewer racks than replicas.",
				Why:  "A small rack gets most replicas, and with few racks two replicas share one.",
				Fix:  "Balance the racks.",
			},
			Bad:  brokerPair("broker.rack=a\ndefault.replication.factor=2\n", "broker.rack=a\ndefault.replication.factor=2\n"),
			Good: brokerPair("broker.rack=a\ndefault.replication.factor=2\n", "broker.rack=b\ndefault.replication.factor=2\n"),
		},
	}
}

// threeBrokers is an example of a controller, with lines of its own, and three brokers.
func threeBrokers(controller string) Example {
	text := "-- a.properties --\nprocess.roles=controller\nnode.id=1\ncontroller.quorum.voters=1@c1:9093\nlisteners=CONTROLLER://c1:9093\ncontroller.listener.names=CONTROLLER\n" + controller
	for i := 1; i <= 3; i++ {
		text += fmt.Sprintf("-- b%d.properties --\nprocess.roles=broker\nnode.id=1%d\ncontroller.quorum.voters=1@c1:9093\ncontroller.listener.names=CONTROLLER\n", i, i)
	}
	return Example(text)
}

// topicFactors are the replication factors of topics brokers make; unset says that the default counts, too.
var topicFactors = []struct {
	key   string
	unset bool
}{
	{defaultFactorKey, false},
	{"offsets.topic.replication.factor", true},
	{"transaction.state.log.replication.factor", true},
	{"share.coordinator.state.topic.replication.factor", false},
}

func replicationFactorExceedsBrokers(c *cluster, r *reporter) {
	if len(c.brokers) == 0 || c.partial {
		return
	}
	for _, topic := range topicFactors {
		tooMany := func(n *node) bool {
			factor, ok := n.int(topic.key)
			return ok && factor > int64(len(c.brokers)) && (topic.unset || n.has(topic.key))
		}
		at := only(c.brokers, func(n *node) bool { return n.has(topic.key) && tooMany(n) })
		if len(at) == 0 {
			at = only(c.brokers, tooMany)
		}
		if len(at) > 0 {
			factor, _ := at[0].int(topic.key)
			set := ""
			if !at[0].has(topic.key) {
				set = " unless set"
			}
			r.at(at[0], topic.key, "%s is %d%s, and there %s", topic.key, factor, set, brokersThere(len(c.brokers))).edit(SetValue, topic.key, strconv.Itoa(len(c.brokers)))
		}
	}
}

func brokersThere(n int) string {
	if n == 1 {
		return "is 1 broker"
	}
	return fmt.Sprintf("are %d brokers", n)
}

func defaultReplicationOne(c *cluster, r *reporter) {
	if len(c.controllers) == 0 || len(c.brokers) < 3 {
		return
	}
	first := c.controllers[0]
	if factor, ok := first.int(defaultFactorKey); ok && factor == 1 {
		r.at(first, defaultFactorKey, "topics made without a replication factor have one copy, and there are %d brokers", len(c.brokers))
	}
}

func topicDefaultsDiffer(c *cluster, r *reporter) {
	if len(c.controllers) == 0 {
		return
	}
	first := c.controllers[0]
	for _, key := range []string{partitionsKey, defaultFactorKey} {
		value, ok := first.int(key)
		if !ok {
			continue
		}
		for _, n := range c.brokers {
			if other, ok := n.int(key); ok && other != value {
				r.at(first, key, "%s is %d on the controller and %d on a broker", key, value, other).
					asIf(c.release >= release.V4_3, Info).see(n, key, "the broker's value")
				break
			}
		}
	}
}

func rack(n *node) (string, bool) {
	text, _ := n.text(rackKey)
	return text, text != ""
}

func rackPartial(c *cluster, r *reporter) {
	with := only(c.brokers, func(n *node) bool { return n.has(rackKey) })
	if len(with) == 0 {
		return
	}
	for _, n := range c.brokers {
		if !n.has(rackKey) {
			r.at(n, rackKey, "this broker has no rack, and others have").see(with[0], rackKey, "a broker with one")
		}
	}
}

func rackUnbalanced(c *cluster, r *reporter) {
	racks := agreement(c.brokers, rack)
	if len(racks) == 0 || c.partial || slices.ContainsFunc(c.brokers, func(n *node) bool { return n.unknown(rackKey) }) {
		return
	}
	first := racks[0].first()
	smallest, largest := len(racks[0].nodes), len(racks[0].nodes)
	for _, g := range racks {
		smallest, largest = min(smallest, len(g.nodes)), max(largest, len(g.nodes))
	}
	var factor int64
	for _, n := range c.nodes {
		if f, ok := n.int(defaultFactorKey); ok && n.has(defaultFactorKey) {
			factor = max(factor, f)
		}
	}
	switch {
	case largest > smallest+1:
		r.at(first, rackKey, "the racks have %d to %d brokers", smallest, largest)
	case int64(len(racks)) < factor:
		r.at(first, rackKey, "there are %d racks for %d replicas", len(racks), factor)
	}
}
