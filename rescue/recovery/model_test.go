package recovery

import (
	"math/bits"
	"slices"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
)

// voterBits are node IDs as bits.
type voterBits uint16

func (s voterBits) has(i int) bool { return s&(1<<i) != 0 }
func (s voterBits) majority() int  { return bits.OnesCount16(uint16(s))/2 + 1 }

func (s voterBits) ids() []int32 {
	var list []int32
	for i := range 16 {
		if s.has(i) {
			list = append(list, int32(i))
		}
	}
	return list
}

// entry is one record of the model's log: the epoch it was appended in names it together with its offset. It may change the voters.
type entry struct {
	epoch  int32
	voters voterBits
}

// model is a quorum of Kafka's Raft in small: voters elect, fetch, truncate, and change who votes, one at a time, where the voters are
// in the log.
type model struct {
	nodes []*modelNode
	// first are the voters at the beginning; inLog tells that the log may change them.
	first   voterBits
	inLog   bool
	leaders map[int32]int
	// chosen is what is committed, as its leader counts it: by the latest voters of its log (KIP-853).
	chosen []entry
	acked  map[int32]map[int]int
}

type modelNode struct {
	epoch int32
	voted int
	log   []entry
}

func newModel(voters, observers int, inLog bool) *model {
	m := &model{first: 1<<voters - 1, inLog: inLog, leaders: map[int32]int{}, acked: map[int32]map[int]int{}}
	for range voters + observers {
		m.nodes = append(m.nodes, &modelNode{voted: -1})
	}
	return m
}

func last(log []entry) int32 {
	if len(log) == 0 {
		return -1
	}
	return log[len(log)-1].epoch
}

// furtherThan compares logs as voters do.
func furtherThan(a, b []entry) bool {
	return last(a) > last(b) || last(a) == last(b) && len(a) > len(b)
}

// votersOf are the voters as a log tells them, and where it does.
func (m *model) votersOf(log []entry) (set voterBits, at int) {
	for i, e := range slices.Backward(log) {
		if e.voters != 0 {
			return e.voters, i
		}
	}
	return m.first, -1
}

func (m *model) elect(candidate int, reached []bool) {
	own := m.nodes[candidate]
	set, _ := m.votersOf(own.log)
	if !set.has(candidate) {
		return
	}
	epoch, grants := own.epoch+1, 0
	for i, v := range m.nodes {
		if !set.has(i) || i != candidate && (!reached[i] || v.epoch > epoch) {
			continue
		}
		if v.epoch < epoch {
			v.epoch, v.voted = epoch, -1
		}
		if i == candidate || !furtherThan(v.log, own.log) && (v.voted < 0 || v.voted == candidate) {
			v.voted = candidate
			grants++
		}
	}
	if grants >= set.majority() {
		m.leaders[epoch] = candidate
		own.log = append(own.log, entry{epoch: epoch})
	}
}

func (m *model) leads(i int) bool {
	leader, ok := m.leaders[m.nodes[i].epoch]
	return ok && leader == i
}

// change lets a leader add or remove one voter, once the last change and something of its own epoch are committed.
func (m *model) change(leader, who int) {
	l := m.nodes[leader]
	set, at := m.votersOf(l.log)
	if m.inLog && m.leads(leader) && at < len(m.chosen) && last(m.chosen) == l.epoch && set != 1<<who {
		l.log = append(l.log, entry{l.epoch, set ^ 1<<who})
	}
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

// observe notes what each leader knows to be committed.
func (m *model) observe(t *rapid.T) {
	for i, v := range m.nodes {
		if len(v.log) > 0 && last(v.log) == v.epoch {
			if m.acked[v.epoch] == nil {
				m.acked[v.epoch] = map[int]int{}
			}
			m.acked[v.epoch][i] = max(m.acked[v.epoch][i], len(v.log))
		}
	}
	for i, v := range m.nodes {
		if !m.leads(i) {
			continue
		}
		set, _ := m.votersOf(v.log)
		var ends []int
		for node, end := range m.acked[v.epoch] {
			if set.has(node) {
				ends = append(ends, end)
			}
		}
		slices.Sort(ends)
		k := len(ends) - set.majority()
		if k < 0 || ends[k] <= len(m.chosen) {
			continue
		}
		if !slices.Equal(v.log[:len(m.chosen)], m.chosen) {
			t.Fatalf("the model is not Raft: %v was chosen, then %v", m.chosen, v.log)
		}
		m.chosen = slices.Clone(v.log[:ends[k]])
	}
}

// live lets the quorum live at random.
func (m *model) live(t *rapid.T) {
	node := rapid.IntRange(0, len(m.nodes)-1)
	for range rapid.IntRange(1, 40).Draw(t, "steps") {
		switch rapid.IntRange(0, 10).Draw(t, "what") {
		case 0, 1:
			m.elect(node.Draw(t, "candidate"), rapid.SliceOfN(rapid.Bool(), len(m.nodes), len(m.nodes)).Draw(t, "reached"))
		case 2, 3:
			if i := node.Draw(t, "leader"); m.leads(i) {
				m.nodes[i].log = append(m.nodes[i].log, entry{epoch: m.nodes[i].epoch})
			}
		case 4:
			m.change(node.Draw(t, "leader"), node.Draw(t, "who"))
		default:
			m.fetch(node.Draw(t, "follower"), node.Draw(t, "leader"), rapid.IntRange(1, 3).Draw(t, "entries"))
		}
		m.observe(t)
	}
}

// disk is the directory that a node of the model leaves, with a snapshot at the offset from on, unless that is 0, and the log from
// there. Node IDs are the indexes.
func (m *model) disk(i, from int) *node {
	voters := m.first.ids()
	n, one := newNode(int32(i)), m.nodes[i]
	if m.inLog {
		n.snapshot(0, 0, &metadata.KRaftVersionRecord{KRaftVersion: 1}, votersRecord(voters...))
	}
	if from > 0 {
		n.snapshot(int64(from), one.log[from-1].epoch, m.told(one.log[:from])...)
		n.base, n.next = int64(from), int64(from)
	}
	for at, e := range one.log {
		switch {
		case at < from:
		case at == 0 || one.log[at-1].epoch != e.epoch:
			set, _ := m.votersOf(one.log[:at])
			n.elect(e.epoch, int32(m.leaders[e.epoch]), set.ids()...)
		case e.voters != 0:
			n.control(e.epoch, votersRecord(e.voters.ids()...))
		default:
			n.noop(e.epoch, 1)
		}
	}
	if m.inLog {
		voters = nil
	}
	return n.heard(one.epoch, -1, int32(one.voted), voters...)
}

// told are the records about voters in a snapshot of a log.
func (m *model) told(log []entry) []metadata.Control {
	if !m.inLog {
		return nil
	}
	set, _ := m.votersOf(log)
	return []metadata.Control{&metadata.KRaftVersionRecord{KRaftVersion: 1}, votersRecord(set.ids()...)}
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

// epochs are those of a log by offset.
func epochs(log []entry) []int32 {
	out := []int32{}
	for _, e := range log {
		out = append(out, e.epoch)
	}
	return out
}

// entries are the epochs of a log by offset; what is in a snapshot was committed.
func entries(t *rapid.T, m *model, log *metalog.Log, start int64) []int32 {
	out := epochs(m.chosen[:start])
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
