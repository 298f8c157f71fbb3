package migration_test

import (
	"encoding/json"
	"testing"

	"github.com/kraftctl/kraftctl/internal/golden"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/migration"
)

// TestRealReports holds the whole text of a report on each stage of the real migrations against what was read and found right; the
// offsets and times are those that kafka-dump-log shows.
func TestRealReports(t *testing.T) {
	fsys, bad := real(t), blocked(t)
	for name, in := range map[string]migration.Input{
		"0-formatted":  {Logs: openLogs(t, fsys, stage0), Configs: []*migration.Config{config(t, fsys, zk, release.V3_9), config(t, fsys, plain, release.V3_9)}},
		"1-waiting":    {Logs: openLogs(t, fsys, stage1), Configs: []*migration.Config{config(t, fsys, zk, release.V3_9), config(t, fsys, guiding, release.V3_9)}},
		"1-refused":    {Logs: openLogs(t, bad, "stage1-ibp38"), Configs: []*migration.Config{config(t, bad, "broker1-ibp38.properties", release.V3_9)}},
		"2-hybrid":     {Logs: openLogs(t, fsys, stage2, root+"broker1-stage2-dual-write"), Configs: []*migration.Config{config(t, fsys, hybrid, release.V3_9), config(t, fsys, guiding, release.V3_9)}},
		"3-all-kraft":  {Logs: openLogs(t, fsys, stage3), Configs: []*migration.Config{config(t, fsys, kraft, release.V3_9), config(t, fsys, guiding, release.V3_9)}, Backup: openLogs(t, fsys, stage2)},
		"3-back":       {Logs: openLogs(t, fsys, stage3), Backup: openLogs(t, fsys, stage4)},
		"4-finalised":  {Logs: openLogs(t, fsys, stage1, stage4), Configs: []*migration.Config{config(t, fsys, kraft, release.V3_9), config(t, fsys, guiding, release.V3_9)}},
		"4-left":       {Logs: openLogs(t, bad, "stage4-early"), Configs: []*migration.Config{config(t, bad, "controller3000-without-flag.properties", release.V3_9)}},
		"no-log":       {Configs: []*migration.Config{config(t, fsys, zk, release.V3_9)}, Directories: []migration.Directory{directory(1, cluster)}},
		"formatted":    {Logs: openLogs(t, fsys, stage0)},
		"born-in-4.3":  {Logs: openLogs(t, clusters(t, "snapshots"), "snapshots/4.3.1")},
		"dynamic-4.1":  {Logs: openLogs(t, clusters(t, "dynamic-initial-controllers"), "dynamic-initial-controllers/4.1.2")},
		"never-on-3.9": {Logs: openLogs(t, clusters(t, "quorum-3c2b"), "quorum-3c2b/3.9.2/controller1")},
	} {
		t.Run(name, func(t *testing.T) { golden.Check(t, name+".txt", textOf(t, examine(t, in))) })
	}
}

// TestContract holds the JSON form of a report on a real directory, dual-write compared with a backup from before the copy.
func TestContract(t *testing.T) {
	fsys := real(t)
	r := examine(t, migration.Input{
		Logs: openLogs(t, fsys, stage2, stage1), Backup: openLogs(t, fsys, stage1),
		Configs: []*migration.Config{config(t, fsys, hybrid, release.V3_9), config(t, fsys, guiding, release.V3_9)},
	})
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "dual-write.json", string(data)+"\n")
}

// TestMadeReports are reports on what no real directory at hand has: several brokers in several modes, copies that were given up,
// registrations that fail.
func TestMadeReports(t *testing.T) {
	fsys := real(t)
	several := newLog(t).bootstrap(21, 2).controller(3000, true).controller(3001, false).broker(1, true).broker(2, true).broker(3, true)
	several.begin("ZK Migration").topic("a", 1).abort("").begin("ZK Migration").topic("b", 1).topic("c", 9)
	unfinished := several.logs()
	several.state(1).end().broker(2, false).fenced(3)
	several.add(&metadata.ConfigRecord{ResourceType: 4, ResourceName: "1", Name: "log.message.format.version", Value: metadata.Str("3.0")})
	old := newLog(t).bootstrap(8, 1).broker(1, true).topic("a", 1)
	for name, in := range map[string]migration.Input{
		"unfinished": {Logs: unfinished, Configs: []*migration.Config{config(t, fsys, guiding, release.V3_9, "controller.quorum.voters=3000@h:1,3001@h:1,3002@h:1")}},
		"several": {
			Logs: several.logs(), Directories: []migration.Directory{directory(1, "AAAAAAAAQACAAAAAAAAAAg"), directory(4, cluster)},
			Configs: []*migration.Config{config(t, fsys, hybrid, release.V3_9), config(t, fsys, kraft, release.V3_9, "node.id=2"), config(t, fsys, zk, release.V3_9, "-broker.id")},
		},
		"kafka-3.4":   {Logs: old.logs(), Release: release.V3_4},
		"no-migrator": {Configs: []*migration.Config{config(t, fsys, zk, release.V4_0)}, Release: release.V4_0},
		"done":        {Logs: newLog(t).bootstrap(21, 2).state(1).state(3).bootstrap(27, -1).logs(), Configs: []*migration.Config{config(t, fsys, kraft, release.V3_9)}},
		"born": {
			Logs: newLog(t).bootstrap(21, 0).logs(), Configs: []*migration.Config{config(t, fsys, guiding, release.V3_9)},
		},
	} {
		t.Run(name, func(t *testing.T) { golden.Check(t, "made-"+name+".txt", textOf(t, examine(t, in))) })
	}
}
