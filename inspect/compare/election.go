package compare

import "slices"

// Chance is whether a voter can become the active controller.
type Chance string

// The chances.
const (
	// Can: the voters whose copies are here and that live are a majority that would vote for it.
	Can Chance = "can-win"
	// Might: it depends on voters whose copies are not here.
	Might Chance = "might-win"
	// Cannot: too many voters would refuse it, or it is dead.
	Cannot Chance = "cannot-win"
)

// Candidate is a voter in an election that was held now.
type Candidate struct {
	// Voter is its node ID.
	Voter  int32  `json:"voter"`
	Chance Chance `json:"chance"`
	// Grants are the living voters that would vote for it, itself among them; Refuses those that would not, because their logs
	// go further; Unknown those whose copies are not here.
	Grants  []int32 `json:"grants"`
	Refuses []int32 `json:"refuses"`
	Unknown []int32 `json:"unknown"`
	// Dead tells that it is dead; Seen that its copy is here.
	Dead bool `json:"dead"`
	Seen bool `json:"seen"`
}

// quorum is the voters with their best copies.
type quorum struct {
	voters []int32
	dead   []int32
	// copies are the best copies of the voters that have one.
	copies map[int32]*Copy
}

// majority is how many voters decide.
func (q *quorum) majority() int { return len(q.voters)/2 + 1 }

// missing are the voters without a copy, or without one that is whole. One that has nothing, as after formatting a new disk,
// has lost what it had.
func (q *quorum) missing() []int32 {
	var ids []int32
	for _, v := range q.voters {
		if c := q.copies[v]; c == nil || c.broken() || c.End == 0 {
			ids = append(ids, v)
		}
	}
	return ids
}

// further reports whether a's log goes further than b's (org.apache.kafka.raft.OffsetAndEpoch.compareTo).
func further(a, b *Copy) bool {
	if a.LastEpoch != b.LastEpoch {
		return a.LastEpoch > b.LastEpoch
	}
	return a.End > b.End
}

// candidates judges every voter.
func (q *quorum) candidates() []Candidate {
	list := make([]Candidate, 0, len(q.voters))
	for _, id := range q.voters {
		list = append(list, q.candidate(id))
	}
	return list
}

func (q *quorum) candidate(id int32) Candidate {
	own := q.copies[id]
	c := Candidate{Voter: id, Dead: slices.Contains(q.dead, id), Seen: own != nil, Grants: []int32{}, Refuses: []int32{}, Unknown: []int32{}}
	living := 0
	for _, v := range q.voters {
		if slices.Contains(q.dead, v) {
			continue
		}
		living++
		other := q.copies[v]
		switch {
		case v == id:
			c.Grants = append(c.Grants, v)
		case own == nil || other == nil:
			c.Unknown = append(c.Unknown, v)
		case further(other, own):
			c.Refuses = append(c.Refuses, v)
		default:
			c.Grants = append(c.Grants, v)
		}
	}
	switch {
	case c.Dead || living < q.majority() || len(c.Grants)+len(c.Unknown) < q.majority():
		c.Chance = Cannot
	case len(c.Grants) >= q.majority():
		c.Chance = Can
	default:
		c.Chance = Might
	}
	return c
}
