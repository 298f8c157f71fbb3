package wording_test

import (
	"testing"

	"github.com/kraftctl/kraftctl/internal/wording"
)

func TestCount(t *testing.T) {
	for _, c := range []struct {
		n    int
		noun string
		want string
	}{
		{0, "file", "0 files"},
		{1, "batch", "1 batch"},
		{2, "batch", "2 batches"},
		{1, "directory", "1 directory"},
		{3, "partition directory", "3 partition directories"},
	} {
		if got := wording.Count(c.n, c.noun); got != c.want {
			t.Errorf("%d %s: %q, want %q", c.n, c.noun, got, c.want)
		}
	}
}

func TestIDs(t *testing.T) {
	for want, ids := range map[string][]int32{"none": nil, "7": {7}, "1 and 2": {1, 2}, "3, 1 and 2": {3, 1, 2}} {
		if got := wording.IDs(ids); got != want {
			t.Errorf("%v: %q, want %q", ids, got, want)
		}
	}
}
