package validate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// brokerRules are about settings that have to be the same on all brokers.
func brokerRules() []*Rule {
	return []*Rule{{
		Slug: "broker-defaults-differ", Severity: Warning, cluster: brokerDefaultsDiffer,
		Doc: Doc{
			What: "A setting that decides how topics behave differs between brokers: minimum ISR, unclean election, automatic topics, message size, compression, retention, cleanup, or the partitions and replication factors of Kafka's own topics.",
			Why:  "The leader's own value decides, so behaviour changes with leadership.",
			Fix:  "Set the same on all brokers.",
		},
		Bad:  brokerPair("min.insync.replicas=2\n", ""),
		Good: brokerPair("min.insync.replicas=2\n", "min.insync.replicas=2\n"),
	}}
}

// uniform are the settings that have to be the same. Of several keys for one thing the first that is set counts.
var uniform = [][]string{
	{"min.insync.replicas"},
	{"unclean.leader.election.enable"},
	{"auto.create.topics.enable"},
	{"message.max.bytes"},
	{"compression.type"},
	{"log.retention.ms", "log.retention.minutes", "log.retention.hours"},
	{"log.retention.bytes"},
	{"log.cleanup.policy"},
	{"offsets.topic.num.partitions"},
	{"offsets.topic.replication.factor"},
	{"transaction.state.log.num.partitions"},
	{"transaction.state.log.replication.factor"},
}

// inMilliseconds are the units of keys that say one thing in different ones.
var inMilliseconds = map[string]int64{"log.retention.ms": 1, "log.retention.minutes": 60_000, "log.retention.hours": 3_600_000}

// comparable is the value of the first of some keys that is set, or of the default, in a form that can be compared.
func (n *node) comparable(keys []string) (string, bool) {
	key := n.given(keys...)
	text, ok := n.text(key)
	if unit := inMilliseconds[key]; unit > 0 {
		number, err := strconv.ParseInt(text, 10, 64)
		if number < 0 {
			return "-1", ok && err == nil
		}
		return strconv.FormatInt(number*unit, 10), ok && err == nil
	}
	if def, known := release.LookupConfigKey(n.release, key); known && def.Type == release.TypeList {
		items := splitList(text, ",")
		slices.Sort(items)
		return strings.Join(items, ","), ok
	}
	return strings.ToLower(text), ok
}

func brokerDefaultsDiffer(c *cluster, r *reporter) {
	for _, keys := range uniform {
		if !slices.ContainsFunc(c.brokers, func(n *node) bool { return slices.ContainsFunc(keys, n.has) }) {
			continue
		}
		value := func(n *node) (string, bool) { return n.comparable(keys) }
		deviating(c.brokers, value, nil, func(n, ref *node) {
			theirs := ref.given(keys...)
			key := theirs
			if own := n.given(keys...); n.has(own) {
				key = own
			}
			r.at(n, key, "%s here, and %s on most brokers", n.shown(key), ref.shown(theirs)).see(ref, theirs, "most brokers have this")
		})
	}
}

// shown is a setting for a message.
func (n *node) shown(key string) string {
	text, _ := n.text(key)
	if !n.has(key) {
		return key + " is not set (" + text + ")"
	}
	return key + " is " + text
}

// accessRules are about who may do what.
func accessRules() []*Rule {
	return []*Rule{
		{
			Slug: "authorizer-differs", Severity: Error, cluster: authorizerDiffers,
			Doc: Doc{
				What: "authorizer.class.name differs, or is missing on some nodes.",
				Why:  "A node without one allows everything, and one with it refuses the others.",
				Fix:  "Set the same on all nodes, controllers included.",
			},
			Bad:  brokerPair("authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n", ""),
			Good: brokerPair("authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n", "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n"),
		},
		{
			Slug: "super-users-differ", Severity: Warning, cluster: superUsersDiffer,
			Doc: Doc{
				What: "super.users differs as a set between nodes with an authorizer.",
				Why:  "A principal is a super user on some nodes only.",
				Fix:  "Set the same on all nodes.",
			},
			Bad: brokerPair("authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\nsuper.users=User:a;User:b\n",
				"authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\nsuper.users=User:a\n"),
			Good: brokerPair("authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\nsuper.users=User:a;User:b\n",
				"authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\nsuper.users=User:b;User:a\n"),
		},
		{
			Slug: "delegation-secret-differs", Severity: Warning, cluster: delegationSecretDiffers,
			Doc: Doc{
				What: "delegation.token.secret.key differs, or is missing on some nodes.",
				Why:  "Tokens made on one node are invalid on others.",
				Fix:  "Set the same on all nodes.",
			},
			Bad:  brokerPair("delegation.token.secret.key=one\n", "delegation.token.secret.key=two\n"),
			Good: brokerPair("delegation.token.secret.key=one\n", "delegation.token.secret.key=one\n"),
		},
	}
}

func authorizer(n *node) (string, bool) {
	if n.unknown(authorizerKey) || n.zkBroker { // a ZooKeeper broker has one of ZooKeeper's until it has migrated
		return "", false
	}
	class, _ := n.text(authorizerKey)
	return class, true
}

