package recovery

import (
	"strings"
	"testing"
)

// TestEpochsThatNobodyHas tells a leader that is known, a candidacy of one's own, and an epoch of which nothing more is known apart.
func TestEpochsThatNobodyHas(t *testing.T) {
	for name, one := range map[string]struct {
		leader, voted int32
		want          string
	}{
		"a leader is known": {2, -1, "node 1 has heard of epoch 29, led by 2, of which no copy has a record"},
		"its own candidacy": {-1, 1, "node 1 stood for election itself in epoch 29"},
		"voted for another": {-1, 2, "node 1 has heard of epoch 29, whose winner it does not know"},
		"heard of it alone": {-1, -1, "node 1 has heard of epoch 29, whose winner it does not know"},
	} {
		n := newNode(1).elect(1, 1, 1, 2, 3).noop(1, 3).heard(29, one.leader, one.voted, 1, 2, 3)
		words := strings.Join(planned(t, Options{Dead: []int32{2, 3}}, n).Loss.Words, "\n")
		if !strings.Contains(words, one.want) || strings.Count(words, "epoch 29") != 1 {
			t.Errorf("%s: said is\n%s", name, words)
		}
	}
}
