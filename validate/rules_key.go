package validate

import (
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// keyRules look at keys the release does not read.
func keyRules() []*Rule {
	return []*Rule{
		{
			Slug: "unknown-key", Severity: Warning, file: unknownKey,
			Doc: Doc{
				What: "A key no release knows, within two edits of one it knows, or the same but for case, _ and -.",
				Why:  "Kafka ignores unknown keys silently, so a slip means the default.",
				Fix:  "Use the key that was meant.",
			},
			Bad:  "num.netwrok.threads=8\n",
			Good: "num.network.threads=8\n",
		},
		{
			Slug: "foreign-key", Severity: Info, file: foreignKey,
			Doc: Doc{
				What: "A key Kafka does not define and that resembles none: a plugin's or a vendor's.",
				Why:  "Usually right, because plugins read such keys, but Kafka itself never will.",
				Fix:  "Check that a plugin reads it.",
			},
			Bad:  "acme.audit.topic=audit\n",
			Good: "num.io.threads=8\n",
		},
	}
}

// oldKeyRules look at keys that belong to other releases.
func oldKeyRules() []*Rule {
	return []*Rule{
		{
			Slug: "key-not-yet-supported", Severity: Warning, file: keyNotYetSupported, Releases: release.Until(release.Newest() - 1),
			Doc: Doc{
				What: "A key that a later release introduced.",
				Why:  "This release ignores it silently.",
				Fix:  "Upgrade, or remove the line.",
			},
			Bad:  "max.decompressed.message.bytes=1000000\n",
			Good: "message.max.bytes=1000000\n",
		},
		{
			Slug: "removed-key", Severity: Info, Releases: release.Since(release.V4_0), file: removedKey,
			Doc: Doc{
				What: "A key that this release no longer has.",
				Why:  "It is ignored silently. A warning where that hurts: without delegation.token.master.key delegation tokens are off, and without log.message.timestamp.difference.max.ms timestamps in the future are bounded to an hour.",
				Fix:  "Remove it, or use its successor.",
			},
			Bad:  "log.message.format.version=3.0\n",
			Good: "num.io.threads=8\n",
		},
		{
			Slug: "deprecated-key", Severity: Info, file: deprecatedKey,
			Doc: Doc{
				What: "A key that is read and deprecated, or has no effect in KRaft mode: inter.broker.protocol.version outside a migration, broker.id, security.inter.broker.protocol beside named listeners.",
				Why:  "It leads readers astray.",
				Fix:  "Use the successor.",
			},
			Bad:  "process.roles=broker\nbroker.id=1\n",
			Good: "process.roles=broker\nnode.id=1\n",
		},
		{
			Slug: "zookeeper-leftover", Severity: Warning, file: zookeeperLeftover,
			Doc: Doc{
				What: "A zookeeper key in a KRaft node that does not migrate.",
				Why:  "It is never read, and suggests that the node still talks to ZooKeeper.",
				Fix:  "Remove the zookeeper keys.",
			},
			Bad:  "process.roles=broker\nzookeeper.connect=zk1:2181\n",
			Good: "process.roles=broker\n",
		},
	}
}

const zookeeperPrefix = "zookeeper."

// strange calls say for each key the release does not know.
func (n *node) strange(say func(key string)) {
	for _, e := range n.entries {
		if e.Key != "" && !e.KeyPos.IsZero() && !knows(n.release, e.Key) {
			say(e.Key)
		}
	}
}

func unknownKey(n *node, r *reporter) {
	n.strange(func(key string) {
		if _, _, known := history(key); known {
			return
		}
		if meant, ok := suggest(n.release, key); ok {
			f := r.at(n, key, "Kafka %s knows no %s; did you mean %s?", n.release, key, meant).mend("Write %s.", meant)
			if !n.has(meant) {
				f.edit(RenameKey, key, meant)
			}
		}
	})
}

func foreignKey(n *node, r *reporter) {
	n.strange(func(key string) {
		if _, _, known := history(key); known {
			return
		}
		if _, ok := suggest(n.release, key); !ok {
			r.at(n, key, "%s is none of Kafka's keys", key)
		}
	})
}

func keyNotYetSupported(n *node, r *reporter) {
	n.strange(func(key string) {
		if since, _, known := history(key); known && since > n.release {
			r.at(n, key, "Kafka %s ignores %s, which came with %s", n.release, key, since).mend("Upgrade to %s or later, or remove the line.", since)
		}
	})
}

// successors are the removed keys whose absence changes what a cluster does.
var successors = map[string]string{
	"delegation.token.master.key":             "delegation.token.secret.key",
	"log.message.timestamp.difference.max.ms": "log.message.timestamp.before.max.ms and log.message.timestamp.after.max.ms",
}

func removedKey(n *node, r *reporter) {
	n.strange(func(key string) {
		_, until, known := history(key)
		if !known || until >= n.release || strings.HasPrefix(key, zookeeperPrefix) {
			return
		}
		if successor := successors[key]; successor != "" {
			r.at(n, key, "Kafka %s ignores %s, which ended with %s", n.release, key, until).as(Warning).mend("Set %s instead.", successor)
			return
		}
		r.at(n, key, "Kafka %s ignores %s, which ended with %s", n.release, key, until).mend("Remove the line.").edit(DeleteKey, key, "")
	})
}

func deprecatedKey(n *node, r *reporter) {
	if !n.kraft {
		return
	}
	if n.has(ibpKey) && n.release < release.V4_0 && !n.migrating {
		r.at(n, ibpKey, "inter.broker.protocol.version has no effect in KRaft mode").
			mend("Remove the line; the cluster's metadata.version, changed with kafka-features, does its work.").edit(DeleteKey, ibpKey, "")
	}
	if n.has(brokerIDKey) {
		f := r.at(n, brokerIDKey, "broker.id is the old name of node.id").mend("Write node.id.")
		if n.has(nodeIDKey) {
			f.mend("Remove broker.id: node.id is there.").edit(DeleteKey, brokerIDKey, "")
		} else {
			f.edit(RenameKey, brokerIDKey, nodeIDKey)
		}
	}
	if !n.has(interProtocolKey) || n.has(interBrokerKey) {
		return
	}
	for _, e := range n.brokerEndpoints(n.listeners) {
		if securityProtocols[e.name] == "" {
			r.at(n, interProtocolKey, "security.inter.broker.protocol beside the named listener %s is easily misread", e.name).
				mend("Name the listener with inter.broker.listener.name instead.")
			return
		}
	}
}

func zookeeperLeftover(n *node, r *reporter) {
	if n.release < release.V4_0 && (!n.kraft || n.migrating) {
		return
	}
	for _, e := range n.entries {
		if strings.HasPrefix(e.Key, zookeeperPrefix) && e.Key != migrationKey {
			r.at(n, e.Key, "%s is never read by a KRaft node that does not migrate", e.Key).edit(DeleteKey, e.Key, "")
			return
		}
	}
}
