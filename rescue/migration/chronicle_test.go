package migration_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/record"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/migration"
)

// TestGivenUp: a copy that is given up takes no effect and is told; the one after it counts.
func TestGivenUp(t *testing.T) {
	l := newLog(t).bootstrap(21, 2).controller(3000, true).broker(1, true)
	l.begin("ZK Migration").topic("half", 1).abort("Controller failover")
	r := examine(t, migration.Input{Logs: l.logs()})
	if r.Stage != migration.PreMigration || len(r.Aborted) != 1 || r.Aborted[0].Reason != "Controller failover" || r.Transfer != nil {
		t.Errorf("%s, given up %+v, transfer %+v", r.Stage, r.Aborted, r.Transfer)
	}
	if got := rulesOf(r.Warnings); !slices.Equal(got, []string{"copy-given-up"}) {
		t.Errorf("%v", got)
	}
	l.begin("ZK Migration").topic("whole", 1).topic("other", 1).state(1).end()
	r = examine(t, migration.Input{Logs: l.logs()})
	if r.Stage != migration.DualWrite || !r.Hybrid || r.Transfer.Records != 4 || r.Transfer.Counts[0].Now != 2 {
		t.Errorf("%s, transfer %+v", r.Stage, r.Transfer)
	}
}

// TestUnfinished: a copy that has begun is told, and is no stage of its own.
func TestUnfinished(t *testing.T) {
	l := newLog(t).bootstrap(21, 2).controller(3000, true).broker(1, true).begin("ZK Migration").topic("a", 1)
	r := examine(t, migration.Input{Logs: l.logs()})
	if r.Stage != migration.PreMigration || r.Transfer == nil || r.Transfer.End != nil || r.Transfer.Records != 2 || !strings.Contains(r.Why, "not finished") {
		t.Errorf("%s, %s, %+v", r.Stage, r.Why, r.Transfer)
	}
	if got := rulesOf(r.Warnings); !slices.Equal(got, []string{"copy-unfinished"}) {
		t.Errorf("%v", got)
	}
}

// TestOtherTransactions: a transaction of another name is no copy.
func TestOtherTransactions(t *testing.T) {
	l := newLog(t).bootstrap(21, 0).begin("Bootstrap records").topic("a", 1).end()
	if r := examine(t, migration.Input{Logs: l.logs()}); r.Transfer != nil || r.Stage != migration.None {
		t.Errorf("%s, %+v", r.Stage, r.Transfer)
	}
}

// TestBeforeTransactions: up to metadata.version 3.6-IV0 the copy is what lies between the two states, and controllers do not
// register.
func TestBeforeTransactions(t *testing.T) {
	l := newLog(t).bootstrap(11, 2).broker(1, true).topic("a", 1)
	r := examine(t, migration.Input{Logs: l.logs(), Release: release.V3_5})
	if r.Stage != migration.PreMigration || len(r.Blockers) != 0 || r.Transfer == nil || r.Transfer.Transaction || r.Transfer.End != nil {
		t.Errorf("%s, %+v, %+v", r.Stage, r.Blockers, r.Transfer)
	}
	r = examine(t, migration.Input{Logs: l.state(1).topic("later", 1).logs(), Release: release.V3_5})
	if r.Stage != migration.DualWrite || r.Transfer.Transaction || r.Transfer.Records != 2 || r.Transfer.Counts[0].Now != 2 {
		t.Errorf("%s, %+v", r.Stage, r.Transfer)
	}
}

// TestKafka34: 3.4 wrote 1 when its controllers began to wait, and never that the copy was done.
func TestKafka34(t *testing.T) {
	l := newLog(t).bootstrap(8, 1)
	if r := examine(t, migration.Input{Logs: l.logs(), Release: release.V3_4}); r.Stage != migration.PreMigration {
		t.Errorf("without a topic: %s", r.Stage)
	}
	if r := examine(t, migration.Input{Logs: l.broker(1, true).topic("a", 1).logs(), Release: release.V3_4}); r.Stage != migration.DualWrite || !r.Hybrid {
		t.Errorf("with a topic: %s", r.Stage)
	}
}

