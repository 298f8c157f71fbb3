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

// batch is a batch whose CRC fits without its secrets, valid until the next call: b's own bytes when it has none. Its header
// stays but for length and CRC. What is done is told to notes. expected is the offset that comes next.
func (r *redactor) batch(b *metalog.Batch, expected int64, n *notes) []byte {
	data := r.records(b, n)
	if b.BaseOffset >= 0 && b.BaseOffset < maxOffset {
		return data
	}
	// The CRC does not cover the offset, in the place of which another piece of the file may have come.
	if &data[0] == &b.Data[0] {
		r.out = append(r.out[:0], data...)
		data = r.out
	}
	binary.BigEndian.PutUint64(data, uint64(expected))
	return data
}

// records is a batch with its records replaced.
func (r *redactor) records(b *metalog.Batch, n *notes) []byte {
	r.list = r.list[:0]
	changed := false
	for r.it.Start(&b.Batch, b.Data); r.it.Next(); {
		rec := *r.it.Record()
		rec.Headers = slices.Clone(rec.Headers)
		offset := b.Offset(&rec)
		c := r.record(&rec, b.Control(), offset)
		n.record(c, offset)
		changed = changed || c != unchanged
		r.list = append(r.list, rec)
	}
	switch {
	case r.it.Err() != nil:
		n.overwritten(b, metalog.Undecodable.String())
		return r.emptied(b.Data)
	case !changed:
		return b.Data
	}
	r.out = record.AppendBatch(r.out[:0], b.Batch, r.list)
	copy(r.out, b.Data[:lengthAt])
	copy(r.out[epochAt:crcAt], b.Data[epochAt:crcAt])
	copy(r.out[attributesAt:record.HeaderSize], b.Data[attributesAt:record.HeaderSize])
	seal(r.out)
	return r.out
}

// emptied is a batch whose records are overwritten; its CRC fits.
func (r *redactor) emptied(data []byte) []byte {
	r.out = append(r.out[:0], data...)
	fill(r.out[record.HeaderSize:])
	seal(r.out)
	return r.out
}

// unsound is a batch with a bad CRC whose records are overwritten; its CRC is still bad. expected is the offset that comes next.
func (r *redactor) unsound(b *metalog.Batch, expected int64) []byte {
	r.out = append(r.out[:0], b.Data...)
	fill(r.out[record.HeaderSize:])
	if !plausible(&b.Batch, expected) {
		copy(r.out, region(b.Data[:record.PrefixSize], expected))
		if !near(b.BaseOffset, expected) {
			binary.BigEndian.PutUint64(r.out, uint64(expected))
			binary.BigEndian.PutUint32(r.out[epochAt:], 0)
		}
		bare := record.NewBatch(0, 0, 0)
		copy(r.out[attributesAt:record.HeaderSize], record.AppendBatch(nil, bare, nil)[attributesAt:])
		fill(r.out[crcAt:attributesAt])
	}
	if record.CheckCRC(r.out) == nil {
		r.out[crcAt] ^= 1
	}
	return r.out
}

// plausible tells whether the header of a batch with a bad CRC can be the one that was written. What else may stand in its place,
// where bytes of a file are missing, is a piece of a record.
func plausible(b *record.Batch, expected int64) bool {
	const day = 24 * 60 * 60 * 1000
	const oldest, newest = 1_262_304_000_000, 4_102_444_800_000 // 2010 and 2100
	return near(b.BaseOffset, expected) && lowEpoch(b.LeaderEpoch) && b.Attributes&^0x3f == 0 && b.LastOffsetDelta == b.Count-1 &&
		b.Count > 0 && b.Count < 1<<16 && b.BaseTimestamp > oldest && b.BaseTimestamp < newest &&
		b.MaxTimestamp >= b.BaseTimestamp-day && b.MaxTimestamp < b.BaseTimestamp+day &&
		b.ProducerID == record.None && b.ProducerEpoch == record.None && b.BaseSequence == record.None
}

// near tells whether an offset can be meant where another is expected.
func near(offset, expected int64) bool {
	return offset >= 0 && offset-expected < 1<<16 && expected-offset < 1<<16
}

// lowEpoch tells whether a leader epoch can be meant: there are no more elections than that.
func lowEpoch(epoch int32) bool { return epoch >= 0 && epoch < 1<<24 }

// maxOffset is more than any metadata log has come to.
const maxOffset = 1 << 40

// seal writes the CRC of a whole batch into it; its length is right.
func seal(batch []byte) {
	binary.BigEndian.PutUint32(batch[crcAt:], record.Checksum(batch))
}

// region is the beginning of a region that is no batch: as much of a header as lets a reader find the same fault. Offset and
// epoch stay where the offset is near the one that is expected; length and magic stay always: five bytes hold no secret.
func region(head []byte, expected int64) []byte {
	out := make([]byte, len(head))
	fill(out)
	if len(head) < record.PrefixSize {
		return out
	}
	if base := int64(binary.BigEndian.Uint64(head)); near(base, expected) && lowEpoch(int32(binary.BigEndian.Uint32(head[epochAt:]))) {
		copy(out, head[:magicAt])
	}
	copy(out[lengthAt:epochAt], head[lengthAt:epochAt])
	out[magicAt] = head[magicAt]
	return out
}
