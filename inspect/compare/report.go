package compare

import (
	"errors"
	"fmt"
	"hash/maphash"
	"slices"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/metalog"

	"github.com/kraftctl/kraftctl/internal/wording"
)

// Options say how to compare.
type Options struct {
	// Dead are the voters that will not vote again.
	Dead []int32
	// ShowSecrets shows secrets in batches and states instead of masking them.
	ShowSecrets bool
	// NoStates leaves out the comparison of states.
	NoStates bool
}

// Report is the result of a comparison. Its JSON form is stable at Version 1; docs/inspect-compare.md describes it.
type Report struct {
	Version   int    `json:"version"`
	ClusterID string `json:"clusterId,omitempty"`
	// Voters are the voters, Dead those of them that are said to be dead, Majority how many decide.
	Voters   []int32 `json:"voters"`
	Dead     []int32 `json:"dead"`
	Majority int     `json:"majority"`
	// Reference is the name of the copy that goes furthest; the others are held against it.
	Reference string       `json:"reference"`
	Copies    []CopyReport `json:"copies"`
	// CommonUntil is the offset up to which all copies agree, exclusive.
	CommonUntil int64 `json:"commonUntil"`
	// Difference is the first batch that is not the same in a copy and the reference; nil when there is none.
	Difference *Difference `json:"difference"`
	Election   []Candidate `json:"election"`
	Committed  Committed   `json:"committed"`
	// States are the differences between what the copies say of the cluster.
	States  []StateDifference `json:"states"`
	Verdict Verdict           `json:"verdict"`
}

// Relation is how a copy stands to the reference.
type Relation string

// The relations; a copy that differs has its DifferenceKind as relation.
const (
	Reference Relation = "reference"
	Same      Relation = "same"
	Behind    Relation = "behind"
	// Ahead is an observer that has everything of the reference and more.
	Ahead     Relation = "ahead"
	NoOverlap Relation = "no-overlap"
	Empty     Relation = "empty"
)

// CopyReport is what is told of one copy.
type CopyReport struct {
	Name        string `json:"name"`
	NodeID      *int32 `json:"nodeId"`
	DirectoryID string `json:"directoryId,omitempty"`
	// Voter tells that the node is one of the voters.
	Voter bool `json:"voter"`
	// StartOffset is the first offset, EndOffset the one after the last, of epoch LastEpoch and time LastTime (ms since 1970).
	StartOffset int64 `json:"startOffset"`
	EndOffset   int64 `json:"endOffset"`
	LastEpoch   int32 `json:"lastEpoch"`
	LastTime    int64 `json:"lastTime"`
	// Snapshot is the name of the newest snapshot.
	Snapshot string       `json:"snapshot,omitempty"`
	Epochs   []Epoch      `json:"epochs"`
	Quorum   *QuorumState `json:"quorumState"`
	Relation Relation     `json:"relation"`
	// AgreesUntil is the offset up to which the copy agrees with the reference, exclusive.
	AgreesUntil int64 `json:"agreesUntil"`
	// Lacks is how many of the reference's batches it lacks or has otherwise, Extra how many it has that the reference lacks.
	Lacks    int      `json:"lacks"`
	Extra    int      `json:"extra"`
	Troubles []string `json:"troubles"`
}

// QuorumState is what a node's quorum-state file tells.
type QuorumState struct {
	LeaderID    int32 `json:"leaderId"`
	LeaderEpoch int32 `json:"leaderEpoch"`
	VotedID     int32 `json:"votedId"`
	// VotedDirectoryID is left out when it is not told.
	VotedDirectoryID string `json:"votedDirectoryId,omitempty"`
}

// ErrForeign tells that copies belong to different clusters.
var ErrForeign = errors.New("the copies belong to different clusters")

// Agree reports whether the copies agree: each is a beginning of the reference, or empty, the states are the same where both end, and every
// committed record is certain to be here.
func (r *Report) Agree() bool {
	for _, c := range r.Copies {
		switch c.Relation {
		case Reference, Same, Behind, Empty:
		default:
			return false
		}
	}
	return r.Verdict.Complete && !slices.ContainsFunc(r.States, func(s StateDifference) bool { return s.SameOffset })
}

// ErrNoVoter tells that a node said to be dead is none of the voters.
var ErrNoVoter = errors.New("not a voter")

// Read reads the copies in the given logs. It tells progress how many bytes it has read now and then; progress may be nil.
func Read(logs []*metalog.Log, progress func(bytes int64)) ([]*Copy, error) {
	seed := maphash.MakeSeed()
	copies := make([]*Copy, len(logs))
	for i, log := range logs {
		c, err := read(log, seed, progress)
		if err != nil {
			return nil, err
		}
		copies[i] = c
	}
	return copies, nil
}

