package migration_test

import (
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/migration"
)

// fromEnv names a config provider, as the lines of a configuration whose values are known where the node runs.
const (
	fromEnv      = "config.providers=env"
	fromEnvClass = "config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider"
)

// pastKafka4 ends a migration that went well, and raises metadata.version beyond what 3.9 knows.
func pastKafka4(l *lab) { l.broker(1, false).bootstrap(27, -1) }

var evidenceCases = map[string]ruleCases{
	"log-damaged": {
		raised: []situation{
			{name: "a broken batch", at: anyStage, log: damaged},
			{name: "a record that fits nothing", at: anyStage[1:], log: func(l *lab) { l.partitionOfNone() }},
		},
		quiet: []situation{
			{name: "a whole log", at: anyStage[1:]},
			{name: "a batch that is being written", at: anyStage[1:], log: torn},
			{name: "a transaction that goes on", at: pre, log: func(l *lab) { l.begin("ZK Migration").topic("b", 1) }},
		},
	},
	"copies-disagree": {
		raised: []situation{
			{name: "another record at the same offset", at: anyStage[1:], copies: fork},
			{name: "another record at the same offset", at: none, log: born, copies: fork},
		},
		quiet: []situation{
			{name: "a copy that is behind", at: anyStage[1:], copies: prefix},
			{name: "a copy that is the same", at: anyStage[1:], copies: func(l *lab) []*metalog.Log { return l.elsewhere("same") }},
		},
	},
	"config-refused": {
		raised: []situation{
			{name: "a broker on ZooKeeper", at: none, configs: []one{{zk, "num.io.threads=0"}}},
			{name: "a broker that migrates", at: preAndDual, configs: []one{{hybrid, "num.io.threads=0"}}},
			{name: "a KRaft broker", at: finalised, log: converted, configs: []one{{kraft, "num.io.threads=0"}}},
			{name: "a reference without a provider", at: pre, configs: []one{{hybrid, "num.io.threads=${env:N}"}}},
		},
		quiet: []situation{
			{name: "the lowest value that is taken", at: preAndDual, configs: []one{{hybrid, "num.io.threads=1"}}},
			{name: "a value that is known elsewhere", at: preAndDual, configs: []one{{hybrid, "num.io.threads=${env:N}", fromEnv, fromEnvClass}}},
			{name: "a cluster that has left the release", at: finalised, log: pastKafka4, configs: []one{{kraft, "num.io.threads=0"}}},
		},
	},
	"config-unresolved": {
		raised: []situation{
			{name: "a number", at: none, configs: []one{{zk, "num.io.threads=${env:N}", fromEnv, fromEnvClass}}},
			{name: "a number", at: preAndDual, configs: []one{{hybrid, "num.io.threads=${env:N}", fromEnv, fromEnvClass}}},
			{name: "a number", at: finalised, log: converted, configs: []one{{kraft, "num.io.threads=${env:N}", fromEnv, fromEnvClass}}},
		},
		quiet: []situation{
			{name: "a text, which any reference could be", at: preAndDual, configs: []one{{hybrid, "client.quota.callback.x=${env:N}", fromEnv, fromEnvClass}}},
			{name: "a wrong number beside a provider", at: pre, configs: []one{{hybrid, "num.io.threads=0", fromEnv, fromEnvClass}}},
		},
	},
	"copy-given-up": {
		raised: []situation{
			{name: "the only one", at: pre, log: func(l *lab) { l.begin("ZK Migration").topic("b", 1).abort("no leader") }},
			{name: "the first of two", at: dual, log: func(l *lab) { l.begin("ZK Migration").topic("b", 1).abort("") }},
		},
		quiet: []situation{
			{name: "another transaction", at: preAndDual, log: func(l *lab) { l.begin("Bootstrap records").topic("b", 1).abort("") }},
			{name: "an abort of nothing", at: preAndDual, log: func(l *lab) { l.abort("?") }},
		},
	},
}

