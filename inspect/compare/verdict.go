package compare

import (
	"fmt"
	"slices"

	"github.com/kraftctl/kraftctl/internal/wording"
)

// Verdict is the answer to: with these copies, is every committed record here?
type Verdict struct {
	// Complete tells that every committed record is certainly in these copies, all of them in the copy called Trust.
	Complete bool `json:"complete"`
	// Living tells the same of the copies of living voters alone.
	Living bool `json:"living"`
	// Electable tells that enough voters live to elect a leader.
	Electable bool `json:"electable"`
	// Trust is the copy that goes furthest among the voters'.
	Trust string `json:"trust"`
	// Missing are the voters of which no copy is here, or none that is whole.
	Missing []int32 `json:"missing"`
	// Words explain it, a sentence or two each.
	Words []string `json:"words"`
}

func (w *work) verdict(r *Report) Verdict {
	q := w.q
	v := Verdict{Trust: w.ref.Name, Missing: append([]int32{}, q.missing()...)}
	if len(q.voters) == 0 {
		v.say("No copy tells who the voters are, so nothing can be said of what is committed.")
		return v
	}
	living := slices.DeleteFunc(slices.Clone(q.voters), func(id int32) bool { return slices.Contains(q.dead, id) })
	gone := len(slices.DeleteFunc(slices.Clone(living), func(id int32) bool { return slices.Contains(v.Missing, id) }))
	v.Complete = len(v.Missing) < q.majority()
	v.Living = len(q.voters)-gone < q.majority()
	v.Electable = len(living) >= q.majority()

	if len(q.voters) == 1 {
		v.say("Only node %s votes.", wording.IDs(q.voters))
	} else {
		v.say("%d nodes vote: %s. A record is committed once %d of them have it.", len(q.voters), wording.IDs(q.voters), q.majority())
	}
	w.sayHere(&v)
	w.sayCommitted(&v, r)
	w.sayParted(&v, r)
	w.sayAhead(&v)
	w.sayUnseen(&v)
	w.sayElection(&v, r, living)
	return v
}

func (v *Verdict) say(format string, args ...any) {
	v.Words = append(v.Words, fmt.Sprintf(format, args...))
}

// sayHere answers whether every committed record is here.
func (w *work) sayHere(v *Verdict) {
	q := w.q
	switch {
	case v.Complete && len(v.Missing) == 0:
		v.say("Every committed record is in these copies: those of all voters are here. The one to trust is %s, whose log goes furthest.", w.ref.Title())
	case v.Complete:
		v.say("Every committed record is in these copies: only voter %s is missing, and whatever was committed, %d voters had it. The copy to trust is %s, whose log goes furthest.",
			wording.IDs(v.Missing), q.majority(), w.ref.Title())
	default:
		v.say("It is not certain that every committed record is here: whole copies of voters %s are missing, %d of %d, and they are enough to have committed records without the others. The best of these copies is %s; find one of the missing ones before you trust it.",
			wording.IDs(v.Missing), len(v.Missing), len(q.voters), w.ref.Title())
	}
	if v.Complete && !v.Living && len(q.dead) > 0 {
		v.say("Without the copies of the dead voters %s that would not be certain.", wording.IDs(q.dead))
	}
	for _, id := range q.voters {
		switch c := q.copies[id]; {
		case c == nil:
		case c.broken():
			v.say("The copy of %s is damaged and does not count as whole.", c.Title())
		case c.End == 0:
			v.say("The copy of %s is empty, as after formatting. It would vote for anybody: do not start it before a leader is elected without it.", c.Title())
		}
	}
	for _, c := range w.copies {
		if c.NodeID < 0 && c.End > 0 {
			v.say("Whose copy %s is cannot be told, because no meta.properties is beside it; it does not count as a voter's. Say whose it is with ID=%s.", c.Name, c.Name)
		}
	}
}

