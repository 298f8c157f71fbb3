package metalog_test

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
)

const corpusDir = "../testdata/corpus"

var update = flag.Bool("update", false, "rewrite the golden files")

// sound are the scenarios whose files have no deliberate damage.
var sound = []string{
	"combined-1node", "dynamic-initial-controllers", "dynamic-standalone", "jbod", "quorum-3c2b", "snapshots", "upgrade", "zk-migration",
}

// recordFiles are the files of records of a corpus, in order.
func recordFiles(files fstest.MapFS) []string {
	var paths []string
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if corpus.IsRecords(path) {
			paths = append(paths, path)
		}
	}
	return paths
}

const segmentName = "00000000000000000000.log"

// open opens a file of a file system under its own name.
func open(tb testing.TB, files fstest.MapFS, name string) *metalog.File {
	tb.Helper()
	f, err := metalog.OpenFile(files, name, name)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = f.Close() })
	return f
}

// segment is an open file of the given bytes.
func segment(tb testing.TB, data []byte) *metalog.File {
	tb.Helper()
	return open(tb, fstest.MapFS{segmentName: {Data: data}}, segmentName)
}

// walk is a line for everything the iterator yields.
func walk(tb testing.TB, f *metalog.File) []string {
	tb.Helper()
	var lines []string
	for b, err := range f.Batches(0) {
		lines = append(lines, line(tb, b, err))
	}
	return lines
}

func line(tb testing.TB, b metalog.Batch, err error) string {
	tb.Helper()
	var d *metalog.Damage
	if err != nil && !errors.As(err, &d) {
		tb.Fatal(err)
	}
	var parts []string
	if b.Data != nil {
		parts = append(parts, fmt.Sprintf("%d+%d batch %d to %d epoch %d", b.Position, len(b.Data), b.BaseOffset, b.LastOffset(), b.LeaderEpoch))
	}
	if d != nil {
		parts = append(parts, fmt.Sprintf("%d+%d %s %d to %d tail=%t: %v", d.Position, d.Length, d.Kind, d.FirstOffset, d.LastOffset, d.Tail, d.Err))
	}
	return strings.Join(parts, " ! ")
}

// golden compares text with a file, or rewrites the file.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("not as in %s (go test -update rewrites it); got:\n%s", path, got)
	}
}

// batch is a batch of n small records.
func batch(base int64, epoch int32, n int) []byte {
	records := make([]record.Record, n)
	for i := range records {
		records[i] = record.Record{OffsetDelta: int64(i), Value: []byte{1, 20, 0, 0}}
	}
	return record.AppendBatch(nil, record.NewBatch(base, epoch, 1767225600000+base), records)
}

// batches are count batches of n records each.
func batches(count, n int) []byte {
	var data []byte
	for i := range count {
		data = append(data, batch(int64(i*n), 1, n)...)
	}
	return data
}
