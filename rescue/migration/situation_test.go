package migration_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/migration"
)

// situation is what a rule is held against: the log of a stage, with what log adds to it, and configurations.
type situation struct {
	name string
	// at are the stages it is looked at in.
	at []migration.Stage
	// log changes the log of the stage; at none there is no log unless it is given.
	log func(l *lab)
	// copies are further logs.
	copies func(l *lab) []*metalog.Log
	// formatted is metadata.version of a directory that was formatted and has not run, in place of a log; 0 for none.
	formatted int16
	configs   []one
	dirs      []migration.Directory
	release   release.Release
}

var (
	none       = []migration.Stage{migration.None}
	pre        = []migration.Stage{migration.PreMigration}
	dual       = []migration.Stage{migration.DualWrite}
	finalised  = []migration.Stage{migration.Finalised}
	preAndDual = slices.Concat(pre, dual)
	anyStage   = slices.Concat(none, pre, dual, finalised)
)

// atStage is a log of metadata.version 3.9-IV0 in which one voter and, from dual-write on, broker 1 on ZooKeeper are registered.
func atStage(t testing.TB, stage migration.Stage) *lab {
	l := newLog(t)
	if stage == migration.None {
		return l
	}
	l.bootstrap(21, 2).controller(3000, true)
	if stage != migration.PreMigration {
		l.broker(1, true).begin("ZK Migration").topic("a", 1).state(1).end()
	}
	if stage == migration.Finalised {
		l.state(3)
	}
	return l
}

// converted registers broker 1 in KRaft mode, as it is after its last restart.
func converted(l *lab) { l.broker(1, false) }

// damaged breaks a batch that is not the last.
func damaged(l *lab) {
	at := len(l.topic("xx", 1).log) - 8
	l.topic("yy", 1)
	l.log[at] ^= 1
}

// torn leaves the last batch unfinished in the directory of a node that runs.
func torn(l *lab) {
	l.topic("zz", 1)
	l.log = l.log[:len(l.log)-3]
	l.more["node/__cluster_metadata-0/quorum-state"] = &fstest.MapFile{Data: []byte(`{"leaderId":3000,"leaderEpoch":1,"votedId":-1,"data_version":0,"currentVoters":[{"voterId":3000}]}`)}
}

// born is the log of a quorum that ran without the migration.
func born(l *lab) { l.bootstrap(21, 0) }

// input is what a situation gives to look at.
func (s situation) input(t testing.TB, fsys fstest.MapFS, stage migration.Stage) migration.Input {
	t.Helper()
	in := migration.Input{Directories: s.dirs, Release: s.release}
	if in.Release == 0 {
		in.Release = release.V3_9
	}
	l := atStage(t, stage)
	if s.log != nil {
		s.log(l)
	}
	switch {
	case s.formatted > 0:
		in.Logs = formatted(t, s.formatted)
	case stage != migration.None || s.log != nil:
		in.Logs = l.logs()
	}
	if s.copies != nil {
		in.Logs = append(in.Logs, s.copies(l)...)
	}
	for _, c := range s.configs {
		in.Configs = append(in.Configs, config(t, fsys, c[0], in.Release, c[1:]...))
	}
	return in
}

// formatted is a directory that was formatted with a metadata.version and has not run.
func formatted(t testing.TB, level int16) []*metalog.Log {
	t.Helper()
	value := metadata.AppendFramed(nil, &metadata.FeatureLevelRecord{Name: "metadata.version", FeatureLevel: level}, 0)
	return openLogs(t, fstest.MapFS{
		"node/bootstrap.checkpoint": {Data: record.AppendBatch(nil, record.NewBatch(0, 0, 1795000000000), []record.Record{{Value: value}})},
		"node/meta.properties":      {Data: []byte("version=1\nnode.id=3000\ncluster.id=AAAAAAAAQACAAAAAAAAAAg\n")},
	}, "node")
}

// elsewhere opens a log as that of another node.
func (l *lab) elsewhere(dir string) []*metalog.Log {
	return openLogs(l.t, fstest.MapFS{
		dir + "/__cluster_metadata-0/00000000000000000000.log": {Data: l.log},
		dir + "/meta.properties":                               {Data: []byte("version=1\nnode.id=3000\ncluster.id=AAAAAAAAQACAAAAAAAAAAg\n")},
	}, dir)
}

