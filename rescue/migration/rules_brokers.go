package migration

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// The classes of authorizers, by what they keep ACLs in.
const (
	zookeeperAuthorizer = "kafka.security.authorizer.AclAuthorizer"
	kraftAuthorizer     = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
)

// brokerRules are about brokers.
var brokerRules = []rule{
	{"broker-id-generated", before, true, func(f *facts, add adder) {
		for _, c := range f.configs((*Config).onZooKeeper) {
			if c.ID < 0 && c.verdict.Refusal == nil {
				add(-1, c.at(brokerIDKey), "ZooKeeper gives this broker its ID; a broker that migrates needs one of its own",
					"set broker.id to the ID in the broker's meta.properties")
			}
		}
	}},
	{"ibp-too-low", before, true, protocolTooLow},
	{"ibp-differs", during, true, protocolDiffers},
	{"jbod", before, true, severalDirectories},
	{"broker-not-prepared", []Stage{PreMigration, DualWrite}, true, brokerNotPrepared},
	{"listener-unmapped", during, true, func(f *facts, add adder) {
		for _, c := range f.configs(func(c *Config) bool { return c.Mode == Migrating }) {
			for _, name := range c.controllerListeners() {
				if !c.mapsListener(name) {
					add(c.ID, c.at(mapKey), fmt.Sprintf("listener.security.protocol.map has no entry for %s, the controllers' listener: the broker fails to start, \"No enum constant org.apache.kafka.common.security.auth.SecurityProtocol.%s\"", name, strings.ToUpper(name)), "add "+name+":PLAINTEXT, or the protocol the controllers use")
				}
			}
		}
	}},
	{"broker-not-registered", []Stage{PreMigration, DualWrite}, true, brokerNotRegistered},
	{"broker-too-early", []Stage{PreMigration}, true, func(f *facts, add adder) {
		for _, c := range f.configs(func(c *Config) bool { return c.Broker && !c.Controller && c.Mode == KRaft }) {
			add(c.ID, c.at(rolesKey), "a KRaft broker cannot register before the copy is done: "+
				"\"Controller is in pre-migration mode and cannot register KRaft brokers until the metadata migration is complete\"",
				"keep the broker on ZooKeeper, with "+flagKey+"=true, until the log says dual-write")
		}
	}},
	{"broker-on-zookeeper", []Stage{DualWrite}, true, brokerOnZooKeeper},
	{"broker-left-behind", []Stage{Finalised}, true, func(f *facts, add adder) {
		for _, id := range f.remaining() {
			add(id, f.brokerPlace(id), "registered as running on ZooKeeper when the migration was finalised: it gets no metadata any more, and cannot register again",
				"restart it in KRaft mode: "+f.conversion(f.config(id, false)))
		}
	}},
	{"config-on-zookeeper", after, true, func(f *facts, add adder) {
		for _, c := range f.configs((*Config).onZooKeeper) {
			b := f.img.Brokers[c.ID]
			switch {
			case b != nil && b.MigratingZK: // told by broker-on-zookeeper or broker-left-behind
			case f.stage == Finalised:
				add(c.ID, c.at(rolesKey), "configured for ZooKeeper in a cluster that has left it: the controllers do not register it", f.conversion(c))
			case b != nil:
				add(c.ID, c.at(rolesKey), "the broker runs in KRaft mode, and this configuration takes it back to ZooKeeper with the next restart", f.conversion(c))
			}
		}
	}},
	{"zookeeper-authorizer", []Stage{PreMigration, DualWrite, Finalised}, true, func(f *facts, add adder) {
		for _, c := range f.configs(func(c *Config) bool { return !c.onZooKeeper() && c.value(authorizerKey) == zookeeperAuthorizer }) {
			add(c.ID, c.at(authorizerKey), "AclAuthorizer reads ACLs from ZooKeeper; a KRaft node has them in its log", "set authorizer.class.name="+kraftAuthorizer)
		}
	}},
	{"broker-fenced", after, false, func(f *facts, add adder) {
		for _, n := range f.nodes() {
			if b := f.img.Brokers[n.ID]; b != nil && b.Fenced {
				add(n.ID, f.brokerPlace(n.ID), "the broker was fenced at the end of this log: not up, or not caught up", "start it, or look at its log, before the next step")
			}
		}
	}},
}

