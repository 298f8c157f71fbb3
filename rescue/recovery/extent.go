package recovery

import (
	"errors"
	"slices"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
)

// piece is a range of bytes of a segment that holds whole, sound batches without a gap.
type piece struct {
	segment  metalog.Name
	from, to int64
	// base is the offset of its first batch.
	base int64
}

// run is a part of a log without damage.
type run struct {
	pieces []piece
	// start is its first offset, end the one after its last.
	start, end int64
	epochs     []metalog.EpochStart
	// lastTime is that of the last batch in ms since 1970; -1 without batches.
	lastTime int64
	sets     []voterSet
	// terms are where the epochs begin.
	terms []term
}

// term is the state of a run before the first batch of an epoch: by it the run can be cut there.
type term struct {
	pieces, bytes int64 // how many pieces come before, and how many bytes of the next one
	lastTime      int64
}

// voterSet is what a VotersRecord says.
type voterSet struct {
	offset int64
	ids    []int32
}

// Extent is the part of a copy that a node can start from: a snapshot, or the beginning of the log, and the sound batches
// after it.
type Extent struct {
	// Start is the first offset of the log, End the one after the last, LastEpoch the epoch End was written in.
	Start, End int64
	LastEpoch  int32
	// LastTime is the time of the last batch in ms since 1970, -1 when there is none.
	LastTime int64
	// Snapshots are the sound snapshots to keep: the newest at or before End, and the one at offset 0.
	Snapshots []metalog.Name
	// Cut is how many bytes of the segments are left out because they are damaged, unfinished, or not joined to the rest.
	Cut int64
	// Torn tells that something that cannot be read follows the last batch: one that was being written when the node died, or one that
	// was whole once.
	Torn bool

	run run
}

// extentOf finds the extent of a log that goes furthest; nil when there is none.
func extentOf(log *metalog.Log, progress func(int64)) (*Extent, error) {
	found, err := runsOf(log, progress)
	if err != nil {
		return nil, err
	}
	sound, err := soundSnapshots(log)
	if err != nil {
		return nil, err
	}
	var best *Extent
	consider := func(e *Extent) {
		if best == nil || e.LastEpoch > best.LastEpoch || e.LastEpoch == best.LastEpoch && e.End > best.End {
			best = e
		}
	}
	for _, r := range found.runs {
		if e := extentOfRun(r, sound); e != nil {
			consider(e)
		}
	}
	for _, s := range sound {
		if s.Offset > 0 {
			consider(&Extent{Start: s.Offset, End: s.Offset, LastEpoch: s.Epoch, LastTime: -1, Snapshots: []metalog.Name{s}, run: run{
				start: s.Offset, end: s.Offset, lastTime: -1, epochs: []metalog.EpochStart{{Epoch: s.Epoch, Offset: s.Offset}},
			}})
		}
	}
	if best != nil {
		best.Cut, best.Torn = found.total-best.bytes(), found.torn
	}
	return best, nil
}

func (e *Extent) bytes() int64 {
	n := int64(0)
	for _, p := range e.run.pieces {
		n += p.to - p.from
	}
	return n
}

// extentOfRun joins a run with the snapshots that it continues; nil when what was before the run is not there.
func extentOfRun(r run, sound []metalog.Name) *Extent {
	e := &Extent{Start: r.start, End: r.end, LastEpoch: r.epochs[len(r.epochs)-1].Epoch, LastTime: r.lastTime, run: r}
	for _, s := range slices.Backward(sound) {
		if s.Offset >= r.start && s.Offset <= r.end {
			e.Snapshots = append(e.Snapshots, s)
			break
		}
	}
	if r.start > 0 && len(e.Snapshots) == 0 {
		return nil
	}
	if len(sound) > 0 && sound[0].Offset == 0 && r.start == 0 && (len(e.Snapshots) == 0 || e.Snapshots[0].Offset > 0) {
		e.Snapshots = append(e.Snapshots, sound[0])
	}
	return e
}

// segments is what all segments of a log hold.
type segments struct {
	runs []run
	// total is their size in bytes, without the zeros of a preallocated end.
	total int64
	torn  bool
}

func runsOf(log *metalog.Log, progress func(int64)) (segments, error) {
	var reader runReader
	var out segments
	for b, err := range log.Batches(0) {
		joined := true
		if err != nil {
			d, ok := asDamage(err)
			if !ok {
				return out, err
			}
			if d.Kind != metalog.EpochBack {
				reader.close()
			}
			joined = d.Kind == metalog.Gap || d.Kind == metalog.Overlap || d.Kind == metalog.EpochBack
			if d.Kind != metalog.ZeroTail {
				out.torn = true
				if b.Data == nil {
					out.total += d.Length
				}
			}
		}
		if b.Data == nil {
			continue
		}
		out.total += int64(len(b.Data))
		if progress != nil {
			progress(int64(len(b.Data)))
		}
		if joined {
			reader.add(&b)
			out.torn = false
		}
	}
	reader.close()
	out.runs = reader.runs
	return out, nil
}