// fork is the log with another record at its end.
func fork(l *lab) []*metalog.Log {
	other := &lab{t: l.t, log: slices.Clone(l.log), next: l.next}
	other.topic("other", 1)
	l.topic("mine", 1).topic("more", 1)
	return slices.Concat(l.elsewhere("mine"), other.elsewhere("fork"))
}

// prefix is a copy that lacks the end.
func prefix(l *lab) []*metalog.Log {
	short := &lab{t: l.t, log: slices.Clone(l.log), next: l.next}
	l.topic("mine", 1)
	return slices.Concat(l.elsewhere("longer"), short.elsewhere("behind"))
}

// TestEveryRule holds each rule against situations that raise it, at every stage it looks at, and against ones that are nearly the
// same and must not.
func TestEveryRule(t *testing.T) {
	fsys := corpus.Load(t, "../../testdata/corpus", "zk-migration")
	facts := migration.RuleFacts()
	tables := []map[string]ruleCases{evidenceCases, clusterCases, brokerCases, brokerModeCases, controllerCases}
	warn := []string{
		"config-unresolved", "copy-given-up", "copy-unfinished", "replicas-on-unknown-broker", "broker-fenced", "finalising-has-begun",
		"encoder-secret-missing", "controller-authorizer-missing", "zookeeper-leftover",
	}
	seen := map[string]bool{}
	for _, table := range tables {
		for name, cases := range table {
			fact, ok := facts[name]
			if !ok || seen[name] {
				t.Fatalf("%s: no such rule, or told twice", name)
			}
			if seen[name] = true; fact.Blocks == slices.Contains(warn, name) {
				t.Errorf("%s blocks: %v", name, fact.Blocks)
			}
			t.Run(name, func(t *testing.T) {
				var stages []migration.Stage
				for _, s := range cases.raised {
					for _, stage := range s.at {
						stages = append(stages, stage)
						if !holds(t, s, fsys, name, stage, fact.Blocks) {
							t.Errorf("%s, at %s: it is not raised", s.name, stage)
						}
					}
				}
				for _, s := range cases.quiet {
					for _, stage := range s.at {
						if holds(t, s, fsys, name, stage, fact.Blocks) {
							t.Errorf("%s, at %s: a false alarm", s.name, stage)
						}
					}
				}
				for _, stage := range fact.In {
					if !slices.Contains(stages, stage) {
						t.Errorf("no case raises it at %s", stage)
					}
				}
				if len(cases.quiet) == 0 {
					t.Error("no case holds it back")
				}
			})
		}
	}
	for name := range facts {
		if !seen[name] {
			t.Errorf("%s has no cases", name)
		}
	}
}

// ruleCases are the situations of a rule.
type ruleCases struct{ raised, quiet []situation }

// holds reports whether a rule is raised, and only where it belongs.
func holds(t *testing.T, s situation, fsys fstest.MapFS, rule string, stage migration.Stage, blocks bool) bool {
	t.Helper()
	r := examine(t, s.input(t, fsys, stage))
	if r.Stage != stage {
		t.Fatalf("%s: the log is at %s, not %s", s.name, r.Stage, stage)
	}
	everyFindingHelps(t, r)
	here, there := r.Blockers, r.Warnings
	if !blocks {
		here, there = there, here
	}
	if slices.Contains(rulesOf(there), rule) {
		t.Errorf("%s: it is both, a blocker and a warning", rule)
	}
	return slices.Contains(rulesOf(here), rule)
}

// partitionOfNone appends a partition of a topic there is none of.
func (l *lab) partitionOfNone() *lab {
	return l.add(&metadata.PartitionRecord{TopicId: metadata.UUID{7}, Replicas: []int32{1}, Isr: []int32{1}, Leader: 1})
}

// ofKRaft is a log directory of a node in KRaft mode.
func ofKRaft(id int32) migration.Directory {
	d := directory(id, "AAAAAAAAQACAAAAAAAAAAg")
	d.Properties.Version = 1
	return d
}

// fenced registers a broker that is not up.
func (l *lab) fenced(id int32) *lab {
	return l.add(&metadata.RegisterBrokerRecord{BrokerId: id, IsMigratingZkBroker: true, Fenced: true, BrokerEpoch: l.next})
}

// unregister takes a broker out.
func unregister(id int32, l *lab) metadata.Record {
	l.broker(id, true)
	return &metadata.UnregisterBrokerRecord{BrokerId: id, BrokerEpoch: l.next - 1}
}
