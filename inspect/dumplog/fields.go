package dumplog

import (
	"github.com/kraftctl/kraftctl/internal/wire"
	"github.com/kraftctl/kraftctl/record"
)

// fault is how reading a record failed, before it is put in words.
type fault uint8

const (
	sound fault = iota
	// underflow: the bytes end too early (BufferUnderflowException, or a position behind the limit).
	underflow
	// longVarint: a varint goes on after its last byte (IllegalArgumentException); the value is in failure.have.
	longVarint
	// shortBuffer: the record's size, want, is more than have, the bytes that are left.
	shortBuffer
	// wrongSize: the record's size is want, its fields take have bytes.
	wrongSize
	// negativeHeaders, manyHeaders: have is the number of headers.
	negativeHeaders
	manyHeaders
	// negativeHeaderKey: have is the size of a header's key.
	negativeHeaderKey
)

// failure is a fault with its numbers.
type failure struct {
	fault      fault
	want, have int64
}

// exception puts the failure of DefaultRecord.readFrom in words.
func (f failure) exception() *Exception {
	switch f.fault {
	case shortBuffer:
		return throw(invalidRecord, "Invalid record size: expected %d bytes in record payload, but instead the buffer has only %d remaining bytes.", f.want, f.have)
	case wrongSize:
		return throw(invalidRecord, "Invalid record size: expected to read %d bytes in record payload, but instead read %d", f.want, f.have)
	case negativeHeaders:
		return throw(invalidRecord, "Found invalid number of record headers %d", f.have)
	case manyHeaders:
		return throw(invalidRecord, "Found invalid number of record headers. %d is larger than the remaining size of the buffer", f.have)
	case negativeHeaderKey:
		return throw(invalidRecord, "Invalid negative header key size %d", f.have)
	}
	return throw(invalidRecord, "Found invalid record structure")
}

// reader reads the fields of records as java.nio.ByteBuffer and ByteUtils do.
type reader struct {
	buf []byte
	pos int
	bad failure
}

func (rd *reader) remaining() int { return len(rd.buf) - rd.pos }

func (rd *reader) fail(f fault, want, have int64) {
	if rd.bad.fault == sound {
		rd.bad = failure{f, want, have}
	}
	rd.pos = len(rd.buf)
}

func (rd *reader) int8() int8 {
	if rd.pos >= len(rd.buf) {
		rd.fail(underflow, 0, 0)
		return 0
	}
	rd.pos++
	return int8(rd.buf[rd.pos-1])
}

// varint reads a zigzag integer of 5 bytes at most.
func (rd *reader) varint() int32 {
	if rd.pos < len(rd.buf) {
		if b := rd.buf[rd.pos]; b < 0x80 {
			rd.pos++
			return int32(b>>1) ^ -int32(b&1)
		}
	}
	var u uint32
	for shift := 0; shift < 35; shift += 7 {
		if rd.pos >= len(rd.buf) {
			rd.fail(underflow, 0, 0)
			return 0
		}
		b := rd.buf[rd.pos]
		rd.pos++
		u |= uint32(b&0x7f) << shift
		if b < 0x80 {
			return int32(u>>1) ^ -int32(u&1)
		}
	}
	rd.fail(longVarint, 0, int64(u))
	return 0
}

// varlong reads a zigzag integer of 10 bytes at most.
func (rd *reader) varlong() int64 {
	var u uint64
	for shift := 0; shift < 70; shift += 7 {
		if rd.pos >= len(rd.buf) {
			rd.fail(underflow, 0, 0)
			return 0
		}
		b := rd.buf[rd.pos]
		rd.pos++
		u |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return int64(u>>1) ^ -int64(u&1)
		}
	}
	rd.fail(longVarint, 0, 0)
	return 0
}

// bytes are the next bytes after their length; nil when that is negative.
func (rd *reader) bytes() []byte { return rd.sized(int(rd.varint())) }

func (rd *reader) sized(n int) []byte {
	if n < 0 || rd.bad.fault != sound {
		return nil
	}
	if n > rd.remaining() {
		rd.fail(underflow, 0, 0)
		return nil
	}
	b := rd.buf[rd.pos : rd.pos+n : rd.pos+n]
	rd.pos += n
	return b
}

// record reads what follows a record's size, in the order and with the checks of DefaultRecord.readFrom: the fields may
// run past the size, which is compared at the end.
func (rd *reader) record(size int, rec *record.Record) {
	if rd.remaining() < size {
		rd.fail(shortBuffer, int64(size), int64(rd.remaining()))
		return
	}
	start := rd.pos
	rec.Attributes = rd.int8()
	rec.TimestampDelta = rd.varlong()
	rec.OffsetDelta = int64(rd.varint())
	rec.Key = rd.bytes()
	rec.Value = rd.bytes()
	rd.headers(rec)
	if read := rd.pos - start; rd.bad.fault == sound && read != size {
		rd.fail(wrongSize, int64(size), int64(read))
	}
}

// headers reads record headers into the memory of the earlier ones.
func (rd *reader) headers(rec *record.Record) {
	rec.Headers = rec.Headers[:0]
	n := int(rd.varint())
	switch {
	case rd.bad.fault != sound:
		return
	case n < 0:
		rd.fail(negativeHeaders, 0, int64(n))
		return
	case n > rd.remaining():
		rd.fail(manyHeaders, 0, int64(n))
		return
	}
	for ; n > 0 && rd.bad.fault == sound; n-- {
		size := int(rd.varint())
		if size < 0 {
			rd.fail(negativeHeaderKey, 0, int64(size))
			return
		}
		key := rd.sized(size)
		rec.Headers = append(rec.Headers, record.Header{Key: wire.AliasString(key), Value: rd.bytes()})
	}
}
