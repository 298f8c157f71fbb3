package metalog_test

import (
	"errors"
	"math"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
)

const snapshotsNode = "snapshots/4.3.1/node1"

func openLog(tb testing.TB, files fstest.MapFS, dir string) *metalog.Log {
	tb.Helper()
	log, err := metalog.OpenLog(files, dir, dir)
	if err != nil {
		tb.Fatal(err)
	}
	return log
}

func TestFind(t *testing.T) {
	files := corpus.Load(t, corpusDir, "snapshots", "damage")
	for dir, want := range map[string][]string{
		snapshotsNode: {snapshotsNode + "/" + metalog.PartitionDir},
		snapshotsNode + "/" + metalog.PartitionDir: {snapshotsNode + "/" + metalog.PartitionDir},
		"damage/4.3.1/00-original":                 {"damage/4.3.1/00-original"},
		"damage":                                   nil,
	} {
		got, err := metalog.Find(files, dir)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v", dir, got, err)
		}
	}
	if all, err := metalog.Find(files, "."); err != nil || len(all) < 2 {
		t.Errorf("%v, %v", all, err)
	}
	if _, err := metalog.Find(files, "missing"); err == nil {
		t.Error("a directory that does not exist has logs")
	}
}

// TestStitched reads several segments and a snapshot as one stream.
func TestStitched(t *testing.T) {
	files := corpus.Load(t, corpusDir, "snapshots")
	log := openLog(t, files, path.Join(snapshotsNode, metalog.PartitionDir))
	if len(log.Segments) < 2 || len(log.Snapshots) < 2 || log.Bootstrap.Kind != metalog.Bootstrap {
		t.Fatalf("%+v", log)
	}
	for _, from := range []int64{0, 1295, 1296, 1551, 1552, 1700, 2113} {
		next := max(from, log.Segments[0].Offset)
		for b, err := range log.Batches(from) {
			if err != nil {
				t.Fatal(err)
			}
			if b.LastOffset() < from || b.BaseOffset > next {
				t.Fatalf("from %d: batch %d to %d, expected %d", from, b.BaseOffset, b.LastOffset(), next)
			}
			next = b.NextOffset()
		}
		if next != 2114 {
			t.Errorf("from %d: ends at %d", from, next)
		}
	}
}

// TestRecordsAt reads the state at several offsets: it begins with the newest snapshot that is not later.
func TestRecordsAt(t *testing.T) {
	files := corpus.Load(t, corpusDir, "snapshots")
	log := openLog(t, files, path.Join(snapshotsNode, metalog.PartitionDir))
	for end, snapshot := range map[int64]int64{1422: 1422, 1500: 1422, 1578: 1578, 2000: 1767, math.MaxInt64: 2110} {
		first, last, topics := int64(-1), int64(-1), 0
		for r, err := range log.Records(end) {
			if err != nil {
				t.Fatalf("%d: %v", end, err)
			}
			if first < 0 {
				first = r.Offset
			}
			if _, ok := r.Record.(*metadata.TopicRecord); ok {
				topics++
			}
			if last = r.Offset; r.InSnapshot() != (r.Offset == snapshot-1) {
				t.Fatalf("%d: offset %d, in the snapshot: %t", end, r.Offset, r.InSnapshot())
			}
		}
		if first != snapshot-1 || last != min(end, 2114)-1 || topics < 100 {
			t.Errorf("%d: offsets %d to %d, %d topics", end, first, last, topics)
		}
	}
}

// TestRecordsWithoutSnapshot says so when nothing covers what was before the log.
func TestRecordsWithoutSnapshot(t *testing.T) {
	log := openLog(t, fstest.MapFS{"d/00000000000000000010.log": {Data: batch(10, 1, 2)}}, "d")
	count := 0
	for r, err := range log.Records(math.MaxInt64) {
		var d *metalog.Damage
		switch {
		case errors.As(err, &d):
			if d.Kind != metalog.Gap || d.LastOffset != 9 {
				t.Error(err)
			}
		case err != nil:
			t.Error(err)
		default:
			if count++; r.Record == nil {
				t.Error("no record")
			}
		}
	}
	if count != 2 {
		t.Errorf("%d records", count)
	}
}

// TestAcrossSegments finds what is wrong between segments.
func TestAcrossSegments(t *testing.T) {
	for name, c := range map[string]struct {
		second string
		data   []byte
		want   metalog.DamageKind
	}{
		"gap":     {"00000000000000000020.log", batch(20, 1, 2), metalog.Gap},
		"overlap": {"00000000000000000008.log", batch(8, 1, 2), metalog.Overlap},
		"epoch":   {"00000000000000000010.log", batch(10, 0, 2), metalog.EpochBack},
		"none":    {"00000000000000000010.log", batch(10, 1, 2), 0},
	} {
		log := openLog(t, fstest.MapFS{"d/" + segmentName: {Data: batches(5, 2)}, "d/" + c.second: {Data: c.data}}, "d")
		var got metalog.DamageKind
		for _, err := range log.Batches(0) {
			if err != nil {
				got = err.(*metalog.Damage).Kind //nolint:errorlint // yielded bare
			}
		}
		if got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestDamagedRecords leaves out what cannot be believed and goes on.
func TestDamagedRecords(t *testing.T) {
	files := corpus.Load(t, corpusDir, "damage")
	for dir, want := range map[string]int64{"23-bitflip-crc": 182, "32-bad-frame-version-recrc": 186, "33-record-length-garbage-recrc": 182} {
		f := open(t, files, "damage/4.3.1/"+dir+"/"+segmentName)
		count, found := int64(0), 0
		for r, err := range f.Records(0) {
			if err != nil {
				found++
			}
			if r.Record != nil || r.Control != nil || err != nil && strings.Contains(err.Error(), "frame") {
				count++
			}
		}
		if count != want || found != 1 {
			t.Errorf("%s: %d records, %d damages", dir, count, found)
		}
	}
}
