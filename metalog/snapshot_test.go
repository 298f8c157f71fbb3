package metalog_test

import (
	"maps"
	"path"
	"slices"
	"testing"

	"github.com/kraftctl/kraftctl/internal/corpus"
)

// TestSnapshotTime reads the times of real snapshots, which rise with their offsets, and of one whose first batch is broken.
func TestSnapshotTime(t *testing.T) {
	files := corpus.Load(t, corpusDir, "snapshots")
	dir := snapshotsNode + "/__cluster_metadata-0"
	log := openLog(t, files, dir)
	var times []int64
	for _, n := range log.Snapshots {
		at, err := log.SnapshotTime(n)
		if err != nil || at <= 0 {
			t.Fatalf("%s: %d, %v", n, at, err)
		}
		times = append(times, at)
	}
	if len(times) == 0 || !slices.IsSorted(times) {
		t.Errorf("the times of snapshots are %v", times)
	}
	broken := maps.Clone(files)
	first := log.Snapshots[0]
	file := *files[path.Join(dir, first.Base)]
	file.Data = slices.Clone(file.Data)
	file.Data[70] ^= 0xff
	broken[path.Join(dir, first.Base)] = &file
	if at, err := openLog(t, broken, dir).SnapshotTime(first); at != -1 || err != nil {
		t.Errorf("a snapshot with a broken header is of %d, %v", at, err)
	}
}