// runReader puts batches together to runs.
type runReader struct {
	runs    []run
	now     *run
	it      record.Iterator
	decoder metadata.Decoder
}

func (r *runReader) close() {
	if r.now != nil {
		r.runs, r.now = append(r.runs, *r.now), nil
	}
}

// distrust cuts what is of later epochs than one that follows: epochs never go back, and no checksum covers them, so that the
// batches of the later ones are as likely to be wrong.
func (r *runReader) distrust(epoch int32) {
	n := r.now
	at := slices.IndexFunc(n.epochs, func(e metalog.EpochStart) bool { return e.Epoch > epoch })
	if at < 0 {
		return
	}
	if at == 0 {
		r.now = nil
		return
	}
	t := n.terms[at]
	n.end, n.lastTime = n.epochs[at].Offset, t.lastTime
	n.epochs, n.terms = n.epochs[:at], n.terms[:at]
	if t.bytes > 0 {
		n.pieces[t.pieces].to = n.pieces[t.pieces].from + t.bytes
		t.pieces++
	}
	n.pieces = n.pieces[:t.pieces]
	n.sets = slices.DeleteFunc(n.sets, func(s voterSet) bool { return s.offset >= n.end })
}

func (r *runReader) add(b *metalog.Batch) {
	if r.now != nil {
		switch before := r.now.epochs[len(r.now.epochs)-1].Epoch; {
		case b.LeaderEpoch < before:
			r.distrust(b.LeaderEpoch)
			r.close()
		case b.LeaderEpoch > before && !r.elects(b):
			r.close()
		}
	}
	if r.now == nil {
		r.now = &run{start: b.BaseOffset, lastTime: -1}
	}
	n := r.now
	if k := len(n.epochs); k == 0 || n.epochs[k-1].Epoch != b.LeaderEpoch {
		n.epochs = append(n.epochs, metalog.EpochStart{Epoch: b.LeaderEpoch, Offset: b.BaseOffset})
		n.terms = append(n.terms, n.term(b))
	}
	end := b.Position + int64(len(b.Data))
	if k := len(n.pieces); k > 0 && n.pieces[k-1].segment == b.File.Name && n.pieces[k-1].to == b.Position {
		n.pieces[k-1].to = end
	} else {
		n.pieces = append(n.pieces, piece{segment: b.File.Name, from: b.Position, to: end, base: b.BaseOffset})
	}
	n.end, n.lastTime = b.NextOffset(), b.MaxTimestamp
	if b.Control() {
		n.sets = append(n.sets, r.voters(b)...)
	}
}

// elects reports whether a batch begins an epoch: the first record of a leader is LeaderChange.
func (r *runReader) elects(b *metalog.Batch) bool {
	if !b.Control() {
		return false
	}
	r.it.Start(&b.Batch, b.Data)
	if !r.it.Next() {
		return false
	}
	_, number, _ := record.ParseControlKey(r.it.Record().Key)
	return number == (&metadata.LeaderChangeMessage{}).ControlType()
}

// term is the state before a batch that is to be added.
func (n *run) term(b *metalog.Batch) term {
	k := len(n.pieces)
	if k > 0 && n.pieces[k-1].segment == b.File.Name {
		return term{pieces: int64(k - 1), bytes: b.Position - n.pieces[k-1].from, lastTime: n.lastTime}
	}
	return term{pieces: int64(k), lastTime: n.lastTime}
}

// voters are the voter sets that a control batch tells.
func (r *runReader) voters(b *metalog.Batch) []voterSet {
	var sets []voterSet
	for r.it.Start(&b.Batch, b.Data); r.it.Next(); {
		rec := r.it.Record()
		_, number, _ := record.ParseControlKey(rec.Key)
		body, err := r.decoder.DecodeControl(number, rec.Value)
		if err != nil {
			continue
		}
		if v, ok := body.(*metadata.VotersRecord); ok {
			set := voterSet{offset: b.Offset(rec)}
			for _, one := range v.Voters {
				set.ids = append(set.ids, one.VoterId)
			}
			slices.Sort(set.ids)
			sets = append(sets, set)
		}
	}
	return sets
}

// soundSnapshots are the finished snapshots that can be read from header to footer, by offset.
func soundSnapshots(log *metalog.Log) ([]metalog.Name, error) {
	var sound []metalog.Name
	for _, s := range log.Snapshots {
		ok, err := soundSnapshot(log, s)
		if err != nil {
			return nil, err
		}
		if ok {
			sound = append(sound, s)
		}
	}
	return sound, nil
}

func soundSnapshot(log *metalog.Log, s metalog.Name) (ok bool, err error) {
	f, err := log.Open(s)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	last := int16(-1)
	var it record.Iterator
	for b, err := range f.Batches(0) {
		var d *metalog.Damage
		switch {
		case errors.As(err, &d):
			return false, nil
		case err != nil:
			return false, err
		}
		last = -1
		if !b.Control() {
			continue
		}
		for it.Start(&b.Batch, b.Data); it.Next(); {
			_, last, _ = record.ParseControlKey(it.Record().Key)
		}
	}
	return last == (&metadata.SnapshotFooterRecord{}).ControlType(), nil
}
