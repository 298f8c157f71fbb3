// Package javahash models the iteration order of java.util.HashMap and HashSet with String keys, because
// Kafka's tools print and act in that order.
//
// A table has a power-of-two number of buckets. A key's bucket is the low bits of its spread hash:
//
//	h = Σ unit·31^…   over the UTF-16 units, as int32      (java.lang.String.hashCode)
//	s = h ^ (h >>> 16)                                     (java.util.HashMap.hash)
//	bucket = s & (buckets − 1)
//
// Iteration goes through the buckets in order, and inside a bucket in insertion order. When more than three
// quarters of the buckets' number of keys are held the table doubles, keeping the order inside each bucket. It also
// doubles when a bucket of a table below 64 gets its ninth key. The model leaves out the trees Java makes of such
// buckets in larger tables.
//
// Source: java.util.HashMap of JDK 17; facts/storage.md §6 (370 recorded outputs).
package javahash

import (
	"math/bits"
	"unicode/utf16"
)

const (
	defaultBuckets = 16
	maxBuckets     = 1 << 30
	crowdedBucket  = 8
	treeTable      = 64
)

// StringHash is java.lang.String.hashCode of text.
func StringHash(text string) int32 {
	var hash int32
	for _, unit := range utf16.Encode([]rune(text)) {
		hash = 31*hash + int32(unit)
	}
	return hash
}

// Set is a java.util.HashSet of strings. The zero value is an empty set of the default capacity.
type Set struct {
	buckets [][]string
	size    int
}

// NewSet returns an empty set made as `new HashSet<>(capacity)`; capacity 0 is `new HashSet<>()`.
func NewSet(capacity int) *Set {
	if capacity <= 0 {
		return &Set{}
	}
	return &Set{buckets: make([][]string, tableSize(capacity))}
}

// CopyOf returns the set that `new HashSet<>(collection)` makes of keys in their iteration order:
// its capacity is at least 16 and large enough not to grow.
func CopyOf(keys []string) *Set {
	set := NewSet(max(int(float32(len(keys))/0.75)+1, defaultBuckets))
	for _, key := range keys {
		set.Add(key)
	}
	return set
}

// MapCopyOf returns the key order of `new HashMap<>(map)` for a map that iterates over keys as given: unlike a
// set's, its capacity may be below 16, unless the map is empty.
func MapCopyOf(keys []string) *Set {
	set := &Set{}
	if len(keys) > 0 {
		set.buckets = make([][]string, tableSize(int(float32(len(keys))/0.75+1)))
	}
	for _, key := range keys {
		set.Add(key)
	}
	return set
}

// Add puts key in, reporting whether it was new.
func (s *Set) Add(key string) bool {
	if s.buckets == nil {
		s.buckets = make([][]string, defaultBuckets)
	}
	bucket := &s.buckets[spread(key)&uint32(len(s.buckets)-1)]
	for _, held := range *bucket {
		if held == key {
			return false
		}
	}
	*bucket = append(*bucket, key)
	s.size++
	if len(*bucket) > crowdedBucket && len(s.buckets) < treeTable {
		s.grow()
	}
	if s.size*4 > len(s.buckets)*3 && len(s.buckets) < maxBuckets {
		s.grow()
	}
	return true
}

// Len is the number of keys.
func (s *Set) Len() int { return s.size }

// Keys are the keys in iteration order.
func (s *Set) Keys() []string {
	keys := make([]string, 0, s.size)
	for _, bucket := range s.buckets {
		keys = append(keys, bucket...)
	}
	return keys
}

// grow doubles the table; every bucket's keys go, in their order, to one of two buckets.
func (s *Set) grow() {
	old := s.buckets
	s.buckets = make([][]string, 2*len(old))
	for _, bucket := range old {
		for _, key := range bucket {
			place := spread(key) & uint32(len(s.buckets)-1)
			s.buckets[place] = append(s.buckets[place], key)
		}
	}
}

// Order is the iteration order of a HashSet of the default capacity to which keys were added one by one.
func Order(keys []string) []string {
	set := NewSet(0)
	for _, key := range keys {
		set.Add(key)
	}
	return set.Keys()
}

func spread(key string) uint32 {
	hash := uint32(StringHash(key))
	return hash ^ hash>>16
}

// tableSize is the smallest power of two that is at least capacity (java.util.HashMap.tableSizeFor).
func tableSize(capacity int) int {
	if capacity <= 1 {
		return 1
	}
	return min(1<<bits.Len(uint(capacity-1)), maxBuckets)
}
