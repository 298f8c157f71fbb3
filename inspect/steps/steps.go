// Package steps walks through a metadata log record by record in the order in which records take effect: those of a transaction
// at its end, those of an aborted one never (KIP-868). It begins with the state of a snapshot where the log does.
package steps

import (
	"errors"
	"iter"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
)

// Step is a record that takes effect. Its slices and strings alias memory that the next step overwrites.
type Step struct {
	metalog.Record
	// Committed is the offset at which it took effect: its own, or that of the end of its transaction.
	Committed int64
	// Dropped is, for an AbortTransaction, how many records did not take effect.
	Dropped int
}

// Base is where a walk can begin.
type Base struct {
	// Offset is the first offset of the log that is walked through.
	Offset int64
	// Snapshot holds the state before it, if HasSnapshot.
	Snapshot    metalog.Name
	HasSnapshot bool
}

// BaseFor is the latest place to begin for those who want everything from an offset on. When nothing reaches back so far it is
// the earliest place there is.
func BaseFor(log *metalog.Log, from int64) Base {
	if n, ok := log.SnapshotBefore(from); ok {
		return Base{Offset: n.Offset, Snapshot: n, HasSnapshot: true}
	}
	start := int64(0)
	if len(log.Segments) > 0 {
		start = log.Segments[0].Offset
	}
	if start > 0 && len(log.Snapshots) > 0 {
		n := log.Snapshots[0]
		return Base{Offset: n.Offset, Snapshot: n, HasSnapshot: true}
	}
	return Base{Offset: start}
}

// Walk iterates over the log's records: first those of the base's snapshot, then those of the log from there on that took
// effect. It tells read how many bytes it has read now and then; read may be nil. The error is a *metalog.Damage, after which the walk goes on, or one of reading. A transaction that never ends takes
// no effect.
func Walk(log *metalog.Log, base Base, read func(bytes int64)) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		w := walker{yield: yield, read: read}
		if base.HasSnapshot && !w.file(log, base.Snapshot, 0) {
			return
		}
		for i, n := range log.Segments {
			if i+1 < len(log.Segments) && log.Segments[i+1].Offset <= base.Offset {
				continue
			}
			if !w.file(log, n, base.Offset) {
				return
			}
		}
	}
}

// walker is a walk on the way.
type walker struct {
	yield  func(Step, error) bool
	read   func(bytes int64)
	inside bool
	held   []held
	dec    metadata.Decoder
}

// held is a record of a transaction that has not ended.
type held struct {
	record metalog.Record
	value  []byte
}

// file walks through the records of one file from an offset on.
func (w *walker) file(log *metalog.Log, n metalog.Name, from int64) bool {
	f, err := log.Open(n)
	if err != nil {
		w.yield(Step{}, err)
		return false
	}
	defer f.Close()
	pos := int64(0)
	if n.Kind == metalog.Segment {
		if pos, err = f.SeekOffset(from); err != nil {
			w.yield(Step{}, err)
			return false
		}
	}
	for r, err := range f.Records(pos) {
		if w.read != nil && r.Position > pos {
			w.read(r.Position - pos)
			pos = r.Position
		}
		var damage *metalog.Damage
		switch {
		case errors.As(err, &damage):
			if !w.yield(Step{Record: r}, err) {
				return false
			}
			continue
		case err != nil:
			w.yield(Step{}, err)
			return false
		case n.Kind == metalog.Snapshot:
			r.Offset, r.Epoch = n.Offset-1, n.Epoch
		case r.Offset < from:
			continue
		}
		if !w.record(&r) {
			return false
		}
	}
	return true
}

func (w *walker) record(r *metalog.Record) bool {
	switch r.Record.(type) {
	case *metadata.BeginTransactionRecord:
		w.inside = true
		return true
	case *metadata.EndTransactionRecord:
		return w.commit(r.Offset)
	case *metadata.AbortTransactionRecord:
		dropped := len(w.held)
		w.inside, w.held = false, nil
		return w.yield(Step{Record: *r, Committed: r.Offset, Dropped: dropped}, nil)
	}
	if w.inside && r.Record != nil {
		w.held = append(w.held, held{record: *r, value: metadata.AppendFramed(nil, r.Record, r.Version)})
		return true
	}
	return w.yield(Step{Record: *r, Committed: r.Offset}, nil)
}

// commit yields the records of a transaction that ends at an offset.
func (w *walker) commit(at int64) bool {
	list := w.held
	w.inside, w.held = false, nil
	for _, h := range list {
		rec, version, err := w.dec.Decode(h.value)
		if err != nil {
			// It was decoded once, from the bytes that it encodes to.
			continue
		}
		h.record.Record, h.record.Version = rec, version
		if !w.yield(Step{Record: h.record, Committed: at}, nil) {
			return false
		}
	}
	return true
}