// Copies compares copies that were read together. The error is [ErrForeign], [ErrNoVoter], or one of reading.
func Copies(copies []*Copy, opts Options) (*Report, error) {
	r := &Report{Version: 1, Dead: sortedIDs(opts.Dead), States: []StateDifference{}}
	for _, c := range copies {
		if r.ClusterID != "" && c.ClusterID != "" && c.ClusterID != r.ClusterID {
			return nil, fmt.Errorf("%w: %s and %s (%s)", ErrForeign, r.ClusterID, c.ClusterID, c.Name)
		}
		if c.ClusterID != "" {
			r.ClusterID = c.ClusterID
		}
	}
	w := newWork(copies, r.Dead)
	r.Voters, r.Majority, r.Reference = w.q.voters, w.q.majority(), w.ref.Name
	for _, id := range r.Dead {
		if !slices.Contains(r.Voters, id) {
			return nil, fmt.Errorf("node %d: %w; the voters are %s", id, ErrNoVoter, wording.IDs(r.Voters))
		}
	}
	r.CommonUntil = w.common()
	for i, c := range copies {
		r.Copies = append(r.Copies, copyReport(c, w, &w.agreements[i]))
	}
	var err error
	if r.Difference, err = w.difference(opts.ShowSecrets); err != nil {
		return nil, err
	}
	r.Election = w.q.candidates()
	r.Committed = committed(copies, w.ref, w.q, w.byVoter)
	if !opts.NoStates {
		if r.States, err = w.states(r.CommonUntil, opts.ShowSecrets); err != nil {
			return nil, err
		}
	}
	r.Verdict = w.verdict(r)
	return r, nil
}

// work is a comparison on the way.
type work struct {
	copies []*Copy
	ref    *Copy
	q      *quorum
	// agreements are with the reference, by index of the copy; byVoter are those of the voters' best copies.
	agreements []Agreement
	byVoter    map[int32]*Agreement
}

func newWork(copies []*Copy, dead []int32) *work {
	w := &work{copies: copies, q: &quorum{dead: dead, copies: map[int32]*Copy{}}, byVoter: map[int32]*Agreement{}}
	furthest := copies[0]
	for _, c := range copies[1:] {
		if further(c, furthest) {
			furthest = c
		}
	}
	w.q.voters = sortedIDs(furthest.Voters)
	for _, c := range copies {
		if !slices.Contains(w.q.voters, c.NodeID) {
			continue
		}
		if best := w.q.copies[c.NodeID]; best == nil || further(c, best) {
			w.q.copies[c.NodeID] = c
		}
		if w.ref == nil || further(c, w.ref) {
			w.ref = c
		}
	}
	if w.ref == nil {
		w.ref = furthest
	}
	w.agreements = make([]Agreement, len(copies))
	for i, c := range copies {
		w.agreements[i] = agree(w.ref, c)
		if w.q.copies[c.NodeID] == c {
			w.byVoter[c.NodeID] = &w.agreements[i]
		}
	}
	return w
}

// common is the offset up to which all copies that are not empty agree.
func (w *work) common() int64 {
	until := w.ref.End
	for i, c := range w.copies {
		if c.End > 0 {
			until = min(until, w.agreements[i].Until)
		}
	}
	return until
}

func copyReport(c *Copy, w *work, g *Agreement) CopyReport {
	r := CopyReport{
		Name: c.Name, DirectoryID: c.DirectoryID, Voter: slices.Contains(w.q.voters, c.NodeID),
		StartOffset: c.Start, EndOffset: c.End, LastEpoch: c.LastEpoch, LastTime: c.LastTime, Epochs: append([]Epoch{}, c.Epochs...),
		Relation: relation(c, w.ref, g), AgreesUntil: g.Until, Lacks: g.Batches, Extra: g.More, Troubles: append([]string{}, c.Troubles...),
	}
	if c.NodeID >= 0 {
		r.NodeID = &c.NodeID
	}
	if c.Snapshot.Kind == metalog.Snapshot {
		r.Snapshot = c.Snapshot.Base
	}
	if q := c.Quorum; q != nil {
		r.Quorum = &QuorumState{LeaderID: q.LeaderID, LeaderEpoch: q.LeaderEpoch, VotedID: q.VotedID}
		if q.VotedDirectoryID != (clusterid.ID{}) {
			r.Quorum.VotedDirectoryID = q.VotedDirectoryID.String()
		}
	}
	return r
}

func relation(c, ref *Copy, g *Agreement) Relation {
	switch {
	case c == ref && g.Kind == "":
		return Reference
	case c.End == 0:
		return Empty
	case g.Kind != "":
		return Relation(g.Kind)
	case !g.Overlap && g.Until < c.End:
		return NoOverlap
	case c.End < ref.End:
		return Behind
	case c.End > ref.End:
		return Ahead
	}
	return Same
}
