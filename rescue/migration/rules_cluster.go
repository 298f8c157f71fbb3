package migration

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// clusterRules are about the cluster as a whole.
var clusterRules = []rule{
	{"release-cannot-migrate", notLeft, true, func(f *facts, add adder) {
		if f.origin != FromZooKeeper || migrates(f.in.Release) {
			return
		}
		add(-1, f.clusterPlace(), fmt.Sprintf("Kafka %s cannot migrate from ZooKeeper: 3.4 … 3.9 can", f.in.Release),
			"run brokers and controllers on 3.9 until the migration is finalised (--kafka-version 3.9)")
	}},
	{"born-in-kraft", []Stage{None}, true, bornInKRaft},
	{"metadata-version-too-low", before, true, func(f *facts, add adder) {
		if level := f.level; level > 0 && level < levelMigration && f.origin == FromZooKeeper {
			add(-1, f.featurePlace(), fmt.Sprintf("metadata.version is %s; the migration needs 3.4-IV0", versionName(level)),
				"format the controllers anew with the latest metadata.version (kraftctl format --kafka-version 3.9)")
		}
	}},
	{"cluster-id-differs", notLeft, true, clusterIDDiffers},
	{"node-id-taken", notLeft, true, nodeIDTaken},
	{"zookeeper-differs", notLeft, true, zookeeperDiffers},
	{"copy-unfinished", []Stage{PreMigration}, false, func(f *facts, add adder) {
		if t := f.transfer; t != nil && t.Transaction && t.End == nil {
			add(-1, t.Begin.place(), fmt.Sprintf("the copy from ZooKeeper has begun (%d %s so far) and is not finished", t.Records, plural(t.Records, "record", "records")),
				"wait for it; when no controller is active, start them: the next one gives this copy up and begins anew")
		}
	}},
	{"replicas-on-unknown-broker", during, false, replicasOnUnknownBroker},
}

// bornInKRaft finds nodes that want to migrate to a quorum that never can.
func bornInKRaft(f *facts, add adder) {
	if f.origin != FromKRaft || f.log == nil {
		return
	}
	where := f.logPlace()
	for _, c := range f.in.Configs {
		if c.Mode == Guiding {
			add(c.ID, c.at(flagKey), "the controllers ran once without the migration, and their log says NONE: a controller with the flag fails, "+
				"\"Should not have ZK migrations enabled on a cluster that was created in KRaft mode\"",
				"if nothing uses this quorum yet, format the controllers anew with the same cluster ID and start them with the flag from the first time on; else remove the flag")
		}
		if c.onZooKeeper() {
			add(c.ID, c.at(rolesKey), fmt.Sprintf("this broker runs on ZooKeeper, and the quorum in %s was born in KRaft: it takes no brokers from ZooKeeper", where.File),
				"check that both are of one cluster; if nothing uses the quorum yet, format the controllers anew and start them with "+flagKey+"=true")
		}
	}
}

// clusterIDDiffers finds log directories of another cluster than most.
func clusterIDDiffers(f *facts, add adder) {
	for _, d := range f.metas {
		if id := d.Properties.ClusterID; id != "" && id != f.cluster {
			add(nodeOf(d), Place{File: d.Path}, fmt.Sprintf("cluster.id is %s; %s has %s", id, f.metas[0].Path, f.cluster),
				"the controllers have to be formatted with the cluster ID of the brokers (kraftctl format -t ID); format them anew while they are empty")
		}
	}
}

func nodeOf(d Directory) int32 {
	if d.Properties.NoNodeID {
		return -1
	}
	return d.Properties.NodeID
}

// nodeIDTaken finds brokers on ZooKeeper with the ID of a controller: in KRaft they share one set of IDs.
func nodeIDTaken(f *facts, add adder) {
	controllers := slices.Clone(f.voters)
	for _, c := range f.configs(func(c *Config) bool { return c.Controller && !c.Broker }) {
		controllers = append(controllers, c.ID)
	}
	const do = "give the controllers node.ids that no broker has, and format them anew: a broker must keep its ID"
	seen := map[int32]bool{}
	report := func(id int32, where Place) {
		if id >= 0 && slices.Contains(controllers, id) && !seen[id] {
			seen[id] = true
			add(id, where, fmt.Sprintf("broker %d and a controller have the same ID", id), do)
		}
	}
	for _, c := range f.configs((*Config).onZooKeeper) {
		report(c.ID, c.at(brokerIDKey))
	}
	for _, id := range f.remaining() {
		report(id, f.brokerPlace(id))
	}
	for _, d := range f.in.Directories {
		if d.Properties.Version == 0 {
			report(nodeOf(d), Place{File: d.Path})
		}
	}
}

// zookeeperDiffers finds nodes that are connected to another ZooKeeper than the first.
func zookeeperDiffers(f *facts, add adder) {
	var first *Config
	for _, c := range f.configs(func(c *Config) bool { return c.onZooKeeper() || c.Mode == Guiding }) {
		switch {
		case c.value(connectKey) == "" || unresolved(c.value(connectKey)):
		case first == nil:
			first = c
		case !sameZooKeeper(c.value(connectKey), first.value(connectKey)):
			add(c.ID, c.at(connectKey), fmt.Sprintf("zookeeper.connect names another ZooKeeper, or another path in it, than %s", first.at(connectKey)),
				"all brokers and controllers of a migration use the same one")
		}
	}
}

// sameZooKeeper compares the servers, in any order, and the path.
func sameZooKeeper(a, b string) bool {
	set := func(text string) (map[string]bool, string) {
		servers, root, _ := strings.Cut(text, "/")
		all := map[string]bool{}
		for s := range strings.SplitSeq(servers, ",") {
			all[strings.TrimSpace(s)] = true
		}
		return all, root
	}
	sa, ra := set(a)
	sb, rb := set(b)
	return ra == rb && maps.Equal(sa, sb)
}

// replicasOnUnknownBroker finds brokers that hold replicas and never registered: the copy waits for them, or they are gone.
func replicasOnUnknownBroker(f *facts, add adder) {
	unknown := map[int32]int{}
	for _, name := range f.img.Topics.Names() {
		for p := range f.img.Topics.ByName(name).Partitions() {
			for _, id := range p.Replicas {
				if f.img.Brokers[id] == nil {
					unknown[id]++
				}
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(unknown)) {
		add(id, f.logPlace(), fmt.Sprintf("holds replicas of %d %s and is not registered", unknown[id], plural(unknown[id], "partition", "partitions")),
			"start the broker, or move its replicas to others (kafka-reassign-partitions.sh)")
	}
}

// featurePlace is where metadata.version was last set.
func (f *facts) featurePlace() Place {
	if f.feature == nil {
		return f.logPlace()
	}
	return f.feature.place()
}

// migrates tells whether a release can migrate.
func migrates(rel release.Release) bool {
	return release.Range{Since: release.V3_4, Until: release.V3_9}.Contains(rel)
}
