package listing_test

import (
	"maps"
	"path"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/inspect/listing"
	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metalog"
)

const (
	corpusDir = "../../testdata/corpus"
	node      = "snapshots/4.3.1/node1/" + metalog.PartitionDir
)

func list(t *testing.T, files fstest.MapFS, dir string, o listing.Options) []listing.File {
	t.Helper()
	log, err := metalog.OpenLog(files, dir, dir)
	if err != nil {
		t.Fatal(err)
	}
	found, err := listing.List(log, o)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestList(t *testing.T) {
	files := list(t, corpus.Load(t, corpusDir, "snapshots"), node, listing.Options{Workers: 2})
	states := map[listing.State]int{}
	for _, f := range files {
		states[f.State]++
		total := int64(0)
		for _, n := range f.Types {
			total += n
		}
		if total != f.Records || f.NextOffset-f.FirstOffset != f.Records || f.Damage != nil {
			t.Errorf("%s: %d records, %d by type, offsets %d to %d", f.Path, f.Records, total, f.FirstOffset, f.NextOffset)
		}
	}
	if want := map[listing.State]int{listing.Sealed: 7, listing.Active: 1, listing.Deleted: 8}; !maps.Equal(states, want) {
		t.Errorf("%v", states)
	}
	last := files[len(files)-1]
	if path.Base(last.Path) != "00000000000000001781.log" || last.FirstOffset != 1781 || last.NextOffset != 2114 || last.Batches != 5 {
		t.Errorf("%+v", last.Summary)
	}
}

// TestStates names files by what is to become of them.
func TestStates(t *testing.T) {
	data := corpus.Load(t, corpusDir, "damage")["damage/4.3.1/23-bitflip-crc/00000000000000000000.log"].Data
	files := fstest.MapFS{
		"d/00000000000000000000.log":                        {Data: data},
		"d/00000000000000000000.log.deleted":                {Data: data},
		"d/00000000000000000005-0000000001.checkpoint.part": {},
		"d/00000000000000000186.log":                        {},
	}
	var got []listing.State
	for _, f := range list(t, files, "d", listing.Options{}) {
		got = append(got, f.State)
	}
	if want := []listing.State{listing.Partial, listing.Broken, listing.Deleted, listing.Active}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestDecode finds what only decoding finds.
func TestDecode(t *testing.T) {
	files := corpus.Load(t, corpusDir, "damage")
	for name, want := range map[string][2]int64{
		"30-unknown-apikey-recrc": {0, 1}, "31-unknown-record-version-recrc": {0, 1}, "32-bad-frame-version-recrc": {1, 0},
		"35-first-record-value-truncated-type-recrc": {1, 0}, "00-original": {0, 0},
	} {
		f := list(t, files, "damage/4.3.1/"+name, listing.Options{Decode: true})[0]
		if f.DamageCount != want[0] || f.UnknownCount != want[1] {
			t.Errorf("%s: %d damaged, %d unknown: %v", name, f.DamageCount, f.UnknownCount, f.Damage)
		}
	}
}

// TestWorkers finds the same with any number of workers, and makes progress over all bytes.
func TestWorkers(t *testing.T) {
	f := bigLog(t, 8<<20)
	size, err := f.Size()
	if err != nil {
		t.Fatal(err)
	}
	var first *listing.Summary
	for _, workers := range []int{1, 2, 7} {
		done := int64(0)
		s, err := listing.Summarize(f, listing.Options{Workers: workers, Decode: true, Progress: func(n int64) { done += n }})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = s
		}
		if s.DamageCount > 0 || s.Records != first.Records || !maps.Equal(s.Types, first.Types) || !slices.Equal(s.Epochs, first.Epochs) || done != size {
			t.Errorf("%d workers: %+v, %d bytes", workers, s, done)
		}
	}
}

// TestAllocations allocates per chunk, not per record: 2 million records in 128 MiB, 100 thousand here.
func TestAllocations(t *testing.T) {
	f := bigLog(t, 8<<20)
	allocs := testing.AllocsPerRun(3, func() {
		if _, err := listing.Summarize(f, listing.Options{Workers: 1, Decode: true}); err != nil {
			t.Fatal(err)
		}
	})
	if allocs > 600 {
		t.Errorf("%.0f allocations", allocs)
	}
}
