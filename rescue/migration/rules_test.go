package migration_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/migration"
)

const (
	zk       = root + "broker1.stage1-zk.properties"
	hybrid   = root + "broker1.stage2-migrating.properties"
	kraft    = root + "broker1.stage3-kraft.properties"
	guiding  = root + "controller3000.stage1to3-migration.properties"
	plain    = root + "controller3000.properties"
	stage0   = ctl + "0-formatted"
	stage1   = ctl + "1-pre-migration"
	stage2   = ctl + "2-dual-write"
	stage3   = ctl + "3-kraft-broker"
	stage4   = ctl + "4-finalised"
	cluster  = "5T71ObZJSAOxEStSI3tGeg"
	flagLine = "zookeeper.metadata.migration.enable=true"
)

// one is a configuration with edits, as config takes them.
type one []string

// TestRules gives directories of real stages configurations with one mistake each.
func TestRules(t *testing.T) {
	fsys := real(t)
	for name, test := range map[string]struct {
		dir      string
		configs  []one
		metas    []migration.Directory
		release  release.Release
		blockers []string
		warnings []string
		where    string
	}{
		"ready to begin": {dir: stage0, configs: []one{{zk}, {guiding}}},
		"controller without the flag": {
			dir: stage0, configs: []one{{zk}, {plain}},
			blockers: []string{"controller-flag-missing"}, where: "controller3000.properties:1",
		},
		"a flag without zookeeper.connect": {
			dir: stage0, configs: []one{{zk}, {plain, flagLine}},
			blockers: []string{"config-refused"}, warnings: []string{"encoder-secret-missing"}, where: "controller3000.properties:11",
		},
		"an old protocol": {
			dir: stage0, configs: []one{{zk, "-inter.broker.protocol.version", "inter.broker.protocol.version=3.3"}, {guiding}},
			blockers: []string{"ibp-too-low"}, where: "broker1.stage1-zk.properties:19",
		},
		"several directories": {
			dir: stage0, configs: []one{{zk, "log.dirs=/a,/b", "inter.broker.protocol.version=3.6"}, {guiding}},
			blockers: []string{"jbod"}, where: "broker1.stage1-zk.properties:21",
		},
		"several directories in 3.6": {
			dir: stage0, configs: []one{{zk, "log.dirs=/a,/b", "inter.broker.protocol.version=3.6"}, {guiding}}, release: release.V3_6,
			blockers: []string{"jbod"}, where: "broker1.stage1-zk.properties:20",
		},
		"an ID from ZooKeeper": {
			dir: stage0, configs: []one{{zk, "-broker.id"}, {guiding}},
			blockers: []string{"broker-id-generated"},
		},
		"a broker with the controller's ID": {
			dir: stage0, configs: []one{{zk, "-broker.id", "broker.id=3000"}, {guiding}},
			blockers: []string{"config-refused", "node-id-taken"}, where: "broker1.stage1-zk.properties:19",
		},
		"another cluster ID": {
			dir: stage0, configs: []one{{zk}, {guiding}}, metas: []migration.Directory{directory(1, "AAAAAAAAQACAAAAAAAAAAg")},
			blockers: []string{"cluster-id-differs"}, where: "broker",
		},
		"another ZooKeeper": {
			dir: stage0, configs: []one{{zk, "-zookeeper.connect", "zookeeper.connect=127.0.0.1:19800/kafka"}, {guiding}},
			blockers: []string{"zookeeper-differs"}, where: "controller3000.stage1to3-migration.properties:11",
		},
		"4.0 cannot migrate": {
			dir: stage0, configs: []one{{zk}}, release: release.V4_0,
			blockers: []string{"config-refused", "release-cannot-migrate"},
		},
		"a ZooKeeper that is told where the node runs": {
			dir: stage0, configs: []one{{zk, "-zookeeper.connect", "zookeeper.connect=${env:ZK}"}, {guiding}},
		},
		"an ID that is told where the node runs": {
			dir: stage0, configs: []one{{zk, "-broker.id", "broker.id=${env:ID}", "config.providers=env", "config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider"}, {guiding}},
			warnings: []string{"config-unresolved"},
		},
		"an ID that no provider tells": {
			dir: stage0, configs: []one{{zk, "-broker.id", "broker.id=${env:ID}"}, {guiding}},
			blockers: []string{"config-refused"}, where: "broker1.stage1-zk.properties:19",
		},
		"a controller that is a broker as well": {
			dir: stage0, configs: []one{{zk}, {guiding, "-process.roles", "process.roles=broker,controller", "-listeners", "listeners=CONTROLLER://h:1,PLAINTEXT://h:2"}},
			blockers: []string{"controller-combined"},
		},
		"a controller that is a broker as well, and waits": {
			dir: stage1, configs: []one{{guiding, "-process.roles", "process.roles=broker,controller", "-listeners", "listeners=CONTROLLER://h:1,PLAINTEXT://h:2"}},
			blockers: []string{"controller-combined"},
		},
		"no secret to decode with": {
			dir: stage0, configs: []one{{zk}, {guiding, "-password.encoder.secret"}},
			warnings: []string{"encoder-secret-missing"},
		},
		"no authorizer on the controller": {
			dir: stage0, configs: []one{{zk}, {guiding, "-authorizer.class.name"}},
			warnings: []string{"controller-authorizer-missing"},
		},
		"a broker that takes no part": {
			dir: stage1, configs: []one{{zk}, {guiding}},
			blockers: []string{"broker-not-prepared"}, where: "broker1.stage1-zk.properties:1",
		},
		"a broker that has not registered": {
			dir: stage1, configs: []one{{hybrid}, {guiding}},
			blockers: []string{"broker-not-registered"}, where: "broker1.stage2-migrating.properties:22",
		},
		"a directory whose broker has not registered": {
			dir: stage1, metas: []migration.Directory{directory(7, cluster)},
			blockers: []string{"broker-not-registered"}, where: "broker",
		},
		"a listener without a protocol": {
			dir: stage1, configs: []one{{hybrid, "listener.security.protocol.map=PLAINTEXT:PLAINTEXT"}, {guiding}},
			blockers: []string{"broker-not-registered", "listener-unmapped"},
		},
		"no protocol map at all": {
			dir: stage1, configs: []one{{hybrid, "-listener.security.protocol.map"}, {guiding}},
			blockers: []string{"broker-not-registered", "listener-unmapped"},
		},
		"no voters": {
			dir: stage1, configs: []one{{hybrid, "-controller.quorum.voters"}, {guiding}},
			blockers: []string{"broker-not-registered", "config-refused"},
		},
		"a KRaft broker before its time": {
			dir: stage1, configs: []one{{kraft}, {guiding}},
			blockers: []string{"broker-too-early"}, where: "broker1.stage3-kraft.properties:17",
		},
		"a voter that has not registered": {
			dir: stage1, configs: []one{{guiding, "-controller.quorum.voters", "controller.quorum.voters=3000@h0:1,3001@h1:1,3002@h2:1"}},
			blockers: []string{"controller-not-registered"}, where: "controller3000.stage1to3-migration.properties:14",
		},
		"a controller that lost the flag": {
			dir: stage1, configs: []one{{plain}},
			blockers: []string{"controller-flag-missing"}, where: "controller3000.properties:1",
		},
		"a broker still on ZooKeeper": {
			dir: stage2, configs: []one{{hybrid}, {guiding}},
			blockers: []string{"broker-on-zookeeper"}, where: "offset 29",
		},
		"a broker to restart": {
			dir: stage2, configs: []one{{kraft}, {guiding}},
			blockers: []string{"broker-on-zookeeper"}, where: "offset 29",
		},
		"a broker that took no part": {
			dir: stage2, configs: []one{{kraft}, {zk, "-broker.id", "broker.id=2"}, {guiding}},
			blockers: []string{"broker-not-prepared", "broker-on-zookeeper"}, where: "broker1.stage1-zk.properties:19",
		},
		"one broker in KRaft mode, one behind, one not there": {
			dir: stage3, configs: []one{{kraft}, {hybrid, "-broker.id", "broker.id=2"}, {kraft, "-node.id", "node.id=3"}, {guiding}},
			blockers: []string{"broker-not-registered"},
		},
		"finalising before the brokers left ZooKeeper": {
			dir: stage2, configs: []one{{kraft}, {plain}},
			blockers: []string{"broker-on-zookeeper", "controller-would-finalise"},
		},
		"all is ready":       {dir: stage3, configs: []one{{kraft}, {guiding}}},
		"finalising is next": {dir: stage3, configs: []one{{kraft}, {plain}}, warnings: []string{"finalising-has-begun"}},
		"a restart into ZooKeeper": {
			dir: stage3, configs: []one{{hybrid}, {guiding}},
			blockers: []string{"config-on-zookeeper"}, where: "broker1.stage2-migrating.properties:1",
		},
		"ACLs from ZooKeeper": {
			dir: stage3, configs: []one{{kraft, "authorizer.class.name=kafka.security.authorizer.AclAuthorizer"}},
			blockers: []string{"zookeeper-authorizer"}, where: "broker1.stage3-kraft.properties:21",
		},
		"zookeeper.connect left on a broker": {
			dir: stage3, configs: []one{{kraft, "zookeeper.connect=127.0.0.1:19800"}},
			warnings: []string{"zookeeper-leftover"},
		},
		"finalised": {dir: stage4, configs: []one{{kraft}, {plain}}, warnings: []string{"broker-fenced"}},
		"left behind on ZooKeeper": {
			dir: stage4, configs: []one{{hybrid}, {plain}},
			blockers: []string{"config-on-zookeeper"}, warnings: []string{"broker-fenced"},
		},
		"leftovers": {dir: stage4, configs: []one{{kraft}, {guiding}}, warnings: []string{"broker-fenced", "zookeeper-leftover"}},
	} {
		t.Run(name, func(t *testing.T) {
			rel := max(test.release, release.V3_6)
			if test.release == 0 {
				rel = release.V3_9
			}
			in := migration.Input{Logs: openLogs(t, fsys, test.dir), Directories: test.metas, Release: rel}
			for _, c := range test.configs {
				in.Configs = append(in.Configs, config(t, fsys, c[0], rel, c[1:]...))
			}
			r := examine(t, in)
			if got := rulesOf(r.Blockers); !slices.Equal(got, test.blockers) {
				t.Errorf("blockers %v, want %v: %+v", got, test.blockers, r.Blockers)
			}
			if got := rulesOf(r.Warnings); !slices.Equal(got, test.warnings) {
				t.Errorf("warnings %v, want %v: %+v", got, test.warnings, r.Warnings)
			}
			if test.where != "" && (len(r.Blockers) == 0 || r.Blockers[0].Where.String() != test.where) {
				t.Errorf("%+v, want it at %s", r.Blockers, test.where)
			}
			everyFindingHelps(t, r)
		})
	}
}