// TestVoters: each voter has to register, and to have the migration enabled.
func TestVoters(t *testing.T) {
	l := newLog(t).bootstrap(21, 2)
	if got := rulesOf(examine(t, migration.Input{Logs: l.logs()}).Blockers); !slices.Equal(got, []string{"controller-not-registered"}) {
		t.Errorf("%v", got)
	}
	if got := rulesOf(examine(t, migration.Input{Logs: l.controller(3000, false).logs()}).Blockers); !slices.Equal(got, []string{"controller-not-ready"}) {
		t.Errorf("%v", got)
	}
	if got := examine(t, migration.Input{Logs: l.controller(3000, true).logs()}).Blockers; len(got) != 0 {
		t.Errorf("%v", got)
	}
	l.broker(1, true).state(1).controller(3000, false)
	if got := rulesOf(examine(t, migration.Input{Logs: l.logs()}).Blockers); !slices.Equal(got, []string{"broker-on-zookeeper", "controller-would-finalise"}) {
		t.Errorf("%v", got)
	}
}

// TestLowMetadataVersion: 3.4-IV0 is the first with which a migration works.
func TestLowMetadataVersion(t *testing.T) {
	fsys := real(t)
	in := migration.Input{Logs: newLog(t).bootstrap(7, -1).logs(), Configs: []*migration.Config{config(t, fsys, zk, release.V3_9)}}
	r := examine(t, in)
	if r.Origin != migration.FromKRaft || !slices.Equal(rulesOf(r.Blockers), []string{"born-in-kraft"}) {
		t.Errorf("%s: %v", r.Origin, r.Blockers)
	}
	l := newLog(t).bootstrap(7, 2).controller(3000, true)
	if got := rulesOf(examine(t, migration.Input{Logs: l.logs()}).Blockers); !slices.Equal(got, []string{"metadata-version-too-low"}) {
		t.Errorf("%v", got)
	}
}

// TestReplicasOnUnknownBroker: replicas on a broker that never registered are told.
func TestReplicasOnUnknownBroker(t *testing.T) {
	l := newLog(t).bootstrap(21, 2).controller(3000, true).broker(1, false).state(1).topic("a", 1).topic("b", 9)
	r := examine(t, migration.Input{Logs: l.logs()})
	if len(r.Warnings) != 1 || r.Warnings[0].Rule != "replicas-on-unknown-broker" || *r.Warnings[0].Node != 9 {
		t.Errorf("%+v", r.Warnings)
	}
}

// TestStageFromSnapshot: where only a snapshot tells a stage, it is told to have begun there or earlier.
func TestStageFromSnapshot(t *testing.T) {
	l := newLog(t)
	var list []record.Record
	for i, r := range []metadata.Record{
		&metadata.FeatureLevelRecord{Name: "metadata.version", FeatureLevel: 21},
		&metadata.ZkMigrationStateRecord{ZkMigrationState: 1},
		&metadata.RegisterBrokerRecord{BrokerId: 1, BrokerEpoch: 5},
	} {
		list = append(list, record.Record{OffsetDelta: int64(i), Value: metadata.AppendFramed(nil, r, 0)})
	}
	header := &metadata.SnapshotHeaderRecord{}
	b := record.NewBatch(0, 1, 1795000000000)
	b.Attributes = record.ControlAttributes
	data := record.AppendBatch(nil, b, []record.Record{{Key: record.ControlKey(header.ControlType()), Value: header.Append(nil, 0)}})
	data = record.AppendBatch(data, record.NewBatch(1, 1, 1795000000000), list)
	fsys := fstest.MapFS{
		"node/__cluster_metadata-0/00000000000000000200-0000000003.checkpoint": {Data: data},
		"node/__cluster_metadata-0/00000000000000000200.log":                   {Data: record.AppendBatch(nil, record.NewBatch(200, 3, 1795000300000), noOp())},
	}
	r := examine(t, migration.Input{Logs: openLogs(l.t, fsys, "node")})
	if len(r.Stages) != 1 || !r.Stages[0].AtOrBefore || r.Stages[0].Offset != 199 || r.Stage != migration.DualWrite || r.Hybrid {
		t.Errorf("%s, %+v", r.Stage, r.Stages)
	}
	if r.Log.LastOffset != 200 || r.Transfer != nil {
		t.Errorf("read up to %d, transfer %+v", r.Log.LastOffset, r.Transfer)
	}
}

func noOp() []record.Record {
	return []record.Record{{Value: metadata.AppendFramed(nil, &metadata.NoOpRecord{}, 0)}}
}

// TestForgotten: Kafka 4.x leaves the state out of its snapshots; only a log from its beginning tells that there was no migration.
func TestForgotten(t *testing.T) {
	fsys := corpus.Load(t, "../../testdata/corpus", "upgrade", "snapshots")
	r := examine(t, migration.Input{Logs: openLogs(t, fsys, "upgrade/3.3.2-to-4.3.1/stage5-4.3.1")})
	if r.Stage != migration.None || r.Origin != migration.FromKRaft || !r.Kafka4.Ready {
		t.Errorf("from its beginning: %s, %s", r.Origin, r.Why)
	}
	r = examine(t, migration.Input{Logs: openLogs(t, fsys, "snapshots/4.3.1")})
	if r.Stage != migration.None || r.Origin != migration.FromUnknown || !r.Sound() {
		t.Errorf("from a snapshot: %s, %s", r.Origin, r.Why)
	}
}

