package golden_test

import (
	"testing"

	"github.com/kraftctl/kraftctl/internal/golden"
)

// recorder is a test whose failure is what is looked for.
type recorder struct {
	testing.TB
	errors, fatals int
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.errors++ }
func (r *recorder) Fatal(...any)          { r.fatals++ }

func TestCheck(t *testing.T) {
	same, other, missing := &recorder{TB: t}, &recorder{TB: t}, &recorder{TB: t}
	golden.Check(same, "greeting.txt", "hello\n")
	golden.Check(other, "greeting.txt", "hullo\n")
	golden.Check(missing, "no-such.txt", "hello\n")
	if same.errors+same.fatals != 0 || other.errors != 1 || missing.fatals != 1 {
		t.Errorf("same %+v, other %+v, missing %+v", same, other, missing)
	}
}
