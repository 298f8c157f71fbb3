package pattern_test

import (
	"sync"
	"testing"

	"github.com/kraftctl/kraftctl/internal/pattern"
)

// TestLazy compiles once, and not before it is asked.
func TestLazy(t *testing.T) {
	digits := pattern.Lazy(`^\d+$`)
	if !digits().MatchString("42") || digits().MatchString("x") {
		t.Error("it does not match what the expression matches")
	}
	var all sync.WaitGroup
	first := digits()
	for range 8 {
		all.Go(func() {
			if digits() != first {
				t.Error("it was compiled again")
			}
		})
	}
	all.Wait()
	bad := pattern.Lazy(`(`)
	defer func() {
		if recover() == nil {
			t.Error("a bad expression does not panic when it is used")
		}
	}()
	bad()
}
