package compare

import (
	"fmt"
	"slices"

	"github.com/kraftctl/kraftctl/internal/wording"
)

// Committed is what can be told of the high watermark.
type Committed struct {
	// Certain is the offset below which everything is certainly committed.
	Certain int64 `json:"certain"`
	// Why is the evidence in words.
	Why string `json:"why"`
	// Possible is the offset from which on nothing can have been committed when the copies were made, all being from the same
	// moment; -1 when too many copies are missing to tell.
	Possible int64 `json:"possible"`
}

// committed weighs the evidence. Agreements are with the reference copy, by voter.
func committed(copies []*Copy, ref *Copy, q *quorum, agreements map[int32]*Agreement) Committed {
	c := Committed{Possible: -1, Why: "nothing in these copies proves how far committing got"}
	for _, one := range copies {
		if s := one.Snapshot; s.Offset > c.Certain {
			c.Certain, c.Why = s.Offset, fmt.Sprintf("%s has the snapshot %s, and snapshots are made of committed records only", one.Title(), s.Base)
		}
	}
	ends := make([]int64, 0, len(q.voters))
	for _, v := range q.voters {
		if g := agreements[v]; g != nil {
			ends = append(ends, g.Until)
		}
	}
	if len(q.voters) == 0 {
		return c
	}
	slices.Sort(ends)
	slices.Reverse(ends)
	if rank := q.majority() - (len(q.voters) - len(ends)); rank > 0 {
		c.Possible = ends[rank-1]
	}
	if len(ends) >= q.majority() {
		c.majority(ends[q.majority()-1], ref, q, agreements)
	}
	return c
}

// majority looks for the greatest offset at which a majority took a batch in the batch's own epoch: the end of what a majority
// has, or else the ends of the epochs before.
func (c *Committed) majority(end int64, ref *Copy, q *quorum, agreements map[int32]*Agreement) {
	tries := []int64{end}
	for _, e := range slices.Backward(ref.Epochs) {
		if e.Start < end {
			tries = append(tries, e.Start)
		}
	}
	for _, x := range tries {
		epoch := ref.epochAt(x - 1)
		if x <= c.Certain || epoch < 0 {
			return
		}
		var took []int32
		for _, v := range q.voters {
			if g := agreements[v]; g != nil && g.Holds(x) && q.copies[v].inEpoch(x, epoch, v) {
				took = append(took, v)
			}
		}
		if len(took) >= q.majority() {
			c.Certain = x
			c.Why = fmt.Sprintf("%s, %d of %s, have it all, and had it while epoch %d lasted", wording.IDs(took), len(took), wording.Count(len(q.voters), "voter"), epoch)
			if len(q.voters) == 1 {
				c.Why = fmt.Sprintf("%s, the only voter, has it", wording.IDs(took))
			}
			return
		}
	}
}

// inEpoch reports whether the voter certainly had the batch before offset x, of the given epoch, while that epoch lasted: it has
// heard of none since, or it won the very next election itself, so that nobody could give it the batch later.
func (c *Copy) inEpoch(x int64, epoch, voter int32) bool {
	if c.epochHeard() == epoch {
		return true
	}
	return slices.ContainsFunc(c.Epochs, func(e Epoch) bool { return e.Epoch == epoch+1 && e.Leader == voter && e.Start >= x })
}
