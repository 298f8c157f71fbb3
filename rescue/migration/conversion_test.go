package migration_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/record"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/migration"
)

// doOf is what is to be done about the finding of a rule on a node.
func doOf(t *testing.T, r *migration.Report, rule string) string {
	t.Helper()
	for _, f := range slices.Concat(r.Blockers, r.Warnings) {
		if f.Rule == rule {
			return f.Do
		}
	}
	t.Fatalf("%s is not raised: %+v", rule, r.Blockers)
	return ""
}

// TestConversion: how a broker's configuration becomes one for KRaft is told line by line, and with nothing that is not in it.
func TestConversion(t *testing.T) {
	fsys := real(t)
	for name, test := range map[string]struct {
		edits []string
		acls  bool
		has   []string
		not   []string
	}{
		"as it was": {has: []string{
			"add process.roles=broker; call broker.id node.id (broker1.stage2-migrating.properties:1); remove zookeeper.connect (line 2), " +
				"inter.broker.protocol.version (line 4), zookeeper.metadata.migration.enable (line 22); set authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer (broker1.stage2-migrating.properties:6)",
		}, not: []string{"add controller."}},
		"node.id is there":          {edits: []string{"node.id=1"}, not: []string{"call broker.id"}},
		"no voters":                 {edits: []string{"-controller.quorum.voters"}, has: []string{"; add controller.quorum.voters;"}},
		"voters by their addresses": {edits: []string{"-controller.quorum.voters", "controller.quorum.bootstrap.servers=h:1"}, not: []string{"add controller.quorum.voters"}},
		"no listener names":         {edits: []string{"-controller.listener.names"}, has: []string{"; add controller.listener.names;"}, not: []string{"add controller.quorum"}},
		"a control plane":           {edits: []string{"control.plane.listener.name=X"}, has: []string{"control.plane.listener.name (line 24)"}},
		"TLS to ZooKeeper":          {edits: []string{"zookeeper.ssl.client.enable=true"}, has: []string{"zookeeper.ssl.client.enable (line 24)"}},
		"no authorizer":             {edits: []string{"-authorizer.class.name"}, acls: true, not: []string{"authorizer"}},
		"an authorizer of its own":  {edits: []string{"authorizer.class.name=com.example.A"}, acls: true, not: []string{"authorizer"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := atStage(t, migration.DualWrite)
			if test.acls {
				l.add(aclRecord(1, "*"))
			}
			do := doOf(t, examine(t, migration.Input{Logs: l.logs(), Configs: []*migration.Config{config(t, fsys, hybrid, release.V3_9, test.edits...)}}), "broker-on-zookeeper")
			for _, text := range test.has {
				if !strings.Contains(do, text) {
					t.Errorf("%q is not in %s", text, do)
				}
			}
			for _, text := range test.not {
				if strings.Contains(do, text) {
					t.Errorf("%q is in %s", text, do)
				}
			}
		})
	}
}

// TestConversionUnseen: where no configuration was given the log tells whether there are ACLs, which an authorizer has to read.
func TestConversionUnseen(t *testing.T) {
	const change = "set authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer"
	without := doOf(t, examine(t, migration.Input{Logs: atStage(t, migration.DualWrite).logs()}), "broker-on-zookeeper")
	with := doOf(t, examine(t, migration.Input{Logs: atStage(t, migration.DualWrite).add(aclRecord(1, "*")).logs()}), "broker-on-zookeeper")
	if strings.Contains(without, change) || with != without+"; "+change {
		t.Errorf("%s\n%s", without, with)
	}
	ready := config(t, real(t), kraft, release.V3_9)
	if do := doOf(t, examine(t, migration.Input{Logs: atStage(t, migration.DualWrite).logs(), Configs: []*migration.Config{ready}}), "broker-on-zookeeper"); do != "restart it: broker1.stage3-kraft.properties is configured for KRaft" {
		t.Errorf("%s", do)
	}
	if n := len(examine(t, migration.Input{Logs: atStage(t, migration.DualWrite).logs(), Configs: []*migration.Config{ready}}).Blockers); n != 1 {
		t.Errorf("one broker is told %d times", n)
	}
	refused := config(t, real(t), kraft, release.V3_9, "num.io.threads=0")
	if do := doOf(t, examine(t, migration.Input{Logs: atStage(t, migration.DualWrite).logs(), Configs: []*migration.Config{refused}}), "broker-on-zookeeper"); strings.HasPrefix(do, "restart it: ") {
		t.Errorf("a broker that would not start is to be restarted: %s", do)
	}
}

