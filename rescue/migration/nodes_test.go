package migration_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/migration"
)

// TestRolesOfOneID: where a broker and a controller have the same ID, each is judged by its own configuration.
func TestRolesOfOneID(t *testing.T) {
	fsys := real(t)
	broker, controller := config(t, fsys, hybrid, release.V3_9), config(t, fsys, guiding, release.V3_9, "node.id=1")
	r := examine(t, migration.Input{Logs: atStage(t, migration.DualWrite).logs(), Configs: []*migration.Config{controller, broker}})
	if do := doOf(t, r, "broker-on-zookeeper"); !strings.Contains(do, "(broker1.stage2-migrating.properties:1)") {
		t.Errorf("%s", do)
	}
	broker, controller = config(t, fsys, hybrid, release.V3_9, "broker.id=3000"), config(t, fsys, plain, release.V3_9)
	r = examine(t, migration.Input{Logs: atStage(t, migration.DualWrite).logs(), Configs: []*migration.Config{broker, controller}})
	if i := slices.IndexFunc(r.Blockers, func(f migration.Finding) bool { return f.Rule == "controller-would-finalise" }); i < 0 || r.Blockers[i].Where.File != "controller3000.properties" {
		t.Errorf("%+v", r.Blockers)
	}
}

// TestVotersInOrder: voters that have not registered are told in the order of their IDs, each once, whatever the files' order.
func TestVotersInOrder(t *testing.T) {
	fsys := real(t)
	in := migration.Input{Logs: newLog(t).bootstrap(21, 2).logs()}
	for _, voters := range []string{"3002@h:1,3001@h:1,3000@h:1", "3001@h:1,3000@h:1,3002@h:1"} {
		in.Configs = append(in.Configs, config(t, fsys, guiding, release.V3_9, "controller.quorum.voters="+voters))
	}
	var ids []int32
	for _, f := range examine(t, in).Blockers {
		ids = append(ids, *f.Node)
	}
	if !slices.Equal(ids, []int32{3000, 3001, 3002}) {
		t.Errorf("%v", ids)
	}
}

// TestOneNode: what the log, a configuration and a directory tell of one node is one node.
func TestOneNode(t *testing.T) {
	c := config(t, real(t), hybrid, release.V3_9, "broker.id=0")
	r := examine(t, migration.Input{
		Logs: atStage(t, migration.PreMigration).broker(0, true).logs(), Configs: []*migration.Config{c}, Directories: []migration.Directory{directory(0, "")},
	})
	n := r.Nodes[0]
	if len(r.Nodes) != 2 || n.ID != 0 || n.Runs != migration.Migrating || n.Configured != migration.Migrating || n.MetaVersion == nil || *n.MetaVersion != 0 || n.Registered == nil {
		t.Errorf("%+v", r.Nodes)
	}
}

// TestResolved: a reference that a config provider replaces counts as what it stands for.
func TestResolved(t *testing.T) {
	text := "broker.id=${env:ID}\nzookeeper.connect=zk:1\nzookeeper.metadata.migration.enable=${env:FLAG}\ncontroller.quorum.voters=3000@h:1\n" +
		"controller.listener.names=C\nlistener.security.protocol.map=C:PLAINTEXT,PLAINTEXT:PLAINTEXT\n" + fromEnv + "\n" + fromEnvClass + "\n"
	values := map[string]string{"ID": "7", "FLAG": "true"}
	c, err := migration.ReadConfig([]byte(text), nodeconf.Options{File: "x", Release: release.V3_9, Env: func(name string) (string, bool) { v, ok := values[name]; return v, ok }})
	if err != nil || c.ID != 7 || !c.Flag || c.Mode != migration.Migrating {
		t.Errorf("%v, %+v", err, c)
	}
	if c, err = migration.ReadConfig([]byte(text), nodeconf.Options{File: "x", Release: release.V3_9}); err != nil || c.ID != -1 || c.Flag {
		t.Errorf("%v, %+v", err, c)
	}
}

// TestNotReached: a cluster whose metadata.version is one of 4.x has not got past ZooKeeper while a node is configured for it.
func TestNotReached(t *testing.T) {
	r := examine(t, migration.Input{Logs: newLog(t).bootstrap(27, -1).logs(), Configs: []*migration.Config{config(t, real(t), zk, release.V3_9)}})
	if r.Kafka4.Reached || r.Kafka4.Ready || !slices.Contains(rulesOf(r.Kafka4.Obstacles), "config-on-zookeeper") {
		t.Errorf("%+v", r.Kafka4)
	}
}

// TestOnlyTheDamagedGoesFurthest: a whole copy that ends earlier is not read in place of a damaged one that has more.
func TestOnlyTheDamagedGoesFurthest(t *testing.T) {
	l := atStage(t, migration.DualWrite)
	at := len(l.topic("b", 1).log) - 8
	short := &lab{t: t, log: slices.Clone(l.log)}
	l.topic("c", 1).broker(1, false)
	l.log[at] ^= 1
	r := examine(t, migration.Input{Logs: slices.Concat(l.elsewhere("bad"), short.elsewhere("short"))})
	if r.Log.Name != "bad" || !slices.Equal(rulesOf(r.Blockers), []string{"log-damaged"}) {
		t.Errorf("%s is read: %+v", r.Log.Name, r.Blockers)
	}
}
