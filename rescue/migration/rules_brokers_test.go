package migration_test

import (
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/migration"
)

// The lines that several cases share.
const (
	oldAuthorizer = "authorizer.class.name=kafka.security.authorizer.AclAuthorizer"
	newAuthorizer = "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer"
	ibp           = "inter.broker.protocol.version="
)

var brokerCases = map[string]ruleCases{
	"broker-id-generated": {
		raised: []situation{
			{name: "no broker.id", at: none, configs: []one{{zk, "-broker.id"}}},
			{name: "no broker.id", at: pre, configs: []one{{zk, "-broker.id"}}},
		},
		quiet: []situation{
			{name: "broker 0", at: none, configs: []one{{zk, "-broker.id", "broker.id=0"}}},
			{name: "node.id in its place", at: pre, configs: []one{{zk, "-broker.id", "node.id=4"}}},
			{name: "known elsewhere", at: none, configs: []one{{zk, "broker.id=${env:ID}", fromEnv, fromEnvClass}}},
		},
	},
	"ibp-too-low": {
		raised: []situation{
			{name: "3.3", at: none, configs: []one{{zk, ibp + "3.3"}}},
			{name: "3.3, while the controllers wait", at: pre, configs: []one{{zk, ibp + "3.3"}}},
		},
		quiet: []situation{
			{name: "the first that can", at: none, configs: []one{{zk, ibp + "3.4"}}},
			{name: "what 3.9 takes by itself", at: none, configs: []one{{zk, "-inter.broker.protocol.version"}}},
			{name: "no version at all", at: none, configs: []one{{zk, ibp + "x"}}},
			{name: "a KRaft broker, which ignores it", at: none, configs: []one{{kraft, ibp + "3.3"}}},
		},
	},
	"ibp-differs": {
		raised: []situation{
			{name: "a broker that migrates", at: preAndDual, configs: []one{{hybrid, ibp + "3.8"}}},
			{name: "a broker that is to", at: pre, configs: []one{{zk, ibp + "3.4"}}},
			{name: "what the release takes by itself", at: pre, log: func(l *lab) { l.bootstrap(20, -1) }, configs: []one{{hybrid, "-inter.broker.protocol.version"}}},
		},
		quiet: []situation{
			{name: "the same", at: preAndDual, configs: []one{{hybrid, ibp + "3.9"}}},
			{name: "what the release takes by itself", at: preAndDual, configs: []one{{hybrid, "-inter.broker.protocol.version"}}},
			{name: "a broker that took no part", at: dual, configs: []one{{zk, "broker.id=5", ibp + "3.8"}}},
			{name: "a broker that has left ZooKeeper", at: dual, log: converted, configs: []one{{hybrid, ibp + "3.8"}}},
			{name: "too low anyway", at: pre, configs: []one{{zk, ibp + "3.3"}}},
			{name: "a KRaft broker", at: dual, configs: []one{{kraft, ibp + "3.8"}}},
		},
	},
	"jbod": {
		raised: []situation{
			{name: "an old protocol", at: none, configs: []one{{zk, "log.dirs=/a,/b", ibp + "3.7-IV1"}}},
			{name: "an old protocol, while the controllers wait", at: pre, configs: []one{{zk, "log.dirs=/a,/b", ibp + "3.6"}}},
			{name: "an old release", at: none, configs: []one{{zk, "log.dirs=/a,/b", ibp + "3.6"}}, release: release.V3_6},
		},
		quiet: []situation{
			{name: "the first that can", at: none, configs: []one{{zk, "log.dirs=/a,/b", ibp + "3.7-IV2"}}},
			{name: "the first release that can", at: none, configs: []one{{zk, "log.dirs=/a,/b", ibp + "3.7-IV2"}}, release: release.V3_7},
			{name: "one directory, with a comma", at: none, configs: []one{{zk, "log.dirs=/a, ", ibp + "3.6"}}},
			{name: "a KRaft broker", at: none, configs: []one{{kraft, "log.dirs=/a,/b", ibp + "3.6"}}},
		},
	},
	"listener-unmapped": {
		raised: []situation{
			{name: "not in the map", at: preAndDual, configs: []one{{hybrid, "listener.security.protocol.map=PLAINTEXT:PLAINTEXT"}}},
			{name: "no map", at: preAndDual, configs: []one{{hybrid, "-listener.security.protocol.map"}}},
			{name: "the second name", at: pre, configs: []one{{hybrid, "controller.listener.names=CONTROLLER,SECOND"}}},
		},
		quiet: []situation{
			{name: "in the map", at: preAndDual, configs: []one{{hybrid}}},
			{name: "in the map, in small letters", at: preAndDual, configs: []one{{hybrid, "listener.security.protocol.map=PLAINTEXT:PLAINTEXT , controller : PLAINTEXT"}}},
			{name: "called as a protocol is", at: preAndDual, configs: []one{{hybrid, "-listener.security.protocol.map", "controller.listener.names=sasl_ssl"}}},
			{name: "a KRaft broker, to whose map Kafka adds it", at: preAndDual, configs: []one{{kraft, "-listener.security.protocol.map"}}},
		},
	},
	"zookeeper-authorizer": {
		raised: []situation{
			{name: "a KRaft broker", at: anyStage[1:], configs: []one{{kraft, oldAuthorizer}}},
			{name: "a controller", at: preAndDual, configs: []one{{guiding, oldAuthorizer}}},
		},
		quiet: []situation{
			{name: "a broker on ZooKeeper, whose it is", at: anyStage[1:], configs: []one{{hybrid, oldAuthorizer}}},
			{name: "that of KRaft", at: anyStage[1:], configs: []one{{kraft, newAuthorizer}}},
			{name: "one of their own", at: anyStage[1:], configs: []one{{kraft, "authorizer.class.name=com.example.AclAuthorizer"}}},
		},
	},
	"broker-fenced": {
		raised: []situation{{name: "not up", at: []migration.Stage{migration.DualWrite, migration.Finalised}, log: func(l *lab) { l.fenced(1) }}},
		quiet: []situation{
			{name: "up", at: []migration.Stage{migration.DualWrite, migration.Finalised}},
			{name: "up again", at: dual, log: func(l *lab) { l.fenced(1).broker(1, true) }},
			{name: "before brokers serve", at: pre, log: func(l *lab) { l.fenced(1) }},
		},
	},
}