// everyFindingHelps: each finding says where and what to do, and no secret is in any.
func everyFindingHelps(t *testing.T, r *migration.Report) {
	t.Helper()
	for _, f := range slices.Concat(r.Blockers, r.Warnings, r.Kafka4.Obstacles, r.Kafka4.Notes) {
		if f.Rule == "" || f.What == "" || f.Do == "" || f.Where.String() == "" {
			t.Errorf("%+v", f)
		}
		if strings.Contains(f.What+f.Do, "lab-encoder-secret") {
			t.Errorf("a secret is shown: %+v", f)
		}
	}
}

// TestBlocked: what real Kafka refused is found beforehand, and what it let happen is found afterwards.
func TestBlocked(t *testing.T) {
	fsys := blocked(t)
	r := examine(t, migration.Input{
		Logs: openLogs(t, fsys, "stage1-ibp38"), Configs: []*migration.Config{config(t, fsys, "broker1-ibp38.properties", release.V3_9)},
	})
	if got := rulesOf(r.Blockers); !slices.Equal(got, []string{"broker-not-registered", "ibp-differs"}) {
		t.Errorf("%v", got)
	}
	r = examine(t, migration.Input{
		Logs: openLogs(t, fsys, "stage4-early"), Configs: []*migration.Config{config(t, fsys, "controller3000-without-flag.properties", release.V3_9)},
	})
	if got := rulesOf(r.Blockers); r.Stage != migration.Finalised || !slices.Equal(got, []string{"broker-left-behind"}) || r.Kafka4.Ready {
		t.Errorf("%s: %v", r.Stage, got)
	}
}

