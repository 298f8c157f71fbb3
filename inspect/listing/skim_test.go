package listing

import (
	"bytes"
	"maps"
	"slices"
	"testing"

	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
)

const corpusDir = "../../testdata/corpus"

// values are the values of metadata records that real clusters wrote.
func values(tb testing.TB) [][]byte {
	tb.Helper()
	var out [][]byte
	var it record.Iterator
	files := corpus.Load(tb, corpusDir, "combined-1node", "quorum-3c2b", "upgrade", "jbod")
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if !corpus.IsRecords(path) {
			continue
		}
		f, err := metalog.OpenFile(files, path, path)
		if err != nil {
			tb.Fatal(err)
		}
		for b, err := range f.Batches(0) {
			if err != nil {
				tb.Fatal(err)
			}
			for it.Start(&b.Batch, b.Data); !b.Control() && it.Next(); {
				out = append(out, bytes.Clone(it.Record().Value))
			}
		}
	}
	return out
}

// believable reports whether a value decodes into a record that is known and has a sound name.
func believable(value []byte) bool {
	rec, _, err := metadata.Decode(value)
	if err != nil {
		return false
	}
	_, unknown := rec.(*metadata.Unknown)
	return !unknown
}

// TestFits never calls certain what the decoder refuses, for every byte of real records changed or cut off; and it knows the types
// of which there are many.
func TestFits(t *testing.T) {
	seen := map[string]bool{}
	types := map[byte]int{}
	fitting := map[byte]int{}
	for _, value := range values(t) {
		types[value[1]]++
		if fits(value) {
			fitting[value[1]]++
		}
		if seen[string(value)] || types[value[1]] > 200 {
			continue
		}
		seen[string(value)] = true
		for i := range value {
			for _, flip := range []byte{1, 2, 4, 0x80, 0xff} {
				changed := bytes.Clone(value)
				changed[i] ^= flip
				if len(changed) > 2 && changed[1] < typeSlots && fits(changed) && !believable(changed) {
					t.Fatalf("% x is no record", changed)
				}
			}
			if i > 2 && fits(value[:i]) && !believable(value[:i]) {
				t.Fatalf("% x is no record", value[:i])
			}
		}
	}
	for key, s := range shapes {
		if s.known && types[byte(key)] > 0 && fitting[byte(key)] == 0 {
			t.Errorf("no record of type %d fits its shape", key)
		}
	}
}

// FuzzFits compares skim's verdict on arbitrary bytes with the decoder's.
func FuzzFits(f *testing.F) {
	for i, value := range values(f) {
		if i%100 == 0 {
			f.Add(value)
		}
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		if len(value) >= 3 && value[1] < typeSlots && fits(value) && !believable(value) {
			t.Errorf("% x is no record", value)
		}
	})
}

// TestSkim finds the same with and without its short cut.
func TestSkim(t *testing.T) {
	files := corpus.Load(t, corpusDir, "combined-1node", "damage", "snapshots")
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if !corpus.IsRecords(path) {
			continue
		}
		f, err := metalog.OpenFile(files, path, path)
		if err != nil {
			t.Fatal(err)
		}
		for b, err := range f.Batches(0) {
			if b.Data == nil || err != nil {
				continue
			}
			opts := &Options{Decode: true}
			quick, slow := &counter{opts: opts}, &counter{opts: opts}
			if !quick.skim(&b) {
				continue
			}
			slow.walk(&b)
			if quick.records != slow.records || quick.types != slow.types || quick.firstType != slow.firstType ||
				quick.lastType != slow.lastType || len(quick.damage) != len(slow.damage) || quick.unknownCount != slow.unknownCount {
				t.Errorf("%s at %d: %+v, want %+v", path, b.Position, quick, slow)
			}
		}
	}
}

// FuzzNext compares the quick walk over a record with the iterator's.
func FuzzNext(f *testing.F) {
	for i, value := range values(f) {
		if i%200 == 0 {
			f.Add(record.AppendRecord(nil, &record.Record{OffsetDelta: int64(i % 100), Value: value}), int32(i%100))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, delta int32) {
		value, rest, ok := next(body, delta)
		if !ok {
			return
		}
		var it record.Iterator
		b := record.Batch{Count: 1}
		it.Start(&b, append(make([]byte, record.HeaderSize), body[:len(body)-len(rest)]...))
		if !it.Next() || it.Next() || it.Err() != nil || !bytes.Equal(it.Record().Value, value) || it.Record().OffsetDelta != int64(delta) {
			t.Errorf("% x: %+v, %v", body, it.Record(), it.Err())
		}
	})
}