// brokerModeCases are about the mode brokers run in.
var brokerModeCases = map[string]ruleCases{
	"broker-not-prepared": {
		raised: []situation{
			{name: "as it was on ZooKeeper", at: pre, configs: []one{{zk}}},
			{name: "the flag is off", at: pre, configs: []one{{hybrid, "zookeeper.metadata.migration.enable=false"}}},
			{name: "the controllers do not know it", at: dual, configs: []one{{zk, "broker.id=5"}}},
		},
		quiet: []situation{
			{name: "prepared", at: preAndDual, configs: []one{{hybrid}}},
			{name: "a KRaft broker", at: preAndDual, configs: []one{{kraft, "-node.id", "node.id=5"}}},
			{name: "one that is known", at: dual, configs: []one{{zk}}},
			{name: "an ID that is known elsewhere", at: dual, configs: []one{{zk, "broker.id=${env:ID}", fromEnv, fromEnvClass}}},
			{name: "a flag that is known elsewhere", at: pre, configs: []one{{hybrid, "zookeeper.metadata.migration.enable=${env:FLAG}", fromEnv, fromEnvClass}}},
		},
	},
	"broker-not-registered": {
		raised: []situation{
			{name: "ready", at: preAndDual, configs: []one{{hybrid, "broker.id=5"}}},
			{name: "in KRaft mode", at: dual, configs: []one{{kraft, "-node.id", "node.id=5"}}},
			{name: "a directory of ZooKeeper", at: preAndDual, dirs: []migration.Directory{directory(7, "")}},
		},
		quiet: []situation{
			{name: "registered", at: preAndDual, log: func(l *lab) { l.broker(1, true).broker(5, true) }, configs: []one{{hybrid}, {hybrid, "broker.id=5"}}},
			{name: "not to register yet", at: pre, configs: []one{{kraft}}},
			{name: "a directory of KRaft", at: preAndDual, dirs: []migration.Directory{ofKRaft(7)}},
			{name: "told of its configuration", at: pre, configs: []one{{zk, "broker.id=7"}}, dirs: []migration.Directory{directory(7, "")}},
			{name: "no ID", at: preAndDual, configs: []one{{hybrid, "-broker.id"}}},
			{name: "a controller", at: preAndDual, configs: []one{{guiding, "node.id=3005"}}},
		},
	},
	"broker-too-early": {
		raised: []situation{{name: "in KRaft mode", at: pre, configs: []one{{kraft}}}},
		quiet: []situation{
			{name: "on ZooKeeper", at: pre, configs: []one{{hybrid}}},
			{name: "the copy is done", at: dual, configs: []one{{kraft}}},
			{name: "a controller", at: pre, configs: []one{{plain}}},
			{name: "both, which has a rule of its own", at: pre, configs: []one{{plain, "process.roles=broker,controller"}}},
		},
	},
	"broker-on-zookeeper": {
		raised: []situation{
			{name: "nothing is known of its configuration", at: dual},
			{name: "it is converted, and not restarted", at: dual, configs: []one{{kraft}}},
			{name: "one of two", at: dual, log: func(l *lab) { l.broker(1, false).broker(2, true) }},
		},
		quiet: []situation{
			{name: "restarted", at: dual, log: converted, configs: []one{{kraft}}},
			{name: "unregistered", at: dual, log: func(l *lab) { l.add(unregister(1, l)) }},
			{name: "it is what they wait for", at: pre, log: func(l *lab) { l.broker(1, true) }},
		},
	},
	"broker-left-behind": {
		raised: []situation{{name: "on ZooKeeper", at: finalised}},
		quiet: []situation{
			{name: "restarted", at: finalised, log: converted},
			{name: "there is time", at: dual},
		},
	},
	"config-on-zookeeper": {
		raised: []situation{
			{name: "it goes back with the next restart", at: dual, log: converted, configs: []one{{hybrid}}},
			{name: "it goes back with the next restart", at: finalised, log: converted, configs: []one{{zk}}},
			{name: "nobody knows it", at: finalised, configs: []one{{zk, "broker.id=5"}}},
		},
		quiet: []situation{
			{name: "in KRaft mode", at: []migration.Stage{migration.DualWrite, migration.Finalised}, log: converted, configs: []one{{kraft}}},
			{name: "told of its registration", at: []migration.Stage{migration.DualWrite, migration.Finalised}, configs: []one{{hybrid}}},
			{name: "nobody knows it, and it may still come", at: dual, configs: []one{{hybrid, "broker.id=5"}}},
		},
	},
}

