package metalog_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kraftctl/kraftctl/metalog"
)

// echo delivers the positions of the chunks it is given.
type echo struct {
	active *atomic.Int32
	out    *[]int64
	limit  int
	fail   int64
	at     int64
}

var errTest = errors.New("test")

func (e *echo) Work(c *metalog.Chunk) error {
	e.at = c.Position()
	time.Sleep(time.Duration(e.at%7) * 100 * time.Microsecond)
	if e.fail > 0 && e.at >= e.fail {
		return errTest
	}
	return nil
}

func (e *echo) Deliver() (bool, error) {
	if e.active.Add(1) != 1 {
		panic("two deliveries at once")
	}
	*e.out = append(*e.out, e.at)
	e.active.Add(-1)
	return e.limit == 0 || len(*e.out) < e.limit, nil
}

func work(t *testing.T, limit int, fail int64) ([]int64, error) {
	t.Helper()
	chunks, err := segment(t, batches(400, 5)).Chunks(0, 500)
	if err != nil {
		t.Fatal(err)
	}
	var out []int64
	var active atomic.Int32
	workers := make([]*echo, 5)
	for i := range workers {
		workers[i] = &echo{active: &active, out: &out, limit: limit, fail: fail}
	}
	err = metalog.Work(workers, func() (*metalog.Chunk, func(*metalog.Chunk), error) {
		c, err := chunks.Next()
		return c, chunks.Release, err
	})
	for i := 1; i < len(out); i++ {
		if out[i] <= out[i-1] {
			t.Fatalf("chunk at %d after the one at %d", out[i], out[i-1])
		}
	}
	return out, err
}

func TestWork(t *testing.T) {
	if out, err := work(t, 0, 0); err != nil || len(out) < 50 {
		t.Errorf("%d chunks, %v", len(out), err)
	}
	if out, err := work(t, 3, 0); err != nil || len(out) != 3 {
		t.Errorf("%d chunks, %v", len(out), err)
	}
	if out, err := work(t, 0, 5000); !errors.Is(err, errTest) || len(out) == 0 {
		t.Errorf("%d chunks, %v", len(out), err)
	}
}

// TestWorkReadFailure delivers what was read before reading failed.
func TestWorkReadFailure(t *testing.T) {
	chunks, err := segment(t, batches(400, 5)).Chunks(0, 500)
	if err != nil {
		t.Fatal(err)
	}
	var out []int64
	var active atomic.Int32
	n := 0
	err = metalog.Work([]*echo{{active: &active, out: &out}, {active: &active, out: &out}}, func() (*metalog.Chunk, func(*metalog.Chunk), error) {
		if n++; n > 4 {
			return nil, nil, errTest
		}
		c, err := chunks.Next()
		return c, chunks.Release, err
	})
	if !errors.Is(err, errTest) || len(out) != 4 {
		t.Errorf("%d chunks, %v", len(out), err)
	}
}
