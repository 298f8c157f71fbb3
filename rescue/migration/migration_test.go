package migration_test

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/inspect/compare"
	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/migration"
)

const (
	root = "zk-migration/3.9.2/"
	ctl  = root + "controller3000-stage"
)

// real are the directories and configurations of a migration that went well.
func real(t testing.TB) fstest.MapFS {
	t.Helper()
	return corpus.Load(t, "../../testdata/corpus", "zk-migration")
}

// blocked are those of testdata/blocked.tar.gz.
func blocked(t testing.TB) fstest.MapFS {
	t.Helper()
	return corpus.Load(t, "testdata", "blocked")
}

// openLogs opens the metadata logs in directories.
func openLogs(t testing.TB, fsys fs.FS, dirs ...string) []*metalog.Log {
	t.Helper()
	var logs []*metalog.Log
	for _, dir := range dirs {
		found, err := metalog.Find(fsys, dir)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v, %v", dir, found, err)
		}
		for _, name := range found {
			log, err := metalog.OpenLog(fsys, name, name)
			if err != nil {
				t.Fatal(err)
			}
			logs = append(logs, log)
		}
	}
	return logs
}

// config reads a configuration; edits are lines to append, or "-key" to remove one.
func config(t testing.TB, fsys fs.FS, name string, rel release.Release, edits ...string) *migration.Config {
	t.Helper()
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	for _, e := range edits {
		if key, ok := strings.CutPrefix(e, "-"); ok {
			lines = slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, key+"=") })
		} else {
			lines = append(lines, e)
		}
	}
	c, err := migration.ReadConfig([]byte(strings.Join(lines, "\n")), nodeconf.Options{File: path.Base(name), Release: rel})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func examine(t testing.TB, in migration.Input) *migration.Report {
	t.Helper()
	if in.Release == 0 {
		in.Release = release.V3_9
	}
	r, err := migration.Examine(in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// rulesOf are the rules of findings, sorted.
func rulesOf(list []migration.Finding) []string {
	set := map[string]bool{}
	for _, f := range list {
		set[f.Rule] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// TestStages holds the stages of a real migration against what is known of it: the offsets are those kafka-dump-log shows.
func TestStages(t *testing.T) {
	fsys := real(t)
	for _, test := range []struct {
		dir      string
		stage    migration.Stage
		hybrid   bool
		since    []int64
		copied   int
		node1    migration.Mode
		sound    bool
		kafka4   bool
		backTo   bool
		finality bool
	}{
		{ctl + "0-formatted", migration.None, false, nil, 0, "", true, true, false, false},
		{ctl + "1-pre-migration", migration.PreMigration, false, []int64{3}, 0, "", true, false, true, false},
		{ctl + "2-dual-write", migration.DualWrite, true, []int64{3, 67}, 34, migration.Migrating, false, false, true, true},
		{root + "broker1-stage2-dual-write", migration.DualWrite, true, []int64{3, 67}, 34, migration.Migrating, false, false, true, true},
		{ctl + "3-kraft-broker", migration.DualWrite, false, []int64{3, 67}, 34, migration.KRaft, true, false, true, true},
		{ctl + "4-finalised", migration.Finalised, false, []int64{3, 67, 157}, 34, migration.KRaft, true, true, false, false},
		{root + "broker1-stage4-finalised", migration.Finalised, false, []int64{3, 67, 157}, 34, migration.KRaft, true, true, false, false},
	} {
		t.Run(path.Base(test.dir), func(t *testing.T) {
			r := examine(t, migration.Input{Logs: openLogs(t, fsys, test.dir)})
			var since []int64
			for _, s := range r.Stages {
				since = append(since, s.Offset)
			}
			if r.Stage != test.stage || r.Hybrid != test.hybrid || !slices.Equal(since, test.since) {
				t.Errorf("%s, hybrid %v, since %v", r.Stage, r.Hybrid, since)
			}
			copied := 0
			if r.Transfer != nil {
				copied = r.Transfer.Records
			}
			if copied != test.copied || r.Sound() != test.sound || r.Kafka4.Ready != test.kafka4 {
				t.Errorf("copied %d, sound %v, ready for Kafka 4 %v", copied, r.Sound(), r.Kafka4.Ready)
			}
			mode := migration.Mode("")
			if i := slices.IndexFunc(r.Nodes, func(n migration.Node) bool { return n.ID == 1 }); i >= 0 {
				mode = r.Nodes[i].Runs
			}
			if mode != test.node1 || r.Back.Possible != test.backTo || r.Next.Final != test.finality {
				t.Errorf("broker 1 runs %q, way back %v, next is final %v", mode, r.Back.Possible, r.Next.Final)
			}
			if r.Next.Final && !strings.Contains(strings.Join(r.Next.Notes, " "), "cannot be undone") {
				t.Error("the point of no return is not said before it is passed")
			}
		})
	}
}

// TestTransfer holds the counts of the copy against the records that are in it.
func TestTransfer(t *testing.T) {
	r := examine(t, migration.Input{Logs: openLogs(t, real(t), ctl+"2-dual-write")})
	want := map[string][2]int{
		"topics": {4, 4}, "partitions": {11, 12}, "topic configs": {8, 9}, "broker configs": {2, 2}, "ACLs": {3, 4}, "quotas": {4, 5},
		"SCRAM credentials": {1, 1}, "delegation tokens": {0, 0}, "producer ID blocks": {1, 1},
	}
	for _, c := range r.Transfer.Counts {
		if got := [2]int{c.Records, c.Now}; got != want[c.Kind] {
			t.Errorf("%s: %v, want %v", c.Kind, got, want[c.Kind])
		}
	}
	if !r.Transfer.Transaction || r.Transfer.Begin.Offset != 31 || r.Transfer.End.Offset != 68 || r.Transfer.End.Time != "2026-11-21T06:41:51.161Z" {
		t.Errorf("%+v", r.Transfer)
	}
}

// TestFurthestCopy: of several copies the one that goes furthest counts, an observer's too; strangers are refused.
func TestFurthestCopy(t *testing.T) {
	fsys := real(t)
	r := examine(t, migration.Input{Logs: openLogs(t, fsys, ctl+"1-pre-migration", ctl+"4-finalised", ctl+"2-dual-write")})
	if r.Stage != migration.Finalised || !strings.HasSuffix(r.Log.Name, "4-finalised") || len(r.Copies) != 3 {
		t.Errorf("%s from %s", r.Stage, r.Log.Name)
	}
	r = examine(t, migration.Input{Logs: openLogs(t, fsys, ctl+"2-dual-write", root+"broker1-stage2-dual-write")})
	if !strings.HasSuffix(r.Log.Name, "broker1-stage2-dual-write") || r.Log.LastOffset != 94 {
		t.Errorf("read from %s up to %d", r.Log.Name, r.Log.LastOffset)
	}
	logs := append(openLogs(t, fsys, ctl+"1-pre-migration"), openLogs(t, blocked(t), "stage1-ibp38")...)
	if _, err := migration.Examine(migration.Input{Logs: logs, Release: release.V3_9}); !errors.Is(err, compare.ErrForeign) {
		t.Errorf("copies of two clusters: %v", err)
	}
	_, err := migration.Examine(migration.Input{
		Logs: openLogs(t, fsys, ctl+"1-pre-migration"), Backup: openLogs(t, blocked(t), "stage1-ibp38"), Release: release.V3_9,
	})
	if !errors.Is(err, compare.ErrForeign) {
		t.Errorf("a backup of another cluster: %v", err)
	}
}

// directory is a log directory of a broker on ZooKeeper.
func directory(id int32, cluster string) migration.Directory {
	return migration.Directory{Path: "broker", Properties: metaprops.Properties{ClusterID: cluster, NodeID: id}}
}

// clusters are the directories of clusters that never migrated.
func clusters(t testing.TB, scenarios ...string) fstest.MapFS {
	t.Helper()
	return corpus.Load(t, "../../testdata/corpus", scenarios...)
}
