package verify

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/kraftctl/kraftctl/metalog"
)

// Sizes of index entries, and the most that is read of an index, in bytes: Kafka's are of 10 MiB at most
// (log.index.size.max.bytes).
const (
	offsetEntry = 8
	timeEntry   = 12
	maxIndex    = 64 << 20
)

// table is the bytes of an index.
type table struct {
	data  []byte
	entry int
	base  int64
}

// readTable reads an index up to the zeros at its end.
func readTable(f *metalog.File, entry int) (table, error) {
	size, err := f.Size()
	if err != nil {
		return table{}, err
	}
	if size > maxIndex {
		return table{}, fmt.Errorf("%d bytes are more than any index has", size)
	}
	data := make([]byte, size)
	n, err := f.ReadAt(data, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return table{}, err
	}
	t := table{data: data[:n], entry: entry, base: f.Name.Offset}
	t.data = t.data[:t.used()]
	if odd := len(t.data) % entry; odd != 0 {
		t.data = t.data[:len(t.data)-odd]
		return t, fmt.Errorf("the file ends within an entry: %d of %d bytes are there", odd, entry)
	}
	return t, nil
}

// used is the length without zeros at the end, rounded up to whole entries where the file has them.
func (t *table) used() int {
	n := len(t.data)
	for n > 0 && t.data[n-1] == 0 {
		n--
	}
	if whole := (n + t.entry - 1) / t.entry * t.entry; whole <= len(t.data) {
		return whole
	}
	return len(t.data)
}

func (t *table) len() int { return len(t.data) / t.entry }

// position is the position in entry i of an offset index; offset that in entry i of either.
func (t *table) position(i int) int64 {
	return int64(int32(binary.BigEndian.Uint32(t.data[i*offsetEntry+4:])))
}

func (t *table) offset(i int) int64 {
	at := i * t.entry
	if t.entry == timeEntry {
		at += 8
	}
	return t.base + int64(int32(binary.BigEndian.Uint32(t.data[at:])))
}

func (t *table) time(i int) int64 { return int64(binary.BigEndian.Uint64(t.data[i*timeEntry:])) }

// indexes are the indexes of a segment while that is read.
type indexes struct {
	offsets, times         *table
	offsetsFile, timesFile *File
}

// check is a function that compares batches with the index entries that point into them. It is given batches in order of
// their position, though not all of them.
func (x *indexes) check() func(b *metalog.Batch) *metalog.Damage {
	i, j := 0, 0
	return func(b *metalog.Batch) *metalog.Damage {
		if t := x.offsets; t != nil {
			for i < t.len() && t.position(i) < b.Position {
				i++
			}
			for ; i < t.len() && t.position(i) < b.Position+int64(len(b.Data)); i++ {
				if err := wrongOffset(b, t, i); err != nil {
					return indexDamage(x.offsetsFile.Path, t, i, err)
				}
			}
		}
		if t := x.times; t != nil {
			for j < t.len() && t.offset(j) < b.BaseOffset {
				j++
			}
			for ; j < t.len() && t.offset(j) <= b.LastOffset(); j++ {
				if t.time(j) != b.MaxTimestamp {
					return indexDamage(x.timesFile.Path, t, j, fmt.Errorf("entry %d: time %d for offset %d, but the batch there has %d",
						j, t.time(j), t.offset(j), b.MaxTimestamp))
				}
			}
		}
		return nil
	}
}

func wrongOffset(b *metalog.Batch, t *table, i int) error {
	switch {
	case t.position(i) != b.Position:
		return fmt.Errorf("entry %d: position %d is within the batch that begins at %d", i, t.position(i), b.Position)
	case t.offset(i) < b.BaseOffset:
		return fmt.Errorf("entry %d: offset %d at position %d, but the batch there begins at offset %d", i, t.offset(i), b.Position, b.BaseOffset)
	}
	return nil
}

func indexDamage(path string, t *table, i int, err error) *metalog.Damage {
	return &metalog.Damage{
		File: path, Position: int64(i * t.entry), Length: int64(t.entry), FirstOffset: t.offset(i), LastOffset: t.offset(i), Err: err,
	}
}

// order checks what an index tells by itself, and against the end of its segment.
func (t *table) order(f *File, size, next int64) {
	bad := func(i int, format string, args ...any) {
		f.add(Problem{
			Kind: kindIndex, Position: int64(i * t.entry), Length: int64(t.entry), FirstOffset: t.offset(i), LastOffset: t.offset(i),
			Message: fmt.Sprintf("entry %d: ", i) + fmt.Sprintf(format, args...),
		})
	}
	for i := range t.len() {
		switch {
		case t.offset(i) < t.base || next >= 0 && t.offset(i) >= next:
			bad(i, "offset %d is not in the segment", t.offset(i))
		case t.entry == offsetEntry && (t.position(i) < 0 || t.position(i) >= size):
			bad(i, "position %d is not in the segment, which has %d bytes", t.position(i), size)
		case i > 0 && t.offset(i) < t.offset(i-1):
			bad(i, "offset %d comes after %d", t.offset(i), t.offset(i-1))
		case i > 0 && t.entry == offsetEntry && t.position(i) <= t.position(i-1):
			bad(i, "position %d comes after %d", t.position(i), t.position(i-1))
		case i > 0 && t.entry == timeEntry && t.time(i) < t.time(i-1):
			bad(i, "time %d comes after %d", t.time(i), t.time(i-1))
		}
	}
}

// openIndexes reads the indexes of a segment, as far as there are any.
func (v *verifier) openIndexes(n metalog.Name) *indexes {
	x := &indexes{}
	stem := n.Base[:len(n.Base)-len(".log")]
	x.offsets, x.offsetsFile = v.openIndex(stem+".index", offsetEntry)
	x.times, x.timesFile = v.openIndex(stem+".timeindex", timeEntry)
	return x
}

func (v *verifier) openIndex(base string, entry int) (*table, *File) {
	f, err := v.log.OpenAt(metalog.ParseName(base))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	out := &File{Path: v.log.Path(base), Kind: metalog.ParseName(base).Kind, Size: -1, Verdict: Sound}
	if err != nil {
		out.wrong(kindUnreadable, err)
		return nil, out
	}
	defer f.Close()
	t, err := readTable(f, entry)
	if err != nil {
		out.wrong(kindUnreadable, err)
	}
	out.Size, _ = f.Size()
	return &t, out
}

// finish adds what was found out about the indexes of a segment.
func (x *indexes) finish(v *verifier, segment *File) {
	for _, one := range []struct {
		t *table
		f *File
	}{{x.offsets, x.offsetsFile}, {x.times, x.timesFile}} {
		if one.f == nil {
			continue
		}
		if one.t != nil {
			one.t.order(one.f, segment.Size, segment.Summary.NextOffset)
		}
		v.add(one.f)
	}
}

// take adds to the index that it concerns what check found; false when it concerns none.
func (x *indexes) take(d *metalog.Damage) bool {
	for _, f := range []*File{x.offsetsFile, x.timesFile} {
		if f != nil && f.Path == d.File {
			f.add(Problem{
				Kind: kindIndex, Position: d.Position, Length: d.Length, FirstOffset: d.FirstOffset, LastOffset: d.LastOffset, Message: d.Err.Error(),
			})
			return true
		}
	}
	return false
}
