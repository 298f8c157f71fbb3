package migration_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/migration"
)

// TestCountedRecords: up to 3.6-IV0 what lies between the states is counted, other transactions and what comes later are not.
func TestCountedRecords(t *testing.T) {
	for name, test := range map[string]struct {
		log     func(l *lab)
		records int
		begin   int64
		end     int64 // -1 for a copy that goes on
	}{
		"between the states":         {func(l *lab) { l.topic("a", 1).state(1).topic("b", 1) }, 2, 2, 5},
		"another transaction in it":  {func(l *lab) { l.begin("Other").topic("b", 1).end().topic("a", 1).state(1) }, 2, 2, 9},
		"another one that goes on":   {func(l *lab) { l.topic("a", 1).begin("Other").topic("b", 1) }, 2, 2, -1},
		"the end of nothing":         {func(l *lab) { l.end().topic("a", 1).state(1) }, 2, 2, 6},
		"MIGRATION once more":        {func(l *lab) { l.topic("a", 1).state(1).topic("b", 1).state(1) }, 2, 2, 5},
		"records without a kind":     {func(l *lab) { l.broker(1, true).topic("a", 1).state(1) }, 2, 2, 6},
		"a state in another":         {func(l *lab) { l.topic("z", 1).begin("Bootstrap records").state(2).end().topic("a", 1).state(1) }, 2, 6, 10},
		"PRE_MIGRATION begins anew":  {func(l *lab) { l.topic("a", 1).state(2).topic("b", 1).state(1) }, 2, 5, 8},
		"a state that there is none": {func(l *lab) { l.topic("a", 1).state(9).topic("b", 1).state(1) }, 4, 2, 8},
	} {
		l := newLog(t).bootstrap(11, 2)
		test.log(l)
		r := examine(t, migration.Input{Logs: l.logs(), Release: release.V3_5})
		switch c := r.Transfer; {
		case c == nil || c.Transaction || c.Records != test.records || c.Begin.Offset != test.begin:
			t.Errorf("%s: %+v", name, c)
		case test.end < 0 && c.End != nil || test.end >= 0 && (c.End == nil || c.End.Offset != test.end):
			t.Errorf("%s: it ends at %+v", name, c.End)
		}
		if strings.Contains(r.Why, "not finished") {
			t.Errorf("%s: %s", name, r.Why)
		}
	}
}