var controllerCases = map[string]ruleCases{
	"controller-flag-missing": {
		raised: []situation{
			{name: "no flag", at: none, configs: []one{{zk}, {plain}}},
			{name: "the flag is off", at: pre, configs: []one{{guiding, "zookeeper.metadata.migration.enable=false"}}},
		},
		quiet: []situation{
			{name: "the flag", at: pre, configs: []one{{guiding}}},
			{name: "the flag in capitals", at: pre, configs: []one{{guiding, "zookeeper.metadata.migration.enable=TRUE"}}},
			{name: "a flag that is known elsewhere", at: pre, configs: []one{{guiding, "zookeeper.metadata.migration.enable=${env:FLAG}", fromEnv, fromEnvClass}}},
			{name: "no migration", at: none, log: born, configs: []one{{plain}}},
			{name: "a broker", at: pre, configs: []one{{kraft}}},
		},
	},
	"controller-combined": {
		raised: []situation{
			{name: "both roles", at: none, configs: []one{{zk}, {guiding, "process.roles=broker,controller"}}},
			{name: "both roles", at: pre, configs: []one{{guiding, "process.roles=controller , broker"}}},
		},
		quiet: []situation{
			{name: "one role", at: pre, configs: []one{{guiding}, {kraft}, {hybrid}}},
			{name: "no migration", at: none, log: born, configs: []one{{plain, "process.roles=broker,controller"}}},
			{name: "the copy is done", at: dual, configs: []one{{guiding, "process.roles=broker,controller"}}},
		},
	},
	"controller-not-registered": {
		raised: []situation{{name: "two of three", at: pre, configs: []one{{guiding, "controller.quorum.voters=3000@h:1,3001@h:1,3002@h:1"}}}},
		quiet: []situation{
			{name: "all of one", at: pre, configs: []one{{guiding}}},
			{name: "all of two", at: pre, log: func(l *lab) { l.controller(3001, true) }, configs: []one{{guiding, "controller.quorum.voters=3000@h:1,3001@h:1"}}},
			{name: "before controllers registered", at: pre, log: func(l *lab) { l.bootstrap(14, -1) }, configs: []one{{guiding, "controller.quorum.voters=3000@h:1,3001@h:1"}}},
			{name: "the copy is done", at: dual, configs: []one{{guiding, "controller.quorum.voters=3000@h:1,3001@h:1"}}},
		},
	},
	"controller-not-ready": {
		raised: []situation{{name: "zkMigrationReady is false", at: pre, log: func(l *lab) { l.controller(3000, false) }}},
		quiet: []situation{
			{name: "true", at: pre},
			{name: "an observer", at: pre, log: func(l *lab) { l.controller(3005, false) }},
		},
	},
	"controller-would-finalise": {
		raised: []situation{
			{name: "a configuration without the flag", at: dual, configs: []one{{plain}}},
			{name: "a registration without it", at: dual, log: func(l *lab) { l.controller(3000, false) }},
		},
		quiet: []situation{
			{name: "the flag is there", at: dual, configs: []one{{guiding}}},
			{name: "an observer", at: dual, configs: []one{{plain, "node.id=3005"}}},
			{name: "all brokers have left", at: dual, log: converted, configs: []one{{plain}}},
			{name: "a flag that is known elsewhere", at: dual, configs: []one{{guiding, "zookeeper.metadata.migration.enable=${env:FLAG}", fromEnv, fromEnvClass}}},
		},
	},
	"finalising-has-begun": {
		raised: []situation{
			{name: "a configuration without the flag", at: dual, log: converted, configs: []one{{plain}}},
			{name: "a registration without it", at: dual, log: func(l *lab) { l.broker(1, false).controller(3000, false) }},
		},
		quiet: []situation{
			{name: "the flag is there", at: dual, log: converted, configs: []one{{guiding}}},
			{name: "a broker is on ZooKeeper", at: dual, configs: []one{{plain}}},
			{name: "it is done", at: finalised, log: converted, configs: []one{{plain}}},
		},
	},
	"encoder-secret-missing": {
		raised: []situation{
			{name: "none", at: none, configs: []one{{zk}, {guiding, "-password.encoder.secret"}}},
			{name: "another", at: pre, configs: []one{{hybrid}, {guiding, "password.encoder.secret=other"}}},
		},
		quiet: []situation{
			{name: "the same", at: pre, configs: []one{{hybrid}, {guiding}}},
			{name: "brokers have none", at: pre, configs: []one{{hybrid, "-password.encoder.secret"}, {guiding}}},
			{name: "a controller without the flag", at: pre, configs: []one{{hybrid}, {plain}}},
			{name: "known elsewhere", at: pre, configs: []one{{hybrid}, {guiding, "password.encoder.secret=${env:SECRET}", fromEnv, fromEnvClass}}},
		},
	},
	"controller-authorizer-missing": {
		raised: []situation{
			{name: "none", at: none, configs: []one{{zk}, {guiding, "-authorizer.class.name"}}},
			{name: "none", at: preAndDual, configs: []one{{hybrid}, {guiding, "-authorizer.class.name"}}},
		},
		quiet: []situation{
			{name: "one", at: preAndDual, configs: []one{{hybrid}, {guiding}}},
			{name: "brokers have none", at: preAndDual, configs: []one{{hybrid, "-authorizer.class.name"}, {guiding, "-authorizer.class.name"}}},
			{name: "a KRaft broker has", at: dual, configs: []one{{kraft}, {guiding, "-authorizer.class.name"}}},
			{name: "it is a broker that has none", at: preAndDual, configs: []one{{hybrid}, {kraft, "-authorizer.class.name"}}},
		},
	},
	"zookeeper-leftover": {
		raised: []situation{
			{name: "on a broker", at: []migration.Stage{migration.DualWrite, migration.Finalised}, configs: []one{{kraft, "zookeeper.connect=h:1"}}},
			{name: "on a controller", at: finalised, configs: []one{{plain, "zookeeper.connect=h:1"}}},
			{name: "the flag", at: finalised, configs: []one{{plain, "zookeeper.metadata.migration.enable=false"}}},
		},
		quiet: []situation{
			{name: "a controller that guides", at: dual, configs: []one{{guiding}}},
			{name: "a broker on ZooKeeper", at: []migration.Stage{migration.DualWrite, migration.Finalised}, configs: []one{{hybrid}}},
			{name: "cleaned", at: finalised, configs: []one{{kraft}, {plain}}},
		},
	},
}
