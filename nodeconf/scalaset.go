package nodeconf

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/internal/javahash"
)

// smallSet is how many elements a Scala immutable Set keeps in the order they came; a HashSet holds more.
const smallSet = 4

// idSet prints voter ids as Scala prints a Set made of the keys of a java.util.HashMap of an initial capacity.
func idSet(ids []int32, capacity int) string {
	keys := scalaOrder(hashMapOrder(ids, capacity), func(id int32) uint32 { return uint32(id) })
	shown := make([]string, len(keys))
	for i, id := range keys {
		shown[i] = strconv.Itoa(int(id))
	}
	name := "Set"
	if len(keys) > smallSet {
		name = "HashSet"
	}
	return name + "(" + strings.Join(shown, ", ") + ")"
}

// nameSet joins names with commas in the order of a Scala Set of them.
func nameSet(names []string) string {
	return strings.Join(scalaOrder(names, func(name string) uint32 { return uint32(javahash.StringHash(name)) }), ",")
}

// hashMapOrder is the iteration order of a java.util.HashMap of an initial capacity.
func hashMapOrder(ids []int32, capacity int) []int32 {
	keys := make([]int32, 0, len(ids))
	for _, id := range ids {
		if !slices.Contains(keys, id) {
			keys = append(keys, id)
		}
	}
	buckets := uint32(1)
	for int(buckets) < capacity {
		buckets *= 2
	}
	for len(keys)*4 > int(buckets)*3 {
		buckets *= 2
	}
	slices.SortStableFunc(keys, func(a, b int32) int {
		return cmp.Compare((uint32(a)^uint32(a)>>16)&(buckets-1), (uint32(b)^uint32(b)>>16)&(buckets-1))
	})
	return keys
}

// scalaOrder is the iteration order of a Scala 2.13 immutable Set to which distinct elements were added in order.
func scalaOrder[T any](elements []T, hash func(T) uint32) []T {
	if len(elements) <= smallSet {
		return elements
	}
	return trieOrder(elements, func(e T) uint32 { return improveHash(hash(e)) }, 0)
}

// improveHash is scala.collection.Hashing.improve.
func improveHash(h uint32) uint32 {
	h += ^(h << 9)
	h ^= h >> 14
	h += h << 4
	return h ^ h>>10
}

// trieOrder goes through a HashSet: in each node of 32 branches, chosen by five bits of the hash, first the elements
// that are alone in their branch, then the nodes below.
func trieOrder[T any](elements []T, hash func(T) uint32, shift uint) []T {
	var branches [32][]T
	for _, e := range elements {
		branch := hash(e) >> shift & 31
		branches[branch] = append(branches[branch], e)
	}
	var alone, below []T
	for _, branch := range branches {
		switch {
		case len(branch) == 1:
			alone = append(alone, branch[0])
		case len(branch) > 1 && shift < 30:
			below = append(below, trieOrder(branch, hash, shift+5)...)
		default:
			below = append(below, branch...)
		}
	}
	return append(alone, below...)
}