var clusterCases = map[string]ruleCases{
	"release-cannot-migrate": {
		raised: []situation{
			{name: "4.0", at: none, configs: []one{{zk}}, release: release.V4_0},
			{name: "4.0", at: preAndDual, release: release.V4_0},
		},
		quiet: []situation{
			{name: "the first that can", at: preAndDual, release: release.V3_4},
			{name: "the last that can", at: none, configs: []one{{zk}}},
			{name: "born in KRaft", at: none, log: born, release: release.V4_0},
			{name: "it is done", at: finalised, release: release.V4_0},
		},
	},
	"born-in-kraft": {
		raised: []situation{
			{name: "a controller with the flag", at: none, log: born, configs: []one{{guiding}}},
			{name: "a broker on ZooKeeper", at: none, log: born, configs: []one{{zk}}},
		},
		quiet: []situation{
			{name: "a controller without it", at: none, log: born, configs: []one{{plain}, {kraft}}},
			{name: "no log was given", at: none, configs: []one{{guiding}}},
			{name: "formatted only", at: none, formatted: 21, configs: []one{{guiding}, {zk}}},
		},
	},
	"metadata-version-too-low": {
		raised: []situation{
			{name: "formatted", at: none, formatted: 7, configs: []one{{guiding}, {zk}}},
			{name: "the controllers wait", at: pre, log: func(l *lab) { l.bootstrap(7, -1) }},
		},
		quiet: []situation{
			{name: "the first that can", at: none, formatted: 8, configs: []one{{guiding}, {zk}}},
			{name: "the first that can", at: pre, log: func(l *lab) { l.bootstrap(8, -1) }},
			{name: "no migration", at: none, formatted: 7, configs: []one{{kraft}}},
			{name: "nothing tells the level", at: none, configs: []one{{guiding}, {zk}}},
		},
	},
	"cluster-id-differs": {
		raised: []situation{
			{name: "a broker of another cluster", at: none, log: func(*lab) {}, configs: []one{{zk}}, dirs: []migration.Directory{directory(1, cluster)}},
			{name: "a broker of another cluster", at: preAndDual, dirs: []migration.Directory{directory(1, cluster)}},
			{name: "two brokers, and no log", at: none, configs: []one{{zk}}, dirs: []migration.Directory{directory(1, cluster), directory(2, "AAAAAAAAQACAAAAAAAAAAg")}},
		},
		quiet: []situation{
			{name: "the same cluster", at: preAndDual, dirs: []migration.Directory{directory(1, "AAAAAAAAQACAAAAAAAAAAg")}},
			{name: "a directory that does not tell", at: preAndDual, dirs: []migration.Directory{directory(1, "")}},
			{name: "the other is too late to matter", at: finalised, dirs: []migration.Directory{directory(1, cluster)}},
		},
	},
	"node-id-taken": {
		raised: []situation{
			{name: "in a configuration", at: none, configs: []one{{zk, "-broker.id", "broker.id=3000"}, {guiding}}},
			{name: "in a directory", at: none, configs: []one{{zk}, {guiding}}, dirs: []migration.Directory{directory(3000, cluster)}},
			{name: "in a registration", at: preAndDual, log: func(l *lab) { l.broker(3000, true) }},
			{name: "of a controller that is no voter yet", at: pre, configs: []one{{zk, "-broker.id", "broker.id=7"}, {guiding, "-node.id", "node.id=7", "-controller.quorum.voters", "controller.quorum.bootstrap.servers=h:1"}}},
		},
		quiet: []situation{
			{name: "IDs of their own", at: none, configs: []one{{zk}, {guiding}}, dirs: []migration.Directory{directory(1, cluster)}},
			{name: "no ID at all", at: none, configs: []one{{zk, "-broker.id"}, {guiding}}},
			{name: "the controller's own directory", at: preAndDual, dirs: []migration.Directory{ofKRaft(3000)}},
			{name: "both roles in one node", at: pre, log: func(l *lab) { l.broker(3000, false) }},
			{name: "a KRaft broker with both roles", at: none, configs: []one{{zk, "-broker.id", "broker.id=5"}, {kraft, "-node.id", "node.id=5"}}},
		},
	},
	"zookeeper-differs": {
		raised: []situation{
			{name: "another server", at: none, configs: []one{{zk}, {guiding, "-zookeeper.connect", "zookeeper.connect=other:2181"}}},
			{name: "another path", at: preAndDual, configs: []one{{hybrid}, {guiding, "zookeeper.connect=127.0.0.1:19800/kafka"}}},
			{name: "one server less", at: preAndDual, configs: []one{{hybrid, "zookeeper.connect=a:1,b:2"}, {guiding, "zookeeper.connect=a:1"}}},
		},
		quiet: []situation{
			{name: "another order", at: preAndDual, configs: []one{{hybrid, "zookeeper.connect=a:1, b:2/k"}, {guiding, "zookeeper.connect=b:2,a:1/k"}}},
			{name: "left over on a KRaft broker", at: dual, configs: []one{{kraft, "zookeeper.connect=other:2181"}, {guiding}}},
			{name: "known elsewhere", at: none, configs: []one{{zk, "zookeeper.connect=${env:ZK}"}, {guiding}}},
		},
	},
	"copy-unfinished": {
		raised: []situation{{name: "records so far", at: pre, log: func(l *lab) { l.begin("ZK Migration").topic("b", 1) }}},
		quiet: []situation{
			{name: "another transaction", at: pre, log: func(l *lab) { l.begin("Bootstrap records").topic("b", 1) }},
			{name: "given up", at: pre, log: func(l *lab) { l.begin("ZK Migration").topic("b", 1).abort("") }},
			{name: "no transaction", at: pre, log: func(l *lab) { l.topic("b", 1) }},
		},
	},
	"replicas-on-unknown-broker": {
		raised: []situation{{name: "broker 9", at: preAndDual, log: func(l *lab) { l.topic("b", 9) }}},
		quiet: []situation{
			{name: "a broker that is there", at: preAndDual, log: func(l *lab) { l.broker(9, true).topic("b", 9) }},
			{name: "a copy that was given up", at: preAndDual, log: func(l *lab) { l.begin("ZK Migration").topic("b", 9).abort("") }},
		},
	},
}
