package dump_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/kraftctl/kraftctl/inspect/dump"
	"github.com/kraftctl/kraftctl/internal/gen/biglog/simulate"
	"github.com/kraftctl/kraftctl/metalog"
)

// bigLog writes a log of the given size and opens its one segment.
func bigLog(tb testing.TB, size int64) *metalog.File {
	tb.Helper()
	dir := tb.TempDir()
	const name = "00000000000000000000.log"
	if err := simulate.Write(filepath.Join(dir, name), simulate.Options{Size: size, SegmentSize: 1 << 40, Seed: 1}); err != nil {
		tb.Fatal(err)
	}
	f, err := metalog.OpenFile(os.DirFS(dir), name, name)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = f.Close() })
	return f
}

// formats are dumps to be measured.
var formats = []struct {
	name string
	opts dump.Options
}{
	{"text", dump.Options{Workers: 1}},
	{"jsonl", dump.Options{Workers: 1, Format: dump.JSONLines}},
	{"text-no-data", dump.Options{Workers: 1, NoData: true}},
	{"headers", dump.Options{Workers: 1, HeadersOnly: true}},
}

func BenchmarkDump(b *testing.B) {
	f := bigLog(b, 64<<20)
	for _, bench := range formats {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(64 << 20)
			b.ReportAllocs()
			for b.Loop() {
				if err := dump.Run([]*metalog.File{f}, bench.opts, io.Discard, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFrom prints ten records near the end.
func BenchmarkFrom(b *testing.B) {
	f := bigLog(b, 64<<20)
	opts := dump.Options{Workers: 1, Limit: 10, Filter: dump.Filter{Offsets: &dump.Range{From: 900_000, To: 1 << 40}}}
	for b.Loop() {
		if err := dump.Run([]*metalog.File{f}, opts, io.Discard, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// TestAllocations allocates per chunk, and to mask secrets, which are rare, but not per record: of those there are 130 thousand.
func TestAllocations(t *testing.T) {
	f := bigLog(t, 8<<20)
	for _, bench := range formats {
		opts := bench.opts
		opts.ShowSecrets = true
		allocs := testing.AllocsPerRun(3, func() {
			if err := dump.Run([]*metalog.File{f}, opts, io.Discard, nil); err != nil {
				t.Fatal(err)
			}
		})
		if allocs > 800 {
			t.Errorf("%s: %.0f allocations", bench.name, allocs)
		}
	}
}
