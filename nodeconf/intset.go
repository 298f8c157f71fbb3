package nodeconf

import (
	"cmp"
	"slices"
	"strconv"
)

// smallSet is how many elements a Scala immutable Set keeps in the order they came.
const smallSet = 4

// intSetOrder is the order in which a Scala Set made of the keys of a java.util.HashMap prints them.
func intSetOrder(ids []int32) []string {
	keys := hashMapOrder(ids)
	if len(keys) > smallSet {
		keys = trieOrder(keys, 0)
	}
	shown := make([]string, len(keys))
	for i, id := range keys {
		shown[i] = strconv.Itoa(int(id))
	}
	return shown
}

func spreadInt(id int32) uint32 { return uint32(id) ^ uint32(id)>>16 }

// hashMapOrder is the iteration order of a java.util.HashMap made for as many entries as there are ids.
func hashMapOrder(ids []int32) []int32 {
	keys := make([]int32, 0, len(ids))
	for _, id := range ids {
		if !slices.Contains(keys, id) {
			keys = append(keys, id)
		}
	}
	buckets := uint32(16)
	for float64(len(keys)) > 0.75*float64(buckets) {
		buckets *= 2
	}
	slices.SortStableFunc(keys, func(a, b int32) int {
		return cmp.Compare(spreadInt(a)&(buckets-1), spreadInt(b)&(buckets-1))
	})
	return keys
}

// trieOrder is the iteration order of Scala's HashSet: in each node of 32 branches, chosen by five bits of the hash,
// first the elements that are alone in their branch, then the nodes below.
func trieOrder(keys []int32, shift uint) []int32 {
	var branches [32][]int32
	for _, key := range keys {
		branch := spreadInt(key) >> shift & 31
		branches[branch] = append(branches[branch], key)
	}
	var alone, below []int32
	for _, branch := range branches {
		switch {
		case len(branch) == 1:
			alone = append(alone, branch[0])
		case len(branch) > 1 && shift < 30:
			below = append(below, trieOrder(branch, shift+5)...)
		default:
			below = append(below, branch...)
		}
	}
	return append(alone, below...)
}
