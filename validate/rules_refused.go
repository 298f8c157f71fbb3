package validate

import (
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// refusalRules are what Kafka refuses in one file about the node itself. kafka-rejects is filled in last, by refusals.
func refusalRules() []*Rule {
	return []*Rule{
		{
			Slug: "kafka-rejects", Severity: Error, file: func(*node, *reporter) {},
			Doc: Doc{
				What: "KafkaConfig of this release refuses the file, and no other rule says it better.",
				Why:  "The node will not start.",
				Fix:  "Kafka's own message tells.",
			},
			Bad:  "process.roles=broker,controller\nnode.id=one\n",
			Good: "process.roles=broker,controller\nnode.id=1\ncontroller.quorum.voters=1@localhost:9093\nlisteners=PLAINTEXT://:9092,CONTROLLER://:9093\ncontroller.listener.names=CONTROLLER\n",
		},
		{
			Slug: "broker-id-mismatch", Severity: Error, file: brokerIDMismatch,
			Doc: Doc{
				What: "node.id and broker.id are both set and differ.",
				Why:  "Kafka refuses the file.",
				Fix:  "Keep node.id only.",
			},
			Bad:  "process.roles=broker\nnode.id=1\nbroker.id=2\n",
			Good: "process.roles=broker\nnode.id=1\n",
		},
		{
			Slug: "zookeeper-authorizer", Severity: Error, file: zookeeperAuthorizer,
			Doc: Doc{
				What: "authorizer.class.name names an authorizer that keeps its ACLs in ZooKeeper, on a KRaft node.",
				Why:  "Up to 3.9 it fails at start for want of ZooKeeper; 4.0 no longer has the class.",
				Fix:  "Use org.apache.kafka.metadata.authorizer.StandardAuthorizer.",
			},
			Bad:  "process.roles=broker\nauthorizer.class.name=kafka.security.authorizer.AclAuthorizer\n",
			Good: "process.roles=broker\nauthorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n",
		},
		{
			Slug: "migration-ibp-too-low", Severity: Error, Releases: release.Range{Since: release.V3_4, Until: release.V3_9}, file: migrationIBPTooLow,
			Doc: Doc{
				What: "A ZooKeeper broker that migrates has inter.broker.protocol.version below 3.4.",
				Why:  "Kafka refuses the file.",
				Fix:  "Raise it to 3.4 or later first, best to the release's own.",
			},
			Bad:  "broker.id=1\nzookeeper.metadata.migration.enable=true\ninter.broker.protocol.version=3.3\n",
			Good: "broker.id=1\nzookeeper.metadata.migration.enable=true\ninter.broker.protocol.version=3.9\n",
		},
		{
			Slug: "migration-unsupported", Severity: Error, Releases: release.Since(release.V4_0), file: migrationUnsupported,
			Doc: Doc{
				What: "zookeeper.metadata.migration.enable is true, on a release that cannot migrate.",
				Why:  "4.x ignores the flag, and the ZooKeeper cluster is left behind.",
				Fix:  "Migrate on 3.9, then upgrade.",
			},
			Bad:  "process.roles=controller\nzookeeper.metadata.migration.enable=true\n",
			Good: "process.roles=controller\n",
		},
	}
}

func brokerIDMismatch(n *node, r *reporter) {
	a, _ := n.written(nodeIDKey)
	b, _ := n.written(brokerIDKey)
	nodeID, err := strconv.Atoi(a)
	brokerID, err2 := strconv.Atoi(b)
	if err == nil && err2 == nil && nodeID != brokerID {
		r.at(n, nodeIDKey, "node.id is %d and broker.id is %d", nodeID, brokerID).see(n, brokerIDKey, "the other ID").edit(DeleteKey, brokerIDKey, "")
	}
}

const standardAuthorizer = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"

func zookeeperAuthorizer(n *node, r *reporter) {
	class, _ := n.text(authorizerKey)
	name := class[strings.LastIndexByte(class, '.')+1:]
	if n.kraft && strings.HasPrefix(class, "kafka.security.auth") && (name == "AclAuthorizer" || name == "SimpleAclAuthorizer") {
		r.at(n, authorizerKey, "%s keeps its ACLs in ZooKeeper, which a KRaft node does not have", name).edit(SetValue, authorizerKey, standardAuthorizer)
	}
}

func migrationIBPTooLow(n *node, r *reporter) {
	text, ok := n.written(ibpKey)
	if !n.zkBroker || !ok || hasPlaceholder(text) {
		return
	}
	parts := strings.SplitN(strings.SplitN(text, "-", 2)[0], ".", 3)
	if len(parts) < 2 {
		return
	}
	major, err := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(parts[1])
	if err == nil && err2 == nil && (major < 3 || major == 3 && minor < 4) {
		r.at(n, ibpKey, "a migration needs inter.broker.protocol.version 3.4 or later, and this is %s", text)
	}
}

func migrationUnsupported(n *node, r *reporter) {
	if text, _ := n.written(migrationKey); strings.EqualFold(text, "true") {
		r.at(n, migrationKey, "Kafka %s cannot migrate from ZooKeeper", n.release)
	}
}

// quorumFileRules are about the quorum as one file has it.
func quorumFileRules() []*Rule {
	return []*Rule{
		{
			Slug: "quorum-not-configured", Severity: Error, file: quorumNotConfigured,
			Doc: Doc{
				What: "process.roles is set, and neither controller.quorum.voters nor (from 3.9 on) controller.quorum.bootstrap.servers is.",
				Why:  "Kafka refuses the file.",
				Fix:  "Set one of them.",
			},
			Bad:  "process.roles=broker\nnode.id=1\n",
			Good: "process.roles=broker\nnode.id=1\ncontroller.quorum.voters=100@c1:9093\n",
		},
		{
			Slug: "broker-in-voters", Severity: Error, file: brokerInVoters,
			Doc: Doc{
				What: "A node that is only a broker has its own node.id in controller.quorum.voters.",
				Why:  "Kafka refuses the file: a broker cannot vote.",
				Fix:  "Give the broker another ID, or the voter its real one.",
			},
			Bad:  "process.roles=broker\nnode.id=1\ncontroller.quorum.voters=1@c1:9093\n",
			Good: "process.roles=broker\nnode.id=1\ncontroller.quorum.voters=100@c1:9093\n",
		},
		{
			Slug: "controller-not-a-voter", Severity: Error, file: controllerNotAVoter,
			Doc: Doc{
				What: "A controller is not in its own controller.quorum.voters.",
				Why:  "Kafka refuses the file.",
				Fix:  "Add the controller to controller.quorum.voters on every node.",
			},
			Bad:  "process.roles=controller\nnode.id=3\ncontroller.quorum.voters=1@c1:9093,2@c2:9093\n",
			Good: "process.roles=controller\nnode.id=2\ncontroller.quorum.voters=1@c1:9093,2@c2:9093\n",
		},
	}
}

// voterFileRules are about the voters as one file has them.
func voterFileRules() []*Rule {
	return []*Rule{
		{
			Slug: "duplicate-voter-id", Severity: Error, file: duplicateVoterID,
			Doc: Doc{
				What: "controller.quorum.voters has one ID twice.",
				Why:  "The last one wins silently, and the quorum has one voter less than written.",
				Fix:  "Give each voter its own ID.",
			},
			Bad:  "controller.quorum.voters=1@c1:9093,2@c2:9093,2@c3:9093\n",
			Good: "controller.quorum.voters=1@c1:9093,2@c2:9093,3@c3:9093\n",
		},
		{
			Slug: "duplicate-voter-endpoint", Severity: Error, file: duplicateVoterEndpoint,
			Doc: Doc{
				What: "Two voters have one host:port.",
				Why:  "Only one process can answer there; the other vote is lost for ever.",
				Fix:  "Correct the address.",
			},
			Bad:  "controller.quorum.voters=1@c1:9093,2@c2:9093,3@c2:9093\n",
			Good: "controller.quorum.voters=1@c1:9093,2@c2:9093,3@c3:9093\n",
		},
		{
			Slug: "voter-unroutable", Severity: Error, file: voterUnroutable,
			Doc: Doc{
				What: "A voter or bootstrap server has no host, or the meta address 0.0.0.0 or ::.",
				Why:  "Nobody can connect to it: 3.8 and later refuse 0.0.0.0, and without a host 4.x stops. Up to 3.9 an empty host is each node itself (a warning).",
				Fix:  "Write the controller's name.",
			},
			Bad:  "controller.quorum.voters=1@0.0.0.0:9093\n",
			Good: "controller.quorum.voters=1@c1:9093\n",
		},
	}
}

func quorumNotConfigured(n *node, r *reporter) {
	_, bootstrap := n.written(bootstrapKey)
	if !n.kraft || n.unknown(votersKey) || n.release >= release.V3_9 && bootstrap && len(n.list(bootstrapKey)) > 0 || n.unknown(bootstrapKey) {
		return
	}
	if len(n.list(votersKey)) == 0 {
		keys := votersKey
		if n.release >= release.V3_9 {
			keys += " nor " + bootstrapKey
		}
		r.at(n, votersKey, "the node does not learn of the quorum: neither %s is set", keys).
			mend("Set %s to the id@host:port of each controller.", votersKey)
		if n.release < release.V3_9 {
			r.findings[len(r.findings)-1].Message = "the node does not learn of the quorum: " + votersKey + " is not set"
		}
	}
}

func brokerInVoters(n *node, r *reporter) {
	if _, votes := n.voter(n.id); votes && n.hasID && n.onlyBroker() {
		r.at(n, votersKey, "node %d is a broker only, and cannot be a voter", n.id).see(n, n.idKey(), "the broker's ID")
	}
}

func controllerNotAVoter(n *node, r *reporter) {
	if _, votes := n.voter(n.id); !votes && n.hasID && n.controller && len(n.voters) > 0 && n.votersSound {
		r.at(n, votersKey, "node %d is a controller and not among the voters", n.id).see(n, n.idKey(), "the controller's ID")
	}
}

func duplicateVoterID(n *node, r *reporter) {
	seen := map[int32]voter{}
	for _, v := range n.voters {
		if earlier, twice := seen[v.id]; twice {
			r.at(n, votersKey, "voter %d is %s and %s; only the last counts", v.id, earlier.hostPort, v.hostPort)
		}
		seen[v.id] = v
	}
}

func duplicateVoterEndpoint(n *node, r *reporter) {
	seen := map[hostPort]int32{}
	for _, v := range n.voters {
		at := hostPort{host: v.host, port: v.port}
		if other, twice := seen[at]; twice && other != v.id {
			r.at(n, votersKey, "voters %d and %d are both at %s", other, v.id, at)
		}
		seen[at] = v.id
	}
}

func voterUnroutable(n *node, r *reporter) {
	check := func(key string, h hostPort) {
		switch {
		case h.host == "":
			r.at(n, key, "an entry of %s has no host", key).asIf(n.release < release.V4_0, Warning)
		case isWildcard(h.host) && !(n.release < release.V3_8 && h.port == 0): // up to 3.7, 0.0.0.0:0 stands for an address to be told later
			r.at(n, key, "nobody can connect to %s", h)
		}
	}
	for _, v := range n.voters {
		check(votersKey, v.hostPort)
	}
	for _, b := range n.bootstrap {
		check(bootstrapKey, b)
	}
}
