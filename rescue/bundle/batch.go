package bundle

import (
	"encoding/binary"
	"slices"

	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
)

// Positions in the header of a batch, in bytes; see package record.
const (
	lengthAt     = 8
	epochAt      = 12
	magicAt      = 16
	crcAt        = 17
	attributesAt = 21
)

// batch is a batch without its secrets, valid until the next call: b's own bytes when it has none. Its header stays but for
// length and CRC. What is done is told to notes.
func (r *redactor) batch(b *metalog.Batch, badCRC bool, n *notes) []byte {
	if badCRC {
		n.overwritten(b, metalog.BadCRC.String())
		return r.emptied(b.Data, false)
	}
	r.records = r.records[:0]
	changed := false
	for r.it.Start(&b.Batch, b.Data); r.it.Next(); {
		rec := *r.it.Record()
		rec.Headers = slices.Clone(rec.Headers)
		offset := b.Offset(&rec)
		c := r.record(&rec, b.Control(), offset)
		n.record(c, offset)
		changed = changed || c != unchanged
		r.records = append(r.records, rec)
	}
	switch {
	case r.it.Err() != nil:
		n.overwritten(b, metalog.Undecodable.String())
		return r.emptied(b.Data, true)
	case !changed:
		return b.Data
	}
	r.out = record.AppendBatch(r.out[:0], b.Batch, r.records)
	copy(r.out, b.Data[:lengthAt])
	copy(r.out[epochAt:crcAt], b.Data[epochAt:crcAt])
	copy(r.out[attributesAt:record.HeaderSize], b.Data[attributesAt:record.HeaderSize])
	seal(r.out)
	return r.out
}

// emptied is a batch whose records are overwritten; with a CRC that fits, or, as before, one that does not.
func (r *redactor) emptied(data []byte, sound bool) []byte {
	r.out = append(r.out[:0], data...)
	fill(r.out[record.HeaderSize:])
	switch {
	case sound:
		seal(r.out)
	case record.CheckCRC(r.out) == nil:
		r.out[crcAt] ^= 1
	}
	return r.out
}

// seal writes the CRC of a whole batch into it; its length is right.
func seal(batch []byte) {
	binary.BigEndian.PutUint32(batch[crcAt:], record.Checksum(batch))
}

// region is the beginning of a region that is no batch: as much of a header as lets a reader find the same fault. Offset and
// epoch stay where the region begins with the offset that comes next; length and magic stay always: five bytes hold no secret.
func region(head []byte, next int64) []byte {
	out := make([]byte, len(head))
	fill(out)
	if len(head) < crcAt {
		return out
	}
	if base := int64(binary.BigEndian.Uint64(head)); base == next {
		copy(out, head[:magicAt])
	}
	copy(out[lengthAt:epochAt], head[lengthAt:epochAt])
	out[magicAt] = head[magicAt]
	return out
}
