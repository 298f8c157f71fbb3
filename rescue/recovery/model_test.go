package recovery

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/inspect/verify"
	"github.com/kraftctl/kraftctl/metalog"
)

// model is a quorum of Kafka's Raft in small: voters elect, fetch and truncate, and lose the tails of their disks only in copies. An
// entry is the epoch it was appended in; with its offset that names it.
type model struct {
	nodes   []*modelNode // voters first, then observers
	voters  int
	leaders map[int32]int
	// chosen is what is committed: the longest log that a majority has had in the epoch of its last entry.
	chosen []int32
	acked  map[int32]map[int]int
}

type modelNode struct {
	epoch int32
	voted int
	log   []int32
}

func newModel(voters, observers int) *model {
	m := &model{voters: voters, leaders: map[int32]int{}, acked: map[int32]map[int]int{}}
	for range voters + observers {
		m.nodes = append(m.nodes, &modelNode{voted: -1})
	}
	return m
}

func last(log []int32) int32 {
	if len(log) == 0 {
		return -1
	}
	return log[len(log)-1]
}

func (m *model) elect(candidate int, reached []bool) {
	own := m.nodes[candidate]
	epoch, grants := own.epoch+1, 0
	for i, v := range m.nodes[:m.voters] {
		if i != candidate && (!reached[i] || v.epoch > epoch) {
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
	if grants > m.voters/2 {
		m.leaders[epoch] = candidate
		own.log = append(own.log, epoch)
	}
}

func (m *model) leads(i int) bool {
	leader, ok := m.leaders[m.nodes[i].epoch]
	return ok && leader == i
}

func (m *model) fetch(follower, leader, n int) {
	f, l := m.nodes[follower], m.nodes[leader]
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

// observe notes what is committed.
func (m *model) observe(t *rapid.T) {
	for i, v := range m.nodes[:m.voters] {
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
		k := len(ends) - (m.voters/2 + 1)
		if k < 0 || ends[k] <= len(m.chosen) {
			continue
		}
		for _, w := range m.nodes[:m.voters] {
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

// live lets the quorum live at random.
func (m *model) live(t *rapid.T) {
	voter, node := rapid.IntRange(0, m.voters-1), rapid.IntRange(0, len(m.nodes)-1)
	for range rapid.IntRange(1, 40).Draw(t, "steps") {
		switch rapid.IntRange(0, 9).Draw(t, "what") {
		case 0, 1:
			m.elect(voter.Draw(t, "candidate"), rapid.SliceOfN(rapid.Bool(), m.voters, m.voters).Draw(t, "reached"))
		case 2, 3:
			if i := voter.Draw(t, "leader"); m.leads(i) {
				m.nodes[i].log = append(m.nodes[i].log, m.nodes[i].epoch)
			}
		default:
			m.fetch(node.Draw(t, "follower"), voter.Draw(t, "leader"), rapid.IntRange(1, 3).Draw(t, "entries"))
		}
		m.observe(t)
	}
}

// disk is the directory that a node of the model leaves, with a snapshot at the offset from on, unless that is 0, and the log from
// there. Node IDs are the indexes.
func (m *model) disk(i, from int) *node {
	var voters []int32
	for v := range m.voters {
		voters = append(voters, int32(v))
	}
	n, one := newNode(int32(i)), m.nodes[i]
	if from > 0 {
		n.snapshot(int64(from), one.log[from-1])
		n.base, n.next = int64(from), int64(from)
	}
	for at, epoch := range one.log {
		if at < from {
			continue
		}
		if at == 0 || one.log[at-1] != epoch {
			n.elect(epoch, int32(m.leaders[epoch]), voters...)
		} else {
			n.noop(epoch, 1)
		}
	}
	return n.heard(one.epoch, -1, int32(one.voted), voters...)
}

// flip breaks a byte of a disk's log.
func (n *node) flip(at int) {
	n.log = slices.Clone(n.log)
	n.log[at] ^= 0x40
}

// snapshotFor draws the offset of a snapshot that a node may have made: of what it has and what is committed.
func (m *model) snapshotFor(t *rapid.T, i int) int {
	log, most := m.nodes[i].log, 0
	for most < len(log) && most < len(m.chosen) && log[most] == m.chosen[most] {
		most++
	}
	if rapid.IntRange(0, 2).Draw(t, "has snapshot") > 0 {
		return 0
	}
	return rapid.IntRange(0, most).Draw(t, "snapshot")
}

// entries are the epochs of a log by offset; what is in a snapshot was committed.
func entries(t *rapid.T, m *model, log *metalog.Log, start int64) []int32 {
	out := slices.Clone(m.chosen[:start])
	for b, err := range log.Batches(0) {
		if err != nil {
			t.Fatalf("the seed is damaged: %v", err)
		}
		for range b.Count {
			out = append(out, b.LeaderEpoch)
		}
	}
	return out
}

// TestRecoveryInModel lets a quorum live at random, destroys some of its disks, damages others, and holds the plan against what was
// really committed.
func TestRecoveryInModel(t *testing.T) {
	safe, unsafe, refused := 0, 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		m := newModel(rapid.IntRange(1, 5).Draw(rt, "voters"), rapid.IntRange(0, 2).Draw(rt, "observers"))
		m.live(rt)
		var disks []*node
		var dead []int32
		broken := -1
		for i := range m.nodes {
			isVoter := i < m.voters
			alive := rapid.IntRange(0, 2).Draw(rt, "alive") == 0
			if isVoter && !alive {
				dead = append(dead, int32(i))
			}
			if isVoter && alive || rapid.Bool().Draw(rt, "copy") {
				d := m.disk(i, m.snapshotFor(rt, i))
				if len(d.log) > 0 && broken < 0 && rapid.IntRange(0, 4).Draw(rt, "damage") == 0 {
					broken = i
					d.flip(rapid.IntRange(0, len(d.log)-1).Draw(rt, "byte"))
				}
				disks = append(disks, d)
			}
		}
		if len(disks) == 0 {
			return
		}
		opts := Options{Dead: dead, Node: -1, Standalone: true}
		if len(dead) == m.voters {
			opts.Node = dead[0]
		}
		if rapid.IntRange(0, 4).Draw(rt, "override") == 0 {
			opts.From = fmt.Sprint(disks[rapid.IntRange(0, len(disks)-1).Draw(rt, "from")].id)
		}
		plan, err := NewPlan(sourcesOf(t, disks...), opts)
		var refusal *Refusal
		switch {
		case errors.As(err, &refusal):
			refused++
			return
		case err != nil:
			if len(disks) > 0 {
				return // the copies that are left may name fewer voters than there are
			}
		}
		seed := madeLog(t, plan)
		got := entries(rt, m, seed, plan.Seed.StartOffset)
		if int64(len(got)) != plan.Seed.EndOffset {
			rt.Fatalf("the seed has %d records, the plan says %d", len(got), plan.Seed.EndOffset)
		}
		chosen := len(m.chosen)
		if plan.Loss.Safe && (len(got) < chosen || !slices.Equal(got[:chosen], m.chosen)) {
			rt.Fatalf("the seed is said to have everything committed, %v; it has %v", m.chosen, got)
		}
		if until := plan.Loss.Until; until >= 0 && until < int64(chosen) {
			rt.Fatalf("nothing committed is missing from offset %d on, it is said: %v", until, m.chosen)
		}
		if !plan.Loss.Safe && int(plan.Loss.From) > 0 && !slices.Equal(got[:min(int(plan.Loss.From), chosen)], m.chosen[:min(int(plan.Loss.From), chosen)]) {
			rt.Fatalf("before offset %d everything committed is kept, it is said: %v of %v", plan.Loss.From, got, m.chosen)
		}
		for _, one := range m.nodes {
			if one.epoch >= plan.Seed.Epoch {
				rt.Fatalf("epoch %d of the seed was one of the old quorum's, which came to %d", plan.Seed.Epoch, one.epoch)
			}
		}
		report, err := verify.Log(seed, verify.Options{Workers: 1})
		if err != nil || !report.Sound() {
			rt.Fatalf("the seed does not verify: %v %v", report, err)
		}
		if plan.Loss.Safe {
			safe++
		} else {
			unsafe++
		}
	})
	if safe == 0 || unsafe == 0 || refused == 0 {
		t.Errorf("%d safe, %d unsafe, %d refused: the test shows nothing", safe, unsafe, refused)
	}
	t.Logf("%d safe, %d unsafe, %d refused", safe, unsafe, refused)
}
