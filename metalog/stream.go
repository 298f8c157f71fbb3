package metalog

import (
	"fmt"
	"iter"
	"slices"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/record"
)

// Batches iterates over the batches of the log's segments from the one that has the given offset, or the next one there is, as
// if they were one file. A gap, an overlap, or an epoch going back between segments is damage of the later one.
func (l *Log) Batches(from int64) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		var seq sequence
		for _, n := range l.Segments[l.segmentOf(from):] {
			more, err := l.segment(n, from, &seq, yield)
			if err != nil {
				more = yield(Batch{}, err) && false
			}
			if !more {
				return
			}
		}
	}
}

// segmentOf is the index of the segment an offset lies in; of the first one when it lies before.
func (l *Log) segmentOf(offset int64) int {
	i, found := slices.BinarySearchFunc(l.Segments, offset, func(n Name, offset int64) int {
		switch {
		case n.Offset < offset:
			return -1
		case n.Offset > offset:
			return 1
		}
		return 0
	})
	if !found && i > 0 {
		i--
	}
	return min(i, len(l.Segments))
}

// segment yields the batches of one segment; seq goes on from the one before.
func (l *Log) segment(n Name, from int64, seq *sequence, yield func(Batch, error) bool) (bool, error) {
	f, err := l.Open(n)
	if err != nil {
		return false, err
	}
	defer f.Close()
	pos, err := f.SeekOffset(from)
	if err != nil {
		return false, err
	}
	end, err := f.Size()
	if err != nil {
		return false, err
	}
	s := newScanner(f, pos, end)
	if seq.started {
		s.seq = *seq
	}
	more := s.each(func(b Batch, err error) bool {
		if b.Data != nil && b.LastOffset() < from {
			return true
		}
		return yield(b, err)
	})
	*seq = s.seq
	return more, nil
}

// Record is a decoded record of a log or snapshot. Its slices and strings alias memory that the next step overwrites.
type Record struct {
	// File is where it was read, Position where its batch begins there.
	File     *File
	Position int64
	// Offset is the record's offset in the log; for a record of a snapshot the last offset that the snapshot covers.
	Offset int64
	// Epoch is the leader epoch it was written in; for a record of a snapshot the snapshot's.
	Epoch int32
	// Timestamp is in ms since 1970.
	Timestamp int64
	// Record is the metadata record, at version Version; nil for a control record.
	Record  metadata.Record
	Version int16
	// Control is the body of a control record; nil for a metadata record.
	Control metadata.Control
}

// InSnapshot reports whether the record was read from a snapshot.
func (r *Record) InSnapshot() bool { return r.File.Name.Kind != Segment }

// Records iterates over the decoded records of one file. Besides the damage of [File.Batches] there is that of records that
// cannot be decoded. Batches that do not check out are left out.
func (f *File) Records(pos int64) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		var d recordDecoder
		for b, err := range f.Batches(pos) {
			if !d.batch(&b, err, yield) {
				return
			}
		}
	}
}

// Records iterates over what makes up the state of the cluster before offset end: the records of the newest snapshot that ends
// at or before it, then those of the log from the snapshot's end on. Records of damaged batches are left out, and the damage is
// yielded in their place. A log without a usable snapshot is read from its start.
func (l *Log) Records(end int64) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		var d recordDecoder
		from := int64(0)
		if n, ok := l.SnapshotBefore(end); ok {
			from = n.Offset
			if !l.snapshot(n, &d, yield) {
				return
			}
		}
		if len(l.Segments) > 0 && from < l.Segments[0].Offset {
			gap := &Damage{
				File: l.Path(l.Segments[0].Base), Kind: Gap, FirstOffset: from, LastOffset: l.Segments[0].Offset - 1,
				Err: fmt.Errorf("the log begins at offset %d, and no snapshot covers what was before", l.Segments[0].Offset),
			}
			if !yield(Record{}, gap) {
				return
			}
		}
		for b, err := range l.Batches(from) {
			if b.Data != nil && b.BaseOffset >= end {
				return
			}
			d.from, d.end = from, end
			if !d.batch(&b, err, yield) {
				return
			}
		}
	}
}

// SnapshotBefore is the newest snapshot that ends at or before an offset.
func (l *Log) SnapshotBefore(end int64) (Name, bool) {
	for _, n := range slices.Backward(l.Snapshots) {
		if n.Offset <= end {
			return n, true
		}
	}
	return Name{}, false
}

func (l *Log) snapshot(n Name, d *recordDecoder, yield func(Record, error) bool) bool {
	f, err := l.Open(n)
	if err != nil {
		yield(Record{}, err)
		return false
	}
	defer f.Close()
	for b, err := range f.Batches(0) {
		more := d.batch(&b, err, func(r Record, err error) bool {
			r.Offset, r.Epoch = n.Offset-1, n.Epoch
			return yield(r, err)
		})
		if !more {
			return false
		}
	}
	return true
}

// recordDecoder decodes batches into records.
type recordDecoder struct {
	it  record.Iterator
	dec metadata.Decoder
	// from and end bound the offsets, unless end is 0.
	from, end int64
}

// batch yields the records of a batch, or its damage; false when no more are wanted.
func (d *recordDecoder) batch(b *Batch, err error, yield func(Record, error) bool) bool {
	if err != nil {
		damage, ok := err.(*Damage) //nolint:errorlint // the iterators yield it bare
		if !yield(Record{File: b.File}, err) || !ok {
			return false
		}
		if damage.Kind == BadCRC || b.Data == nil {
			return true
		}
	}
	if b.Data == nil {
		return true
	}
	d.it.Start(&b.Batch, b.Data)
	r := Record{File: b.File, Position: b.Position, Epoch: b.LeaderEpoch}
	done := int64(0)
	for d.it.Next() {
		done++
		rec := d.it.Record()
		r.Offset, r.Timestamp = b.Offset(rec), b.Timestamp(rec)
		if d.end > 0 && (r.Offset < d.from || r.Offset >= d.end) {
			continue
		}
		err := d.decode(b, rec, &r)
		if err != nil {
			err = undecodable(b, r.Offset, r.Offset, err)
		}
		if !yield(r, err) {
			return false
		}
	}
	if err := d.it.Err(); err != nil {
		return yield(Record{File: b.File}, undecodable(b, b.BaseOffset+done, b.LastOffset(), err))
	}
	return true
}

func (d *recordDecoder) decode(b *Batch, rec *record.Record, r *Record) (err error) {
	r.Record, r.Control, r.Version = nil, nil, 0
	if !b.Control() {
		r.Record, r.Version, err = d.dec.Decode(rec.Value)
		return err
	}
	_, number, ok := record.ParseControlKey(rec.Key)
	if !ok {
		return fmt.Errorf("key of a control record has %d bytes, at least 4 are needed", len(rec.Key))
	}
	r.Control, err = d.dec.DecodeControl(number, rec.Value)
	return err
}

func undecodable(b *Batch, first, last int64, err error) *Damage {
	return &Damage{
		File: b.File.Path, Position: b.Position, Length: int64(len(b.Data)), FirstOffset: first, LastOffset: last,
		Kind: Undecodable, Err: fmt.Errorf("within the batch, %w", err),
	}
}
