package wire

import "math"

// compactLen reads a compact length or count; negative is null.
func (r *Reader) compactLen() int { return int(int32(r.Uvarint() - 1)) }

// CompactString reads a string that cannot be null. field is named in the error.
func (r *Reader) CompactString(field string) string {
	pos := r.pos
	n := r.compactLen()
	switch {
	case n < 0:
		r.fail(pos, UnexpectedNull, field, 0, 0)
		return ""
	case n > math.MaxInt16:
		r.fail(pos, LongString, field, int64(n), int64(r.Remaining()))
		return ""
	}
	return AliasString(r.take(n, field))
}

// CompactNullString reads a string that may be null.
func (r *Reader) CompactNullString(field string) NullString {
	pos := r.pos
	n := r.compactLen()
	if n < 0 {
		return NullString{}
	}
	if n > math.MaxInt16 {
		r.fail(pos, LongString, field, int64(n), int64(r.Remaining()))
		return NullString{}
	}
	return NullString{String: AliasString(r.take(n, field)), Valid: r.err == nil}
}

// CompactBytes reads bytes that cannot be null; never nil unless it fails.
func (r *Reader) CompactBytes(field string) []byte {
	pos := r.pos
	n := r.compactLen()
	if n < 0 {
		r.fail(pos, UnexpectedNull, field, 0, 0)
		return nil
	}
	return r.take(n, field)
}

// Count reads the element count of an array that cannot be null.
func (r *Reader) Count(field string) int {
	pos := r.pos
	n := r.compactLen()
	if n < 0 {
		r.fail(pos, UnexpectedNull, field, 0, 0)
		return 0
	}
	return r.checkCount(pos, n, field)
}

// NullCount reads the element count of an array that may be null; -1 is null.
func (r *Reader) NullCount(field string) int {
	pos := r.pos
	n := r.compactLen()
	if n < 0 {
		return -1
	}
	return r.checkCount(pos, n, field)
}

// checkCount refuses counts that the bytes left cannot hold; every element takes a byte at least.
func (r *Reader) checkCount(pos, n int, field string) int {
	if n > r.Remaining() {
		r.fail(pos, LargeCount, field, int64(n), int64(r.Remaining()))
		return 0
	}
	return n
}

// Int32s reads an array that cannot be null.
func (r *Reader) Int32s(field string) []int32 { return r.int32s(r.Count(field), field) }

// NullInt32s reads an array that may be null: nil.
func (r *Reader) NullInt32s(field string) []int32 { return r.int32s(r.NullCount(field), field) }

func (r *Reader) int32s(n int, field string) []int32 {
	if n < 0 || r.err != nil {
		return nil
	}
	if n > r.Remaining()/4 {
		r.fail(r.pos, Short, field, int64(n)*4, int64(r.Remaining()))
		return nil
	}
	s := r.arena.int32s(n)
	for i := range s {
		s[i] = r.Int32()
	}
	return s
}

// UUIDs reads an array that cannot be null.
func (r *Reader) UUIDs(field string) []UUID { return r.uuids(r.Count(field), field) }

// NullUUIDs reads an array that may be null: nil.
func (r *Reader) NullUUIDs(field string) []UUID { return r.uuids(r.NullCount(field), field) }

func (r *Reader) uuids(n int, field string) []UUID {
	if n < 0 || r.err != nil {
		return nil
	}
	if n > r.Remaining()/16 {
		r.fail(r.pos, Short, field, int64(n)*16, int64(r.Remaining()))
		return nil
	}
	s := r.arena.uuids(n)
	for i := range s {
		s[i] = r.UUID()
	}
	return s
}

// Strings reads an array of strings; neither it nor they can be null.
func (r *Reader) Strings(field string) []string {
	n := r.Count(field)
	if r.err != nil {
		return nil
	}
	s := r.arena.strings(n)
	for i := range s {
		s[i] = r.CompactString(field)
	}
	return s
}

// AppendString appends a compact string.
func AppendString(dst []byte, s string) []byte {
	return append(AppendUvarint(dst, uint32(len(s))+1), s...)
}

// AppendNullString appends a compact string or null.
func AppendNullString(dst []byte, s NullString) []byte {
	if !s.Valid {
		return append(dst, 0)
	}
	return AppendString(dst, s.String)
}

// AppendBytes appends compact bytes; nil is written as empty.
func AppendBytes(dst, b []byte) []byte {
	return append(AppendUvarint(dst, uint32(len(b))+1), b...)
}

// AppendCount appends the element count of an array that is not null.
func AppendCount(dst []byte, n int) []byte { return AppendUvarint(dst, uint32(n)+1) }

// AppendInt32s appends an array; nil is written as empty.
func AppendInt32s(dst []byte, s []int32) []byte {
	dst = AppendCount(dst, len(s))
	for _, v := range s {
		dst = AppendInt32(dst, v)
	}
	return dst
}

// AppendUUIDs appends an array; nil is written as empty.
func AppendUUIDs(dst []byte, s []UUID) []byte {
	dst = AppendCount(dst, len(s))
	for i := range s {
		dst = append(dst, s[i][:]...)
	}
	return dst
}

// AppendStrings appends an array; nil is written as empty.
func AppendStrings(dst []byte, s []string) []byte {
	dst = AppendCount(dst, len(s))
	for _, v := range s {
		dst = AppendString(dst, v)
	}
	return dst
}
