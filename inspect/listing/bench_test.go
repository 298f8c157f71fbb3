package listing_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/kraftctl/kraftctl/inspect/listing"
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

func BenchmarkSummarize(b *testing.B) {
	f := bigLog(b, 128<<20)
	for _, bench := range []struct {
		name string
		opts listing.Options
	}{
		{"decode/1", listing.Options{Workers: 1, Decode: true}},
		{"decode/2", listing.Options{Workers: 2, Decode: true}},
		{"plain/1", listing.Options{Workers: 1}},
		{"plain/2", listing.Options{Workers: 2}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(128 << 20)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := listing.Summarize(f, bench.opts); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
