// Package listing tells what the files of a metadata log hold, without printing it: offsets, epochs, times, and how many records
// of which types.
package listing

import (
	"math"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
)

// Summary is what a file of records holds.
type Summary struct {
	// Name is what the file's name tells, Path how messages call it.
	Name metalog.Name
	Path string
	// Size is in bytes.
	Size int64
	// Batches and Records count what checks out.
	Batches, Records int64
	// FirstOffset is that of the first record, NextOffset that after the last one; both -1 when there is none.
	FirstOffset, NextOffset int64
	// Epochs are the leader epochs, with the first offset of each, as they follow each other.
	Epochs []Epoch
	// FirstTime and LastTime are the least and the greatest timestamp of a batch, in ms; -1 when there is none.
	FirstTime, LastTime int64
	// Types counts the records by type, as kafka-dump-log names it.
	Types map[string]int64
	// Damage is what is broken, at most MaxDamage of it; DamageCount is how much there is in all.
	Damage      []*metalog.Damage
	DamageCount int64
	// Tail is an unfinished batch at the end of the active segment, or nil.
	Tail *metalog.Damage
	// Unknown is the first record of a type or version that this build does not know, or nil; UnknownCount counts them.
	Unknown      *metalog.Damage
	UnknownCount int64
	// First and Last are the types of the first and the last record; "" when there is none.
	First, Last string
}

// Epoch is where a leader epoch begins in a file.
type Epoch struct {
	metalog.EpochStart
	// Elected tells that it begins with a LeaderChange record, as it does in a log.
	Elected bool
}

// MaxDamage bounds how many damaged regions of a file are kept.
const MaxDamage = 1000

// Options say how to look at a file.
type Options struct {
	// Workers is the number of goroutines; at least 1.
	Workers int
	// Decode looks into every record, to find those that cannot be decoded. Without it, a record is only recognised.
	Decode bool
	// NewCheck makes, for each worker, a function that is called for the batches the worker gets, in order of their position.
	// What it returns is damage too. It may be nil.
	NewCheck func() func(b *metalog.Batch) *metalog.Damage
	// Progress is told of every so many bytes that are done, unless it is nil.
	Progress func(bytes int64)
}

// chunkSize is how much of a file a worker takes at a time, in bytes.
const chunkSize = 1 << 20

// Summarize reads a file and tells what it holds. The error is one of reading.
func Summarize(f *metalog.File, o Options) (*Summary, error) {
	size, err := f.Size()
	if err != nil {
		return nil, err
	}
	s := &Summary{
		Name: f.Name, Path: f.Path, Size: size, FirstOffset: -1, NextOffset: -1, FirstTime: -1, LastTime: -1, Types: map[string]int64{},
	}
	chunks := f.ChunksBetween(0, size, chunkSize)
	workers := make([]*counter, max(1, o.Workers))
	for i := range workers {
		workers[i] = &counter{opts: &o, sum: s}
		if o.NewCheck != nil {
			workers[i].check = o.NewCheck()
		}
	}
	err = metalog.Work(workers, func() (*metalog.Chunk, func(*metalog.Chunk), error) {
		c, err := chunks.Next()
		return c, chunks.Release, err
	})
	for _, w := range workers {
		w.addTypes(s)
	}
	return s, err
}

// typeSlots is how many API keys and control types are counted in an array.
const typeSlots = 64

// counter summarizes chunks.
type counter struct {
	opts *Options
	sum  *Summary

	it  record.Iterator
	dec metadata.Decoder

	// what was found in the chunk at work
	batches, records    int64
	first, next         int64
	firstTime, lastTime int64
	epochs              []Epoch
	check               func(b *metalog.Batch) *metalog.Damage
	damage              []*metalog.Damage
	unknown             *metalog.Damage
	unknownCount        int64
	firstType, lastType kind
	bytes               int64

	// what was found in the batch at work; see skim
	keys []byte
	odd  []record.Record

	// counts over all chunks
	types    [typeSlots]int64
	controls [typeSlots]int64
	others   map[kind]int64
}

// kind is the type of a record.
type kind struct {
	control bool
	key     int16
	set     bool
}

// String is the type as kafka-dump-log names it.
func (k kind) String() string {
	switch {
	case !k.set:
		return ""
	case !k.control:
		return metadata.DumpName(k.key)
	}
	if t, ok := metadata.ControlTypeOf(k.key); ok {
		return t.DumpName
	}
	return "UNKNOWN_CONTROL"
}

// Work summarizes a chunk.
func (w *counter) Work(c *metalog.Chunk) error {
	w.batches, w.records, w.first, w.next, w.bytes = 0, 0, -1, -1, 0
	w.firstTime, w.lastTime = math.MaxInt64, -1
	w.epochs, w.damage = w.epochs[:0], w.damage[:0]
	w.unknown, w.unknownCount = nil, 0
	w.firstType, w.lastType = kind{}, kind{}
	return c.Entries(func(e *metalog.Entry) bool {
		w.entry(e)
		return true
	})
}

