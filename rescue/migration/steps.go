package migration

import (
	"fmt"

	"github.com/kraftctl/kraftctl/internal/wording"
)

// next is the way to the next stage.
func (f *facts) next() Step {
	switch {
	case f.stage == None && f.origin == FromZooKeeper:
		return Step{To: string(PreMigration), Possible: true, Steps: []string{
			"bring all brokers to 3.9 with inter.broker.protocol.version=3.9, and have every broker up",
			"format the controllers with the cluster ID of the brokers" + f.clusterHint() + ", and node.ids that no broker has",
			"start the controllers with " + flagKey + "=true and zookeeper.connect from the first time on",
		}, Notes: []string{"do not change inter.broker.protocol.version or metadata.version from here until the migration is finalised"}}
	case f.stage == PreMigration:
		return Step{To: string(DualWrite), Possible: true, Steps: []string{
			"restart the brokers one after the other with " + flagKey + "=true, " + votersKey + ", " + namesKey + " and the controllers' listener in " + mapKey,
			"when the last one has registered, the controllers copy the metadata by themselves; the active one logs \"Completed migration of metadata from ZooKeeper to KRaft\"",
			"take a backup then (kraftctl backup), so that --compare can tell later what has changed",
		}, Notes: []string{"broken log directories have to be mended first: a broker that loses one during the migration shuts down"}}
	case f.stage == DualWrite && len(f.remaining()) > 0:
		return f.leaveZooKeeper()
	case f.stage == DualWrite:
		return Step{To: string(Finalised), Possible: true, Final: true, Steps: []string{
			"take a backup (kraftctl backup), and hold it against one from the beginning of dual-write (--compare): topics, ACLs, quotas, configs",
			"remove " + flagKey + " and zookeeper.connect from the controllers, and restart them one after the other",
		}, Notes: []string{
			"THE POINT OF NO RETURN: finalising cannot be undone. It happens when a controller without the flag becomes active, not when the last one is restarted. Until then the cluster can go back to ZooKeeper, as told below",
			"many wait a week or two here; ZooKeeper has to run until then",
		}}
	case f.done():
		return Step{Steps: []string{}, Notes: []string{}}
	case f.stage == Finalised:
		return Step{To: "kafka 4", Possible: true, Steps: []string{"shut ZooKeeper down, unless others use it", "upgrade to Kafka 4, when nothing told below stands in the way any more"}, Notes: []string{}}
	}
	if f.origin == FromUnknown && f.empty() && len(f.problems) == 0 {
		return Step{Steps: []string{}, Notes: []string{"whether the brokers run on ZooKeeper is not told by what was given: give their configurations as well. A controller that starts once without " + flagKey + "=true can never migrate"}}
	}
	if f.origin == FromKRaft && len(f.problems) == 0 {
		return Step{Steps: []string{}, Notes: []string{"this quorum was born in KRaft and never migrates"}}
	}
	return Step{Steps: []string{}, Notes: []string{"give a copy of the log that can be read wholly"}}
}

func (f *facts) clusterHint() string {
	if f.cluster == "" {
		return ""
	}
	return " (" + f.cluster + ")"
}

// leaveZooKeeper is what is to be done in the hybrid phase.
func (f *facts) leaveZooKeeper() Step {
	left, oneByOne := f.remaining(), ""
	if len(left) > 1 {
		oneByOne = ", one at a time"
	}
	return Step{To: string(Finalised), Possible: true, Final: true, Steps: []string{
		fmt.Sprintf("restart %s %s in KRaft mode%s, as told above", plural(len(left), "broker", "brokers"), wording.IDs(left), oneByOne),
		"leave the controllers as they are until then: " + flagKey + "=true",
	}, Notes: []string{
		"NOT YET: finalising (removing " + flagKey + " from the controllers) cannot be undone, and brokers that still run on ZooKeeper would be lost to the cluster",
		"until then the cluster can go back to ZooKeeper, as told below",
	}}
}

// The steps of the ways back that several stages share.
const (
	stepControllers = "shut the KRaft controllers down, and remove their log directories"
	stepZNode       = "with zookeeper-shell.sh: deleteall /controller, so that a broker becomes the controller again; at once, as the cluster has none until then"
	stepZNodeState  = "with zookeeper-shell.sh: get /migration, keep what it shows, and delete /migration, so that another migration can begin anew"
	stepBrokerKeys  = "remove " + flagKey + ", " + namesKey + " and " + votersKey + " (or " + bootstrapKey + ") from the brokers, and restart them one after the other"
)

// noteZooKeeper tells what going back costs.
const noteZooKeeper = "every change was written to ZooKeeper as well, so that it can take over as it is"

// back is the way back to ZooKeeper.
func (f *facts) back() Step {
	back := Step{To: "zookeeper", Possible: true, Notes: []string{}}
	switch {
	case f.stage == None && f.origin == FromZooKeeper:
		back.Steps = []string{"nothing has begun: there is nothing to undo"}
	case f.stage == None:
		return Step{Steps: []string{}, Notes: []string{}}
	case f.stage == PreMigration && len(f.img.Brokers) == 0 && len(f.configs(func(c *Config) bool { return c.Mode == Migrating })) == 0:
		back.Steps = []string{stepControllers}
	case f.stage == PreMigration:
		back.Steps = []string{stepControllers, stepZNode, stepZNodeState, stepBrokerKeys}
		back.Notes = append(back.Notes, "nothing has been copied: the brokers never stopped using ZooKeeper")
	case f.stage == DualWrite && len(f.registeredBrokers(false)) == 0:
		back.Steps = []string{stepControllers, stepZNode, stepZNodeState, stepBrokerKeys}
		back.Notes = append(back.Notes, noteZooKeeper)
	case f.stage == DualWrite:
		left := f.registeredBrokers(false)
		back.Steps = []string{
			fmt.Sprintf("on %s %s: remove process.roles, call node.id broker.id, and put zookeeper.connect and the other zookeeper.* back; keep %s=true; restart %s",
				plural(len(left), "broker", "brokers"), wording.IDs(left), flagKey, plural(len(left), "it", "them one at a time")),
			stepControllers, stepZNode, stepZNodeState, stepBrokerKeys,
		}
		back.Notes = append(back.Notes,
			"a broker that starts on ZooKeeper with the flag deletes its own __cluster_metadata-0 (kafka.server.KafkaServer)",
			"set authorizer.class.name back to "+zookeeperAuthorizer+" with process.roles gone, where ACLs are used",
			noteZooKeeper)
	default:
		return Step{To: "zookeeper", Possible: false, Steps: []string{}, Notes: []string{"the migration is finalised: there is no way back to ZooKeeper, which knows nothing of what changed since"}}
	}
	return back
}
