package migration_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/migration"
)

func textOf(t *testing.T, r *migration.Report) string {
	t.Helper()
	var b strings.Builder
	if err := migration.WriteText(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestLongLists: text shows the beginning of a long list and says how much more there is; JSON has all.
func TestLongLists(t *testing.T) {
	l := newLog(t).bootstrap(21, 2).controller(3000, true).state(1)
	for id := range int32(30) {
		l.broker(id, true)
	}
	r := examine(t, migration.Input{Logs: l.logs()})
	text := textOf(t, r)
	if len(r.Blockers) != 30 || strings.Count(text, "runs on ZooKeeper [broker-on-zookeeper]") != 20 || !strings.Contains(text, "… and 10 more; --output json has them all") {
		t.Errorf("%d blockers:\n%s", len(r.Blockers), text)
	}
	backup := newLog(t).bootstrap(21, 1)
	for i := range 30 {
		backup.topic(strings.Repeat("t", i+1), 1)
	}
	if text = textOf(t, examine(t, migration.Input{Logs: l.logs(), Backup: backup.logs()})); !strings.Contains(text, "    … and 40 more") {
		t.Errorf("30 topics and their partitions are gone:\n%s", text)
	}
}

// TestJSON: a report comes back from its JSON form as it was, and lists are never null.
func TestJSON(t *testing.T) {
	fsys := real(t)
	for _, dir := range []string{stage0, stage1, stage2, stage3, stage4} {
		r := examine(t, migration.Input{Logs: openLogs(t, fsys, dir), Backup: openLogs(t, fsys, stage2)})
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var back migration.Report
		if err := json.Unmarshal(data, &back); err != nil || !reflect.DeepEqual(&back, r) {
			t.Errorf("%s: %v\n%+v\n%+v", dir, err, &back, r)
		}
		for _, list := range []string{"copies", "stages", "aborted", "nodes", "blockers", "warnings", "steps", "notes", "lost", "new", "obstacles"} {
			if strings.Contains(string(data), `"`+list+`":null`) {
				t.Errorf("%s: %s is null", dir, list)
			}
		}
	}
}

// failing is a writer that fails.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestWriteFails(t *testing.T) {
	r := examine(t, migration.Input{Logs: openLogs(t, real(t), stage4)})
	if err := migration.WriteText(failing{}, r); err == nil {
		t.Error("a writer that fails is not noticed")
	}
}

// TestReadConfig: what a file is, and what it is not.
func TestReadConfig(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		id   int32
		mode migration.Mode
		role string
	}{
		"ZooKeeper":             {"broker.id=1\nzookeeper.connect=a:1", 1, migration.ZooKeeper, "broker"},
		"an ID to come":         {"zookeeper.connect=a:1", -1, migration.ZooKeeper, "broker"},
		"migrating":             {"broker.id=1\nzookeeper.connect=a:1\nzookeeper.metadata.migration.enable=TRUE", 1, migration.Migrating, "broker"},
		"KRaft broker":          {"process.roles=broker\nnode.id=2", 2, migration.KRaft, "broker"},
		"controller":            {"process.roles=controller\nnode.id=3", 3, migration.KRaft, "controller"},
		"guiding controller":    {"process.roles=controller\nnode.id=3\nzookeeper.metadata.migration.enable=true", 3, migration.Guiding, "controller"},
		"KRaft broker, flag":    {"process.roles=broker\nnode.id=2\nzookeeper.metadata.migration.enable=true", 2, migration.KRaft, "broker"},
		"both":                  {"process.roles=broker, controller\nnode.id=4", 4, migration.KRaft, "both"},
		"flag that is switched": {"broker.id=1\nzookeeper.metadata.migration.enable=false", 1, migration.ZooKeeper, "broker"},
	} {
		c, err := migration.ReadConfig([]byte(test.text), nodeconf.Options{File: "server.properties", Release: release.V3_9})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		role := map[[2]bool]string{{true, false}: "broker", {false, true}: "controller", {true, true}: "both"}[[2]bool{c.Broker, c.Controller}]
		if c.ID != test.id || c.Mode != test.mode || role != test.role {
			t.Errorf("%s: node %d, %s, %s", name, c.ID, c.Mode, role)
		}
	}
	for name, text := range map[string]string{"empty": "", "of ZooKeeper": "dataDir=/zk\nclientPort=2181", "of Connect": "bootstrap.servers=a:1\ngroup.id=x"} {
		if _, err := migration.ReadConfig([]byte(text), nodeconf.Options{File: "x", Release: release.V3_9}); !errors.Is(err, migration.ErrNoNode) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := migration.ReadConfig([]byte("a=1\nbroker.id=\\u12"), nodeconf.Options{File: "x.properties", Release: release.V3_9})
	if err == nil || err.Error() != "x.properties:2: Malformed \\uxxxx encoding." {
		t.Errorf("%v", err)
	}
}
