package image

import (
	"errors"
	"iter"
	"math"

	"github.com/kraftctl/kraftctl/metalog"
)

// End is the end of a log, as an offset to load up to.
const End = math.MaxInt64

// Load replays a log up to offset end, exclusive, from the newest snapshot at or before it; it costs the distance from there.
// What a directory that was only formatted holds is its bootstrap snapshot. Damage is told to damaged, which may be nil, and
// left out. The error is one of reading.
func Load(log *metalog.Log, end int64, opts Options, damaged func(*metalog.Damage)) (*Image, error) {
	if len(log.Segments)+len(log.Snapshots) == 0 && log.Bootstrap.Kind == metalog.Bootstrap {
		f, err := log.Open(log.Bootstrap)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return LoadFile(f, end, opts, damaged)
	}
	return build(log.Records(end), end, opts, damaged)
}

// LoadFile replays one file of records up to offset end, exclusive; a snapshot is replayed as a whole.
func LoadFile(f *metalog.File, end int64, opts Options, damaged func(*metalog.Damage)) (*Image, error) {
	return build(f.Records(0), end, opts, damaged)
}

// LoadAll replays all there is of a log: the newest snapshot at or before its first record, then all segments. It is for those
// who [Options.Watch] the whole history; the image in the end is that of [Load].
func LoadAll(log *metalog.Log, b *Builder, damaged func(*metalog.Damage)) error {
	if len(log.Segments) == 0 {
		return b.feed(log.Records(End), End, damaged)
	}
	from := start(log)
	if err := b.feed(log.Records(from), End, damaged); err != nil {
		return err
	}
	err := eachRecord(log, from, damaged, func(r *metalog.Record) error {
		b.Apply(r)
		return nil
	})
	b.Finish()
	return err
}

// start is the first offset from which on the whole of a log can be replayed: that of its first segment, or, when nothing tells
// what was before, the end of its first snapshot.
func start(log *metalog.Log) int64 {
	first := log.Segments[0].Offset
	if _, ok := log.SnapshotBefore(first); !ok && first > 0 && len(log.Snapshots) > 0 {
		return log.Snapshots[0].Offset
	}
	return first
}

// eachRecord goes through the records of all segments from an offset on.
func eachRecord(log *metalog.Log, from int64, damaged func(*metalog.Damage), do func(*metalog.Record) error) error {
	for _, n := range log.Segments {
		f, err := log.Open(n)
		if err != nil {
			return err
		}
		for r, err := range f.Records(0) {
			if err != nil {
				err = tell(err, damaged)
			} else if r.Offset >= from {
				err = do(&r)
			}
			if err != nil {
				return errors.Join(err, f.Close())
			}
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

func build(records iter.Seq2[metalog.Record, error], end int64, opts Options, damaged func(*metalog.Damage)) (*Image, error) {
	b := NewBuilder(opts)
	if err := b.feed(records, end, damaged); err != nil {
		return nil, err
	}
	b.Finish()
	return b.Image(), nil
}

// feed applies records up to offset end.
func (b *Builder) feed(records iter.Seq2[metalog.Record, error], end int64, damaged func(*metalog.Damage)) error {
	for r, err := range records {
		if err != nil {
			if err := tell(err, damaged); err != nil {
				return err
			}
			continue
		}
		if r.InSnapshot() {
			place(&r)
		} else if r.Offset >= end {
			break
		}
		b.Apply(&r)
	}
	return nil
}

// tell passes damage on; other errors come back.
func tell(err error, damaged func(*metalog.Damage)) error {
	var damage *metalog.Damage
	if !errors.As(err, &damage) {
		return err
	}
	if damaged != nil {
		damaged(damage)
	}
	return nil
}

// place gives a record of a snapshot the offset and epoch the snapshot stands for.
func place(r *metalog.Record) {
	if r.File.Name.Kind == metalog.Snapshot {
		r.Offset, r.Epoch = r.File.Name.Offset-1, r.File.Name.Epoch
	}
}

// ErrTooEarly means that neither log nor snapshots reach back to a time.
var ErrTooEarly = errors.New("neither the log nor a snapshot reaches back to that time")

// EndAt is the offset of the first record that is younger than a time in ms since 1970, or End: what to [Load] for the state
// at that time. Times are believed to rise, as they do in a metadata log unless clocks were set back.
func EndAt(log *metalog.Log, ms int64) (int64, error) {
	for i := len(log.Segments) - 1; i >= 0; i-- {
		end, earlier, err := endIn(log, log.Segments[i], ms)
		switch {
		case err != nil:
			return 0, err
		case earlier:
			continue
		case end == End && i+1 < len(log.Segments):
			return log.Segments[i+1].Offset, nil
		}
		return end, nil
	}
	for i := len(log.Snapshots) - 1; i >= 0; i-- {
		written, err := log.SnapshotTime(log.Snapshots[i])
		if err != nil {
			return 0, err
		}
		if written >= 0 && written <= ms {
			return log.Snapshots[i].Offset, nil
		}
	}
	return 0, ErrTooEarly
}

// endIn searches one segment; earlier tells that all of it is younger.
func endIn(log *metalog.Log, n metalog.Name, ms int64) (end int64, earlier bool, err error) {
	f, err := log.Open(n)
	if err != nil {
		return 0, false, err
	}
	defer f.Close()
	pos, err := f.SeekTime(ms)
	if err != nil {
		return 0, false, err
	}
	for r, err := range f.Records(pos) {
		var damage *metalog.Damage
		switch {
		case errors.As(err, &damage):
			continue
		case err != nil:
			return 0, false, err
		case r.Timestamp > ms:
			return r.Offset, r.Offset == n.Offset && pos == 0, nil
		}
	}
	return End, false, nil
}
