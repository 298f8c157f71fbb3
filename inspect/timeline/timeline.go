package timeline

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/inspect/compare"
	"github.com/kraftctl/kraftctl/inspect/steps"
	"github.com/kraftctl/kraftctl/metalog"
)

// Options say which events are wanted.
type Options struct {
	// From and To bound the events' offsets; both ends belong to the range.
	From, To int64
	// FromTime and ToTime bound their times in ms since 1970.
	FromTime, ToTime int64
	// Fold is how long after its last record a storm of changes of partitions is still the same event; 0 keeps every change.
	Fold time.Duration
	// ShowSecrets shows the values of secret configurations instead of masking them.
	ShowSecrets bool
	// Progress is told how many bytes were read now and then; it may be nil.
	Progress func(bytes int64)
}

// Everything selects all events, and folds what comes within a second.
func Everything() Options {
	return Options{From: 0, To: math.MaxInt64, FromTime: math.MinInt64, ToTime: math.MaxInt64, Fold: time.Second}
}

// Contains reports whether an offset and a time (ms since 1970) are within the bounds.
func (o *Options) Contains(offset, ms int64) bool {
	return offset >= o.From && offset <= o.To && ms >= o.FromTime && ms <= o.ToTime
}

// Timeline is what happened, in the order of offsets.
type Timeline struct {
	ClusterID string
	Events    []Event
	// Notes tell what could not be told.
	Notes []string
	// Health is how well partitions were, whenever that changed.
	Health []Health
	// Controllers and Brokers are the nodes there were, by ID.
	Controllers, Brokers []int32
	// Copies are the copies that were read.
	Copies []string
}

// Read tells the timeline of the copies of one cluster's log. Events are those of the copy that goes furthest; what a copy alone
// has after it parted from the others is told with its name, and the time before the log of the furthest begins is told by
// another that reaches back further.
func Read(logs []*metalog.Log, opts Options) (*Timeline, error) {
	t := &Timeline{}
	parts, err := t.parts(logs, opts.Progress)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		if err := t.read(p, opts); err != nil {
			return nil, err
		}
	}
	if err := t.snapshots(logs, opts); err != nil {
		return nil, err
	}
	slices.SortStableFunc(t.Events, func(a, b Event) int { return cmp.Compare(a.Offset, b.Offset) })
	t.nodes()
	return t, nil
}

// part is a piece of a copy's log that makes events.
type part struct {
	log *metalog.Log
	// from and to bound the offsets, to is exclusive.
	from, to int64
	// name is the copy's name when it alone has the piece.
	name string
	// main tells that the health of partitions is taken from it.
	main bool
}

// parts says which copy tells what.
func (t *Timeline) parts(logs []*metalog.Log, progress func(bytes int64)) ([]part, error) {
	for _, l := range logs {
		t.Copies = append(t.Copies, copyName(l))
	}
	if len(logs) == 1 {
		return []part{{log: logs[0], to: math.MaxInt64, main: true}}, nil
	}
	copies, err := compare.Read(logs, progress)
	if err != nil {
		return nil, err
	}
	r, err := compare.Copies(copies, compare.Options{NoStates: true})
	if err != nil {
		return nil, err
	}
	t.ClusterID = r.ClusterID
	parts := []part{}
	main := -1
	for i, c := range r.Copies {
		switch {
		case c.Name == r.Reference && main < 0:
			main = i
		case c.Relation == compare.Relation(compare.Parted):
			parts = append(parts, part{log: logs[i], from: partedAt(c, r), to: math.MaxInt64, name: c.Name})
		}
	}
	base := steps.BaseFor(logs[main], 0).Offset
	earliest := base
	before := -1
	for i := range r.Copies {
		if at := steps.BaseFor(logs[i], 0).Offset; at < earliest && len(logs[i].Segments) > 0 && r.Copies[i].AgreesUntil >= base {
			earliest, before = at, i
		}
	}
	if before >= 0 {
		parts = append(parts, part{log: logs[before], to: base, main: true})
	}
	return append(parts, part{log: logs[main], from: base, to: math.MaxInt64, main: true}), nil
}

func partedAt(c compare.CopyReport, r *compare.Report) int64 {
	if r.Difference != nil && r.Difference.Sides[1].Copy == c.Name {
		return r.Difference.Offset
	}
	return c.AgreesUntil
}

