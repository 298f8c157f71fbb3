package wire

// Uvarint reads an unsigned variable-length integer of at most 5 bytes. Like Kafka it keeps the low 32 bits of what
// the fifth byte adds (ByteUtils.readUnsignedVarint).
func (r *Reader) Uvarint() uint32 {
	if r.pos < len(r.buf) {
		if b := r.buf[r.pos]; b < 0x80 {
			r.pos++
			return uint32(b)
		}
	}
	return r.uvarintSlow()
}

func (r *Reader) uvarintSlow() uint32 {
	start := r.pos
	var v uint32
	for shift := 0; shift < 35; shift += 7 {
		if r.pos >= len(r.buf) {
			r.fail(start, Short, "", int64(r.pos-start+1), int64(r.pos-start))
			return 0
		}
		b := r.buf[r.pos]
		r.pos++
		v |= uint32(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
	r.fail(start, LongVarint, "", 5, 0)
	return 0
}

// Varint reads a zigzag variable-length 32-bit integer.
func (r *Reader) Varint() int32 {
	u := r.Uvarint()
	return int32(u>>1) ^ -int32(u&1)
}

// Varlong reads a zigzag variable-length 64-bit integer of at most 10 bytes.
func (r *Reader) Varlong() int64 {
	if r.pos < len(r.buf) {
		if b := r.buf[r.pos]; b < 0x80 {
			r.pos++
			return int64(b>>1) ^ -int64(b&1)
		}
	}
	return r.varlongSlow()
}

func (r *Reader) varlongSlow() int64 {
	start := r.pos
	var v uint64
	for shift := 0; shift < 70; shift += 7 {
		if r.pos >= len(r.buf) {
			r.fail(start, Short, "", int64(r.pos-start+1), int64(r.pos-start))
			return 0
		}
		b := r.buf[r.pos]
		r.pos++
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return int64(v>>1) ^ -int64(v&1)
		}
	}
	r.fail(start, LongVarint, "", 10, 0)
	return 0
}

// AppendUvarint appends an unsigned variable-length integer.
func AppendUvarint(dst []byte, v uint32) []byte {
	for v >= 0x80 {
		dst = append(dst, byte(v)|0x80)
		v >>= 7
	}
	return append(dst, byte(v))
}

// AppendVarint appends a zigzag variable-length 32-bit integer.
func AppendVarint(dst []byte, v int32) []byte {
	return AppendUvarint(dst, uint32(v)<<1^uint32(v>>31))
}

// AppendVarlong appends a zigzag variable-length 64-bit integer.
func AppendVarlong(dst []byte, v int64) []byte {
	u := uint64(v)<<1 ^ uint64(v>>63)
	for u >= 0x80 {
		dst = append(dst, byte(u)|0x80)
		u >>= 7
	}
	return append(dst, byte(u))
}

// SizeUvarint is the number of bytes AppendUvarint writes for v.
func SizeUvarint(v uint32) int {
	n := 1
	for ; v >= 0x80; v >>= 7 {
		n++
	}
	return n
}

// SizeVarint is the number of bytes AppendVarint writes for v.
func SizeVarint(v int32) int { return SizeUvarint(uint32(v)<<1 ^ uint32(v>>31)) }

// SizeVarlong is the number of bytes AppendVarlong writes for v.
func SizeVarlong(v int64) int {
	n := 1
	for u := uint64(v)<<1 ^ uint64(v>>63); u >= 0x80; u >>= 7 {
		n++
	}
	return n
}
