package dump_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kraftctl/kraftctl/inspect/dump"
	"github.com/kraftctl/kraftctl/internal/gen/biglog/simulate"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
)

// buffer is written and read on different goroutines.
type buffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func oneBatch(base int64) []byte {
	return record.AppendBatch(nil, record.NewBatch(base, 1, base), []record.Record{{Value: []byte{1, 20, 0, 0}}})
}

// TestFollow prints what is appended: torn writes once they are whole, and across a roll to a new segment.
func TestFollow(t *testing.T) {
	dir := t.TempDir()
	first, second := filepath.Join(dir, "00000000000000000000.log"), filepath.Join(dir, "00000000000000000003.log")
	write := func(path string, data []byte) {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(dir, "quorum-state"), []byte("{}"))
	write(first, oneBatch(0))
	log, err := metalog.OpenLog(os.DirFS(dir), ".", dir)
	if err != nil {
		t.Fatal(err)
	}
	var out buffer
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		sink := dump.Sink{Out: &out, Flush: func() error { return nil }, Damaged: func(d *metalog.Damage) { t.Error(d) }}
		ended <- dump.Follow(ctx, nil, log, dump.Options{Workers: 2}, time.Millisecond, sink)
	}()
	await := func(text string) {
		t.Helper()
		for range 5000 {
			if strings.Contains(out.String(), text) {
				return
			}
			time.Sleep(time.Millisecond)
		}
		t.Fatalf("%q does not come: %s", text, out.String())
	}
	await("| offset: 0 ")
	batch := oneBatch(1)
	write(first, batch[:30])
	time.Sleep(20 * time.Millisecond)
	write(first, batch[30:])
	await("| offset: 1 ")
	write(first, oneBatch(2))
	write(second, oneBatch(3))
	await("| offset: 3 ")
	if !strings.Contains(out.String(), "Dumping "+filepath.ToSlash(second)) || !strings.Contains(out.String(), "| offset: 2 ") {
		t.Error(out.String())
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestFiles chooses the files of a log that a filter can mean.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	if err := simulate.Write(dir, simulate.Options{Size: 40 << 10, SegmentSize: 10 << 10, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	log, err := metalog.OpenLog(os.DirFS(dir), metalog.PartitionDir, dir)
	if err != nil || len(log.Segments) < 4 {
		t.Fatalf("%+v, %v", log, err)
	}
	second, third := log.Segments[1].Offset, log.Segments[2].Offset
	got := dump.Files(log, &dump.Filter{Offsets: &dump.Range{From: second + 1, To: third}})
	if !slices.Equal(got, log.Segments[1:3]) {
		t.Errorf("%v", got)
	}
	if got := dump.Files(log, &dump.Filter{}); !slices.Equal(got, log.Segments) {
		t.Errorf("%v", got)
	}
	if got := dump.Files(log, &dump.Filter{Times: &dump.Range{}}); !slices.Equal(got, log.Segments) {
		t.Errorf("%v", got)
	}
}
