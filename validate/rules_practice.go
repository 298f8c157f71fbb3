package validate

import (
	"strings"

	"github.com/kraftctl/kraftctl/release"

	"github.com/kraftctl/kraftctl/internal/pattern"
)

// practiceRules are good practice in one file.
func practiceRules() []*Rule {
	return []*Rule{
		{
			Slug: "super-users-separator", Severity: Warning, file: superUsersSeparator,
			Doc: Doc{
				What: "The entries of super.users are separated by a comma.",
				Why:  "A semicolon separates them: User:a,User:b is one user, so nobody is a super user.",
				Fix:  "Separate them with semicolons.",
			},
			Bad:  "super.users=User:admin,User:kafka\n",
			Good: "super.users=User:admin;User:CN=kafka,O=Acme\n",
		},
		{
			Slug: "authorizer-on-plaintext", Severity: Warning, file: authorizerOnPlaintext,
			Doc: Doc{
				What: "An authorizer is set while a listener of the node is PLAINTEXT and not on loopback.",
				Why:  "Everybody there is User:ANONYMOUS.",
				Fix:  "Authenticate the listener.",
			},
			Bad:  "process.roles=broker\nlisteners=PLAINTEXT://:9092\nauthorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n",
			Good: "process.roles=broker\nlisteners=SASL_SSL://:9092\nauthorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n",
		},
	}
}

// commaUser is a principal behind a comma; in a distinguished name a comma is followed by an attribute and =.
var commaUser = pattern.Lazy(`,\s*[A-Za-z]+:`)

func superUsersSeparator(n *node, r *reporter) {
	text, ok := n.written(superUsersKey)
	if ok && commaUser().MatchString(text) {
		fixed := commaUser().ReplaceAllStringFunc(text, func(m string) string { return ";" + strings.TrimLeft(m, ", \t") })
		r.at(n, superUsersKey, "a comma does not separate super users, so this is one user").edit(SetValue, superUsersKey, fixed)
	}
}

// exposed is the first listener the node opens with a protocol that others than this machine reach.
func (n *node) exposed(among []endpoint, protocol string) (endpoint, bool) {
	for _, e := range among {
		if n.protocol(e.name) == protocol && !onLoopback(e) {
			return e, true
		}
	}
	return endpoint{}, false
}

func authorizerOnPlaintext(n *node, r *reporter) {
	if class, _ := n.text(authorizerKey); class == "" {
		return
	}
	if e, ok := n.exposed(n.opened(), "PLAINTEXT"); ok {
		r.at(n, n.given(protocolsKey, listenersKey), "the authorizer sees everybody on %s as User:ANONYMOUS", e.name)
	}
}

// replicaRules hold minimum ISRs against replication factors in one file.
func replicaRules() []*Rule {
	return []*Rule{
		{
			Slug: "min-isr-exceeds-replication", Severity: Warning, file: minISRExceedsReplication,
			Doc: Doc{
				What: "A minimum ISR is above its replication factor: min.insync.replicas above default.replication.factor (where set), or that of the transaction or share state topic above its factor.",
				Why:  "Up to 3.6 writes with acks=all fail with NOT_ENOUGH_REPLICAS. From 3.7 on the minimum is capped, so the setting only misleads (info).",
				Fix:  "Lower the minimum below the replication factor.",
			},
			Bad:  "process.roles=broker\ndefault.replication.factor=1\nmin.insync.replicas=2\n",
			Good: "process.roles=broker\ndefault.replication.factor=3\nmin.insync.replicas=2\n",
		},
		{
			Slug: "min-isr-no-spare", Severity: Info, file: minISRNoSpare,
			Doc: Doc{
				What: "A minimum ISR equals its replication factor, above 1.",
				Why:  "One broker down stops all writes with acks=all.",
				Fix:  "Set the minimum to the replication factor less one.",
			},
			Bad:  "process.roles=broker\ndefault.replication.factor=3\nmin.insync.replicas=3\n",
			Good: "process.roles=broker\ndefault.replication.factor=3\nmin.insync.replicas=2\n",
		},
	}
}

// isrPairs are the minimum ISRs and the replication factors they belong to. Where needsFactor says so, an unset factor tells nothing.
var isrPairs = []struct {
	isr, factor string
	needsFactor bool
}{
	{"min.insync.replicas", "default.replication.factor", true},
	{"transaction.state.log.min.isr", "transaction.state.log.replication.factor", false},
	{"share.coordinator.state.topic.min.isr", "share.coordinator.state.topic.replication.factor", false},
}

// eachISR calls say for each pair whose values are known, and the key to point to.
func (n *node) eachISR(say func(key string, pairISR, pairFactor string, isr, factor int64)) {
	if !n.serves() {
		return
	}
	for _, p := range isrPairs {
		isr, ok := n.int(p.isr)
		factor, ok2 := n.int(p.factor)
		if ok && ok2 && (n.has(p.factor) || !p.needsFactor) {
			say(n.given(p.isr, p.factor), p.isr, p.factor, isr, factor)
		}
	}
}

func minISRExceedsReplication(n *node, r *reporter) {
	n.eachISR(func(key, isrKey, factorKey string, isr, factor int64) {
		if isr > factor && factor > 0 {
			r.at(n, key, "%s is %d and %s is %d", isrKey, isr, factorKey, factor).asIf(n.release >= release.V3_7, Info)
		}
	})
}

func minISRNoSpare(n *node, r *reporter) {
	n.eachISR(func(key, isrKey, factorKey string, isr, factor int64) {
		if isr == factor && factor > 1 {
			r.at(n, key, "%s and %s are both %d: one broker down stops writes", isrKey, factorKey, isr).mend("Set %s to %d.", isrKey, factor-1)
		}
	})
}