// TestMissing: what a broker lacks for the migration is named, and nothing that it has.
func TestMissing(t *testing.T) {
	fsys := real(t)
	const flag, mapped = "zookeeper.metadata.migration.enable=true", "the controllers' listener in listener.security.protocol.map"
	for name, test := range map[string]struct {
		broker, controller []string
		lacks              string
	}{
		"all":                  {nil, nil, flag + ", controller.quorum.voters, controller.listener.names, " + mapped},
		"voters":               {[]string{"controller.quorum.voters=3000@h:1"}, nil, flag + ", controller.listener.names, " + mapped},
		"bootstrap":            {[]string{"controller.quorum.bootstrap.servers=h:1"}, nil, flag + ", controller.listener.names, " + mapped},
		"names":                {[]string{"controller.listener.names=CONTROLLER"}, nil, flag + ", controller.quorum.voters, " + mapped},
		"map":                  {[]string{"listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:SSL"}, nil, flag + ", controller.quorum.voters, controller.listener.names"},
		"map of another":       {[]string{"listener.security.protocol.map=PLAINTEXT:PLAINTEXT,QUORUM:SSL"}, nil, flag + ", controller.quorum.voters, controller.listener.names, " + mapped},
		"called as a protocol": {nil, []string{"controller.listener.names=SSL"}, flag + ", controller.quorum.voters, controller.listener.names"},
	} {
		r := examine(t, migration.Input{Logs: atStage(t, migration.PreMigration).logs(), Configs: []*migration.Config{
			config(t, fsys, zk, release.V3_9, test.broker...), config(t, fsys, guiding, release.V3_9, test.controller...),
		}})
		i := slices.IndexFunc(r.Blockers, func(f migration.Finding) bool { return f.Rule == "broker-not-prepared" })
		if i < 0 || !strings.HasSuffix(r.Blockers[i].What, "its configuration lacks "+test.lacks) {
			t.Errorf("%s: %+v", name, r.Blockers)
		}
	}
	// No controller was given: whether the map has its listener is not known, but that there is a map is.
	for edit, want := range map[string]bool{"x=1": true, "listener.security.protocol.map=PLAINTEXT:PLAINTEXT": false} {
		r := examine(t, migration.Input{Logs: atStage(t, migration.PreMigration).logs(), Configs: []*migration.Config{config(t, fsys, zk, release.V3_9, edit)}})
		if got := strings.HasSuffix(r.Blockers[0].What, mapped); got != want {
			t.Errorf("%s: %s", edit, r.Blockers[0].What)
		}
	}
}

// TestRegistrationAdvice: a broker that cannot register as it is configured is not told to be restarted as it is.
func TestRegistrationAdvice(t *testing.T) {
	fsys := real(t)
	for edit, want := range map[string]string{
		"x=1": "its configuration is ready: restart it", ibp + "3.8": "mend its configuration", "num.io.threads=0": "mend its configuration",
	} {
		r := examine(t, migration.Input{Logs: atStage(t, migration.PreMigration).logs(), Configs: []*migration.Config{config(t, fsys, hybrid, release.V3_9, edit)}})
		if do := doOf(t, r, "broker-not-registered"); !strings.HasPrefix(do, want) {
			t.Errorf("%s: %s", edit, do)
		}
	}
}

