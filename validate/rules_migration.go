package validate

import (
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// migrationRules are about a migration from ZooKeeper.
func migrationRules() []*Rule {
	migrating := release.Range{Since: release.V3_4, Until: release.V3_9}
	return []*Rule{
		{
			Slug: "migration-inconsistent", Severity: Error, Releases: migrating, cluster: migrationInconsistent,
			Doc: Doc{
				What: "Some controllers or ZooKeeper brokers have zookeeper.metadata.migration.enable=true, and another does not.",
				Why:  "The migration never starts, or the node is refused.",
				Fix:  "Set it on all controllers and ZooKeeper brokers.",
			},
			Bad:  migrationExample("zookeeper.metadata.migration.enable=true\nzookeeper.connect=zk1:2181\n", "zookeeper.connect=zk1:2181\n"),
			Good: migrationExample("zookeeper.metadata.migration.enable=true\nzookeeper.connect=zk1:2181\n", "zookeeper.metadata.migration.enable=true\nzookeeper.connect=zk1:2181\n"),
		},
		{
			Slug: "migration-zookeeper-differs", Severity: Error, Releases: migrating, cluster: migrationZookeeperDiffers,
			Doc: Doc{
				What: "zookeeper.connect differs between nodes that migrate: in the servers, as a set, or in the chroot.",
				Why:  "Brokers and controllers would move different clusters.",
				Fix:  "Set the same on all nodes.",
			},
			Bad:  migrationExample("zookeeper.metadata.migration.enable=true\nzookeeper.connect=zk1:2181/kafka\n", "zookeeper.metadata.migration.enable=true\nzookeeper.connect=zk1:2181\n"),
			Good: migrationExample("zookeeper.metadata.migration.enable=true\nzookeeper.connect=zk1:2181/kafka\n", "zookeeper.metadata.migration.enable=true\nzookeeper.connect=zk1:2181/kafka\n"),
		},
		{
			Slug: "migration-incomplete-settings", Severity: Error, Releases: migrating, cluster: migrationIncompleteSettings,
			Doc: Doc{
				What: "A node that migrates lacks zookeeper.connect, or a ZooKeeper broker that does lacks the quorum or controller.listener.names.",
				Why:  "Kafka refuses the file, or the broker cannot register.",
				Fix:  "Add the missing key.",
			},
			Bad:  migrationExample("zookeeper.metadata.migration.enable=true\n", "zookeeper.metadata.migration.enable=true\nzookeeper.connect=zk1:2181\n"),
			Good: migrationExample("zookeeper.metadata.migration.enable=true\nzookeeper.connect=zk1:2181\n", "zookeeper.metadata.migration.enable=true\nzookeeper.connect=zk1:2181\n"),
		},
		{
			Slug: "migration-bridge", Severity: Info, Releases: release.Range{Since: release.V3_4, Until: release.V3_8}, cluster: migrationBridge,
			Doc: Doc{
				What: "A migration runs on a release before 3.9.",
				Why:  "3.9 is the bridge release, with most of the fixes.",
				Fix:  "Upgrade to 3.9 first.",
			},
			Bad:  migrationExample("zookeeper.metadata.migration.enable=true\nzookeeper.connect=zk1:2181\n", "zookeeper.metadata.migration.enable=true\nzookeeper.connect=zk1:2181\n"),
			Good: migrationExample("", ""),
		},
	}
}

// migrationExample is a controller and a ZooKeeper broker with lines of their own.
func migrationExample(controller, broker string) Example {
	return Example("-- c1.properties --\nprocess.roles=controller\nnode.id=1\ncontroller.quorum.voters=1@c1:9093\nlisteners=CONTROLLER://c1:9093\ncontroller.listener.names=CONTROLLER\n" + controller +
		"-- d1.properties --\nbroker.id=11\ncontroller.quorum.voters=1@c1:9093\ncontroller.listener.names=CONTROLLER\nlisteners=PLAINTEXT://d1:9092\n" + broker)
}

func migrationInconsistent(c *cluster, r *reporter) {
	with := only(c.nodes, func(n *node) bool { return n.migrating && (n.controller || n.zkBroker) })
	if len(with) == 0 {
		return
	}
	for _, n := range c.nodes {
		if !n.migrating && (n.controller || !n.kraft) && !n.unknown(migrationKey) && !n.unknown(rolesKey) {
			r.at(n, migrationKey, "the migration is not enabled here, and is elsewhere").see(with[0], migrationKey, "a node where it is enabled")
		}
	}
}

// ensemble is zookeeper.connect as servers in order and a chroot.
func ensemble(n *node) (string, bool) {
	text, ok := n.text(zookeeperKey)
	if !ok || !n.migrating || text == "" {
		return "", false
	}
	servers, chroot, _ := strings.Cut(text, "/")
	all := splitList(strings.ToLower(servers), ",")
	slices.Sort(all)
	return strings.Join(all, ",") + "/" + strings.Trim(chroot, "/"), true
}

func migrationZookeeperDiffers(c *cluster, r *reporter) {
	deviating(c.nodes, ensemble, nil, func(n, ref *node) {
		r.at(n, zookeeperKey, "this node migrates from another ZooKeeper than most").see(ref, zookeeperKey, "most nodes have this")
	})
}

func migrationIncompleteSettings(c *cluster, r *reporter) {
	for _, n := range c.nodes {
		if !n.migrating || n.broker && !n.controller {
			continue
		}
		missing := func(key string) {
			r.at(n, key, "a node that migrates needs %s", key)
		}
		if text, _ := n.written(zookeeperKey); text == "" {
			missing(zookeeperKey)
		}
		if !n.zkBroker {
			continue
		}
		if len(n.list(votersKey)) == 0 && len(n.bootstrap) == 0 && !n.unknown(votersKey) && !n.unknown(bootstrapKey) {
			missing(votersKey)
		}
		if len(n.controllerNames) == 0 && !n.unknown(controllerKey) {
			missing(controllerKey)
		}
	}
}

func migrationBridge(c *cluster, r *reporter) {
	for _, n := range c.nodes {
		if n.migrating {
			r.at(n, migrationKey, "this migration runs on %s", n.release)
			return
		}
	}
}