// read makes the events of one part.
func (t *Timeline) read(p part, opts Options) error {
	from, err := start(p.log, max(p.from, opts.From), opts.FromTime)
	if err != nil {
		return err
	}
	base := steps.BaseFor(p.log, from)
	if base.Offset > 0 && base.Offset > from && p.main {
		t.Notes = append(t.Notes, fmt.Sprintf("%s begins at offset %d: nothing is known of what was before, but the state it led to", copyName(p.log), base.Offset))
	}
	o := newObserver(opts, p.name)
	for s, err := range steps.Walk(p.log, base, opts.Progress) {
		if err != nil {
			var damage *metalog.Damage
			if !errors.As(err, &damage) {
				return err
			}
			o.damaged(damage, opts)
			continue
		}
		if s.Offset > opts.To || s.Offset >= p.to {
			break
		}
		o.look(&s, opts.Contains(s.Offset, s.Timestamp) && s.Offset >= p.from)
	}
	t.Events = slices.Grow(t.Events, len(o.events))
	for i, e := range o.events {
		e.finish()
		t.Events = append(t.Events, *e)
		o.events[i] = nil
	}
	if p.main {
		for _, h := range o.health.samples {
			if h.Time >= opts.FromTime && h.Time <= opts.ToTime {
				t.Health = append(t.Health, h)
			}
		}
	}
	return nil
}

// start is the offset to begin at for events from an offset and a time on.
func start(log *metalog.Log, from, ms int64) (int64, error) {
	if ms == math.MinInt64 {
		return from, nil
	}
	at, err := image.EndAt(log, ms-1)
	if errors.Is(err, image.ErrTooEarly) {
		return from, nil
	}
	return max(at, from), err
}

// damaged tells of damage within the range, where its offset is known.
func (o *observer) damaged(d *metalog.Damage, opts Options) {
	if d.FirstOffset < 0 || d.Tail || d.FirstOffset < opts.From || d.FirstOffset > opts.To {
		return
	}
	at := o.image().Provenance
	o.events = append(o.events, &Event{
		Offset: d.FirstOffset, LastOffset: max(d.FirstOffset, d.LastOffset), Time: at.Timestamp, LastTime: at.Timestamp, Epoch: at.Epoch,
		Controller: o.image().Leader.ID, Kind: Damage, Level: Bad, Count: 1, Copy: o.copy, Text: fmt.Sprintf("damage, what was here is not told: %v", d),
	})
}

// copyName is how a copy is spoken of.
func copyName(log *metalog.Log) string { return compare.NameOf(log) }

// snapshots adds when which node took a snapshot; the time is that of the last record in it.
func (t *Timeline) snapshots(logs []*metalog.Log, opts Options) error {
	taken := map[metalog.Name]*Event{}
	for _, log := range logs {
		node := compare.NodeOf(log)
		for _, n := range log.Snapshots {
			if n.Offset-1 < opts.From || n.Offset-1 > opts.To {
				continue
			}
			e := taken[n]
			if e == nil {
				at, err := log.SnapshotTime(n)
				if err != nil {
					return err
				}
				e = &Event{
					Offset: n.Offset - 1, LastOffset: n.Offset - 1, Time: at, LastTime: at, Epoch: n.Epoch, Controller: -1,
					Kind: SnapshotTaken, Level: Info, Text: "",
				}
				taken[n] = e
			}
			e.Count++
			if node >= 0 {
				e.Nodes = append(e.Nodes, node)
			}
		}
	}
	for n, e := range taken {
		if e.Time < opts.FromTime || e.Time > opts.ToTime {
			continue
		}
		who := "a node"
		if len(e.Nodes) > 0 {
			slices.Sort(e.Nodes)
			e.Nodes = slices.Compact(e.Nodes)
			who = "node " + numbers(e.Nodes)
		}
		e.Text = fmt.Sprintf("snapshot of everything before offset %d, kept by %s", n.Offset, who)
		t.Events = append(t.Events, *e)
	}
	return nil
}

// nodes collects who was there.
func (t *Timeline) nodes() {
	brokers, controllers := map[int32]bool{}, map[int32]bool{}
	for i := range t.Events {
		e := &t.Events[i]
		if e.Controller >= 0 {
			controllers[e.Controller] = true
		}
		into := brokers
		switch e.Kind {
		case ControllerElected, ControllerRegistered, VoterAdded, VoterRemoved, VoterUpdated:
			into = controllers
		case SnapshotTaken:
			continue
		}
		for _, id := range e.Nodes {
			into[id] = true
		}
	}
	t.Brokers, t.Controllers = sorted(brokers), sorted(controllers)
}

// Only leaves the events of some kinds; all when none is named.
func (t *Timeline) Only(kinds []string) {
	if len(kinds) == 0 {
		return
	}
	t.Events = slices.DeleteFunc(t.Events, func(e Event) bool { return !slices.Contains(kinds, string(e.Kind)) })
}
