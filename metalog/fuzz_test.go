package metalog_test

import (
	"bytes"
	"errors"
	"iter"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metalog"
)

// drain iterates to the end; it must not panic, and what is damaged does not matter.
func drain[T any](seq iter.Seq2[T, error]) {
	for _, err := range seq {
		_ = err
	}
}

// FuzzFile reads arbitrary bytes as a segment: every byte is part of one batch or one damaged region, in order, and chunks
// show the same.
func FuzzFile(f *testing.F) {
	files := corpus.Load(f, corpusDir, "damage")
	for _, path := range recordFiles(files) {
		data := files[path].Data
		f.Add(data[:min(len(data), 4000)])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file := segment(t, data)
		pos := int64(0)
		for b, err := range file.Batches(0) {
			var d *metalog.Damage
			size, at := int64(len(b.Data)), b.Position
			if errors.As(err, &d) && b.Data == nil {
				size, at = d.Length, d.Position
			}
			if at != pos {
				t.Fatalf("position %d, expected %d", at, pos)
			}
			pos += size
		}
		if pos != int64(len(data)) {
			t.Fatalf("ends at %d of %d", pos, len(data))
		}
		drain(file.Records(0))
		if _, err := file.SeekOffset(int64(len(data)) / 3); err != nil {
			t.Fatal(err)
		}
		chunked(t, file, 300)
	})
}

// FuzzIndexes reads arbitrary bytes as indexes, and seeks with them.
func FuzzIndexes(f *testing.F) {
	data, positions := many(500)
	f.Add(indexOf(positions), int64(700))
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0}, int64(3))
	f.Fuzz(func(t *testing.T, index []byte, offset int64) {
		drain(metalog.ReadIndex(bytes.NewReader(index), 0))
		drain(metalog.ReadTimeIndex(bytes.NewReader(index), 0))
		files := fstest.MapFS{segmentName: {Data: data}}
		files["00000000000000000000.index"] = &fstest.MapFile{Data: index}
		files["00000000000000000000.timeindex"] = &fstest.MapFile{Data: index}
		file := open(t, files, segmentName)
		if pos, err := file.SeekOffset(offset); err != nil || offset >= 0 && pos > positions[min(offset/3, 499)] {
			t.Errorf("offset %d: %d, %v", offset, pos, err)
		}
		if _, err := file.SeekTime(offset); err != nil {
			t.Error(err)
		}
	})
}

// FuzzSmall reads arbitrary bytes as each of the small files.
func FuzzSmall(f *testing.F) {
	for _, seed := range []string{
		`{"leaderId":2,"leaderEpoch":3,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}`,
		"0\n2\n1 0\n4 412\n", "version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ", "\x00\x01\x48\x67\x4b\xc7\x00\x00\x00\x00", "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _ = metalog.ParseQuorum(data)
		_, _ = metalog.ParseEpochs(data)
		_, _ = metalog.ParsePartitionMetadata(data)
		_, _ = metalog.ParseProducerState(data)
		metalog.ParseName(string(data))
	})
}