// TestBornInKRaft: a quorum that ran once without the flag never migrates.
func TestBornInKRaft(t *testing.T) {
	fsys := real(t)
	logs := newLog(t).bootstrap(21, 0).logs()
	r := examine(t, migration.Input{Logs: logs})
	if r.Stage != migration.None || r.Origin != migration.FromKRaft || !r.Sound() || r.Next.Possible || r.Back.Possible {
		t.Errorf("%+v", r)
	}
	r = examine(t, migration.Input{Logs: logs, Configs: []*migration.Config{config(t, fsys, guiding, release.V3_9), config(t, fsys, zk, release.V3_9)}})
	if got := rulesOf(r.Blockers); !slices.Equal(got, []string{"born-in-kraft"}) || len(r.Blockers) != 2 {
		t.Errorf("%v", r.Blockers)
	}
}

// TestDone: a cluster that runs Kafka 4 has nothing left to migrate, and its configurations are not judged by a release it has left.
func TestDone(t *testing.T) {
	fsys := real(t)
	later := config(t, fsys, kraft, release.V3_9, "group.coordinator.rebalance.protocols=classic,consumer,streams", "log.segment.bytes=1")
	for name, log := range map[string]*lab{"none": newLog(t).bootstrap(27, -1), "finalised": newLog(t).bootstrap(21, 2).state(1).state(3).bootstrap(27, -1)} {
		r := examine(t, migration.Input{Logs: log.logs(), Configs: []*migration.Config{later}})
		text := textOf(t, r)
		if string(r.Stage) != name || !r.Done || !r.Sound() || len(r.Warnings) != 0 || r.Next.Possible || !r.Kafka4.Ready || !r.Kafka4.Reached ||
			!strings.Contains(text, "Stage: "+name+": there is nothing ") || !strings.Contains(text, "KAFKA 4: the cluster runs it") {
			t.Errorf("%s: %+v\n%s", name, r, text)
		}
	}
}

