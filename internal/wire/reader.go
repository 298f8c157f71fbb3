package wire

import (
	"encoding/binary"
	"math"
	"unsafe"
)

// Reader is a cursor over bytes with a sticky error. What it returns aliases its input. The zero value reads nothing.
type Reader struct {
	buf   []byte
	pos   int
	err   *Error
	arena *Arena
	// written and known are versions; see SetVersion.
	written, known int16
}

// NewReader is a reader at the start of buf.
func NewReader(buf []byte) Reader { return Reader{buf: buf} }

// Reset points the reader at the start of buf and forgets any error. Slices handed out from an arena become invalid.
func (r *Reader) Reset(buf []byte) {
	r.buf, r.pos, r.err = buf, 0, nil
	if r.arena != nil {
		r.arena.reset()
	}
}

// UseArena makes the reader take the memory of the arrays it returns from a, which it reuses after every Reset.
func (r *Reader) UseArena(a *Arena) { r.arena = a }

// Err is the first failure, or nil. The error is an [*Error].
func (r *Reader) Err() error {
	if r.err == nil {
		return nil
	}
	return r.err
}

// Failed reports whether a read has failed.
func (r *Reader) Failed() bool { return r.err != nil }

// Pos is the position of the next byte to be read, from the start of the input.
func (r *Reader) Pos() int { return r.pos }

// Remaining is the number of bytes left; 0 after a failure.
func (r *Reader) Remaining() int { return len(r.buf) - r.pos }

// fail keeps the first error and moves to the end, so that later reads fail without a check of their own.
func (r *Reader) fail(pos int, kind Kind, field string, want, have int64) {
	if r.err == nil {
		r.err = &Error{Kind: kind, Pos: pos, Field: field, Want: want, Have: have}
	}
	r.pos = len(r.buf)
}

// take is the next n bytes, or nil after recording a failure.
func (r *Reader) take(n int, field string) []byte {
	if uint(n) > uint(len(r.buf)-r.pos) {
		r.fail(r.pos, Short, field, int64(n), int64(r.Remaining()))
		return nil
	}
	b := r.buf[r.pos : r.pos+n : r.pos+n]
	r.pos += n
	return b
}

// Bytes is the next n bytes.
func (r *Reader) Bytes(n int) []byte { return r.take(n, "") }

// Rest is all bytes that are left.
func (r *Reader) Rest() []byte { return r.take(r.Remaining(), "") }

// Int8 reads one byte.
func (r *Reader) Int8() int8 {
	b := r.take(1, "")
	if b == nil {
		return 0
	}
	return int8(b[0])
}

// Bool reads one byte; anything but 0 is true, as in Kafka.
func (r *Reader) Bool() bool { return r.Int8() != 0 }

// Int16 reads two bytes.
func (r *Reader) Int16() int16 { return int16(r.Uint16()) }

// Uint16 reads two bytes.
func (r *Reader) Uint16() uint16 {
	b := r.take(2, "")
	if b == nil {
		return 0
	}
	return binary.BigEndian.Uint16(b)
}

// Int32 reads four bytes.
func (r *Reader) Int32() int32 { return int32(r.Uint32()) }

// Uint32 reads four bytes.
func (r *Reader) Uint32() uint32 {
	b := r.take(4, "")
	if b == nil {
		return 0
	}
	return binary.BigEndian.Uint32(b)
}

// Int64 reads eight bytes.
func (r *Reader) Int64() int64 {
	b := r.take(8, "")
	if b == nil {
		return 0
	}
	return int64(binary.BigEndian.Uint64(b))
}

// Float64 reads eight bytes as an IEEE 754 double.
func (r *Reader) Float64() float64 { return math.Float64frombits(uint64(r.Int64())) }

// UUID reads sixteen bytes.
func (r *Reader) UUID() UUID {
	b := r.take(16, "")
	if b == nil {
		return UUID{}
	}
	return UUID(b)
}

// AliasString is b as a string that shares its memory.
func AliasString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
