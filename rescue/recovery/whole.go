package recovery

import (
	"maps"
	"slices"

	"github.com/kraftctl/kraftctl/image"
)

// deciders is how many of n voters can have committed something that none of the others has. Configured voters need a majority. Where
// the voters are in the log, half of an even number is enough: one of them that leads adds a voter or removes one, and commits that by
// the majority of the new set (KIP-853), which the others need not have heard of. Of 1 and 2, for example, 2 removes 1.
func deciders(n int, inLog bool) int {
	if inLog {
		return (n + 1) / 2
	}
	return n/2 + 1
}

// presence tells of which voters whole copies are here.
type presence struct {
	voters, missing []int32
	// enough tells that whatever these voters committed is in one of the whole copies.
	enough bool
	// earlier tells that these are the voters before the last change.
	earlier bool
}

func (p *planner) presence(voters []int32) presence {
	missing := p.missing(voters)
	return presence{voters: voters, missing: missing, enough: len(missing) < deciders(len(voters), p.plan.Quorum.KRaftVersion > 0)}
}

// missing are those of the voters of which no whole copy is here.
func (p *planner) missing(voters []int32) []int32 {
	var gone []int32
	for _, v := range voters {
		whole := slices.ContainsFunc(p.ranked, func(c *candidate) bool { return c.Copy.NodeID == v && c.whole() })
		if !whole || p.voter(v) && slices.Contains(p.report.Verdict.Missing, v) {
			gone = append(gone, v)
		}
	}
	return gone
}

// whole reports whether the copy can be all that its node had as a voter.
func (c *candidate) whole() bool {
	e := c.extent
	return !c.Backup && !c.doubtful && !c.replaced && e != nil && !e.Torn && e.End > 0 && e.End == c.Copy.End
}

// findReplaced marks the copies of voters whose directory is not the one that the log names as the voter.
func (p *planner) findReplaced() {
	for _, c := range p.ranked {
		v := p.state.Voters[c.Copy.NodeID]
		c.replaced = v != nil && c.Copy.DirectoryID != "" && v.Directory.String() != c.Copy.DirectoryID
	}
}

// replacedOnly reports whether copies of a voter are here, and all are of other directories than the one that votes.
func (p *planner) replacedOnly(voter int32) bool {
	found := false
	for _, c := range p.ranked {
		if c.Copy.NodeID == voter {
			if !c.replaced {
				return false
			}
			found = true
		}
	}
	return found
}

// earlierVoters are the voters before the last change of the voter set, if it is not certain that it was committed: then they
// decide as well (KIP-853 changes one voter at a time). nil when there was no such change.
func (p *planner) earlierVoters() ([]int32, error) {
	sets := p.chosen.extent.run.sets
	n := len(sets)
	if n == 0 || sets[n-1].offset < p.plan.Loss.CertainEnd {
		return nil, nil
	}
	before, err := image.Load(p.chosen.Copy.Log, sets[n-1].offset, image.DefaultOptions(), nil)
	if err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(before.Voters)), nil
}