// protocolTooLow finds brokers whose inter.broker.protocol.version is too old to register. Kafka itself refuses those that have
// the flag.
func protocolTooLow(f *facts, add adder) {
	for _, c := range f.configs(func(c *Config) bool { return c.Mode == ZooKeeper }) {
		if v, ok := c.protocol(f.in.Release); ok && v.Level < levelMigration {
			add(c.ID, c.at(ibpKey), fmt.Sprintf("inter.broker.protocol.version is %s; the migration needs 3.4 or later, and that of the controllers' metadata.version", v.Name),
				"upgrade all brokers, then raise it on all of them, before the migration")
		}
	}
}

// protocolDiffers finds brokers that cannot register as their inter.broker.protocol.version is not the quorum's
// metadata.version: a broker on ZooKeeper registers with its own as the only one it supports (kafka.server.KafkaServer).
func protocolDiffers(f *facts, add adder) {
	for _, c := range f.configs(func(c *Config) bool { return c.Mode == Migrating || f.stage == PreMigration && c.Mode == ZooKeeper }) {
		if !f.otherProtocol(c) {
			continue
		}
		v, _ := c.protocol(f.in.Release)
		add(c.ID, c.at(ibpKey), fmt.Sprintf("inter.broker.protocol.version is %s, and metadata.version is %s: the controllers refuse the broker, whose only metadata.version is its own", v.Name, versionName(f.level)),
			"set inter.broker.protocol.version="+versionName(f.level)+" on all brokers, in a rolling restart of its own, or format the empty controllers with metadata.version "+v.Name)
	}
}

// otherProtocol tells that a broker on ZooKeeper cannot register with the protocol version it is configured for.
func (f *facts) otherProtocol(c *Config) bool {
	if b := f.img.Brokers[c.ID]; !c.onZooKeeper() || b != nil && !b.MigratingZK {
		return false
	}
	v, ok := c.protocol(f.in.Release)
	return ok && v.Level >= levelMigration && f.level > 0 && v.Level != f.level
}

// severalDirectories finds brokers with more log directories than a migration takes.
func severalDirectories(f *facts, add adder) {
	for _, c := range f.configs(func(c *Config) bool { return c.Mode == ZooKeeper && len(c.dirs()) > 1 }) {
		v, ok := c.protocol(f.in.Release)
		switch {
		case f.in.Release < release.V3_7:
			add(c.ID, c.at(dirsKey), fmt.Sprintf("%d log directories; Kafka %s migrates no broker with several", len(c.dirs()), f.in.Release), "upgrade to 3.9 before the migration")
		case ok && v.Level < release.LevelDirectories:
			add(c.ID, c.at(ibpKey), fmt.Sprintf("%d log directories with inter.broker.protocol.version %s; several need 3.7-IV2", len(c.dirs()), v.Name), "raise inter.broker.protocol.version before the migration")
		}
	}
}

// brokerNotPrepared finds brokers on ZooKeeper whose configuration takes no part in the migration.
func brokerNotPrepared(f *facts, add adder) {
	for _, c := range f.configs(func(c *Config) bool { return c.Mode == ZooKeeper }) {
		if f.stage == DualWrite {
			if f.img.Brokers[c.ID] == nil && !c.elsewhere(brokerIDKey) {
				add(c.ID, c.at(flagKey), "the broker took no part in the migration, and the controllers do not know it", "restart it in KRaft mode: "+f.conversion(c))
			}
			continue // of those that are known the rules on brokers that are to leave ZooKeeper tell
		}
		if c.elsewhere(flagKey) {
			continue
		}
		missing := []string{flagKey + "=true"}
		if !c.has(votersKey) && !c.has(bootstrapKey) {
			missing = append(missing, votersKey)
		}
		if !c.has(namesKey) {
			missing = append(missing, namesKey)
		}
		if names := controllerListenersOf(f); len(names) > 0 && !c.mapsListener(names[0]) || len(names) == 0 && !c.has(mapKey) {
			missing = append(missing, "the controllers' listener in "+mapKey)
		}
		add(c.ID, c.at(flagKey), "the broker takes no part in the migration: its configuration lacks "+strings.Join(missing, ", "), "add them, and restart the broker; the copy begins when the last broker has registered")
	}
}