// TestVoterAdvice: what makes a voter ready depends on its configuration.
func TestVoterAdvice(t *testing.T) {
	fsys := real(t)
	for file, want := range map[string]string{
		"":      "set zookeeper.metadata.migration.enable=true and zookeeper.connect in its configuration, and restart it",
		plain:   "add zookeeper.metadata.migration.enable=true and zookeeper.connect to controller3000.properties, and restart it",
		guiding: "controller3000.stage1to3-migration.properties has the migration enabled: restart it, and look at its log",
	} {
		in := migration.Input{Logs: newLog(t).bootstrap(21, 2).controller(3000, false).logs()}
		if file != "" {
			in.Configs = []*migration.Config{config(t, fsys, file, release.V3_9)}
		}
		if do := doOf(t, examine(t, in), "controller-not-ready"); do != want {
			t.Errorf("%s: %s", file, do)
		}
	}
}

// TestDroppedFromTheLog: configurations in the log that 4.0 drops are told, whichever kinds of resources have any.
func TestDroppedFromTheLog(t *testing.T) {
	set := func(kind int8, name, key string) metadata.Record {
		return &metadata.ConfigRecord{ResourceType: kind, ResourceName: name, Name: key, Value: metadata.Str("3.0")}
	}
	for name, test := range map[string]struct {
		records []metadata.Record
		notes   []string
	}{
		"of a broker":     {[]metadata.Record{set(4, "1", "log.message.format.version")}, []string{"4.0 does not know, and ignores, /configs/broker/1/log.message.format.version"}},
		"of all brokers":  {[]metadata.Record{set(4, "", "log.message.format.version")}, []string{"4.0 does not know, and ignores, /configs/broker/<default>/log.message.format.version"}},
		"of a topic only": {[]metadata.Record{set(2, "a", "message.format.version")}, []string{"4.0 has no /configs/topic/a/message.format.version"}},
		"known, or of a plugin, or a topic named so": {
			[]metadata.Record{set(4, "1", "num.io.threads"), set(4, "1", "plugin.x"), set(2, "message.format.version", "retention.ms")}, nil,
		},
	} {
		l := atStage(t, migration.Finalised).broker(1, false)
		var notes []string
		for _, n := range examine(t, migration.Input{Logs: l.add(test.records...).logs()}).Kafka4.Notes {
			if notes = append(notes, n.What); n.Rule != "key-dropped" || n.Node != nil || !strings.HasPrefix(n.Do, "kafka-configs.sh --alter --delete-config ") {
				t.Errorf("%s: %+v", name, n)
			}
		}
		if !slices.Equal(notes, test.notes) {
			t.Errorf("%s: %q", name, notes)
		}
	}
}

// TestLowestFor4: 3.3-IV3 is the lowest metadata.version that 4.0 reads.
func TestLowestFor4(t *testing.T) {
	for level, want := range map[int16][]string{6: {"metadata-version-too-low"}, 7: nil} {
		if got := rulesOf(examine(t, migration.Input{Logs: newLog(t).bootstrap(level, -1).logs()}).Kafka4.Obstacles); !slices.Equal(got, want) {
			t.Errorf("level %d: %v", level, got)
		}
	}
}

// TestProtocolByDefault: a broker whose file gives no inter.broker.protocol.version speaks what its release takes by itself.
func TestProtocolByDefault(t *testing.T) {
	fsys := real(t)
	r := examine(t, migration.Input{Logs: atStage(t, migration.PreMigration).logs(), Configs: []*migration.Config{config(t, fsys, hybrid, release.V3_8, "-inter.broker.protocol.version")}, Release: release.V3_8})
	if !slices.Contains(rulesOf(r.Blockers), "ibp-differs") {
		t.Errorf("%+v", r.Blockers)
	}
}

