package image

import (
	"slices"

	"github.com/kraftctl/kraftctl/metadata"
)

// The states of a partition's leader after an election.
const (
	// Recovered is the usual state.
	Recovered int8 = 0
	// Recovering is the state after an unclean election.
	Recovering int8 = 1
)

// NoLeader is the leader of a partition that has none.
const NoLeader int32 = -1

// Partition is the state of a partition. Its slices must not be changed.
type Partition struct {
	ID int32
	// Leader is a broker, or NoLeader; LeaderEpoch counts its changes, Epoch all changes.
	Leader      int32
	LeaderEpoch int32
	Epoch       int32
	// Recovery is Recovered or Recovering.
	Recovery int8
	// Replicas are the brokers that hold the partition, ISR those of them that are in sync.
	Replicas, ISR []int32
	// Removing and Adding are not empty while the partition is being reassigned.
	Removing, Adding []int32
	// ELR are the eligible leaders out of sync, LastKnownELR those that were (KIP-966).
	ELR, LastKnownELR []int32
	// Directories are the log directories of the replicas, in their order; zero where one is not assigned (KIP-858).
	Directories []metadata.UUID
}

// Reassigning reports whether replicas are being added or removed.
func (p *Partition) Reassigning() bool { return len(p.Removing)+len(p.Adding) > 0 }

// UnderReplicated reports whether a replica that shall stay is not in sync.
func (p *Partition) UnderReplicated() bool {
	for _, r := range p.Replicas {
		if !slices.Contains(p.ISR, r) && !slices.Contains(p.Adding, r) {
			return true
		}
	}
	return false
}

// Offline reports whether nobody leads the partition.
func (p *Partition) Offline() bool { return p.Leader < 0 }

// partition is how a partition is kept: lists that are often equal share memory, rare ones take none.
type partition struct {
	replicas, isr []int32
	dirs          []metadata.UUID
	rare          *rareLists

	leader, leaderEpoch, epoch int32
	recovery                   int8
}

// rareLists are the lists that most partitions have empty.
type rareLists struct{ removing, adding, elr, lastKnownELR []int32 }

var noLists = &rareLists{}

func (p *partition) view(id int32) Partition {
	rare := p.rare
	if rare == nil {
		rare = noLists
	}
	return Partition{
		ID: id, Leader: p.leader, LeaderEpoch: p.leaderEpoch, Epoch: p.epoch, Recovery: p.recovery,
		Replicas: p.replicas, ISR: p.isr, Removing: rare.removing, Adding: rare.adding,
		ELR: rare.elr, LastKnownELR: rare.lastKnownELR, Directories: p.dirs,
	}
}

// set takes over a view whose lists the partition may keep.
func (p *partition) set(v *Partition) {
	*p = partition{
		replicas: v.Replicas, isr: v.ISR, dirs: v.Directories,
		leader: v.Leader, leaderEpoch: v.LeaderEpoch, epoch: v.Epoch, recovery: v.Recovery,
	}
	if slices.Equal(p.replicas, p.isr) {
		p.isr = p.replicas
	}
	if len(v.Removing)+len(v.Adding)+len(v.ELR)+len(v.LastKnownELR) > 0 {
		p.rare = &rareLists{removing: v.Removing, adding: v.Adding, elr: v.ELR, lastKnownELR: v.LastKnownELR}
	}
}

// lists hands out memory for lists in large pieces.
type lists struct {
	numbers []int32
	ids     []metadata.UUID
	zeros   []metadata.UUID
}

// piece is how many elements are asked for at a time.
const piece = 16 << 10

// keep copies a list of numbers.
func (l *lists) keep(s []int32) []int32 {
	n := len(s)
	if n == 0 {
		return nil
	}
	if n > piece/8 {
		return slices.Clone(s)
	}
	if len(l.numbers) < n {
		l.numbers = make([]int32, piece)
	}
	kept := l.numbers[:n:n]
	l.numbers = l.numbers[n:]
	copy(kept, s)
	return kept
}

// keepIDs copies a list of IDs.
func (l *lists) keepIDs(s []metadata.UUID) []metadata.UUID {
	n := len(s)
	if n > piece/8 {
		return slices.Clone(s)
	}
	if len(l.ids) < n {
		l.ids = make([]metadata.UUID, piece)
	}
	kept := l.ids[:n:n]
	l.ids = l.ids[n:]
	copy(kept, s)
	return kept
}

// unassigned is a list of n zero IDs, which all partitions without directories share.
func (l *lists) unassigned(n int) []metadata.UUID {
	if len(l.zeros) < n {
		l.zeros = make([]metadata.UUID, n)
	}
	return l.zeros[:n:n]
}
