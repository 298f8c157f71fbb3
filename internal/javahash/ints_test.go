package javahash_test

import (
	"slices"
	"testing"

	"github.com/kraftctl/kraftctl/internal/javahash"
)

// The orders are those of the voters that kafka-storage 3.9.2, 4.0.2, 4.2.1, 4.3.1 and 4.4.0 alike wrote into the snapshot
// for --initial-controllers with these IDs.
func TestIntMapCopyOrder(t *testing.T) {
	for _, test := range []struct{ in, want []int32 }{
		{[]int32{7, 8, 9, 17, 23, 70000}, []int32{17, 70000, 7, 23, 8, 9}},
		{[]int32{7, 8, 9}, []int32{8, 9, 7}},
		{[]int32{1, 2147483647}, []int32{2147483647, 1}},
		{[]int32{1, 2, 3}, []int32{1, 2, 3}},
		{nil, nil},
	} {
		if got := javahash.IntMapCopyOrder(test.in); !slices.Equal(got, test.want) {
			t.Errorf("IntMapCopyOrder(%d) = %d; want %d", test.in, got, test.want)
		}
	}
}