func authorizerDiffers(c *cluster, r *reporter) {
	has := countOf(func(n *node) bool { class, _ := authorizer(n); return class != "" })
	deviating(only(c.nodes, func(n *node) bool { return n.kraft || n.zkBroker }), authorizer, has, func(n, ref *node) {
		message := "this node has another authorizer than most"
		if own, _ := authorizer(n); own == "" {
			message = "this node has no authorizer, and most have"
		} else if theirs, _ := authorizer(ref); theirs == "" {
			message = "this node has an authorizer, and most have none"
		}
		r.at(n, authorizerKey, "%s", message).see(ref, authorizerKey, "most nodes have this")
	})
}

func superUsers(n *node) (string, bool) {
	class, ok := authorizer(n)
	text, _ := n.text(superUsersKey)
	users := splitList(text, ";")
	slices.Sort(users)
	return strings.Join(slices.Compact(users), ";"), ok && class != "" && !n.unknown(superUsersKey)
}

func superUsersDiffer(c *cluster, r *reporter) {
	deviating(c.nodes, superUsers, nil, func(n, ref *node) {
		r.at(n, superUsersKey, "this node has other super users than most").see(ref, superUsersKey, "most nodes have this")
	})
}

const secretKey, masterKey = "delegation.token.secret.key", "delegation.token.master.key"

// delegationSecret is the secret of delegation tokens; up to 3.9 its old name does as well.
func delegationSecret(n *node) (string, bool) {
	key := secretKey
	if n.release < release.V4_0 {
		key = n.given(secretKey, masterKey, secretKey)
	}
	text, _ := n.written(key)
	return text, !hasPlaceholder(text)
}

func delegationSecretDiffers(c *cluster, r *reporter) {
	nodes := only(c.nodes, func(n *node) bool { return n.kraft || n.zkBroker })
	deviating(nodes, delegationSecret, countOf(func(n *node) bool { text, _ := delegationSecret(n); return text != "" }), func(n, ref *node) {
		message := "this node has another secret than most"
		if own, _ := delegationSecret(n); own == "" {
			message = "this node has no secret, and most have"
		}
		r.at(n, n.given(secretKey, masterKey, secretKey), "%s", message).see(ref, ref.given(secretKey, masterKey, secretKey), "most nodes have this")
	})
}

// timeoutRules are about times that have to fit together.
func timeoutRules() []*Rule {
	return []*Rule{
		{
			Slug: "session-timeout-too-short", Severity: Warning, cluster: sessionTimeoutTooShort,
			Doc: Doc{
				What: "A controller's broker.session.timeout.ms (9000) is less than twice a broker's broker.heartbeat.interval.ms (2000).",
				Why:  "One lost heartbeat fences the broker. When the session is no longer than the interval the broker flaps for ever (error).",
				Fix:  "Raise the session timeout on the controllers.",
			},
			Bad:  threeBrokers("broker.session.timeout.ms=3000\n"),
			Good: threeBrokers("broker.session.timeout.ms=4000\n"),
		},
		{
			Slug: "quorum-timeouts-differ", Severity: Warning, cluster: quorumTimeoutsDiffer,
			Doc: Doc{
				What: "A timeout of the quorum differs between controllers.",
				Why:  "Elections become unstable.",
				Fix:  "Set the same on all controllers.",
			},
			Bad:  Example(strings.Replace(threeControllers, "node.id=3\n", "node.id=3\ncontroller.quorum.fetch.timeout.ms=5000\n", 1)),
			Good: threeControllers,
		},
	}
}

const (
	sessionKey   = "broker.session.timeout.ms"
	heartbeatKey = "broker.heartbeat.interval.ms"
)

func sessionTimeoutTooShort(c *cluster, r *reporter) {
	var shortest *node
	var session int64
	for _, n := range c.controllers {
		if ms, ok := n.int(sessionKey); ok && (shortest == nil || ms < session) {
			shortest, session = n, ms
		}
	}
	if shortest == nil {
		return
	}
	for _, row := range []struct {
		intervals int64
		severity  Severity
	}{{1, Error}, {2, Warning}} {
		for _, n := range c.brokers {
			interval, ok := n.int(heartbeatKey)
			if !ok || row.severity == Error && session > interval || session >= row.intervals*interval && row.severity == Warning {
				continue
			}
			at := only(c.controllers, func(k *node) bool { ms, ok := k.int(sessionKey); return ok && ms < 2*interval })
			r.at(n, heartbeatKey, "a heartbeat every %d ms is too slow for a session of %d ms", interval, session).as(row.severity).
				see(at[0], sessionKey, "the session timeout")
			return
		}
	}
}

var quorumTimeouts = []string{
	"controller.quorum.election.timeout.ms", "controller.quorum.fetch.timeout.ms",
	"controller.quorum.election.backoff.max.ms", "controller.quorum.request.timeout.ms",
}

func quorumTimeoutsDiffer(c *cluster, r *reporter) {
	for _, key := range quorumTimeouts {
		value := func(n *node) (string, bool) { return n.comparable([]string{key}) }
		deviating(c.controllers, value, nil, func(n, ref *node) {
			r.at(n, key, "%s here, and %s on most controllers", n.shown(key), ref.shown(key)).see(ref, key, "most controllers have this")
		})
	}
}
