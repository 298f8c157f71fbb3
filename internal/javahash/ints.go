package javahash

import "slices"

// IntMapCopyOrder is the key order of `new HashMap<>(map)` with Integer keys, for a map of the default capacity into which
// keys were put in the given order.
func IntMapCopyOrder(keys []int32) []int32 {
	first := intBuckets(keys, defaultBuckets)
	if len(keys) == 0 {
		return first
	}
	return intBuckets(first, tableSize(int(float32(len(keys))/0.75+1)))
}

// intBuckets is the iteration order of a table that had the given number of buckets when the first key was put in.
func intBuckets(keys []int32, buckets int) []int32 {
	for len(keys)*4 > buckets*3 {
		buckets *= 2
	}
	ordered := slices.Clone(keys)
	bucket := func(key int32) uint32 { return (uint32(key) ^ uint32(key)>>16) & uint32(buckets-1) }
	slices.SortStableFunc(ordered, func(a, b int32) int { return int(bucket(a)) - int(bucket(b)) })
	return ordered
}
