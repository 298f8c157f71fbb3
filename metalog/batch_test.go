package metalog_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metalog"
)

// TestSoundCorpus reads every file of records that real clusters wrote: all bytes belong to batches, nothing is damaged.
func TestSoundCorpus(t *testing.T) {
	files := corpus.Load(t, corpusDir, sound...)
	count := 0
	for _, path := range recordFiles(files) {
		var again []byte
		for b, err := range open(t, files, path).Batches(0) {
			if err != nil {
				t.Errorf("%s: %v", path, err)
			}
			again = append(again, b.Data...)
			count++
		}
		if !bytes.Equal(again, files[path].Data) {
			t.Errorf("%s: %d bytes of batches, %d bytes in the file", path, len(again), len(files[path].Data))
		}
	}
	if count < 1000 {
		t.Errorf("only %d batches", count)
	}
}

// TestDamagedCorpus compares what is found in every damaged file with what people have read and found right.
func TestDamagedCorpus(t *testing.T) {
	files := corpus.Load(t, corpusDir, "damage")
	var out strings.Builder
	for _, path := range recordFiles(files) {
		fmt.Fprintf(&out, "# %s\n", path)
		read := 0
		for b, err := range open(t, files, path).Batches(0) {
			if err != nil {
				fmt.Fprintln(&out, line(t, b, err))
			}
			if b.Data != nil {
				read++
			}
		}
		fmt.Fprintf(&out, "%d batches\n", read)
	}
	golden(t, "testdata/damage.golden", out.String())
}

// TestClone keeps what an iteration would overwrite.
func TestClone(t *testing.T) {
	data := batches(5000, 10)
	var kept []metalog.Batch
	for b, err := range segment(t, data).Batches(0) {
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, b.Clone())
	}
	var again []byte
	for _, b := range kept {
		again = append(again, b.Data...)
	}
	if !bytes.Equal(again, data) {
		t.Error("clones are not what was read")
	}
}

// TestTail tells an unfinished batch at the end of an active segment from damage.
func TestTail(t *testing.T) {
	whole := batches(3, 2)
	for name, tail := range map[string][]byte{
		"half a batch": batch(6, 1, 4)[:70], "half a header": batch(6, 1, 4)[:20], "zeros": make([]byte, 4096),
	} {
		for _, active := range []bool{true, false} {
			f := segment(t, slices.Concat(whole, tail))
			f.Active = active
			var found []*metalog.Damage
			for _, err := range f.Batches(0) {
				if err != nil {
					found = append(found, err.(*metalog.Damage)) //nolint:errorlint // yielded bare
				}
			}
			if len(found) != 1 || found[0].Tail != active || found[0].Position != int64(len(whole)) || found[0].FirstOffset != 6 {
				t.Errorf("%s, active %t: %+v", name, active, found)
			}
		}
	}
}

// TestSegmentStart expects a segment to begin at the offset of its name.
func TestSegmentStart(t *testing.T) {
	f := open(t, fstest.MapFS{"00000000000000000005.log": {Data: batch(7, 1, 1)}}, "00000000000000000005.log")
	if got := walk(t, f); len(got) != 2 || !strings.Contains(got[0], "gap 5 to 6") {
		t.Errorf("got %q", got)
	}
}

// TestResyncAnywhere destroys a batch in every way at every byte; what follows is always read.
func TestResyncAnywhere(t *testing.T) {
	data := batches(6, 3)
	size := len(data) / 6
	for at := range size {
		for _, flip := range []byte{1, 0x80, 0xff} {
			broken := bytes.Clone(data)
			broken[2*size+at] ^= flip
			lines := walk(t, segment(t, broken))
			if !strings.Contains(strings.Join(lines, "\n"), "!") && !damaged(lines) {
				t.Errorf("byte %d ^ %x: no damage found", at, flip)
			}
			last := lines[len(lines)-1]
			if !strings.HasPrefix(last, fmt.Sprintf("%d+%d batch 15 to 17", 5*size, size)) {
				t.Errorf("byte %d ^ %x: the last line is %q", at, flip, last)
			}
		}
	}
}

func damaged(lines []string) bool {
	return slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, " tail=") })
}

// TestHostile reads bytes made to cause much work: every byte begins a header that is possible, none a batch.
func TestHostile(t *testing.T) {
	data := bytes.Repeat([]byte{0, 0, 2, 0}, 1<<19)
	for i := 0; i+100 < len(data); i += 61 {
		copy(data[i:], []byte{0, 0, 0, 0, 0, 0, 0, 1, 0, 0x1f, 0, 0, 0, 0, 0, 1, 2})
	}
	lines := walk(t, segment(t, slices.Concat(data, batches(2, 2))))
	if last := lines[len(lines)-1]; !strings.Contains(last, "batch 2 to 3") {
		t.Errorf("the last line is %q", last)
	}
}

// TestChunks cuts damaged files into chunks of different sizes: what is in them is the same as in one iteration.
func TestChunks(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for round := range 300 {
		data := batches(40, 1+rnd.IntN(6))
		for range rnd.IntN(6) {
			at := rnd.IntN(len(data))
			switch rnd.IntN(4) {
			case 0:
				data[at] ^= 1 << rnd.IntN(8)
			case 1:
				data = slices.Delete(data, at, min(len(data), at+rnd.IntN(400)))
			case 2:
				data = slices.Insert(data, at, make([]byte, rnd.IntN(300))...)
			case 3:
				copy(data[at:], data[:rnd.IntN(400)])
			}
			if len(data) == 0 {
				data = []byte{0}
			}
		}
		want := walk(t, segment(t, data))
		for _, size := range []int64{61, 200, 1000, 5000} {
			if got := chunked(t, segment(t, data), size); !slices.Equal(got, want) {
				t.Fatalf("round %d, chunks of %d bytes:\n%s\nwant:\n%s", round, size, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
	}
}

func chunked(t *testing.T, f *metalog.File, size int64) []string {
	t.Helper()
	chunks, err := f.Chunks(0, size)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for {
		c, err := chunks.Next()
		if err != nil {
			t.Fatal(err)
		}
		if c == nil {
			return lines
		}
		err = c.Entries(func(e *metalog.Entry) bool {
			var err error
			if e.Damage != nil {
				err = e.Damage
			}
			lines = append(lines, line(t, e.Batch, err))
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		chunks.Release(c)
	}
}
