package dump

import (
	"strconv"
	"testing"
)

func TestCounting(t *testing.T) {
	var c counting
	for _, v := range []int64{0, 1, 2, 8, 9, 10, 11, 11, 99, 100, 5, 998, 999, 1000, -1, 0, 1, -3, -2, 9_999_999, 10_000_000, 1<<63 - 1} {
		if got := string(c.append([]byte("x"), v)); got != "x"+strconv.FormatInt(v, 10) {
			t.Errorf("%d: %s", v, got)
		}
	}
}
