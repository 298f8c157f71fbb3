package recovery

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/release"

	"github.com/kraftctl/kraftctl/internal/wording"
)

// sayWhatToDo lists what a person does with the seed, for this cluster.
func (p *planner) sayWhatToDo() error {
	switch p.plan.Mode {
	case Static:
		p.staticSteps()
	case Standalone:
		p.standaloneSteps()
	default:
		p.endpointSteps()
	}
	return nil
}

func (p *planner) step(title, text string, commands ...string) {
	p.plan.Steps = append(p.plan.Steps, Step{Title: title, Text: text, Commands: append([]string{}, commands...)})
}

// out is the directory of the seed as commands call it.
func (p *planner) out() string {
	return orDefault(p.opts.Out, "NEWDIR")
}

// others are the voters that the seed is not for.
func (p *planner) others() []int32 {
	return slices.DeleteFunc(slices.Clone(p.plan.Quorum.Voters), func(id int32) bool { return id == p.plan.Seed.NodeID })
}

// address is where the seed's node listens for controllers.
func (p *planner) address() string {
	if v := p.plan.StaticVoters; v != nil {
		_, address, _ := strings.Cut(v.Value, "@")
		return address
	}
	for _, v := range p.plan.Seed.Voters {
		if v.ID == p.plan.Seed.NodeID && len(v.Endpoints) > 0 {
			return v.Endpoints[0].Address()
		}
	}
	return "HOST:PORT"
}

// stopAll is the first step of every recovery.
func (p *planner) stopAll() {
	text := fmt.Sprintf("Stop node %d and every broker. A node that runs on and has read further than the seed ends with \"The leader requested truncation to offset … which is below the current high watermark\".", p.plan.Seed.NodeID)
	if others := p.others(); len(others) > 0 && p.plan.Mode != Endpoints {
		text += fmt.Sprintf(" Make sure that %s stopped, and will not start before it is their turn below: disable their services.", nodesAre(others))
	}
	if p.plan.Mode == Endpoints {
		text = fmt.Sprintf("Stop all voters (%s) and the brokers. None of the voters may run again before the seed is in place.", wording.IDs(p.plan.Quorum.Voters))
	}
	p.step("Stop everything", text)
}

// put is the step that puts the seed in the place of the old directory.
func (p *planner) put() {
	s := &p.plan.Seed
	dir := fmt.Sprintf("/path/to/log.dirs/of/node%d", s.NodeID)
	if p.seed != nil && p.seed.Directory {
		dir = p.seed.Copy.Name
	}
	if s.NewDirectoryID {
		p.step("Put the seed in place", fmt.Sprintf("Where node %d is to run: it has no directory yet, or lost it, and the seed is its metadata.log.dir, or else the first of its log.dirs.", s.NodeID),
			fmt.Sprintf("cp -a %s %s", p.out(), dir), fmt.Sprintf("chown -R USER-OF-KAFKA: %s", dir))
		return
	}
	text := fmt.Sprintf("Where node %d runs; bring the seed there if it was made elsewhere. %s stands for metadata.log.dir of node %d, or else the first of its log.dirs. Only the metadata log leaves it: kept in it under another name, it would stop a broker from starting. Everything else there stays, meta.properties too.", s.NodeID, dir, s.NodeID)
	if p.plan.Mode != Static {
		text += fmt.Sprintf(" That meta.properties must say directory.id=%s, as the seed's does: with another one the node is no voter and waits for ever without a word. Where there is none, copy the whole seed.", s.DirectoryID)
	}
	p.step("Put the seed in place", text,
		fmt.Sprintf("mv %s/__cluster_metadata-0 /somewhere/safe/node%d-metadata-before-recovery", dir, s.NodeID),
		fmt.Sprintf("cp -a %s/__cluster_metadata-0 %s/", p.out(), dir),
		fmt.Sprintf("chown -R --reference=%s/meta.properties %s/__cluster_metadata-0", dir, dir))
}

func (p *planner) makeIt() {
	p.step("Make the seed", "The same command with --apply makes the directory; it refuses if anything it rests on has changed since. After a crash, run it again.",
		fmt.Sprintf("%s -o %s --apply %s", orDefault(p.opts.Command, "kraftctl recover …"), p.out(), hashPlace))
}

// hashPlace stands for the plan's hash until it is known.
const hashPlace = "HASH"

// putHash puts the hash into the steps.
func (p *Plan) putHash() {
	for _, s := range p.Steps {
		for i, c := range s.Commands {
			if rest, ok := strings.CutSuffix(c, " "+hashPlace); ok {
				s.Commands[i] = rest + " " + p.Hash
			}
		}
	}
}