// TestBack: as soon as brokers know of the controllers, the way back has to free /controller, which a controller takes before it copies.
func TestBack(t *testing.T) {
	fsys := real(t)
	alone := examine(t, migration.Input{Logs: openLogs(t, fsys, stage1)})
	unprepared := examine(t, migration.Input{Logs: openLogs(t, fsys, stage1), Configs: []*migration.Config{config(t, fsys, zk, release.V3_9), config(t, fsys, guiding, release.V3_9)}})
	if len(alone.Back.Steps) != 1 || len(unprepared.Back.Steps) != 1 {
		t.Errorf("%q, %q", alone.Back.Steps, unprepared.Back.Steps)
	}
	for name, in := range map[string]migration.Input{
		"registered": {Logs: newLog(t).bootstrap(21, 2).broker(1, true).logs()},
		"configured": {Logs: openLogs(t, fsys, stage1), Configs: []*migration.Config{config(t, fsys, hybrid, release.V3_9)}},
	} {
		if steps := strings.Join(examine(t, in).Back.Steps, "\n"); !strings.Contains(steps, "deleteall /controller") || !strings.Contains(steps, "delete /migration") {
			t.Errorf("%s: %s", name, steps)
		}
	}
}

// TestKafka4 tells what stands between a cluster and Kafka 4.
func TestKafka4(t *testing.T) {
	fsys := real(t)
	for name, test := range map[string]struct {
		dir       string
		configs   []one
		obstacles []string
		notes     []string
	}{
		"ready":             {dir: stage4, configs: []one{{kraft}, {plain}}},
		"leftovers":         {dir: stage4, configs: []one{{kraft}, {guiding}}, notes: []string{"key-dropped"}},
		"dual write":        {dir: stage3, obstacles: []string{"not-finalised"}},
		"hybrid":            {dir: stage2, configs: []one{{hybrid}}, obstacles: []string{"broker-on-zookeeper", "config-on-zookeeper", "not-finalised"}},
		"not begun":         {dir: stage0, configs: []one{{zk}}, obstacles: []string{"config-on-zookeeper", "not-migrated"}},
		"old authorizer":    {dir: stage4, configs: []one{{kraft, "authorizer.class.name=kafka.security.authorizer.AclAuthorizer"}}, obstacles: []string{"zookeeper-authorizer"}},
		"refused by 4.0":    {dir: stage4, configs: []one{{kraft, "log.segment.bytes=1000"}}, obstacles: []string{"config-refused"}},
		"dropped by 4.0":    {dir: stage4, configs: []one{{kraft, "log.message.format.version=3.0"}}, notes: []string{"key-dropped"}},
		"an unknown key":    {dir: stage4, configs: []one{{kraft, "my.own.key=1"}}},
		"waiting for 3.9.x": {dir: stage1, obstacles: []string{"not-migrated"}},
	} {
		t.Run(name, func(t *testing.T) {
			in := migration.Input{Logs: openLogs(t, fsys, test.dir), Release: release.V3_9}
			for _, c := range test.configs {
				in.Configs = append(in.Configs, config(t, fsys, c[0], in.Release, c[1:]...))
			}
			r := examine(t, in)
			if got := rulesOf(r.Kafka4.Obstacles); !slices.Equal(got, test.obstacles) || r.Kafka4.Ready != (len(test.obstacles) == 0) {
				t.Errorf("obstacles %v, want %v", got, test.obstacles)
			}
			if got := rulesOf(r.Kafka4.Notes); !slices.Equal(got, test.notes) {
				t.Errorf("notes %v, want %v", got, test.notes)
			}
			everyFindingHelps(t, r)
		})
	}
	r := examine(t, migration.Input{Logs: newLog(t).bootstrap(4, -1).logs()})
	if got := rulesOf(r.Kafka4.Obstacles); !slices.Equal(got, []string{"metadata-version-too-low"}) {
		t.Errorf("metadata.version 3.3-IV0: %v", got)
	}
}