// TestOrigins: what a cluster began as, where its log has no stage.
func TestOrigins(t *testing.T) {
	fsys := real(t)
	const dir = "node/__cluster_metadata-0/"
	cut := func(level int16) []*metalog.Log {
		return openLogs(t, fstest.MapFS{dir + "00000000000000000100-0000000001.checkpoint": {Data: snapshotOf(&metadata.FeatureLevelRecord{Name: "metadata.version", FeatureLevel: level})}}, "node")
	}
	broken := func(level, state int8) []*metalog.Log {
		l := newLog(t).bootstrap(int16(level), state)
		damaged(l)
		return l.logs()
	}
	for name, test := range map[string]struct {
		logs   []*metalog.Log
		files  []string
		dirs   []migration.Directory
		origin migration.Origin
		done   bool
		why    string
	}{
		"formatted, and a controller that is to guide": {formatted(t, 21), []string{guiding}, nil, migration.FromZooKeeper, false, "formatted and have not run"},
		"formatted, and a directory of ZooKeeper":      {formatted(t, 21), nil, []migration.Directory{directory(1, "")}, migration.FromZooKeeper, false, "formatted and have not run"},
		"formatted, and nothing else":                  {formatted(t, 21), nil, nil, migration.FromUnknown, false, "has not run"},
		"nothing but a KRaft broker":                   {nil, []string{kraft}, nil, migration.FromKRaft, true, "no node is configured for ZooKeeper"},
		"nothing but a broker on ZooKeeper":            {nil, []string{zk}, nil, migration.FromZooKeeper, false, "no metadata log was given"},
		"nothing but a directory of ZooKeeper":         {nil, nil, []migration.Directory{directory(1, "")}, migration.FromZooKeeper, false, "no metadata log was given"},
		"damaged, of 3.9":                              {broken(21, -1), nil, nil, migration.FromUnknown, false, "cannot be read wholly"},
		"damaged, of 4.1":                              {broken(27, -1), nil, nil, migration.FromKRaft, true, "born in KRaft"},
		"damaged, and it says NONE":                    {broken(21, 0), nil, nil, migration.FromKRaft, true, "says ZkMigrationState NONE"},
		"a snapshot of 3.9, which would tell":          {cut(21), nil, nil, migration.FromKRaft, true, "tells nothing of a migration"},
		"a snapshot of 4.1, which would not":           {cut(27), nil, nil, migration.FromUnknown, true, "leaves that out of its snapshots"},
		"from the beginning, of 4.1":                   {newLog(t).bootstrap(27, -1).logs(), nil, nil, migration.FromKRaft, true, "born in KRaft"},
		"of 4.1, and a broker on ZooKeeper":            {newLog(t).bootstrap(27, -1).logs(), []string{zk}, nil, migration.FromKRaft, false, "born in KRaft"},
		"of 3.9, and a controller that would guide":    {newLog(t).bootstrap(21, 0).logs(), []string{guiding}, nil, migration.FromKRaft, false, "NONE"},
	} {
		in := migration.Input{Logs: test.logs, Directories: test.dirs}
		for _, file := range test.files {
			in.Configs = append(in.Configs, config(t, fsys, file, release.V3_9))
		}
		r := examine(t, in)
		if r.Stage != migration.None || r.Origin != test.origin || r.Done != test.done || !strings.Contains(r.Why, test.why) {
			t.Errorf("%s: %s, %s, done %v: %s", name, r.Stage, r.Origin, r.Done, r.Why)
		}
	}
}

// TestLastOffset: a log without a record, and one with a single one.
func TestLastOffset(t *testing.T) {
	none := openLogs(t, fstest.MapFS{"node/__cluster_metadata-0/00000000000000000000.log": {}}, "node")
	if r := examine(t, migration.Input{Logs: none}); r.Log.LastOffset != -1 || !strings.Contains(textOf(t, r), "no records yet") {
		t.Errorf("%+v", r.Log)
	}
	if r := examine(t, migration.Input{Logs: newLog(t).bootstrap(21, 0).logs()}); r.Log.LastOffset != 2 || r.Log.LastEpoch != 1 {
		t.Errorf("%+v", r.Log)
	}
}

// TestCopiesOfObservers: where an observer goes furthest it is what is read, and the voters, and observers that are less far, are
// behind it; a voter that contradicts the others is told to.
func TestCopiesOfObservers(t *testing.T) {
	l := atStage(t, migration.DualWrite)
	copyAs := func(dir string, id string) []*metalog.Log {
		return openLogs(t, fstest.MapFS{
			dir + "/__cluster_metadata-0/00000000000000000000.log": {Data: slices.Clone(l.log)},
			dir + "/meta.properties":                               {Data: []byte("version=1\nnode.id=" + id + "\ncluster.id=AAAAAAAAQACAAAAAAAAAAg\n")},
		}, dir)
	}
	logs := copyAs("late", "3000")
	l.topic("b", 1)
	logs = slices.Concat(logs, copyAs("voter", "3000"), copyAs("same", "3000"))
	l.topic("c", 1)
	logs = append(logs, copyAs("observer", "1")...)
	l.broker(1, false)
	logs = append(logs, copyAs("furthest", "2")...)
	r := examine(t, migration.Input{Logs: logs})
	got := map[string]string{}
	for _, c := range r.Copies {
		got[c.Name] = string(c.Relation)
	}
	if r.Log.Name != "furthest" || r.Hybrid || len(r.Blockers) != 0 {
		t.Errorf("%s is read, %+v", r.Log.Name, r.Blockers)
	}
	for name, want := range map[string]string{"late": "behind", "voter": "behind", "same": "behind", "observer": "behind", "furthest": "reference"} {
		if got[name] != want {
			t.Errorf("%s: %s", name, got[name])
		}
	}
}

