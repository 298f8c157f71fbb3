package recovery

import (
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
)

// epochAt overwrites the leader epoch of the batch at a position, which no checksum covers.
func (n *node) epochAt(pos int, epoch uint32) *node {
	n.log = slices.Clone(n.log)
	binary.BigEndian.PutUint32(n.log[pos+12:], epoch)
	return n
}

// split moves what the log has from a position on, at an offset, to a segment of its own.
func (n *node) split(pos int, offset int64) *node {
	n.file(fmt.Sprintf("%s/%020d.log", metalog.PartitionDir, offset), n.log[pos:])
	n.log = n.log[:pos:pos]
	return n
}

// TestExtents says, of logs with all that can be wrong with them, what a node can start from.
func TestExtents(t *testing.T) {
	sound := func() *node { return newNode(1).elect(1, 1, 1, 2, 3).noop(1, 4).elect(3, 1, 1, 2, 3).noop(3, 2) } // offsets 0-7
	at := func(offset int64) int {                                                                              // where the batch of an offset begins
		n := newNode(1).elect(1, 1, 1, 2, 3)
		if offset > 0 {
			n.noop(1, int(min(offset, 5))-1)
		}
		if offset > 5 {
			n.elect(3, 1, 1, 2, 3).noop(3, int(offset)-6)
		}
		if offset == 0 {
			return 0
		}
		return len(n.log)
	}
	for _, one := range []struct {
		name       string
		node       *node
		start, end int64
		epoch      int32
		snapshots  int
		cut, torn  bool
	}{
		{"sound", sound(), 0, 8, 3, 0, false, false},
		{"two segments", sound().split(at(3), 3), 0, 8, 3, 0, false, false},
		{"a torn end", func() *node { n := sound(); n.log = n.log[:len(n.log)-5]; return n }(), 0, 7, 3, 0, true, true},
		{"zeros at the end", func() *node { n := sound(); n.log = append(n.log, make([]byte, 100)...); return n }(), 0, 8, 3, 0, false, false},
		{"damage in the middle", func() *node { n := sound(); n.flip(at(2) + 65); return n }(), 0, 2, 1, 0, true, false},
		{"damage before a snapshot", func() *node { n := sound().snapshot(4, 1); n.flip(at(2) + 65); return n }(), 3, 8, 3, 1, true, false},
		{"damage after a snapshot", func() *node { n := sound().snapshot(2, 1); n.flip(at(3) + 65); return n }(), 0, 3, 1, 1, true, false},
		{"damage right behind a snapshot", func() *node { n := sound().snapshot(2, 1); n.flip(at(2) + 65); return n }(), 0, 2, 1, 1, true, false},
		{"a snapshot beyond the log", sound().snapshot(20, 3), 20, 20, 3, 1, true, false},
		{"a snapshot without a footer", sound().file(metalog.PartitionDir+"/"+metalog.SnapshotName(4, 1), (&node{}).control(0, &metadata.SnapshotHeaderRecord{}).log), 0, 8, 3, 0, false, false},
		{"the snapshot of a dynamic quorum", sound().snapshot(0, 0).snapshot(4, 1), 0, 8, 3, 2, false, false},
		{"an epoch too high in the middle", sound().epochAt(at(2), 1<<20), 0, 2, 1, 0, true, false},
		{"an epoch too high at its beginning", sound().epochAt(at(5), 1<<20), 0, 5, 1, 0, true, false},
		{"an epoch too high at a voter set", newNode(1).elect(1, 1, 1, 2).noop(1, 1).votes(1<<20, 1, 2), 0, 2, 1, 0, true, false},
		{"an epoch that goes back", sound().epochAt(at(6), 1), 0, 5, 1, 0, true, false},
		{"an epoch too high at the end", sound().epochAt(at(7), 1<<20), 0, 7, 3, 0, true, false},
	} {
		t.Run(one.name, func(t *testing.T) {
			e, err := extentOf(one.node.open(t), nil)
			if err != nil || e == nil {
				t.Fatalf("extent %v, %v", e, err)
			}
			got := fmt.Sprint(e.Start, e.End, e.LastEpoch, len(e.Snapshots), e.Cut > 0, e.Torn)
			if want := fmt.Sprint(one.start, one.end, one.epoch, one.snapshots, one.cut, one.torn); got != want {
				t.Errorf("start, end, epoch, snapshots, cut, torn: %s, want %s", got, want)
			}
			for i, p := range e.run.pieces {
				if p.from >= p.to || i > 0 && p.base <= e.run.pieces[i-1].base {
					t.Errorf("pieces %+v", e.run.pieces)
				}
			}
			if r, err := replay(one.node.open(t), e); err != nil || r.open >= 0 || r.undecodable > 0 {
				t.Errorf("replayed: %+v, %v", r, err)
			}
		})
	}
}

// TestNothingToStartFrom has logs whose beginning is gone, and no snapshot of it.
func TestNothingToStartFrom(t *testing.T) {
	late := newNode(1)
	late.base, late.next = 100, 100
	late.elect(4, 1, 1, 2, 3).noop(4, 3)
	broken := newNode(1).elect(1, 1, 1, 2, 3)
	broken.flip(70)
	for name, n := range map[string]*node{"late": late, "broken": broken, "only formatted": newNode(1).snapshot(0, 0)} {
		if e, err := extentOf(n.open(t), nil); err != nil || e != nil {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
}

// TestDoubtfulEpochDoesNotWin has a copy whose last epoch is beyond what its quorum-state has heard of: the others are enough, and decide.
func TestDoubtfulEpochDoesNotWin(t *testing.T) {
	nodes := quorumOfThree()
	nodes[0].epochAt(0, 1<<20)
	nodes[0].log = nodes[0].log[:newNode(1).elect(1, 1, 1, 2, 3).size()]
	p := planned(t, Options{Dead: []int32{2, 3}, Node: -1}, nodes...)
	if p.Chosen.Name != "node3" || !p.Loss.Safe || p.Seed.NodeID != 1 {
		t.Errorf("chosen %+v, loss %+v", p.Chosen, p.Loss)
	}
	alone := planned(t, Options{Dead: []int32{2, 3}, Node: -1}, nodes[0])
	if alone.Loss.Safe || alone.Loss.CertainEnd != 0 || len(alone.Copies[0].Troubles) == 0 {
		t.Errorf("loss %+v, copies %+v", alone.Loss, alone.Copies)
	}
}

func (n *node) size() int { return len(n.log) }