// controllerListenersOf are the controllers' listener names as a controller's configuration has them.
func controllerListenersOf(f *facts) []string {
	for _, c := range f.in.Configs {
		if c.Controller {
			return c.controllerListeners()
		}
	}
	return nil
}

// brokerNotRegistered finds brokers the controllers know nothing of.
func brokerNotRegistered(f *facts, add adder) {
	if f.log == nil {
		return
	}
	seen := map[int32]bool{}
	missing := func(id int32, where Place, do string) {
		if id >= 0 && f.img.Brokers[id] == nil && !seen[id] {
			seen[id] = true
			add(id, where, "the broker has not registered with the controllers", do)
		}
	}
	for _, c := range f.configs(func(c *Config) bool {
		return c.Mode == Migrating || c.Broker && c.Mode == KRaft && f.stage == DualWrite
	}) {
		do := "its configuration is ready: restart it; if it runs with it, its log tells why it cannot register"
		if c.verdict.Refusal != nil || f.otherProtocol(c) {
			do = "mend its configuration, as told here, and restart it"
		}
		missing(c.ID, c.at(flagKey), do)
	}
	known := f.configs(func(c *Config) bool { return c.Broker })
	for _, d := range f.in.Directories {
		id := nodeOf(d)
		if d.Properties.Version == 0 && !slices.ContainsFunc(known, func(c *Config) bool { return c.ID == id }) {
			missing(id, Place{File: d.Path}, "add "+flagKey+"=true, "+votersKey+" and "+namesKey+" to its configuration, and restart it")
		}
	}
}

// brokerOnZooKeeper finds brokers that are still to be restarted in KRaft mode.
func brokerOnZooKeeper(f *facts, add adder) {
	for _, id := range f.remaining() {
		c := f.config(id, false)
		if c != nil && !c.onZooKeeper() && c.verdict.Refusal == nil {
			add(id, f.brokerPlace(id), "runs on ZooKeeper", fmt.Sprintf("restart it: %s is configured for KRaft", c.File))
			continue
		}
		add(id, f.brokerPlace(id), "runs on ZooKeeper", "restart it in KRaft mode: "+f.conversion(c))
	}
}

// conversion tells how the configuration of a broker on ZooKeeper becomes one for KRaft, line by line where it is known.
func (f *facts) conversion(c *Config) string {
	if c == nil || !c.onZooKeeper() {
		return "add process.roles=broker, call broker.id node.id, and remove zookeeper.* and inter.broker.protocol.version" +
			f.authorizerChange(nil)
	}
	steps := []string{"add process.roles=broker"}
	if c.has(brokerIDKey) && !c.has(nodeIDKey) {
		steps = append(steps, fmt.Sprintf("call broker.id node.id (%s)", c.at(brokerIDKey)))
	}
	var remove []string
	for _, e := range c.verdict.Props.Deciding() {
		if strings.HasPrefix(e.Key, "zookeeper.") || e.Key == ibpKey || e.Key == controlPlaneKey {
			remove = append(remove, fmt.Sprintf("%s (line %d)", e.Key, e.KeyPos.Line))
		}
	}
	if len(remove) > 0 {
		steps = append(steps, "remove "+strings.Join(remove, ", "))
	}
	for _, key := range []string{votersKey, namesKey} {
		if !c.has(key) && (key != votersKey || !c.has(bootstrapKey)) {
			steps = append(steps, "add "+key)
		}
	}
	return strings.Join(steps, "; ") + f.authorizerChange(c)
}

// authorizerChange adds what becomes of the authorizer.
func (f *facts) authorizerChange(c *Config) string {
	switch {
	case c != nil && c.value(authorizerKey) == zookeeperAuthorizer:
		return fmt.Sprintf("; set authorizer.class.name=%s (%s)", kraftAuthorizer, c.at(authorizerKey))
	case c == nil && len(f.img.ACLs) > 0:
		return "; set authorizer.class.name=" + kraftAuthorizer
	}
	return ""
}
