package record_test

import (
	"fmt"
	"testing"

	"github.com/kraftctl/kraftctl/record"
)

// large is an uncompressed batch of 1000 records of 100 bytes.
func large() []byte {
	records := make([]record.Record, 1000)
	for i := range records {
		records[i] = record.Record{OffsetDelta: int64(i), Value: []byte(fmt.Sprintf("%0100d", i))}
	}
	return record.AppendBatch(nil, record.NewBatch(0, 1, 1700000000000), records)
}

// walk reads everything of a batch.
func walk(tb testing.TB, it *record.Iterator, data []byte) (size int) {
	b, whole, err := record.Parse(data)
	if err != nil {
		tb.Fatal(err)
	}
	if err := record.CheckCRC(whole); err != nil {
		tb.Fatal(err)
	}
	for it.Start(&b, whole); it.Next(); {
		size += len(it.Record().Value)
	}
	if it.Err() != nil {
		tb.Fatal(it.Err())
	}
	return size
}

func TestNoAllocations(t *testing.T) {
	var it record.Iterator
	data := large()
	withHeaders := read(t, "v2-none")
	walk(t, &it, withHeaders)
	if n := testing.AllocsPerRun(20, func() { walk(t, &it, data); walk(t, &it, withHeaders) }); n != 0 {
		t.Errorf("%v allocations for two batches", n)
	}
}

func BenchmarkIterate(b *testing.B) {
	var it record.Iterator
	data := large()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		walk(b, &it, data)
	}
}

func BenchmarkCRC(b *testing.B) {
	data := large()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if err := record.CheckCRC(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecompress(b *testing.B) {
	for _, codec := range []string{"gzip", "snappy", "lz4", "zstd"} {
		b.Run(codec, func(b *testing.B) {
			var it record.Iterator
			data := read(b, "v2-"+codec)
			for b.Loop() {
				walk(b, &it, data)
			}
		})
	}
}

func BenchmarkAppendBatch(b *testing.B) {
	header, data, err := record.Parse(large())
	if err != nil {
		b.Fatal(err)
	}
	records, err := all(&header, data)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	var dst []byte
	for b.Loop() {
		dst = record.AppendBatch(dst[:0], header, records)
	}
}
