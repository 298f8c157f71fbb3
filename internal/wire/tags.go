package wire

// Tag is a tagged field kept as it was read, because the schema at hand does not know it.
type Tag struct {
	// Number identifies the field within its structure.
	Number uint32
	// Data is its encoded value.
	Data []byte
}

// SetVersion tells the reader at which version the structure was written, and up to which one its schema is known.
func (r *Reader) SetVersion(written, known int16) { r.written, r.known = written, known }

// CheckStruct fails when the version is beyond the known ones: Kafka reads a whole record of such a version as
// well as it can, but not the structures within it.
func (r *Reader) CheckStruct(field string) {
	if r.written > r.known {
		r.fail(r.pos, StructVersion, field, int64(r.known), int64(r.written))
	}
}

// EarlyTag decides about a tagged field that the version lacks. It fails and returns true when the field is known to be of later
// versions, and returns false when even those are not known, so that it is one of the unknown fields.
func (r *Reader) EarlyTag(number uint32, since int16, field string) bool {
	if since > r.known {
		return false
	}
	r.fail(r.pos, TagVersion, field, int64(number), int64(r.written))
	return true
}

// UnknownTag reads size bytes as the value of a field that the schema does not know.
func (r *Reader) UnknownTag(tags []Tag, number, size uint32) []Tag {
	data := r.take(int(size), "tagged field")
	if r.err != nil {
		return tags
	}
	return append(tags, Tag{Number: number, Data: data})
}

// AppendTags appends the unknown fields from index next on whose number is below limit, and returns the index of the
// first field left. Fields are written in ascending order of their numbers, so an encoder calls this before each
// field it knows.
func AppendTags(dst []byte, tags []Tag, next int, limit uint32) ([]byte, int) {
	for ; next < len(tags) && tags[next].Number < limit; next++ {
		dst = appendTag(dst, tags[next])
	}
	return dst, next
}

// AppendRemainingTags appends the unknown fields from index next on.
func AppendRemainingTags(dst []byte, tags []Tag, next int) []byte {
	for _, t := range tags[next:] {
		dst = appendTag(dst, t)
	}
	return dst
}

func appendTag(dst []byte, t Tag) []byte {
	dst = AppendUvarint(dst, t.Number)
	dst = AppendUvarint(dst, uint32(len(t.Data)))
	return append(dst, t.Data...)
}

// InsertSize puts the size of what was appended to dst since mark, as an unsigned varint, before it.
func InsertSize(dst []byte, mark int) []byte {
	size := uint32(len(dst) - mark)
	width := SizeUvarint(size)
	for range width {
		dst = append(dst, 0)
	}
	copy(dst[mark+width:], dst[mark:len(dst)-width])
	AppendUvarint(dst[mark:mark:mark+width], size)
	return dst
}

// TagCount reads the number of tagged fields of a structure; a negative one counts as none, as in Kafka.
func (r *Reader) TagCount() int { return max(0, int(int32(r.Uvarint()))) }

// AppendTagSection appends the tagged fields of a structure whose schema has none.
func AppendTagSection(dst []byte, tags []Tag) []byte {
	return AppendRemainingTags(AppendUvarint(dst, uint32(len(tags))), tags, 0)
}