func orDefault(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (p *planner) check(command string) {
	node := p.plan.Seed.NodeID
	p.step("Check that it leads", fmt.Sprintf("The log of node %d must say \"Completed transition to Leader\"; \"Kafka Server started\" proves nothing. Then LeaderId is %d, and LeaderEpoch is %d or more: the epochs before are skipped, because others may have been elected in them of whom no copy has heard.",
		node, node, p.plan.Seed.Epoch+1), command)
}

// combined reports whether a node is a broker as well.
func (p *planner) combined(id int32) bool { return p.state.Brokers[id] != nil }

// brokersApart reports whether there are brokers that are no controllers, as far as the metadata tells.
func (p *planner) brokersApart() bool {
	for id := range p.state.Brokers {
		if !p.voter(id) && id != p.plan.Seed.NodeID {
			return true
		}
	}
	return len(p.state.Brokers) == 0
}

// startSeed is the step that starts the seed's node, which leads alone.
func (p *planner) startSeed(text string) {
	node := p.plan.Seed.NodeID
	if p.combined(node) {
		text += " It is a broker as well: copy its topic data away first, and look into its log for \"stray\"."
	}
	p.step(fmt.Sprintf("Start node %d alone", node), text, "kafka-server-start.sh -daemon controller.properties")
}

func (p *planner) metadataQuorum(rest string) string {
	command := fmt.Sprintf("kafka-metadata-quorum.sh --bootstrap-controller %s %s", p.address(), rest)
	if p.plan.Mode == Static {
		command += "    # from 3.7 on"
	}
	return command
}

// olderTool tells what to use where metadataQuorum's command is not known.
func (p *planner) olderTool() string {
	if p.plan.Mode != Static {
		return ""
	}
	return " Before 3.7, kafka-metadata-quorum.sh knows --bootstrap-server BROKER:PORT only."
}

// startBroker and startController start nodes.
const startBroker = "kafka-server-start.sh -daemon broker.properties"

func startController(id int32) string {
	return fmt.Sprintf("kafka-server-start.sh -daemon controller%d.properties", id)
}

// formatRelease is the oldest release that formats a node which the cluster's metadata.version does not put off, and that knows
// --no-initial-controllers: the version that formatting writes must be one that the node knows.
func (p *planner) formatRelease() release.Release {
	for _, r := range release.All() {
		if _, ok := r.MetadataVersionAt(p.plan.Quorum.MetadataVersion); ok && r >= release.V3_9 {
			return r
		}
	}
	return release.Newest()
}

// secured is a hint for listeners that are not PLAINTEXT.
const secured = " With a secured listener add --command-config FILE with the client settings."

func (p *planner) standaloneSteps() {
	p.stopAll()
	p.makeIt()
	p.put()
	p.startSeed(fmt.Sprintf("controller.quorum.bootstrap.servers must name %s on every node. The node leads at once; its next epoch is %d.", p.address(), p.plan.Seed.Epoch+1))
	p.check(p.metadataQuorum("describe --status"))
	p.startBrokers()
	for _, id := range p.others() {
		p.addNode(id)
	}
	p.last()
}

// addNode is the step that makes a voter of a node again. A combined node that lives keeps its topic data, and with it its
// meta.properties: without a metadata log, it is what format --no-initial-controllers makes.
func (p *planner) addNode(id int32) {
	text := fmt.Sprintf("One after the other, with an empty disk: the old directory of node %d must not come back. It is formatted as by the oldest release that knows the cluster's metadata.version; a newer node takes that as well, and the log decides.", id)
	commands := []string{
		fmt.Sprintf("mv /path/to/log.dirs/of/node%d /somewhere/safe/node%d-before-recovery", id, id),
		fmt.Sprintf("kraftctl format -c controller%d.properties -t %s --no-initial-controllers --kafka-version %s", id, orDefault(p.plan.ClusterID, "CLUSTER-ID"), p.formatRelease()),
	}
	switch {
	case p.combined(id) && p.living(id):
		text = "One after the other. It is a broker as well: only the metadata log leaves its metadata.log.dir, or else the first of its log.dirs; the topic data and meta.properties stay."
		commands = []string{fmt.Sprintf("mv /path/to/log.dirs/of/node%d/__cluster_metadata-0 /somewhere/safe/node%d-metadata-before-recovery", id, id)}
	case p.combined(id):
		text += " It is a broker as well: if its topic data is still there, move away only __cluster_metadata-0, and leave format out."
	}
	text += " Wait until describe --replication shows no lag before the next one. From 4.2 on, controller.quorum.auto.join.enable=true makes add-controller unnecessary." + secured
	commands = append(commands, startController(id),
		fmt.Sprintf("kafka-metadata-quorum.sh --command-config controller%d.properties --bootstrap-controller %s add-controller", id, p.address()),
		p.metadataQuorum("describe --replication"))
	p.step(fmt.Sprintf("Add node %d", id), text, commands...)
}

func (p *planner) startBrokers() {
	if !p.brokersApart() {
		return
	}
	p.step("Start the brokers", "Copy their data away, or start one and look into its log for \"stray\" before you start the others. They take the metadata of the seed, and remove from their own copy what it has not."+p.olderTool(),
		startBroker, p.metadataQuorum("describe --replication"))
}

func (p *planner) last() {
	p.step("Then take a backup", "As long as one node votes, its disk is the only one that counts.",
		fmt.Sprintf("kraftctl backup DIR-OF-NODE-%d -o after-recovery.tar.zst", p.plan.Seed.NodeID))
}

// awayBefore39 is the command that moves a quorum-state away, which names other voters than the configuration.
func awayBefore39(dir, name, where string) string {
	return fmt.Sprintf("mv %s/__cluster_metadata-0/quorum-state /somewhere/safe/%s    # before 3.9 only%s", dir, name, where)
}

func (p *planner) staticSteps() {
	p.stopAll()
	p.makeIt()
	p.put()
	text, commands := fmt.Sprintf("On node %d.", p.plan.Seed.NodeID), []string{"controller.quorum.voters=" + p.plan.StaticVoters.Value}
	if p.brokersApart() {
		text = fmt.Sprintf("On node %d and on every broker. Before 3.9, a node does not start with a voter set that its quorum-state contradicts: on every broker move __cluster_metadata-0/quorum-state away (the seed's fits already).", p.plan.Seed.NodeID)
		commands = append(commands, awayBefore39("BROKER-LOG-DIR", "", ""))
	}
	p.step("Change the voters in every configuration", text, commands...)
	p.startSeed(fmt.Sprintf("It leads at once; its first epoch is %d.", p.plan.Seed.Epoch+1))
	p.check(p.metadataQuorum("describe --status"))
	p.startBrokers()
	p.grow()
	p.last()
}

// grow is how a static quorum gets its other voters back: their disks get the data before they count.
func (p *planner) grow() {
	others := p.others()
	if len(others) == 0 {
		return
	}
	node := p.plan.Seed.NodeID
	value := []string{p.plan.StaticVoters.Value}
	text := fmt.Sprintf("A voter with an empty disk votes for anybody, and two of them would elect one another without the data. So stop node %d and the brokers, give each new voter a copy of its metadata, change the voters everywhere, and start all again.", node)
	const backup = "grow.tar.zst"
	commands := []string{fmt.Sprintf("kraftctl backup DIR-OF-NODE-%d -o %s    # node %d is stopped", node, backup, node)}
	away := []string{awayBefore39(fmt.Sprintf("DIR-OF-NODE-%d", node), fmt.Sprintf("quorum-state-%d", node), "")}
	starts := []string{startController(node)}
	var combined []int32
	for _, id := range others {
		commands = append(commands, fmt.Sprintf("kraftctl restore %s NEW-DIR-OF-NODE-%d --as-node %d", backup, id, id))
		value = append(value, fmt.Sprintf("%d@%s", id, p.staticAddress(id)))
		away = append(away, awayBefore39(fmt.Sprintf("NEW-DIR-OF-NODE-%d", id), fmt.Sprintf("quorum-state-%d", id), ""))
		starts = append(starts, startController(id))
		if p.combined(id) {
			combined = append(combined, id)
		}
	}
	if p.brokersApart() {
		away = append(away, awayBefore39("BROKER-LOG-DIR", "", ", on every broker"))
		starts = append(starts, startBroker)
	}
	if len(combined) > 0 {
		text += fmt.Sprintf(" Of nodes that are brokers as well (%s) and still have their topic data, put only __cluster_metadata-0 of the restored directory into the old one, in place of the one there.", wording.IDs(combined))
	}
	commands = append(commands, "controller.quorum.voters="+strings.Join(value, ",")+"    # on every node, brokers too")
	p.step("Grow to "+wording.IDs(p.plan.Quorum.Voters), text, slices.Concat(commands, away, starts)...)
}

// staticAddress is the host and port of a voter that joins the seed's node.
func (p *planner) staticAddress(id int32) string {
	if given := p.given(id); len(given) > 0 {
		return given[0].Address()
	}
	if address := p.opts.Addresses[id]; address != "" {
		return address
	}
	if stored := p.stored(id); len(stored) > 0 {
		return stored[0].Address()
	}
	return fmt.Sprintf("HOST%d:PORT", id)
}

func (p *planner) endpointSteps() {
	p.stopAll()
	p.makeIt()
	p.put()
	var servers []string
	starts := []string{startController(p.plan.Seed.NodeID)}
	for _, id := range p.others() {
		starts = append(starts, startController(id))
	}
	for _, v := range p.plan.Seed.Voters {
		if len(v.Endpoints) > 0 {
			servers = append(servers, v.Endpoints[0].Address())
		}
	}
	p.step("Change every configuration", "On all voters and brokers; on the voters whose address changed, listeners and advertised.listeners too. The other voters keep their directories as they are: they vote for the seed, whose log goes furthest, and take the new addresses from it.",
		"controller.quorum.bootstrap.servers="+strings.Join(servers, ","))
	p.step("Start the voters", fmt.Sprintf("Node %d and enough others for a majority; in any order.", p.plan.Seed.NodeID),
		starts...)
	p.check(p.metadataQuorum("describe --status"))
	p.startBrokers()
}
