package validate

import (
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/nodeconf"
)

// explained says which rules say better what a refusal of Kafka's means. A part of the message tells the refusal.
var explained = []struct {
	message string
	rules   []string
}{
	{"You must set `node.id` to the same value", []string{"broker-id-mismatch"}},
	{"If using process.roles", []string{"quorum-not-configured"}},
	{"must not be included in the set of voters", []string{"broker-in-voters"}},
	{"must be included in the set of voters", []string{"controller-not-a-voter", "duplicate-voter-id"}},
	{"must only contain KRaft controller listeners", []string{"controller-exposes-client-listener", "controller-listener-not-listed", "controller-listener-names-missing"}},
	{"must not contain a value appearing in the 'listeners'", []string{"broker-exposes-controller-listener"}},
	{"controller.listener.names must contain at least one value", []string{"controller-listener-names-missing", "controller-listener-not-listed"}},
	{"controller.listener.names must only contain values", []string{"controller-listener-not-listed"}},
	{"\"controller.listener.names\" which has no default", []string{"controller-listener-names-missing"}},
	{"'controller.listener.names' must not be empty", []string{"controller-listener-names-missing"}},
	{"different port", []string{"controller-port-shared"}},
	{"listeners on the same port", []string{"controller-port-shared"}},
	{"Perhaps all listeners appear in controller.listener.names", []string{"controller-port-shared", "broker-exposes-controller-listener"}},
	{"No security protocol defined for listener", []string{"listener-unmapped", "controller-listener-not-listed", "controller-listener-names-missing"}},
	{"not found in listener.security.protocol.map", []string{"listener-unmapped", "inter-broker-listener-missing"}},
	{"inter.broker.listener.name must be a listener name", []string{"inter-broker-listener-missing", "broker-exposes-controller-listener", "controller-listener-names-missing"}},
	{"must be included in sasl.enabled.mechanisms", []string{"sasl-mechanism-not-enabled"}},
	{"nonroutable meta-address", []string{"advertised-unroutable"}},
	{"is not routeable", []string{"voter-unroutable"}},
	{"port out of range", []string{"port-out-of-range"}},
	{`Malformed \uxxxx`, []string{"bad-unicode-escape"}},
	{"\"process.roles\" which has no default", []string{"process-roles-missing"}},
	{"must be empty when not running in KRaft mode", []string{"process-roles-missing"}},
	{"Missing required configuration `zookeeper.connect`", []string{"process-roles-missing", "migration-incomplete-settings"}},
	{"`zookeeper.connect` must also be set", []string{"migration-incomplete-settings"}},
	{"Cannot enable ZooKeeper migration", []string{"migration-ibp-too-low", "migration-incomplete-settings"}},
}

// sayBetter are rules that make a refusal about the same key needless when they report it as an error.
var sayBetter = map[string]bool{"inline-comment": true, "ipv6-unbracketed": true}

// structural are the keys that Kafka holds against one another: what is wrong with one may be reported of another.
var structural = []string{
	rolesKey, votersKey, bootstrapKey, controllerKey, listenersKey, advertisedKey, protocolsKey, interBrokerKey, interProtocolKey,
}

// standsAlone tells whether a refusal is about one key whatever the others say.
func standsAlone(p *nodeconf.Problem) bool {
	for _, start := range []string{"Invalid value ", "Missing required configuration ", "Configuration '"} {
		if strings.HasPrefix(p.Message, start) {
			return true
		}
	}
	return p.Stage == nodeconf.StageLoad
}

// refusals reports what Kafka refuses a file for, unless a finding about the file says it better. Of what Kafka would
// refuse next, that which may only follow from a mistake another rule has reported is left out.
func refusals(n *node, findings []*finding) []*finding {
	rule, _ := Lookup("kafka-rejects")
	r := &reporter{rule: rule}
	explainedError := slices.ContainsFunc(findings, func(f *finding) bool { return f.Severity == Error })
	for i, p := range append(problems(n.verdict.Refusal), n.verdict.Others...) {
		if saidBetter(p, findings) || i > 0 && explainedError && !standsAlone(p) {
			continue
		}
		r.refusal(n, p, i > 0)
	}
	return r.findings
}

func (r *reporter) refusal(n *node, p *nodeconf.Problem, next bool) {
	f := r.at(n, p.Key, "%s", p.Message)
	if next {
		f.Message = "once the errors before are mended: " + f.Message
	}
	if p.Hint != "" {
		f.Fix = maskSecrets(p.Hint)
	}
	if p.Pos.Line == f.Line && n.src.Lines == nil {
		f.Column = p.Pos.Column
	}
	if n.hidden(p.Key) || !standsAlone(p) && slices.ContainsFunc(structural, n.hidden) {
		f.Severity = Info
		f.Message = "where references have no value, as here: " + f.Message
		f.Why = "The node will not start if they have none there, either."
		f.Fix = "nothing, if the references have values where the node runs"
	}
}

// hidden tells whether the value of a key is known where the node runs, and not here.
func (n *node) hidden(key string) bool { return n.unknown(key) && n.resolvable(key) }

func problems(first *nodeconf.Problem) []*nodeconf.Problem {
	if first == nil {
		return nil
	}
	return []*nodeconf.Problem{first}
}

func saidBetter(p *nodeconf.Problem, findings []*finding) bool {
	for _, f := range findings {
		if sayBetter[f.Rule] && f.Severity == Error &&
			(f.Key == p.Key || slices.Contains(structural, f.Key) && slices.Contains(structural, p.Key)) {
			return true
		}
		for _, e := range explained {
			if strings.Contains(p.Message, e.message) && slices.Contains(e.rules, f.Rule) {
				return true
			}
		}
	}
	return false
}

// shownVerdict is a verdict for people to read: Kafka's messages quote values, and one may spell out a secret.
func shownVerdict(v *nodeconf.Verdict) *nodeconf.Verdict {
	all := append(problems(v.Refusal), v.Others...)
	if !slices.ContainsFunc(all, func(p *nodeconf.Problem) bool {
		return spellsSecret(p.Message + " " + p.Hint + " " + strings.Join(p.Causes, " "))
	}) {
		return v
	}
	shown := *v
	masked := make([]*nodeconf.Problem, len(all))
	for i, p := range all {
		q := *p
		q.Message, q.Hint, q.Causes = maskSecrets(p.Message), maskSecrets(p.Hint), slices.Clone(p.Causes)
		for j := range q.Causes {
			q.Causes[j] = maskSecrets(q.Causes[j])
		}
		masked[i] = &q
	}
	shown.Refusal, shown.Others = masked[0], masked[1:]
	return &shown
}