// TestDamaged: damage is a blocker; a batch that is being written at the end is not.
func TestDamaged(t *testing.T) {
	fsys := real(t)
	name := ctl + "3-kraft-broker/__cluster_metadata-0/00000000000000000000.log"
	data := slices.Clone(fsys[name].Data)
	data[5000] ^= 1
	fsys[name] = &fstest.MapFile{Data: data}
	r := examine(t, migration.Input{Logs: openLogs(t, fsys, ctl+"3-kraft-broker")})
	if !slices.Contains(rulesOf(r.Blockers), "log-damaged") {
		t.Errorf("%v", r.Blockers)
	}
	fsys[name] = &fstest.MapFile{Data: data[:len(data)-10]}
	data[5000] ^= 1
	if r = examine(t, migration.Input{Logs: openLogs(t, fsys, ctl+"3-kraft-broker")}); len(r.Blockers) != 0 {
		t.Errorf("%v", r.Blockers)
	}
}

// TestDamagedBirth: a damaged log without a state does not prove that the cluster was born in KRaft.
func TestDamagedBirth(t *testing.T) {
	l := newLog(t).bootstrap(21, -1).topic("a", 1).topic("b", 1)
	l.log[len(l.log)-100] ^= 1
	r := examine(t, migration.Input{Logs: l.logs()})
	text := textOf(t, r)
	if r.Origin != migration.FromUnknown || r.Done || r.Sound() || r.Kafka4.Ready || !strings.Contains(text, "TO BE MENDED FIRST") || strings.Contains(text, "nothing to migrate") {
		t.Errorf("%+v\n%s", r, text)
	}
	if n := len(r.Blockers); n != 1 {
		t.Errorf("one place is told %d times: %+v", n, r.Blockers)
	}
}

// FuzzLog: whatever bytes a segment has, a report comes out, and it can be written.
func FuzzLog(f *testing.F) {
	fsys := corpus.Load(f, "../../testdata/corpus", "zk-migration")
	for _, stage := range []string{"1-pre-migration", "2-dual-write", "4-finalised"} {
		f.Add(fsys[ctl+stage+"/__cluster_metadata-0/00000000000000000000.log"].Data)
	}
	f.Add(newLog(f).bootstrap(21, 2).begin("ZK Migration").topic("a", 1).abort("").begin("ZK Migration").log)
	f.Fuzz(func(t *testing.T, data []byte) {
		log, err := metalog.OpenLog(fstest.MapFS{"00000000000000000000.log": {Data: data}}, ".", "node")
		if err != nil {
			t.Skip()
		}
		r, err := migration.Examine(migration.Input{Logs: []*metalog.Log{log}, Release: release.V3_9})
		if err != nil {
			t.Fatal(err)
		}
		if err := migration.WriteText(&strings.Builder{}, r); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzReadConfig: whatever a file has, its secrets are in no finding.
func FuzzReadConfig(f *testing.F) {
	fsys := corpus.Load(f, "../../testdata/corpus", "zk-migration")
	for _, name := range []string{zk, hybrid, kraft, guiding, plain} {
		f.Add(fsys[name].Data)
	}
	f.Add([]byte("process.roles=\nbroker.id=x\nzookeeper.metadata.migration.enable=\\u12"))
	const secret = "s3cr3t-Of-The-Lab"
	f.Fuzz(func(t *testing.T, text []byte) {
		if strings.Contains(string(text), secret) {
			t.Skip()
		}
		text = append(text, "\nbroker.id=1\npassword.encoder.secret="+secret+"\nssl.key.password="+secret+"\n"...)
		c, err := migration.ReadConfig(text, nodeconf.Options{File: "server.properties", Release: release.V3_9})
		if err != nil {
			return
		}
		for _, logs := range [][]*metalog.Log{nil, newLog(t).bootstrap(21, 2).logs(), newLog(t).bootstrap(21, 1).broker(1, true).logs(), newLog(t).bootstrap(21, 3).logs()} {
			r, err := migration.Examine(migration.Input{Logs: logs, Configs: []*migration.Config{c}, Release: release.V3_9})
			if err != nil {
				t.Fatal(err)
			}
			if all := fmt.Sprintf("%+v", r); strings.Contains(all, secret) {
				t.Fatalf("a secret is shown: %s", all)
			}
		}
	})
}
