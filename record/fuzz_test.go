package record_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/record"
)

// fuzzLimit keeps what a batch may decompress to small, so that fuzzing is quick.
const fuzzLimit = 1 << 20

// FuzzBatch reads anything as a batch: no panic, bounded memory, and what reads well encodes to what reads the same.
func FuzzBatch(f *testing.F) {
	seeds, err := filepath.Glob("testdata/kafka/v*.bin")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range seeds {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for path, file := range corpus.Load(f, corpusDir, "damage") {
		if corpus.IsRecords(path) {
			f.Add(file.Data[:min(len(file.Data), 2000)])
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, err := record.ParseLegacy(data); err == nil && (m.Size() > len(data) || len(m.Key)+len(m.Value) > len(data)) {
			t.Errorf("legacy message larger than the data: %+v", m)
		}
		b, whole, err := record.Parse(data)
		if err != nil {
			return
		}
		records, err := all(&b, whole)
		if err != nil || len(records) == 0 || records[len(records)-1].OffsetDelta > int64(b.LastOffsetDelta) {
			return
		}
		again, whole, err := record.Parse(record.AppendBatch(nil, b, records))
		if err != nil || record.CheckCRC(whole) != nil {
			t.Fatalf("encoding gives no valid batch: %v", err)
		}
		same, err := all(&again, whole)
		if err != nil || !slices.EqualFunc(records, same, func(a, b record.Record) bool { return show(&a) == show(&b) }) {
			t.Errorf("records differ after encoding (%v)", err)
		}
	})
}

// all are copies of the records of a batch.
func all(b *record.Batch, data []byte) ([]record.Record, error) {
	it := record.Iterator{Decompressor: record.Decompressor{Limit: fuzzLimit}}
	it.Start(b, data)
	var records []record.Record
	for it.Next() {
		r := *it.Record()
		r.Headers = slices.Clone(r.Headers)
		records = append(records, r)
	}
	return records, it.Err()
}

// FuzzDecompress feeds every codec with anything: no panic, and never more than the limit.
func FuzzDecompress(f *testing.F) {
	bomb := make([]byte, 4*fuzzLimit)
	for _, c := range codecs {
		f.Add(byte(c), compressed(c, []byte("seed")))
		f.Add(byte(c), compressed(c, bomb))
		f.Add(byte(c), compressed(c, bytes.Repeat([]byte("0123456789"), 5000)))
	}
	f.Fuzz(func(t *testing.T, codec byte, src []byte) {
		d := record.Decompressor{Limit: fuzzLimit}
		c := record.Compression(codec % 5)
		got, err := d.Decompress(c, src)
		if c != record.Uncompressed && len(got) > fuzzLimit {
			t.Errorf("%s: %d bytes from %d (%v)", c, len(got), len(src), err)
		}
	})
}
