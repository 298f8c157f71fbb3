package simulate_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/kraftctl/kraftctl/inspect/verify"
	"github.com/kraftctl/kraftctl/internal/gen/biglog/simulate"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
)

// TestSound writes a directory of several segments in which nothing is wrong.
func TestSound(t *testing.T) {
	dir := t.TempDir()
	if err := simulate.Write(dir, simulate.Options{Size: 4 << 20, SegmentSize: 1 << 20, Seed: 7}); err != nil {
		t.Fatal(err)
	}
	log, err := metalog.OpenLog(os.DirFS(dir), metalog.PartitionDir, "log")
	if err != nil || len(log.Segments) != 5 {
		t.Fatalf("%+v, %v", log, err)
	}
	r := verify.Log(log, verify.Options{})
	total := int64(0)
	for _, f := range r.Files {
		if f.Verdict != verify.Sound {
			t.Errorf("%s: %s %+v", f.Path, f.Verdict, f.Problems)
		}
		if f.Kind == metalog.Segment {
			total += f.Size
		}
	}
	if len(r.Files) != 5*3+4 || total < 4<<20 || total > 5<<20 {
		t.Errorf("%d files, %d bytes", len(r.Files), total)
	}
}

// TestSame writes the same bytes for the same seed, and others for another.
func TestSame(t *testing.T) {
	write := func(seed uint64) []byte {
		path := filepath.Join(t.TempDir(), "00000000000000000000.log")
		if err := simulate.Write(path, simulate.Options{Size: 1 << 20, SegmentSize: 1 << 10, Seed: seed}); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	one := write(1)
	if !bytes.Equal(one, write(1)) || bytes.Equal(one, write(2)) {
		t.Error("the seed does not decide")
	}
	if len(one) < 1<<20 || len(one) > 1<<20+64<<10 {
		t.Errorf("%d bytes", len(one))
	}
}

// TestConsistent changes only what exists: topics are created before their partitions, and gone once they are removed.
func TestConsistent(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "00000000000000000000.log")
	if err := simulate.Write(path, simulate.Options{Size: 3 << 20, SegmentSize: 1 << 30, Seed: 3}); err != nil {
		t.Fatal(err)
	}
	f, err := metalog.OpenFile(os.DirFS(dir), filepath.Base(path), path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	type partition struct {
		topic metadata.UUID
		id    int32
	}
	topics, partitions := map[metadata.UUID]bool{}, map[partition]bool{}
	for r, err := range f.Records(0) {
		if err != nil {
			t.Fatal(err)
		}
		switch rec := r.Record.(type) {
		case *metadata.TopicRecord:
			topics[rec.TopicId] = true
		case *metadata.RemoveTopicRecord:
			if !topics[rec.TopicId] {
				t.Fatalf("offset %d removes a topic that is not there", r.Offset)
			}
			delete(topics, rec.TopicId)
		case *metadata.PartitionRecord:
			if !topics[rec.TopicId] || len(rec.Directories) != len(rec.Replicas) {
				t.Fatalf("offset %d: %+v", r.Offset, rec)
			}
			partitions[partition{rec.TopicId, rec.PartitionId}] = true
		case *metadata.PartitionChangeRecord:
			if !topics[rec.TopicId] || !partitions[partition{rec.TopicId, rec.PartitionId}] {
				t.Fatalf("offset %d changes a partition that is not there", r.Offset)
			}
		}
	}
	if len(topics) < 100 {
		t.Errorf("%d topics are left", len(topics))
	}
}

func TestUnwritable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := simulate.Write(file, simulate.Options{Size: 1, SegmentSize: 1 << 20})
	if _, ok := err.(*fs.PathError); !ok { //nolint:errorlint // returned bare
		t.Errorf("%v", err)
	}
}
