package spelling

import "testing"

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"abc", "abc", 0},
		{"node.id", "nod.id", 1},
		{"node.id", "noed.id", 1},
		{"node.id", "node_id", 1},
		{"kye", "key", 1},
		{"broker", "brokers", 1},
		{"log.dirs", "log.dir", 1},
		{"abcd", "wxyz", 4},
	} {
		if got, back := Distance(c.a, c.b), Distance(c.b, c.a); got != c.want || back != c.want {
			t.Errorf("%q %q: %d and %d, want %d", c.a, c.b, got, back, c.want)
		}
	}
}
