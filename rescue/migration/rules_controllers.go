package migration

import (
	"fmt"
	"slices"
)

// controllerRules are about controllers.
var controllerRules = []rule{
	{"controller-flag-missing", before, true, func(f *facts, add adder) {
		if f.origin != FromZooKeeper {
			return
		}
		what := "the migration is not enabled on this controller; one that starts so first makes a quorum that can never migrate"
		if f.stage == PreMigration {
			what = "the migration is not enabled on this controller, and the copy waits for all voters to have it enabled"
		}
		for _, c := range f.configs(func(c *Config) bool { return c.Controller && c.lacksFlag() }) {
			add(c.ID, c.at(flagKey), what, "add "+flagKey+"=true and zookeeper.connect before it is started again")
		}
	}},
	{"controller-combined", before, true, func(f *facts, add adder) {
		if f.origin != FromZooKeeper {
			return
		}
		for _, c := range f.configs(func(c *Config) bool { return c.Controller && c.Broker }) {
			add(c.ID, c.at(rolesKey), "the node is a controller and a broker in one: a migration takes controllers of their own, and the broker in it cannot register before the copy is done",
				"set process.roles=controller; the brokers stay nodes of their own")
		}
	}},
	{"controller-not-registered", []Stage{PreMigration}, true, func(f *facts, add adder) {
		if f.level < levelControllers {
			return
		}
		for _, id := range f.voters {
			if f.img.Controllers[id] == nil {
				add(id, f.voterPlace(), "the voter has not registered, and the copy waits for all of them", f.startVoter(id))
			}
		}
	}},
	{"controller-not-ready", []Stage{PreMigration}, true, func(f *facts, add adder) {
		for _, id := range f.voters {
			if c := f.img.Controllers[id]; c != nil && !c.MigrationReady {
				add(id, f.controllers[id].place(), "the voter registered without the migration enabled (zkMigrationReady is false), and the copy waits for all of them", f.startVoter(id))
			}
		}
	}},
	{"controller-would-finalise", []Stage{DualWrite}, true, func(f *facts, add adder) {
		if len(f.remaining()) > 0 {
			wouldFinalise(f, add)
		}
	}},
	{"finalising-has-begun", []Stage{DualWrite}, false, func(f *facts, add adder) {
		if len(f.remaining()) == 0 {
			wouldFinalise(f, add)
		}
	}},
	{"encoder-secret-missing", []Stage{None, PreMigration}, false, encoderSecret},
	{"controller-authorizer-missing", notLeft, false, func(f *facts, add adder) {
		with := f.configs(func(c *Config) bool { return c.onZooKeeper() && c.value(authorizerKey) != "" })
		if len(with) == 0 {
			return
		}
		for _, c := range f.configs(func(c *Config) bool { return c.Controller && c.value(authorizerKey) == "" }) {
			add(c.ID, c.at(authorizerKey), fmt.Sprintf("the controller has no authorizer, and brokers have (%s)", with[0].at(authorizerKey)),
				"set authorizer.class.name="+kraftAuthorizer+" and super.users as on the brokers")
		}
	}},
}

// wouldFinalise finds controllers without the flag: when one becomes active it writes POST_MIGRATION, whatever the brokers run in
// (org.apache.kafka.controller.ActivationRecordsGenerator).
func wouldFinalise(f *facts, add adder) {
	do := "set " + flagKey + "=true again and restart it, unless the migration is to be finalised now: there is no way back from there"
	for _, id := range f.voters {
		if c := f.config(id, true); c != nil && c.lacksFlag() {
			add(id, c.at(flagKey), "the migration is not enabled on this controller: when it becomes the active one, the migration is finalised", do)
		} else if r := f.img.Controllers[id]; r != nil && !r.MigrationReady {
			add(id, f.controllers[id].place(), "this controller runs without the migration enabled (zkMigrationReady is false): when it becomes the active one, the migration is finalised", do)
		}
	}
}

// voterPlace is where the voters are told.
func (f *facts) voterPlace() Place {
	for _, c := range f.in.Configs {
		if c.has(votersKey) {
			return c.at(votersKey)
		}
	}
	return f.logPlace()
}

// startVoter tells what makes a voter ready.
func (f *facts) startVoter(id int32) string {
	switch c := f.config(id, true); {
	case c == nil:
		return "set " + flagKey + "=true and zookeeper.connect in its configuration, and restart it"
	case c.lacksFlag():
		return fmt.Sprintf("add %s=true and zookeeper.connect to %s, and restart it", flagKey, c.File)
	default:
		return fmt.Sprintf("%s has the migration enabled: restart it, and look at its log", c.File)
	}
}

// encoderSecret finds controllers that cannot read the secrets among the brokers' dynamic configurations, which ZooKeeper holds
// encrypted. No value is shown.
func encoderSecret(f *facts, add adder) {
	with := slices.IndexFunc(f.in.Configs, func(c *Config) bool { return c.onZooKeeper() && c.has(encoderKey) })
	if with < 0 {
		return
	}
	broker := f.in.Configs[with]
	for _, c := range f.configs(func(c *Config) bool { return c.Mode == Guiding }) {
		what := "differs from"
		switch {
		case !c.has(encoderKey):
			what = "is missing, and is set in"
		case c.value(encoderKey) == broker.value(encoderKey), unresolved(c.value(encoderKey)), unresolved(broker.value(encoderKey)):
			continue
		}
		add(c.ID, c.at(encoderKey), fmt.Sprintf("password.encoder.secret %s %s: dynamic configurations that are secret are copied encrypted, and cannot be used", what, broker.at(encoderKey)),
			"set it as on the brokers, before the copy")
	}
}

// leftoverRules are about what a migration leaves in configurations.
var leftoverRules = []rule{
	{"zookeeper-leftover", after, false, func(f *facts, add adder) {
		for _, c := range f.configs(func(c *Config) bool { return !c.onZooKeeper() }) {
			if c.has(connectKey) && (!c.Controller || f.stage == Finalised) {
				add(c.ID, c.at(connectKey), "zookeeper.connect is left over", "remove it")
			}
			if c.has(flagKey) && f.stage == Finalised {
				add(c.ID, c.at(flagKey), "the migration is finalised, and the flag is ignored", "remove it")
			}
		}
	}},
}
