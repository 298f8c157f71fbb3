package recovery

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/kraftctl/kraftctl/inspect/compare"
)

// survey compares and ranks the copies.
func (p *planner) survey(sources []Source) error {
	copies := make([]*compare.Copy, len(sources))
	for i, s := range sources {
		copies[i] = s.Copy
		e, err := extentOf(s.Copy.Log, p.opts.Progress)
		if err != nil {
			return err
		}
		q := s.Copy.Quorum
		p.ranked = append(p.ranked, &candidate{Source: s, extent: e, doubtful: e != nil && q != nil && q.LeaderEpoch < e.LastEpoch})
	}
	var err error
	if p.report, err = compare.Copies(copies, compare.Options{Dead: p.opts.Dead, NoStates: true}); err != nil {
		return err
	}
	for i, c := range p.report.Copies {
		p.ranked[i].agrees = c.AgreesUntil
	}
	slices.SortStableFunc(p.ranked, p.rank)
	if len(p.missing(p.report.Voters)) < deciders(len(p.report.Voters), true) {
		// The others are enough, so that what only a doubtful copy has was not committed.
		slices.SortStableFunc(p.ranked, func(a, b *candidate) int { return order(a.doubtful) - order(b.doubtful) })
	}
	p.plan.ClusterID = p.report.ClusterID
	return nil
}

// rank puts the copy that goes further first, of equal ones that of a living voter, then that of any voter.
func (p *planner) rank(a, b *candidate) int {
	if c := furthest(b.extent, a.extent); c != 0 {
		return c
	}
	weight := func(c *candidate) int {
		switch {
		case p.living(c.Copy.NodeID):
			return 0
		case p.voter(c.Copy.NodeID):
			return 1
		}
		return 2
	}
	return weight(a) - weight(b)
}

func order(later bool) int {
	if later {
		return 1
	}
	return 0
}

// furthest is positive when a goes further than b.
func furthest(a, b *Extent) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	case a.LastEpoch != b.LastEpoch:
		return int(a.LastEpoch) - int(b.LastEpoch)
	case a.End != b.End:
		if a.End > b.End {
			return 1
		}
		return -1
	}
	return 0
}

func (p *planner) voter(id int32) bool  { return slices.Contains(p.report.Voters, id) }
func (p *planner) dead(id int32) bool   { return slices.Contains(p.report.Dead, id) }
func (p *planner) living(id int32) bool { return p.voter(id) && !p.dead(id) }

// choose takes the best copy, or the one that was asked for.
func (p *planner) choose() error {
	best := p.ranked[0]
	if best.extent == nil {
		return misused("give a copy that has a log, or a finished snapshot", "no copy has anything a node could start from")
	}
	p.chosen = best
	if p.opts.From != "" {
		if err := p.override(); err != nil {
			return err
		}
	}
	p.plan.Chosen = Chosen{Name: p.chosen.Copy.Name, Why: p.why(best), Overridden: p.chosen != best && furthest(best.extent, p.chosen.extent) != 0}
	return nil
}

// override chooses the copy of Options.From.
func (p *planner) override() error {
	var found []*candidate
	id, err := strconv.ParseInt(p.opts.From, 10, 32)
	for _, c := range p.ranked {
		if c.Copy.Name == p.opts.From || err == nil && int64(c.Copy.NodeID) == id {
			found = append(found, c)
		}
	}
	switch {
	case len(found) == 0:
		return misused("name one of the copies as the plan lists them, or a node ID", "--from %s: no such copy", p.opts.From)
	case len(found) > 1 && found[0].Copy.Name != p.opts.From:
		return misused("name the copy by its path", "--from %s: node %s has %d copies", p.opts.From, p.opts.From, len(found))
	case found[0].extent == nil:
		return misused("choose another copy", "--from %s: that copy has nothing a node could start from", p.opts.From)
	}
	p.chosen = found[0]
	return nil
}

func (p *planner) why(best *candidate) string {
	e := p.chosen.extent
	switch {
	case p.chosen != best && furthest(best.extent, e) != 0:
		return fmt.Sprintf("it was asked for, although %s goes further: epoch %d, offset %d", best.Copy.Title(), best.extent.LastEpoch, best.extent.End-1)
	case len(p.ranked) == 1:
		return fmt.Sprintf("it is the only copy; it ends in epoch %d at offset %d", e.LastEpoch, e.End-1)
	case len(p.ranked) > 1 && p.ranked[1].extent != nil && furthest(best.extent, p.ranked[1].extent) == 0:
		return fmt.Sprintf("no copy goes further than epoch %d, offset %d", e.LastEpoch, e.End-1)
	}
	return fmt.Sprintf("it goes furthest: epoch %d, offset %d", e.LastEpoch, e.End-1)
}

func (p *planner) rankedCopy(c, best *candidate) RankedCopy {
	r := RankedCopy{
		Name: c.Copy.Name, Voter: p.voter(c.Copy.NodeID), Dead: p.dead(c.Copy.NodeID), StartOffset: -1, EndOffset: -1, LastEpoch: -1, LastTime: -1,
		HeardEpoch: heard(c.Copy), InUse: c.InUse, Troubles: append([]string{}, c.Copy.Troubles...),
	}
	if c.Copy.NodeID >= 0 {
		r.NodeID = &c.Copy.NodeID
	}
	if c.doubtful {
		r.Troubles = append(r.Troubles, fmt.Sprintf("its log ends in epoch %d, and its quorum-state has heard of epoch %d only: the file is older than the log, or the epoch is damaged. It does not count as whole",
			c.extent.LastEpoch, c.Copy.Quorum.LeaderEpoch))
	}
	if c.Backup {
		r.Troubles = append(r.Troubles, "a backup: what the node wrote afterwards is not in it, so that it does not count as whole. If the node's disk can be read, give that as well")
	}
	if c.replaced {
		r.Troubles = append(r.Troubles, fmt.Sprintf("its directory ID is %s, and voter %d is the directory %s: this disk came in the place of the one that votes. It does not count as whole",
			c.Copy.DirectoryID, c.Copy.NodeID, p.state.Voters[c.Copy.NodeID].Directory))
	}
	if c.extent != nil && c.extent.Torn {
		r.Troubles = append(r.Troubles, "what follows its last batch cannot be read; it does not count as whole, because that may have been committed")
	}
	if e := c.extent; e != nil {
		r.StartOffset, r.EndOffset, r.LastEpoch, r.LastTime, r.Cut = e.Start, e.End, e.LastEpoch, e.LastTime, e.Cut
		r.Same = furthest(best.extent, e) == 0
	}
	return r
}

// heard is the latest epoch a node is known to have heard of.
func heard(c *compare.Copy) int32 {
	if c.Quorum != nil {
		return max(c.LastEpoch, c.Quorum.LeaderEpoch)
	}
	return c.LastEpoch
}
