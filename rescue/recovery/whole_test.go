package recovery

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/metaprops"
)

// wholeCopies are nodes 1 to n of a quorum, with the same log.
func wholeCopies(n int, inLog bool) []*node {
	var voters []int32
	for id := range int32(n) {
		voters = append(voters, id+1)
	}
	first := newNode(1).elect(1, 1, voters...)
	if inLog {
		first.votes(1, voters...)
	}
	first.noop(1, 3)
	var nodes []*node
	for _, id := range voters {
		nodes = append(nodes, first.clone(id).heard(1, 1, -1, voters...))
	}
	return nodes
}

// TestHalfOfAnEvenVoterSet counts how many whole copies prove that nothing is missing. Where the voters are in the log, half of an even
// number can go on alone: of 1 and 2, the leader 2 removes 1 and commits what it likes, and of 1 to 4, 3 and 4 add 5.
func TestHalfOfAnEvenVoterSet(t *testing.T) {
	for _, one := range []struct {
		voters, copies int
		inLog, safe    bool
	}{
		{1, 1, true, true},
		{2, 1, false, true},
		{2, 1, true, false},
		{2, 2, true, true},
		{3, 1, true, false},
		{3, 2, true, true},
		{4, 2, false, true},
		{4, 2, true, false},
		{4, 3, true, true},
		{5, 3, true, true},
		{5, 2, false, false},
	} {
		t.Run(fmt.Sprintf("%d of %d, in the log %v", one.copies, one.voters, one.inLog), func(t *testing.T) {
			nodes := wholeCopies(one.voters, one.inLog)
			opts := Options{Node: 1, Standalone: true}
			for _, n := range nodes { // all are dead, of some the disks can be read
				opts.Dead = append(opts.Dead, n.id)
			}
			p := planned(t, opts, nodes[:one.copies]...)
			if p.Loss.Safe != one.safe || one.safe != (p.Loss.From < 0) {
				t.Errorf("safe %v, missing from %d: %q", p.Loss.Safe, p.Loss.From, p.Loss.Words)
			}
			half := strings.Contains(strings.Join(p.Loss.Words, "\n"), fmt.Sprintf("half of %d voters", one.voters))
			if half != (one.inLog && one.voters%2 == 0 && !one.safe) {
				t.Errorf("said is %q", p.Loss.Words)
			}
		})
	}
}

// TestVoterThatWasRemoved has the disk of voter 1 alone, which 2 removed from the quorum before it went on.
func TestVoterThatWasRemoved(t *testing.T) {
	nodes := wholeCopies(2, true)
	nodes[1].votes(1, 2).noop(1, 10)
	if p := planned(t, Options{Dead: []int32{2}, Standalone: true, Node: -1}, nodes[0]); p.Loss.Safe {
		t.Errorf("said is %q, and node 2 went on until offset %d", p.Loss.Words, nodes[1].next-1)
	}
}

// disk gives a node another directory ID: its disk was replaced.
func (n *node) disk(t *testing.T, id int32) *node {
	t.Helper()
	text := string(n.files[metaprops.Name].Data)
	other := strings.Replace(text, directoryOf(n.id).String(), directoryOf(id).String(), 1)
	if other == text {
		t.Fatalf("no directory ID in %s", text)
	}
	return n.file(metaprops.Name, []byte(other))
}