func (w *work) sayCommitted(v *Verdict, r *Report) {
	c := r.Committed
	if c.Certain > 0 {
		v.say("Everything up to offset %d is certainly committed: %s.", c.Certain-1, c.Why)
	} else {
		v.say("Which offset is the last that is certainly committed cannot be told: %s.", c.Why)
	}
	switch {
	case c.Possible < 0:
	case c.Possible > c.Certain:
		v.say("Offsets %d to %d may be committed; nothing after them can be, if the copies are from the same moment.", c.Certain, c.Possible-1)
		if w.kept(r, c.Possible) {
			v.say("Whoever of the living voters wins the next election has them, so that they are kept.")
		}
	case c.Possible < w.ref.End:
		v.say("What %s has from offset %d on was not committed, if the copies are from the same moment: too few voters have it.", w.ref.Title(), max(c.Possible, c.Certain))
	}
}

// kept reports whether everybody who may win has everything before an offset.
func (w *work) kept(r *Report, end int64) bool {
	winners := append(chances(r.Election, Can), chances(r.Election, Might)...)
	return len(winners) > 0 && !slices.ContainsFunc(winners, func(id int32) bool {
		g := w.byVoter[id]
		return g == nil || !g.Holds(end)
	})
}

func (w *work) sayParted(v *Verdict, r *Report) {
	for i, c := range w.copies {
		g := w.agreements[i]
		if g.Kind != Parted || c == w.ref {
			continue
		}
		v.say("%s parts from %s at offset %d: it has a batch of epoch %d there, %s one of epoch %d. When both run and %s does not lead, it removes what it has from there on and takes what the leader has.",
			c.Title(), w.ref.Title(), g.Offset, c.epochAt(g.Offset), w.ref.Title(), w.ref.epochAt(g.Offset), c.Title())
		if g.Offset < r.Committed.Certain {
			v.say("That is within what is certainly committed, which Kafka never lets happen: one of the two was changed by hand, comes from another cluster, or lost its disk and was formatted anew.")
		}
	}
}

// sayAhead tells of observers that have more than any voter's copy.
func (w *work) sayAhead(v *Verdict) {
	for i, c := range w.copies {
		if relation(c, w.ref, &w.agreements[i]) == Ahead {
			v.say("%s is no voter and yet has offsets %d to %d, which no voter's copy here has: it got them from a leader whose copy is not here, or has lost them.",
				c.Title(), w.ref.End, c.End-1)
		}
	}
}

// sayUnseen tells of epochs that nodes have heard of and no copy has a batch of.
func (w *work) sayUnseen(v *Verdict) {
	last := int32(-1)
	var who *Copy
	for _, c := range w.copies {
		last = max(last, c.LastEpoch)
		if who == nil || c.epochHeard() > who.epochHeard() {
			who = c
		}
	}
	heard := who.epochHeard()
	if heard <= last {
		return
	}
	if leader := who.Quorum.LeaderID; leader >= 0 {
		v.say("%s has heard of epoch %d, led by %d, of which no copy has a record: what %d wrote then is not here.", who.Title(), heard, leader, leader)
		return
	}
	v.say("%s has heard of epoch %d, of which no copy has a record: an election that nobody here knows the winner of.", who.Title(), heard)
}

func (w *work) sayElection(v *Verdict, r *Report, living []int32) {
	q := w.q
	if !v.Electable {
		v.say("No leader can be elected: %d of %s live, %d are needed.", len(living), wording.Count(len(q.voters), "voter"), q.majority())
		return
	}
	can, might := chances(r.Election, Can), chances(r.Election, Might)
	switch {
	case len(can) > 0 && len(might) > 0:
		v.say("If the living voters start now, %s can become leader, and perhaps %s.", wording.IDs(can), wording.IDs(might))
	case len(can) > 0:
		v.say("If the living voters start now, %s can become leader.", wording.IDs(can))
	case len(might) > 0:
		v.say("Whether %s can become leader depends on voters whose copies are not here.", wording.IDs(might))
	}
	for _, id := range append(can, might...) {
		if g := w.byVoter[id]; g != nil && !g.Holds(r.Committed.Certain) {
			v.say("WARNING: %s does not have everything that is certainly committed (only up to offset %d). If it leads, the rest is lost; do not start it before a voter that has it.",
				q.copies[id].Title(), g.Until-1)
		}
	}
}

func chances(list []Candidate, chance Chance) []int32 {
	var found []int32
	for _, c := range list {
		if c.Chance == chance {
			found = append(found, c.Voter)
		}
	}
	return found
}