// snapshotOf is a snapshot of records up to an offset.
func snapshotOf(records ...metadata.Record) []byte {
	header := &metadata.SnapshotHeaderRecord{}
	b := record.NewBatch(0, 1, 1795000000000)
	b.Attributes = record.ControlAttributes
	data := record.AppendBatch(nil, b, []record.Record{{Key: record.ControlKey(header.ControlType()), Value: header.Append(nil, 0)}})
	var list []record.Record
	for i, r := range records {
		version := int16(0)
		if _, ok := r.(*metadata.RegisterBrokerRecord); ok {
			version = 2
		}
		list = append(list, record.Record{OffsetDelta: int64(i), Value: metadata.AppendFramed(nil, r, version)})
	}
	return record.AppendBatch(data, record.NewBatch(1, 1, 1795000000000), list)
}

// TestCutBySnapshots: of a log whose beginning was deleted, what the snapshot before its first segment tells and what its segments tell
// go together; records that both have count once.
func TestCutBySnapshots(t *testing.T) {
	state := []metadata.Record{
		&metadata.FeatureLevelRecord{Name: "metadata.version", FeatureLevel: 21}, &metadata.ZkMigrationStateRecord{ZkMigrationState: 2},
		&metadata.RegisterControllerRecord{ControllerId: 3000, ZkMigrationReady: true}, &metadata.RegisterBrokerRecord{BrokerId: 1, BrokerEpoch: 5, IsMigratingZkBroker: true},
	}
	tail := &lab{t: t, next: 100, more: fstest.MapFS{}}
	tail.begin("ZK Migration").topic("a", 1).state(1).end().broker(1, false)
	const dir = "node/__cluster_metadata-0/"
	snapshot := snapshotOf(state...)
	for name, files := range map[string]fstest.MapFS{
		"at the first segment": {
			dir + "00000000000000000100-0000000001.checkpoint": {Data: snapshot}, dir + "00000000000000000100.log": {Data: tail.log},
		},
		"an older one too": {
			dir + "00000000000000000050-0000000001.checkpoint": {Data: snapshotOf(state[:2]...)},
			dir + "00000000000000000100-0000000001.checkpoint": {Data: snapshot}, dir + "00000000000000000100.log": {Data: tail.log},
		},
	} {
		r := examine(t, migration.Input{Logs: openLogs(t, files, "node")})
		if r.Stage != migration.DualWrite || r.Hybrid || len(r.Blockers) != 0 || len(r.Stages) != 2 || !r.Stages[0].AtOrBefore || r.Stages[1].AtOrBefore || r.Stages[1].Offset != 103 {
			t.Errorf("%s: %s, %+v, %+v", name, r.Stage, r.Stages, r.Blockers)
		}
		if r.Transfer == nil || r.Transfer.Records != 2 || r.Transfer.Begin.Offset != 100 || r.Transfer.End.Offset != 104 {
			t.Errorf("%s: %+v", name, r.Transfer)
		}
		if text := textOf(t, r); !strings.Contains(text, "pre-migration  at or before  offset 99 ") || !strings.Contains(text, "dual-write     since         offset 103 ") {
			t.Errorf("%s:\n%s", name, text)
		}
	}
	// Without a snapshot nothing tells what was before: that is a finding, and no reason to call the cluster one of KRaft.
	r := examine(t, migration.Input{Logs: openLogs(t, fstest.MapFS{dir + "00000000000000000100.log": {Data: (&lab{t: t, next: 100}).topic("a", 1).log}}, "node")})
	if r.Stage != migration.None || r.Origin != migration.FromUnknown || r.Done || r.Sound() {
		t.Errorf("%s, %s, sound %v", r.Origin, r.Why, r.Sound())
	}
	// A snapshot alone, as a backup has it.
	r = examine(t, migration.Input{Logs: openLogs(t, fstest.MapFS{dir + "00000000000000000100-0000000001.checkpoint": {Data: snapshot}}, "node")})
	if r.Stage != migration.PreMigration || r.Log.LastOffset != 99 || len(r.Stages) != 1 {
		t.Errorf("%s, %+v, %+v", r.Stage, r.Log, r.Stages)
	}
}