// TestDamagedCopy: a copy that is damaged where another is whole is told to be that, and the whole one is read.
func TestDamagedCopy(t *testing.T) {
	l := atStage(t, migration.DualWrite)
	at := len(l.topic("b", 1).log) - 8
	l.topic("c", 1).topic("d", 1)
	other := &lab{t: t, log: slices.Clone(l.log)}
	other.log[at] ^= 1
	r := examine(t, migration.Input{Logs: slices.Concat(other.elsewhere("bad"), l.elsewhere("good"))})
	i := slices.IndexFunc(r.Blockers, func(f migration.Finding) bool { return f.Rule == "copies-disagree" })
	if r.Log.Name != "good" || i < 0 || r.Blockers[i].What != "this copy is damaged" || r.Blockers[i].Where.File != "bad" {
		t.Errorf("%s is read: %+v", r.Log.Name, r.Blockers)
	}
	for _, c := range r.Copies {
		if want := map[string]string{"bad": "damaged", "good": "reference"}[c.Name]; string(c.Relation) != want {
			t.Errorf("%s is %s", c.Name, c.Relation)
		}
	}
	r = examine(t, migration.Input{Logs: append(l.logs(), fork(l)...)})
	if i = slices.IndexFunc(r.Blockers, func(f migration.Finding) bool { return f.Rule == "copies-disagree" }); i < 0 || !strings.HasPrefix(r.Blockers[i].What, "this copy contradicts the one all this was read from (") {
		t.Errorf("%+v", r.Blockers)
	}
}

// TestNodeZero: a node with the ID 0 is a node.
func TestNodeZero(t *testing.T) {
	fsys := real(t)
	r := examine(t, migration.Input{Logs: atStage(t, migration.DualWrite).broker(1, false).broker(0, true).logs()})
	for _, list := range [][]migration.Finding{r.Blockers, r.Kafka4.Obstacles[1:]} {
		if len(list) != 1 || list[0].Node == nil || *list[0].Node != 0 {
			t.Errorf("%+v", list)
		}
	}
	if r.Nodes[0].ID != 0 || !strings.Contains(textOf(t, r), "\n  0     broker ") || !strings.Contains(textOf(t, r), "restart broker 0 in KRaft mode") {
		t.Errorf("%s", textOf(t, r))
	}
	r = examine(t, migration.Input{Logs: atStage(t, migration.PreMigration).logs(), Configs: []*migration.Config{config(t, fsys, hybrid, release.V3_9, "broker.id=0")}})
	if len(r.Blockers) != 1 || r.Blockers[0].Rule != "broker-not-registered" || *r.Blockers[0].Node != 0 {
		t.Errorf("%+v", r.Blockers)
	}
}

// TestOnceForEachNode: what two files or a file and a directory tell of one node is told once.
func TestOnceForEachNode(t *testing.T) {
	fsys := real(t)
	r := examine(t, migration.Input{
		Logs: atStage(t, migration.PreMigration).logs(), Directories: []migration.Directory{directory(5, ""), directory(6, ""), directory(6, "")},
		Configs: []*migration.Config{config(t, fsys, hybrid, release.V3_9, "broker.id=5"), config(t, fsys, hybrid, release.V3_9, "broker.id=5")},
	})
	var ids []int32
	for _, f := range r.Blockers {
		ids = append(ids, *f.Node)
	}
	if !slices.Equal(ids, []int32{5, 6}) {
		t.Errorf("%v: %+v", ids, r.Blockers)
	}
	r = examine(t, migration.Input{
		Logs: atStage(t, migration.PreMigration).broker(3000, true).logs(), Directories: []migration.Directory{directory(3000, "")},
		Configs: []*migration.Config{config(t, fsys, hybrid, release.V3_9, "broker.id=3000")},
	})
	if n := len(slices.DeleteFunc(r.Blockers, func(f migration.Finding) bool { return f.Rule != "node-id-taken" })); n != 1 {
		t.Errorf("told %d times", n)
	}
}