func (w *counter) entry(e *metalog.Entry) {
	if e.Damage != nil {
		w.damage = append(w.damage, e.Damage)
		w.bytes += e.Damage.Length
	}
	b := &e.Batch
	if b.Data == nil || e.Damage != nil && e.Damage.Kind == metalog.BadCRC {
		return
	}
	w.bytes += int64(len(b.Data))
	w.batches++
	if w.first < 0 {
		w.first = b.BaseOffset
	}
	w.next = b.NextOffset()
	w.firstTime, w.lastTime = min(w.firstTime, b.MaxTimestamp), max(w.lastTime, b.MaxTimestamp)
	if n := len(w.epochs); n == 0 || w.epochs[n-1].Epoch != b.LeaderEpoch {
		start := metalog.EpochStart{Epoch: b.LeaderEpoch, Offset: b.BaseOffset}
		w.epochs = append(w.epochs, Epoch{EpochStart: start, Elected: elects(b)})
	}
	if w.check != nil {
		if d := w.check(b); d != nil {
			w.damage = append(w.damage, d)
		}
	}
	w.look(b)
}

// elects reports whether a batch begins with a LeaderChange record.
func elects(b *metalog.Batch) bool {
	if !b.Control() {
		return false
	}
	var it record.Iterator
	it.Start(&b.Batch, b.Data)
	return it.Next() && identify(b, it.Record()).String() == "LEADER_CHANGE"
}

// look goes through the records of a batch.
func (w *counter) look(b *metalog.Batch) {
	if !w.skim(b) {
		w.walk(b)
	}
}

// walk goes through the records of a batch one by one.
func (w *counter) walk(b *metalog.Batch) {
	w.it.Start(&b.Batch, b.Data)
	n := int64(0)
	for w.it.Next() {
		n++
		rec := w.it.Record()
		k := identify(b, rec)
		if !w.firstType.set {
			w.firstType = k
		}
		w.lastType = k
		w.count(k)
		if w.opts.Decode {
			w.decode(b, rec, k)
		}
	}
	w.records += n
	err := w.it.Err()
	if err == nil && n != int64(b.LastOffsetDelta)+1 {
		err = countError{n, b}
	}
	if err != nil {
		w.damage = append(w.damage, undecodable(b, b.BaseOffset+n, max(b.LastOffset(), b.BaseOffset+n), err))
	}
}

func (w *counter) count(k kind) {
	switch {
	case k.key < 0 || k.key >= typeSlots:
		if w.others == nil {
			w.others = map[kind]int64{}
		}
		w.others[k]++
	case k.control:
		w.controls[k.key]++
	default:
		w.types[k.key]++
	}
}

// identify tells the type of a record; the key is -1 when it has none.
func identify(b *metalog.Batch, rec *record.Record) kind {
	if b.Control() {
		if _, number, ok := record.ParseControlKey(rec.Key); ok {
			return kind{control: true, key: number, set: true}
		}
		return kind{control: true, key: -1, set: true}
	}
	if v := rec.Value; len(v) >= 3 && v[1] < 0x80 {
		return kind{key: int16(v[1]), set: true}
	}
	return kind{key: -1, set: true}
}

// Deliver adds what was found in the chunk to the summary.
func (w *counter) Deliver() (bool, error) {
	s := w.sum
	if w.batches > 0 {
		if s.FirstOffset < 0 {
			s.FirstOffset, s.FirstTime, s.First = w.first, w.firstTime, w.firstType.String()
		}
		s.NextOffset, s.Last = w.next, w.lastType.String()
		s.FirstTime, s.LastTime = min(s.FirstTime, w.firstTime), max(s.LastTime, w.lastTime)
		s.Batches += w.batches
		s.Records += w.records
	}
	for _, e := range w.epochs {
		if n := len(s.Epochs); n == 0 || s.Epochs[n-1].Epoch != e.Epoch {
			s.Epochs = append(s.Epochs, e)
		}
	}
	for _, d := range w.damage {
		s.addDamage(d)
	}
	if s.Unknown == nil {
		s.Unknown = w.unknown
	}
	s.UnknownCount += w.unknownCount
	if w.opts.Progress != nil {
		w.opts.Progress(w.bytes)
	}
	return true, nil
}

func (s *Summary) addDamage(d *metalog.Damage) {
	if d.Tail {
		s.Tail = d
		return
	}
	s.DamageCount++
	if len(s.Damage) < MaxDamage {
		s.Damage = append(s.Damage, d)
	}
}

// addTypes adds the worker's counts.
func (w *counter) addTypes(s *Summary) {
	for key := range int16(typeSlots) {
		if n := w.types[key]; n > 0 {
			s.Types[kind{key: key, set: true}.String()] += n
		}
		if n := w.controls[key]; n > 0 {
			s.Types[kind{control: true, key: key, set: true}.String()] += n
		}
	}
	for k, n := range w.others {
		s.Types[k.String()] += n
	}
}
