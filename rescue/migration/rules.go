package migration

import (
	"fmt"
	"slices"

	"github.com/kraftctl/kraftctl/inspect/compare"
)

// rule is something that can be wrong at some stages.
type rule struct {
	name string
	// in are the stages it looks at.
	in []Stage
	// blocks tells that what it finds keeps the cluster from the next stage.
	blocks bool
	look   func(f *facts, add adder)
}

// adder takes a finding of a rule; node is below 0 when it is about the cluster.
type adder func(node int32, where Place, what, do string)

var (
	before  = []Stage{None, PreMigration}
	during  = []Stage{PreMigration, DualWrite}
	after   = []Stage{DualWrite, Finalised}
	always  = []Stage{None, PreMigration, DualWrite, Finalised}
	notLeft = []Stage{None, PreMigration, DualWrite}
)

// rules are all rules, in the order of a report.
func rules() []rule {
	return slices.Concat(evidenceRules, clusterRules, brokerRules, controllerRules, leftoverRules)
}

// judge applies the rules of the stage.
func (f *facts) judge() (blockers, warnings []Finding) {
	blockers, warnings = []Finding{}, []Finding{}
	for _, r := range rules() {
		if !slices.Contains(r.in, f.stage) {
			continue
		}
		r.look(f, func(node int32, where Place, what, do string) {
			finding := Finding{Rule: r.name, Where: where, What: what, Do: do}
			if node >= 0 {
				finding.Node = &node
			}
			if r.blocks {
				blockers = append(blockers, finding)
			} else {
				warnings = append(warnings, finding)
			}
		})
	}
	return blockers, warnings
}

// evidenceRules are about what was given to look at.
var evidenceRules = []rule{
	{"log-damaged", always, true, func(f *facts, add adder) {
		for _, p := range f.problems {
			add(-1, f.logPlace(), p, "run kraftctl inspect verify on the directory, and look at the copy of another node")
		}
	}},
	{"copies-disagree", always, true, func(f *facts, add adder) {
		for _, c := range f.parted {
			what := fmt.Sprintf("this copy contradicts the one all this was read from (%s)", c.Relation)
			if c.Relation == compare.Relation(compare.DamagedThere) {
				what = "this copy is damaged"
			}
			add(-1, Place{File: c.Name}, what, "run kraftctl inspect compare on both")
		}
	}},
	{"config-refused", always, true, func(f *facts, add adder) {
		if f.done() {
			return // the nodes run a release that is not asked about
		}
		for _, c := range f.in.Configs {
			for _, p := range c.refusals() {
				if !c.elsewhere(p.Key) {
					add(c.ID, Place{File: c.File, Line: p.Pos.Line}, fmt.Sprintf("Kafka %s refuses the configuration: %s", f.in.Release, p.Message), p.Hint)
				}
			}
		}
	}},
	{"config-unresolved", always, false, func(f *facts, add adder) {
		for _, c := range f.in.Configs {
			for _, p := range c.refusals() {
				if c.elsewhere(p.Key) {
					add(c.ID, c.at(p.Key), p.Key+" is a reference to a config provider, and has no value here: what depends on it is not judged",
						"run kraftctl where the provider finds the value, or write the value into a copy of the file")
				}
			}
		}
	}},
	{"copy-given-up", during, false, func(f *facts, add adder) {
		for _, a := range f.aborted {
			add(-1, a.Abort.place(), fmt.Sprintf("a copy from ZooKeeper that began at offset %d was given up: %s", a.Begin.Offset, orUnknown(a.Reason)),
				"the active controller begins anew by itself; its log tells why when it happens again")
		}
	}},
}

func orUnknown(reason string) string {
	if reason == "" {
		return "no reason is recorded"
	}
	return reason
}

// plural is a word, or its plural when there are several.
func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
