package recovery

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/internal/wording"
)

func (p *planner) warnf(format string, args ...any) {
	p.plan.Warnings = append(p.plan.Warnings, fmt.Sprintf(format, args...))
}

// warn says what of this cluster makes it worse.
func (p *planner) warn() error {
	p.warnOfCopies()
	p.warnOfVoters()
	p.warnOfAddresses()
	p.warnOfBrokers()
	if at := p.plan.Seed.OpenTransaction; at >= 0 {
		p.warnf("A metadata transaction begins at offset %d and does not end. The new active controller aborts it: what it contained, a topic with many partitions for example, is not created. Ask for it again.", at)
	}
	return nil
}

func (p *planner) warnOfCopies() {
	for _, c := range p.ranked {
		if c.InUse != "" && p.dead(c.Copy.NodeID) {
			p.warnf("Node %d is said to be dead for good, and its directory %s is in use %s: if it lives, leave it out of --dead.", c.Copy.NodeID, c.Copy.Name, c.InUse)
		}
		if c.InUse != "" {
			p.warnf("%s is in use %s: what is read may change at any moment, and --apply refuses until it is stopped.", c.Copy.Name, c.InUse)
		}
	}
	if e := p.chosen.extent; e.Cut > 0 {
		p.warnf("%s has %d bytes of batches that are damaged, unfinished or not joined to the rest; they are left out. 'kraftctl inspect verify' tells which.", p.chosen.Copy.Name, e.Cut)
	}
	if !p.plan.Loss.Safe {
		p.warnf("If committed records are missing, a topic created in them is unknown, a partition may have older replicas and leaders than its data, and blocks of producer IDs may be given out twice. Look at the brokers' disks with --broker-dir before you start any of them.")
	}
}

func (p *planner) warnOfVoters() {
	q, s := &p.plan.Quorum, &p.plan.Seed
	switch others := p.others(); {
	case p.plan.Mode == Endpoints:
		p.warnf("Every voter must be stopped from the moment its copy was taken until the seed starts, and the copies must be of that moment: what a leader committed since is not in the seed, and the others would remove it.")
	case len(others) == q.Majority:
		p.warnOfSecondQuorum(wording.IDs(others))
	case len(others) > q.Majority:
		p.warnOfSecondQuorum(fmt.Sprintf("%d of %s", q.Majority, wording.IDs(others)))
	}
	if s.NewDirectoryID {
		p.warnf("No meta.properties of node %d is here: the seed gets a new one, with directory ID %s. The old directory of node %d must never be started again.", s.NodeID, orDefault(s.DirectoryID, "none"), s.NodeID)
	}
	if s.DirectoryID != "" && !s.NewDirectoryID {
		if old := p.state.Voters[s.NodeID]; old != nil && old.Directory.String() != s.DirectoryID {
			p.warnf("Node %d votes with directory %s, but its meta.properties says %s: its disk was replaced. The seed takes the latter.", s.NodeID, old.Directory, s.DirectoryID)
		}
	}
	if p.combined(s.NodeID) && !p.voter(s.NodeID) {
		p.warnf("Node %d is registered as a broker: it can be the controller only in the same process (process.roles=broker,controller); a controller of its own needs another ID.", s.NodeID)
	}
	if v := p.plan.StaticVoters; v != nil && v.Source == "" {
		p.warnf("Nothing tells the address of node %d; replace HOST:PORT in %s by the host and port of its controller listener, or say it with --set-endpoint %d=CONTROLLER://host:port.", s.NodeID, v.Value, s.NodeID)
	}
}

// warnOfSecondQuorum warns of old voters that are enough to elect a leader.
func (p *planner) warnOfSecondQuorum(who string) {
	p.warnf("Should %s ever start again with their old metadata logs and not reach node %d, they elect a leader of their own: two quorums, each with brokers of its own, whose metadata cannot be joined again. Move those logs (__cluster_metadata-0) away, or make sure that these nodes never start.",
		who, p.plan.Seed.NodeID)
}

// warnOfAddresses warns of listeners that no voter has had.
func (p *planner) warnOfAddresses() {
	for _, e := range p.opts.Endpoints {
		before := p.stored(e.Voter)
		if len(before) == 0 || slices.ContainsFunc(before, func(old Endpoint) bool { return old.Listener == e.Listener }) {
			continue
		}
		p.warnf("Listener %s of --set-endpoint %d=%s is none that node %d has had (%s): unless controller.listener.names has it on every node, nobody finds the node there.", e.Listener, e.Voter, e, e.Voter, before[0])
	}
}

// shownPartitions is how many partitions a warning names.
const shownPartitions = 10

func (p *planner) warnOfBrokers() {
	if len(p.plan.Brokers) == 0 {
		p.warnf("A broker puts aside what the recovered metadata does not give to it: a replica whose topic is unknown, or has another ID, or of whose partition it is no replica, is put out of use at its next start: from 3.7 on it is renamed to -stray and stays there, before 3.7 it is renamed to -delete and removed within a minute. Give the brokers' log directories with --broker-dir to see which partitions that would be.")
		return
	}
	for _, b := range p.plan.Brokers {
		if !b.Registered {
			p.warnf("%s belongs to broker %d, which the recovered metadata does not know: it registers anew, and every replica on it becomes stray unless it is among the partition's replicas.", b.Directory, b.NodeID)
		}
		if n := len(b.Unreadable); n > 0 {
			p.warnf("%s: the topic IDs of %s cannot be told: %s.", b.Directory, wording.Count(n, "partition directory"), some(b.Unreadable))
		}
		byDanger := map[Danger][]string{}
		for _, e := range b.Endangered {
			byDanger[e.Danger] = append(byDanger[e.Danger], e.Partition)
		}
		for _, d := range []Danger{UnknownTopic, NotReplica, OtherTopicID, LaterLeaderEpoch} {
			if list := byDanger[d]; len(list) > 0 {
				p.warnf("Broker %d, %s: %s %s: %s.", b.NodeID, b.Directory, wording.Count(len(list), "partition"), dangerWords[d], some(list))
			}
		}
	}
}

const strayWords = "renamed to -stray at the broker's next start and left there (from 3.7 on), or removed within a minute (before). Copy them away first, or keep the broker down"

// dangerWords say what becomes of partitions.
var dangerWords = map[Danger]string{
	UnknownTopic:     "of topics that the recovered metadata does not know: " + strayWords,
	NotReplica:       "of which it is no replica in the recovered metadata: " + strayWords,
	OtherTopicID:     "with another topic ID than in the recovered metadata, because the topic was deleted and made anew: an empty one takes their place, releases that cannot tell them apart may take the whole log directory offline (not seen with 3.6.2, 3.9.2 and 4.3.1), and they are " + strayWords,
	LaterLeaderEpoch: "with records of later leader epochs than the recovered metadata knows, which proves that committed metadata is missing",
}

func some(list []string) string {
	if len(list) > shownPartitions {
		return strings.Join(list[:shownPartitions], ", ") + fmt.Sprintf(" and %d more", len(list)-shownPartitions)
	}
	return strings.Join(list, ", ")
}