// TestReplacedDiskIsNoVoter has a disk of node 2 that came after the one that votes: 1 and the old disk may have committed what neither
// it nor 3 has.
func TestReplacedDiskIsNoVoter(t *testing.T) {
	nodes := wholeCopies(3, true)
	nodes[1].disk(t, 77)
	opts := Options{Dead: []int32{1, 2}, Standalone: true, Node: -1}
	p := planned(t, opts, nodes[1], nodes[2])
	if p.Loss.Safe || p.Loss.CertainEnd != 0 || p.Seed.NodeID != 3 {
		t.Errorf("loss %+v, seed for %d", p.Loss, p.Seed.NodeID)
	}
	for _, c := range p.Copies {
		if said := strings.Contains(strings.Join(c.Troubles, ";"), "this disk came in the place of the one that votes"); said != (c.Name == "node2") {
			t.Errorf("%s: %q", c.Name, c.Troubles)
		}
	}
	opts.Dead = []int32{1}
	_, err := NewPlan(sourcesOf(t, nodes[1], nodes[2]), opts)
	if err == nil || !strings.Contains(err.Error(), "the new one does not vote") {
		t.Errorf("with 2 living by a disk that does not vote: %v", err)
	}
	whole := wholeCopies(3, true)[1] // the disk that votes was found as well
	if p := planned(t, Options{Dead: []int32{1, 2}, Standalone: true, Node: -1}, nodes[1], nodes[2], whole); !p.Loss.Safe {
		t.Errorf("said is %q", p.Loss.Words)
	}
}

// TestSnapshotThatContradictsTheSeed has a copy that goes furthest, and one whose snapshot shows that something else was committed: its
// log, which would go further, is damaged.
func TestSnapshotThatContradictsTheSeed(t *testing.T) {
	a := newNode(1).elect(10, 1, 1, 2, 3).noop(10, 5)
	b := newNode(2).snapshot(1, 1)
	b.base, b.next = 1, 1
	b.elect(11, 2, 1, 2, 3).flip(0)
	p := planned(t, Options{Dead: []int32{2, 3}, Node: -1}, a, b)
	if p.Loss.Safe || p.Loss.From != 0 || p.Loss.CertainEnd != 1 {
		t.Errorf("loss %+v", p.Loss)
	}
	if words := strings.Join(p.Loss.Words, "\n"); !strings.Contains(words, "something else than the seed from offset 0 on") {
		t.Errorf("said is %s", words)
	}
}

// TestDamagedCopyThatContradictsTheSeed has the log that decides, of the voter that is left of two, with nothing of it to start from.
func TestDamagedCopyThatContradictsTheSeed(t *testing.T) {
	first := newNode(1).elect(1, 1, 1, 2).votes(1, 1, 2)
	a, b := first.clone(1), first.clone(2)
	b.noop(1, 2)
	a.votes(3, 1).elect(4, 1, 1).noop(4, 5).flip(8) // the first batch: no checksum covers its length
	p := planned(t, Options{Dead: []int32{1}, Standalone: true, Node: 2, Endpoints: []Endpoint{{2, "CONTROLLER", "h", 1}}}, a, b)
	if p.Chosen.Name != "node2" || p.Loss.Safe || p.Loss.From > 3 {
		t.Errorf("chosen %s, loss %+v", p.Chosen.Name, p.Loss)
	}
}

// TestOffsetBehindDamageProvesNothing has the only voter's log with a base offset that no checksum covers.
func TestOffsetBehindDamageProvesNothing(t *testing.T) {
	a := newNode(1).elect(1, 1, 1)
	at := a.size()
	a.noop(1, 1)
	a.flip(at)
	p := planned(t, Options{Dead: []int32{1}, Node: 1}, a)
	if p.Loss.Safe || p.Loss.CertainEnd > 1 {
		t.Errorf("loss %+v", p.Loss)
	}
}

// TestDoubtfulCopyBoundsNothing leaves out an observer's copy whose last epoch is in doubt, and which says nothing of what comes after it.
func TestDoubtfulCopyBoundsNothing(t *testing.T) {
	a := newNode(1).elect(15, 1, 1, 2).noop(15, 3).heard(15, 1, -1, 1, 2)
	b := newNode(9).elect(15, 1, 1, 2).epochAt(0, 1<<20).heard(15, 1, -1, 1, 2)
	p := planned(t, Options{Dead: []int32{2}, Node: -1, From: "1"}, a, b)
	if p.Loss.Safe || p.Loss.Until >= 0 || p.Loss.From != 0 {
		t.Errorf("loss %+v", p.Loss)
	}
}
