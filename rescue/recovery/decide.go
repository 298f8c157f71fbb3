package recovery

import (
	"errors"
	"fmt"
	"slices"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/inspect/compare"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/rescue/stage"

	"github.com/kraftctl/kraftctl/internal/wording"
)

// candidate is a copy with what of it can be used.
type candidate struct {
	Source
	// extent is nil when nothing can.
	extent *Extent
	// doubtful tells that the log ends in an epoch that the node's quorum-state has not heard of, although a node writes that file
	// first: the file is older than the log, or the epoch is wrong, which no checksum covers.
	doubtful bool
	// replaced tells that the log names another directory of the node as the voter: this disk came in its place.
	replaced bool
	// agrees is the offset up to which the copy is known to agree with the reference of the comparison.
	agrees int64
}

// planner is a plan on the way.
type planner struct {
	opts   Options
	report *compare.Report
	ranked []*candidate
	chosen *candidate
	seed   *candidate // the copy that belongs to the seed's node; nil when there is none
	state  *image.Image
	open   int64 // where an open transaction begins, -1 for none
	plan   *Plan
	work   []stage.File
}

// NewPlan decides everything. The error is a *Refusal, one of compare.Copies, or one of reading. The copies must have been read
// together, and stay open until the plan's Work is done.
func NewPlan(sources []Source, opts Options) (*Plan, error) {
	p := &planner{opts: opts, open: -1, plan: &Plan{
		Version: 1, Out: opts.Out, Warnings: []string{}, Brokers: []BrokerCheck{}, Steps: []Step{},
	}}
	if err := p.survey(sources); err != nil {
		return nil, err
	}
	for _, step := range []func() error{
		p.choose, p.load, p.decideMode, p.decideNode, p.weighLoss, p.makeSeed, p.checkBrokers, p.warn, p.sayWhatToDo, p.listInputs,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return p.plan, p.plan.seal()
}

// load replays the chosen copy as far as it is used.
func (p *planner) load() error {
	r, err := replay(p.chosen.Copy.Log, p.chosen.extent)
	if err != nil {
		return err
	}
	p.state, p.open = r.state, r.open
	if what := p.state.Redacted(); what != "" {
		return misused("take the node's directory, or a backup of it", "%s is from an incident bundle, from which secrets were removed (%s): nobody could log in to a cluster made of it", p.chosen.Copy.Name, what)
	}
	if r.undecodable > 0 {
		p.warnf("The log has %s that cannot be read, although the batches check out; a node stops at such a record. 'kraftctl inspect verify' tells where they are.", wording.Count(r.undecodable, "record"))
	}
	p.plan.Quorum = Quorum{
		KRaftVersion: p.state.KRaftVersion, MetadataVersion: p.state.Features[image.MetadataVersionFeature],
		Voters: append([]int32{}, p.report.Voters...), Dead: append([]int32{}, p.report.Dead...), Living: []int32{}, Majority: p.report.Majority,
	}
	for _, id := range p.report.Voters {
		if !p.dead(id) {
			p.plan.Quorum.Living = append(p.plan.Quorum.Living, id)
		}
	}
	p.findReplaced()
	for _, c := range p.ranked {
		p.plan.Copies = append(p.plan.Copies, p.rankedCopy(c, p.ranked[0]))
	}
	return nil
}

// decideMode chooses the mode, and refuses where a recovery would do harm.
func (p *planner) decideMode() error {
	q := &p.plan.Quorum
	if len(q.Voters) == 0 {
		return misused("give the copy of a voter; a broker's copy alone may not tell", "no copy tells who the voters are")
	}
	majorityLives := len(q.Living) >= q.Majority
	if majorityLives {
		if err := p.demandVotingDisks(); err != nil {
			return err
		}
	}
	switch {
	case q.KRaftVersion == 0 && majorityLives, majorityLives && p.opts.Standalone:
		return p.nothingToRecover()
	case q.KRaftVersion == 0:
		p.plan.Mode = Static
	case p.opts.Standalone:
		p.plan.Mode = Standalone
	case majorityLives && len(p.opts.Endpoints) == 0:
		return p.nothingToRecover()
	case majorityLives:
		p.plan.Mode = Endpoints
	default:
		return refuse("--force-standalone makes a quorum of the one node that is left; the others join it later",
			"of the voters %s, %s are dead, so that no leader can be elected, whatever the addresses", wording.IDs(q.Voters), wording.IDs(q.Dead))
	}
	return p.demandLiving()
}

// nothingToRecover refuses because enough voters live.
func (p *planner) nothingToRecover() error {
	q := &p.plan.Quorum
	if len(q.Dead) == 0 {
		return refuse("name the voters that are gone for good with --dead; if none is, start them all. Where only addresses changed: --set-endpoint (voters in the log), or controller.quorum.voters in every node's configuration (static voters)",
			"no voter of %s is said to be dead: nothing to recover, and a second quorum beside theirs would split the cluster", wording.IDs(q.Voters))
	}
	return refuse(fmt.Sprintf("start %s; then replace %s: %s", wording.IDs(q.Living), wording.IDs(q.Dead), replaceHow(q.KRaftVersion)),
		"%d of %d voters (%s) live, which is a majority: they elect a leader by themselves and have every committed record; a second quorum beside theirs would split the cluster",
		len(q.Living), len(q.Voters), wording.IDs(q.Living))
}

func replaceHow(kraftVersion int16) string {
	if kraftVersion == 0 {
		return "give its new disk the same node ID and an empty, formatted log directory (static voters)"
	}
	return "kafka-metadata-quorum.sh remove-controller, kraftctl format --no-initial-controllers, add-controller"
}

// demandVotingDisks refuses to count a living voter by a disk that does not vote.
func (p *planner) demandVotingDisks() error {
	q := &p.plan.Quorum
	for _, id := range q.Living {
		if p.replacedOnly(id) {
			return refuse(fmt.Sprintf("name it with --dead if that disk is gone: --dead %s; this copy is used all the same", p.deadAnd(id)),
				"voter %d is the directory %s, and the copy of node %d is of another one: its disk was replaced, and the new one does not vote", id, p.state.Voters[id].Directory, id)
		}
	}
	return nil
}

// deadAnd is what --dead takes when one more voter is dead.
func (p *planner) deadAnd(id int32) string {
	return commas(slices.Sorted(slices.Values(append(slices.Clone(p.plan.Quorum.Dead), id))))
}

// demandLiving refuses while a living voter's copy is not given: it may go further, and it lives, so that it can be had.
func (p *planner) demandLiving() error {
	for _, id := range p.plan.Quorum.Living {
		if !slices.ContainsFunc(p.ranked, func(c *candidate) bool { return c.Copy.NodeID == id }) {
			return refuse(fmt.Sprintf("give its directory as well, or name it with --dead when its disk is lost: --dead %s", p.deadAnd(id)),
				"voter %d is not said to be dead, and no copy of it is given: its log may go further than these", id)
		}
	}
	return nil
}

// decideNode finds the node that the seed is for.
func (p *planner) decideNode() error {
	node := p.opts.Node
	switch {
	case node >= 0:
	case p.living(p.chosen.Copy.NodeID):
		node = p.chosen.Copy.NodeID
	default:
		for _, c := range p.ranked {
			if p.living(c.Copy.NodeID) {
				node = c.Copy.NodeID
				break
			}
		}
	}
	if node < 0 {
		return refuse("say with --node ID which node shall start from the seed: a new machine may have the ID of one of the dead",
			"no living voter is left, so that it is open which node the seed is for")
	}
	for _, c := range p.ranked {
		if c.Copy.NodeID == node && (p.seed == nil || c == p.chosen) {
			p.seed = c
		}
	}
	if p.plan.Mode == Endpoints && !p.voter(node) {
		return misused("leave --node out", "--node %d: node %d is not a voter", node, node)
	}
	p.plan.Seed.NodeID = node
	return p.checkEndpoints()
}

// checkEndpoints refuses addresses that the plan has no use for.
func (p *planner) checkEndpoints() error {
	given := map[string]bool{}
	for _, e := range p.opts.Endpoints {
		switch key := fmt.Sprint(e.Voter, e.Listener); {
		case given[key]:
			return misused("name each listener of a voter once", "--set-endpoint %d=%s: listener %s of node %d has an address already", e.Voter, e, e.Listener, e.Voter)
		case p.plan.Mode == Standalone && e.Voter != p.plan.Seed.NodeID:
			return misused("leave it out: the other nodes say their addresses when they are added",
				"--set-endpoint %d=%s: node %d alone votes from now on", e.Voter, e, p.plan.Seed.NodeID)
		case !p.voter(e.Voter) && e.Voter != p.plan.Seed.NodeID:
			return misused("the voters are "+wording.IDs(p.report.Voters), "--set-endpoint %d=%s: node %d is not a voter", e.Voter, e, e.Voter)
		default:
			given[key] = true
		}
	}
	return nil
}

func asDamage(err error) (*metalog.Damage, bool) {
	var d *metalog.Damage
	ok := errors.As(err, &d)
	return d, ok
}
