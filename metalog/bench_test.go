package metalog_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/kraftctl/kraftctl/internal/gen/biglog/simulate"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
)

const benchSize = 64 << 20

// bigLog writes a log of the given size and opens its one segment.
func bigLog(tb testing.TB, size int64) *metalog.File {
	tb.Helper()
	dir := tb.TempDir()
	if err := simulate.Write(filepath.Join(dir, segmentName), simulate.Options{Size: size, SegmentSize: 1 << 40, Seed: 1}); err != nil {
		tb.Fatal(err)
	}
	f, err := metalog.OpenFile(os.DirFS(dir), segmentName, segmentName)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = f.Close() })
	return f
}

// BenchmarkReadAt is the least that reading costs.
func BenchmarkReadAt(b *testing.B) {
	f := bigLog(b, benchSize)
	buf := make([]byte, 1<<20)
	b.SetBytes(benchSize)
	for b.Loop() {
		for pos := int64(0); pos < benchSize; pos += int64(len(buf)) {
			if _, err := f.ReadAt(buf, pos); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkCRC is the least that checking costs, by the size of batches.
func BenchmarkCRC(b *testing.B) {
	for _, size := range []int{100, 300, 4096, 1 << 20} {
		data := make([]byte, size)
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				record.Checksum(data)
			}
		})
	}
}

// BenchmarkChunks reads and cuts a file into batches; with "entries" it also parses their headers and checks CRCs.
func BenchmarkChunks(b *testing.B) {
	f := bigLog(b, benchSize)
	for _, entries := range []bool{false, true} {
		b.Run(fmt.Sprintf("entries=%t", entries), func(b *testing.B) {
			b.SetBytes(benchSize)
			b.ReportAllocs()
			for b.Loop() {
				chunks, err := f.Chunks(0, 1<<20)
				if err != nil {
					b.Fatal(err)
				}
				walkChunks(b, chunks, entries)
			}
		})
	}
}

func walkChunks(b *testing.B, chunks *metalog.ChunkReader, entries bool) {
	b.Helper()
	for {
		c, err := chunks.Next()
		if err != nil {
			b.Fatal(err)
		}
		if c == nil {
			return
		}
		if entries {
			if err := c.Entries(func(e *metalog.Entry) bool { return e.Damage == nil }); err != nil {
				b.Fatal(err)
			}
		}
		chunks.Release(c)
	}
}

// BenchmarkBatches is the plain iterator.
func BenchmarkBatches(b *testing.B) {
	f := bigLog(b, benchSize)
	b.SetBytes(benchSize)
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range f.Batches(0) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkRecords decodes every record.
func BenchmarkRecords(b *testing.B) {
	f := bigLog(b, benchSize)
	b.SetBytes(benchSize)
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range f.Records(0) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkSeek finds an offset without an index.
func BenchmarkSeek(b *testing.B) {
	f := bigLog(b, benchSize)
	for b.Loop() {
		if _, err := f.SeekOffset(700_000); err != nil {
			b.Fatal(err)
		}
	}
}

// TestIteratorAllocations allocates when it begins, not for every record: of those there are 130 thousand.
func TestIteratorAllocations(t *testing.T) {
	f := bigLog(t, 8<<20)
	allocs := testing.AllocsPerRun(3, func() {
		for _, err := range f.Records(0) {
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	if allocs > 300 {
		t.Errorf("%.0f allocations", allocs)
	}
}