// TestManyLeft: brokers that are to leave ZooKeeper, or to go back to it, are named all, in the order of their IDs.
func TestManyLeft(t *testing.T) {
	l := atStage(t, migration.DualWrite)
	for _, id := range []int32{10, 9, 2} {
		l.broker(id, true).broker(id+100, false)
	}
	r := examine(t, migration.Input{Logs: l.logs()})
	if !strings.HasPrefix(r.Next.Steps[0], "restart brokers 1, 2, 9 and 10 in KRaft mode, one at a time") {
		t.Errorf("%s", r.Next.Steps[0])
	}
	if !strings.HasPrefix(r.Back.Steps[0], "on brokers 102, 109 and 110: ") || !strings.HasSuffix(r.Back.Steps[0], "restart them one at a time") {
		t.Errorf("%s", r.Back.Steps[0])
	}
}

// TestWords: the words of findings that depend on the stage or on what is there.
func TestWords(t *testing.T) {
	fsys := real(t)
	for name, test := range map[string]struct {
		log     *lab
		configs []*migration.Config
		rule    string
		what    string
	}{
		"before it begins":     {nil, []*migration.Config{config(t, fsys, zk, release.V3_9), config(t, fsys, plain, release.V3_9)}, "controller-flag-missing", "can never migrate"},
		"while the copy waits": {atStage(t, migration.PreMigration), []*migration.Config{config(t, fsys, plain, release.V3_9)}, "controller-flag-missing", "the copy waits for all voters"},
		"no secret":            {atStage(t, migration.PreMigration), []*migration.Config{config(t, fsys, hybrid, release.V3_9), config(t, fsys, guiding, release.V3_9, "-password.encoder.secret")}, "encoder-secret-missing", "is missing, and is set in"},
		"another secret":       {atStage(t, migration.PreMigration), []*migration.Config{config(t, fsys, hybrid, release.V3_9), config(t, fsys, guiding, release.V3_9, "password.encoder.secret=x")}, "encoder-secret-missing", "differs from"},
		"one partition":        {atStage(t, migration.PreMigration).topic("b", 9), nil, "replicas-on-unknown-broker", "holds replicas of 1 partition and"},
		"two partitions":       {atStage(t, migration.PreMigration).topic("b", 9).topic("c", 9), nil, "replicas-on-unknown-broker", "holds replicas of 2 partitions and"},
	} {
		in := migration.Input{Configs: test.configs}
		if test.log != nil {
			in.Logs = test.log.logs()
		}
		r := examine(t, in)
		all := slices.Concat(r.Blockers, r.Warnings)
		if i := slices.IndexFunc(all, func(f migration.Finding) bool { return f.Rule == test.rule }); i < 0 || !strings.Contains(all[i].What, test.what) {
			t.Errorf("%s: %+v", name, all)
		}
	}
}

// TestNodesWithoutID: configurations that do not tell their IDs are nodes of their own, before those whose IDs are known.
func TestNodesWithoutID(t *testing.T) {
	fsys := real(t)
	first, second := config(t, fsys, hybrid, release.V3_9, "-broker.id"), config(t, fsys, zk, release.V3_9, "-broker.id")
	r := examine(t, migration.Input{Logs: atStage(t, migration.PreMigration).broker(1, true).logs(), Configs: []*migration.Config{first, second}})
	var got []string
	for _, n := range r.Nodes {
		got = append(got, n.Config)
	}
	if !slices.Equal(got, []string{"broker1.stage2-migrating.properties", "broker1.stage1-zk.properties", "", ""}) || r.Nodes[0].ID != -1 || r.Nodes[2].ID != 1 {
		t.Errorf("%+v", r.Nodes)
	}
	if text := textOf(t, r); strings.Count(text, "\n  ?     broker") != 2 {
		t.Errorf("%s", text)
	}
}
