package steps_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/kraftctl/kraftctl/inspect/internal/lab"
	"github.com/kraftctl/kraftctl/inspect/steps"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
)

func topic(name string) *metadata.TopicRecord { return &metadata.TopicRecord{Name: name} }

// seen is a step as a test compares it.
type seen struct {
	offset, committed int64
	name              string
}

func walk(t *testing.T, log *metalog.Log, base steps.Base) []seen {
	t.Helper()
	var list []seen
	for s, err := range steps.Walk(log, base, nil) {
		if err != nil {
			var damage *metalog.Damage
			if !errors.As(err, &damage) {
				t.Fatal(err)
			}
			list = append(list, seen{damage.FirstOffset, -1, "damage"})
			continue
		}
		one := seen{offset: s.Offset, committed: s.Committed}
		switch r := s.Record.Record.(type) {
		case *metadata.TopicRecord:
			one.name = string([]byte(r.Name))
		case *metadata.AbortTransactionRecord:
			one.name = "abort " + string(rune('0'+s.Dropped))
		}
		list = append(list, one)
	}
	return list
}

func TestTransactions(t *testing.T) {
	n := lab.NewNode(1).Elect(1, 1, 1).
		Append(1, &metadata.BeginTransactionRecord{}).Append(1, topic("a"), topic("b")).Append(1, &metadata.EndTransactionRecord{}).
		Append(1, &metadata.BeginTransactionRecord{}, topic("never"), &metadata.AbortTransactionRecord{}).
		Append(1, topic("c")).
		Append(1, &metadata.BeginTransactionRecord{}, topic("open"))
	want := []seen{{0, 0, ""}, {2, 4, "a"}, {3, 4, "b"}, {7, 7, "abort 1"}, {8, 8, "c"}}
	if got := walk(t, n.Log(t), steps.Base{}); !slices.Equal(got, want) {
		t.Errorf("steps %v, want %v", got, want)
	}
}

func TestDamageIsToldAndPassed(t *testing.T) {
	n := lab.NewNode(1).Elect(1, 1, 1).Append(1, topic("a")).Append(1, topic("b")).Flip(5).Append(1, topic("c"))
	got := walk(t, n.Log(t), steps.Base{})
	if want := []seen{{0, 0, ""}, {1, 1, "a"}, {2, -1, "damage"}, {3, 3, "c"}}; !slices.Equal(got, want) {
		t.Errorf("steps %v, want %v", got, want)
	}
}

// TestBase: a real node whose log begins at 1295 and whose oldest snapshot is at 1422.
func TestBase(t *testing.T) {
	log := lab.Logs(t, "../../testdata/corpus", "snapshots", "4.3.1")["node1"]
	for from, want := range map[int64]int64{0: 1422, 1422: 1422, 1600: 1578, 1_000_000: 2110} {
		base := steps.BaseFor(log, from)
		if base.Offset != want || !base.HasSnapshot {
			t.Errorf("from %d it begins at %+v, want %d", from, base, want)
		}
	}
	inSnapshot, next, read := 0, int64(2110), int64(0)
	for s, err := range steps.Walk(log, steps.BaseFor(log, 2110), func(n int64) { read += n }) {
		switch {
		case err != nil:
			t.Fatal(err)
		case s.InSnapshot():
			inSnapshot++
			if s.Offset != 2109 {
				t.Fatalf("a record of the snapshot has offset %d", s.Offset)
			}
		case s.Offset != next:
			t.Fatalf("offset %d, want %d", s.Offset, next)
		default:
			next++
		}
	}
	if inSnapshot == 0 || next != 2114 || read < 50_000 {
		t.Errorf("%d records of the snapshot, log until %d, %d bytes read", inSnapshot, next, read)
	}
}
