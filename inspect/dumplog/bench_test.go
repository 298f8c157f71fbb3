package dumplog_test

import (
	"errors"
	"io"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/inspect/dumplog"
	"github.com/kraftctl/kraftctl/record"
	"github.com/kraftctl/kraftctl/release"
)

var errFull = errors.New("disk full")

func metadataOptions() dumplog.Options {
	opts := dumplog.Defaults(release.V4_3)
	opts.Decoder, opts.PrintData = dumplog.ClusterMetadata, true
	return opts
}

// Rendering allocates nothing, whatever the record.
func TestAppendAllocatesNothing(t *testing.T) {
	log := bigLog(t, 1)
	r := dumplog.NewRenderer(metadataOptions())
	var it record.Iterator
	out := make([]byte, 0, 1<<20)
	dump := func() {
		out = out[:0]
		for rest, position := log, int64(0); len(rest) > 0; {
			b, data, err := record.Parse(rest)
			if err != nil {
				t.Fatal(err)
			}
			if out, err = r.AppendBatch(out, &b, position, true); err != nil {
				t.Fatal(err)
			}
			for it.Start(&b, data); it.Next(); {
				if out, err = r.AppendRecord(out, &b, it.Record()); err != nil {
					t.Fatal(err)
				}
			}
			rest, position = rest[len(data):], position+int64(len(data))
		}
	}
	dump()
	if n := testing.AllocsPerRun(10, dump); n > 0 {
		t.Errorf("%v allocations", n)
	}
	// What the renderer prints is what the tool prints, but for the two lines before it.
	whole := run(openIn(fstest.MapFS{bigName: {Data: log}}, ""), 1, metadataOptions(), bigName)
	compare(t, "renderer", result{stdout: "Dumping " + bigName + "\nLog starting offset: 0\n" + string(out)}, whole)
}

func benchmark(b *testing.B, workers int, opts dumplog.Options) {
	log := bigLog(b, 16<<20)
	open := openIn(fstest.MapFS{bigName: {Data: log}}, "")
	b.SetBytes(int64(len(log)))
	b.ReportAllocs()
	for b.Loop() {
		env := dumplog.Env{Open: open, Dir: workDir, Out: io.Discard, Err: io.Discard, Workers: workers}
		if err := dumplog.Run(env, opts, []string{bigName}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMetadata(b *testing.B)           { benchmark(b, 1, metadataOptions()) }
func BenchmarkMetadataTwoWorkers(b *testing.B) { benchmark(b, 2, metadataOptions()) }
func BenchmarkBatches(b *testing.B)            { benchmark(b, 1, dumplog.Defaults(release.V4_3)) }
