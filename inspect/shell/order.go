package shell

import (
	"encoding/base64"
	"encoding/binary"
	"slices"

	"github.com/kraftctl/kraftctl/internal/javahash"
)

// javaOrder is the order in which a HashMap that grew with its content iterates over texts. The shell of 3.5 prints so.
func javaOrder(names []string) []string {
	return hashOrder(names, func(name string) uint32 { return uint32(javahash.StringHash(name)) })
}

// javaIDOrder is the same for org.apache.kafka.common.Uuid, given as text.
func javaIDOrder(names []string) []string {
	return hashOrder(names, func(name string) uint32 {
		id, err := base64.RawURLEncoding.DecodeString(name)
		if err != nil || len(id) != 16 {
			return 0
		}
		x := binary.BigEndian.Uint64(id) ^ binary.BigEndian.Uint64(id[8:])
		return uint32(x>>32) ^ uint32(x)
	})
}

// hashOrder sorts by bucket, of which there are a power of two, at least a third more than names.
func hashOrder(names []string, hash func(string) uint32) []string {
	buckets := uint32(1)
	for uint32(len(names))*4 > buckets*3 {
		buckets *= 2
	}
	bucket := make(map[string]uint32, len(names))
	for _, name := range names {
		h := hash(name)
		bucket[name] = (h ^ h>>16) & (buckets - 1)
	}
	ordered := slices.Clone(names)
	slices.SortStableFunc(ordered, func(a, b string) int { return int(bucket[a]) - int(bucket[b]) })
	return ordered
}
