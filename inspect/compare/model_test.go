package compare

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/metalog"
)

// model is a quorum of Kafka's Raft in small: followers fetch, a leader commits what a majority has fetched in its epoch.
// An entry is the epoch it was appended in; with its offset that names it, because an epoch has one leader.
type model struct {
	voters []*modelVoter
	// leaders are who won an epoch.
	leaders map[int32]int
	// chosen is the longest log that a majority has had in the epoch of its last entry: what is committed, whether or not the
	// leader knows.
	chosen []int32
	acked  map[int32]map[int]int
}

type modelVoter struct {
	epoch int32
	voted int
	log   []int32
}

func newModel(n int) *model {
	m := &model{leaders: map[int32]int{}, acked: map[int32]map[int]int{}}
	for range n {
		m.voters = append(m.voters, &modelVoter{voted: -1})
	}
	return m
}

func (m *model) majority() int { return len(m.voters)/2 + 1 }

func last(log []int32) int32 {
	if len(log) == 0 {
		return -1
	}
	return log[len(log)-1]
}

// elect lets a voter stand for election before those it reaches.
func (m *model) elect(candidate int, reached []bool) {
	own := m.voters[candidate]
	epoch := own.epoch + 1
	grants := 0
	for i, v := range m.voters {
		if i != candidate && !reached[i] || i != candidate && v.epoch > epoch {
			continue
		}
		if v.epoch < epoch {
			v.epoch, v.voted = epoch, -1
		}
		upToDate := last(own.log) > last(v.log) || last(own.log) == last(v.log) && len(own.log) >= len(v.log)
		if i == candidate || upToDate && (v.voted < 0 || v.voted == candidate) {
			v.voted = candidate
			grants++
		}
	}
	if grants >= m.majority() {
		m.leaders[epoch] = candidate
		own.log = append(own.log, epoch)
	}
}

func (m *model) leads(i int) bool {
	leader, ok := m.leaders[m.voters[i].epoch]
	return ok && leader == i
}

// fetch lets a follower take up to n entries of a leader's log, after it removed what the leader does not have.
func (m *model) fetch(follower, leader, n int) {
	f, l := m.voters[follower], m.voters[leader]
	if !m.leads(leader) || l.epoch < f.epoch || follower == leader {
		return
	}
	if f.epoch < l.epoch {
		f.epoch, f.voted = l.epoch, -1
	}
	same := 0
	for same < len(f.log) && same < len(l.log) && f.log[same] == l.log[same] {
		same++
	}
	f.log = append(slices.Clone(f.log[:same]), l.log[same:min(len(l.log), same+n)]...)
}

// observe notes what each voter has, and what is chosen by that.
func (m *model) observe(t *rapid.T) {
	for i, v := range m.voters {
		if len(v.log) == 0 || last(v.log) != v.epoch {
			continue
		}
		if m.acked[v.epoch] == nil {
			m.acked[v.epoch] = map[int]int{}
		}
		m.acked[v.epoch][i] = max(m.acked[v.epoch][i], len(v.log))
		var ends []int
		for _, n := range m.acked[v.epoch] {
			ends = append(ends, n)
		}
		slices.Sort(ends)
		if k := len(ends) - m.majority(); k >= 0 && ends[k] > len(m.chosen) {
			for _, w := range m.voters {
				if last(w.log) == v.epoch && len(w.log) >= ends[k] {
					if !slices.Equal(w.log[:len(m.chosen)], m.chosen) {
						t.Fatalf("the model is not Raft: %v was chosen, then %v", m.chosen, w.log)
					}
					m.chosen = slices.Clone(w.log[:ends[k]])
					break
				}
			}
		}
	}
}

func (m *model) copyOf(i int) *Copy {
	v := m.voters[i]
	c := &Copy{NodeID: int32(i), LastEpoch: last(v.log), End: int64(len(v.log)), Quorum: &metalog.Quorum{LeaderID: -1, LeaderEpoch: v.epoch}}
	for id := range m.voters {
		c.Voters = append(c.Voters, int32(id))
	}
	for at, epoch := range v.log {
		c.prints = append(c.prints, print{base: int64(at), next: int64(at) + 1, epoch: epoch, sum: uint64(epoch)})
		if n := len(c.Epochs); n == 0 || c.Epochs[n-1].Epoch != epoch {
			c.Epochs = append(c.Epochs, Epoch{Epoch: epoch, Leader: int32(m.leaders[epoch]), Start: int64(at)})
		}
	}
	return c
}

// TestVerdictsHoldInModel lets a quorum live at random, takes the copies of some of its voters, and holds what is said of them
// against what was really committed.
func TestVerdictsHoldInModel(t *testing.T) {
	certain, complete := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "voters")
		m := newModel(n)
		voter := rapid.IntRange(0, n-1)
		for range rapid.IntRange(0, 40).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0, 1:
				m.elect(voter.Draw(t, "candidate"), rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "reached"))
			case 2, 3:
				if i := voter.Draw(t, "leader"); m.leads(i) {
					m.voters[i].log = append(m.voters[i].log, m.voters[i].epoch)
				}
			default:
				m.fetch(voter.Draw(t, "follower"), voter.Draw(t, "leader"), rapid.IntRange(1, 3).Draw(t, "entries"))
			}
			m.observe(t)
		}
		var copies []*Copy
		for i, here := range rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "copies") {
			if here {
				copies = append(copies, m.copyOf(i))
			}
		}
		if len(copies) == 0 {
			return
		}
		w := newWork(copies, nil)
		r := &Report{Voters: w.q.voters, Election: w.q.candidates(), Committed: committed(copies, w.ref, w.q, w.byVoter)}
		v := w.verdict(r)
		ref := m.voters[w.ref.NodeID].log
		chosen := len(m.chosen)
		if c := r.Committed.Certain; c > int64(chosen) || c > 0 && !slices.Equal(ref[:c], m.chosen[:c]) {
			t.Fatalf("committed up to %d is said to be certain, %d entries are", c, chosen)
		}
		if p := r.Committed.Possible; p >= 0 && p < int64(chosen) {
			t.Fatalf("only %d entries can be committed, it is said; %d are", p, chosen)
		}
		if v.Complete && (len(ref) < chosen || !slices.Equal(ref[:chosen], m.chosen)) {
			t.Fatalf("everything committed is in %v, it is said; committed is %v", ref, m.chosen)
		}
		if r.Committed.Certain > 0 {
			certain++
		}
		if v.Complete {
			complete++
		}
	})
	if certain == 0 || complete == 0 {
		t.Errorf("of all runs, %d had something certain and %d were complete: the test shows nothing", certain, complete)
	}
}
