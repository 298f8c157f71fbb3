package migration

import (
	"maps"
	"slices"
)

// Node is one node, as the log, its configuration and its meta.properties tell of it.
type Node struct {
	ID         int32 `json:"id"`
	Broker     bool  `json:"broker"`
	Controller bool  `json:"controller"`
	// Voter tells that it votes in the metadata quorum.
	Voter bool `json:"voter"`
	// Runs is the mode it last registered in; empty when it never did.
	Runs Mode `json:"runs,omitempty"`
	// Configured is the mode of its configuration; empty when none was given.
	Configured Mode `json:"configured,omitempty"`
	// Fenced tells that the broker was not up at the end of the log.
	Fenced bool `json:"fenced"`
	// Ready is zkMigrationReady of a controller's registration; nil when it has none.
	Ready *bool `json:"zkMigrationReady"`
	// Registered is its last registration; nil when it has none.
	Registered *Moment `json:"registered"`
	// Config is the file of its configuration.
	Config string `json:"config,omitempty"`
	// MetaVersion is the version of its meta.properties, 0 for one that was formatted by ZooKeeper mode; nil when none was given.
	MetaVersion *int `json:"metaPropertiesVersion"`
}

// nodes are all nodes something is known of, brokers first, by ID. A node with both roles is one; each configuration that does not
// tell its ID is one.
func (f *facts) nodes() []Node {
	all := map[int32]*Node{}
	get := func(id int32) *Node {
		if all[id] == nil {
			all[id] = &Node{ID: id}
		}
		return all[id]
	}
	for id, c := range f.img.Controllers {
		n, ready := get(id), c.MigrationReady
		n.Controller, n.Runs, n.Ready, n.Registered = true, KRaft, &ready, f.registered(f.controllers, id)
		if ready {
			n.Runs = Guiding
		}
	}
	for id, b := range f.img.Brokers {
		n := get(id)
		n.Broker, n.Runs, n.Fenced, n.Registered = true, KRaft, b.Fenced, f.registered(f.brokers, id)
		if b.MigratingZK {
			n.Runs = Migrating
		}
	}
	for _, id := range f.voters {
		n := get(id)
		n.Voter, n.Controller = true, true
	}
	list := []Node{}
	for _, c := range f.in.Configs {
		if c.ID < 0 {
			list = append(list, Node{ID: c.ID, Broker: c.Broker, Controller: c.Controller, Configured: c.Mode, Config: c.File})
			continue
		}
		n := get(c.ID)
		n.Configured, n.Config = c.Mode, c.File
		n.Broker, n.Controller = n.Broker || c.Broker, n.Controller || c.Controller
	}
	for _, d := range f.metas {
		if p := d.Properties; !p.NoNodeID {
			n := get(p.NodeID)
			n.MetaVersion, n.Broker = &p.Version, n.Broker || p.Version == 0
		}
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		list = append(list, *all[id])
	}
	slices.SortStableFunc(list, func(a, b Node) int { return rank(a) - rank(b) })
	return list
}

// rank puts brokers before nodes that are only controllers.
func rank(n Node) int {
	if n.Controller && !n.Broker {
		return 1
	}
	return 0
}

func (f *facts) registered(in map[int32]Moment, id int32) *Moment {
	if m, ok := in[id]; ok {
		return &m
	}
	return nil
}

// remaining are the brokers that are registered as running on ZooKeeper, by ID.
func (f *facts) remaining() []int32 { return f.registeredBrokers(true) }

// registeredBrokers are the IDs of the brokers that run on ZooKeeper, or of the others.
func (f *facts) registeredBrokers(onZooKeeper bool) []int32 {
	var list []int32
	for id, b := range f.img.Brokers {
		if b.MigratingZK == onZooKeeper {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	return list
}

// config is the configuration of a broker or controller, nil when none was given.
func (f *facts) config(id int32, controller bool) *Config {
	for _, c := range f.in.Configs {
		if c.ID == id && (controller && c.Controller || !controller && c.Broker) {
			return c
		}
	}
	return nil
}

// configs are the configurations that a condition holds for.
func (f *facts) configs(holds func(*Config) bool) []*Config {
	var list []*Config
	for _, c := range f.in.Configs {
		if holds(c) {
			list = append(list, c)
		}
	}
	return list
}

// brokerPlace is where a broker's last registration stands.
func (f *facts) brokerPlace(id int32) Place { return f.brokers[id].place() }

// logPlace is the log as a whole.
func (f *facts) logPlace() Place {
	if f.log == nil {
		return Place{}
	}
	return Place{File: f.log.Path("")}
}

// clusterPlace is what tells that the cluster is one of ZooKeeper: the log, or where none was given a configuration or a directory.
func (f *facts) clusterPlace() Place {
	switch zookeeper := f.configs((*Config).onZooKeeper); {
	case f.log != nil:
		return f.logPlace()
	case len(zookeeper) > 0:
		return zookeeper[0].at(connectKey)
	case len(f.in.Configs) > 0:
		return f.in.Configs[0].at(flagKey)
	case len(f.metas) > 0:
		return Place{File: f.metas[0].Path}
	}
	return Place{}
}
