package nodeconf

import "testing"

// The first and last are what the StorageTool of 3.3.2, 3.9.2 and 4.3.1 printed of such voters.
func TestIDSet(t *testing.T) {
	for want, ids := range map[string][]int32{
		"HashSet(1, 33, 65, -5, 7, 3, 2, 70000)": {7, 33, 1, 70000, 3, 2, 65, -5},
		"Set(1, 2)":                              {2, 1, 2},
		"Set()":                                  nil,
		"Set(33, 1, 7)":                          {7, 33, 1},
	} {
		if have := idSet(ids, len(ids)); have != want {
			t.Errorf("%v prints as %s, want %s", ids, have, want)
		}
	}
}

// The order is what the StorageTool of 3.6.2 and 4.3.1 printed.
func TestNameSet(t *testing.T) {
	if have := nameSet([]string{"AA", "BB", "CC", "DD", "EE", "FF"}); have != "BB,EE,AA,FF,CC,DD" {
		t.Errorf("printed as %s", have)
	}
	if have := nameSet([]string{"Z", "A"}); have != "Z,A" {
		t.Errorf("printed as %s", have)
	}
}
