package record

import (
	"encoding/binary"
	"hash/crc32"
)

// Sizes and positions within a batch, in bytes.
const (
	// LogOverhead is the size of what every magic begins with, base offset and length, which the length does not count.
	LogOverhead = 12
	// HeaderSize is the size of the header of a batch of magic 2.
	HeaderSize = 61
	// PrefixSize is how many bytes tell the size and the magic.
	PrefixSize = 17

	epochAt      = 12
	magicAt      = 16
	crcAt        = 17
	attributesAt = 21
)

// Magic is the current batch format.
const Magic = 2

// Attribute bits of a batch.
const (
	compressionMask  = 0x07
	timestampTypeBit = 0x08
	transactionalBit = 0x10
	controlBit       = 0x20
	deleteHorizonBit = 0x40
)

// ControlAttributes are the attributes of an uncompressed control batch.
const ControlAttributes int16 = controlBit

// None stands for no producer ID, producer epoch, sequence or timestamp.
const None = -1

// Batch is the header of a batch of magic 2.
type Batch struct {
	// BaseOffset is the offset of the first record.
	BaseOffset int64
	// Length is the number of bytes after the length field: the size of the batch without its first 12 bytes.
	Length int32
	// LeaderEpoch is the epoch of the leader that appended the batch.
	LeaderEpoch int32
	// Magic is the format; 2.
	Magic int8
	// CRC is the stored CRC32C.
	CRC uint32
	// Attributes has the flags; see its methods on Batch.
	Attributes int16
	// LastOffsetDelta is the offset of the last record less BaseOffset.
	LastOffsetDelta int32
	// BaseTimestamp, in ms since 1970, is what the records' timestamps add to, or the delete horizon.
	BaseTimestamp int64
	// MaxTimestamp is the greatest timestamp of the records, or the time of appending.
	MaxTimestamp int64
	// ProducerID, ProducerEpoch and BaseSequence identify the producer; -1 in metadata logs.
	ProducerID    int64
	ProducerEpoch int16
	BaseSequence  int32
	// Count is the number of records.
	Count int32
}

// Size is the number of bytes the batch takes, header and all.
func (b *Batch) Size() int { return LogOverhead + int(b.Length) }

// LastOffset is the offset of the last record.
func (b *Batch) LastOffset() int64 { return b.BaseOffset + int64(b.LastOffsetDelta) }

// NextOffset is the offset after the last record.
func (b *Batch) NextOffset() int64 { return b.LastOffset() + 1 }

// LastSequence is the sequence of the last record, or -1; sequences wrap around after 2^31-1 (DefaultRecordBatch).
func (b *Batch) LastSequence() int32 {
	if b.BaseSequence == None {
		return None
	}
	return addSequence(b.BaseSequence, b.LastOffsetDelta)
}

// Sequence is the sequence of a record of the batch, or -1.
func (b *Batch) Sequence(r *Record) int32 {
	if b.BaseSequence < 0 {
		return None
	}
	return addSequence(b.BaseSequence, int32(r.OffsetDelta))
}

func addSequence(base, delta int32) int32 {
	const maxSequence = 1<<31 - 1
	if base > maxSequence-delta {
		return delta - (maxSequence - base) - 1
	}
	return base + delta
}

// Compression is how the records are compressed.
func (b *Batch) Compression() Compression { return Compression(b.Attributes & compressionMask) }

// LogAppendTime reports whether MaxTimestamp is the time of appending, and every record's timestamp.
func (b *Batch) LogAppendTime() bool { return b.Attributes&timestampTypeBit != 0 }

// Transactional reports whether the batch is part of a producer's transaction.
func (b *Batch) Transactional() bool { return b.Attributes&transactionalBit != 0 }

// Control reports whether the records are control records.
func (b *Batch) Control() bool { return b.Attributes&controlBit != 0 }

// DeleteHorizon is the time, in ms, after which tombstones of a compacted log may go, if the batch has one.
func (b *Batch) DeleteHorizon() (int64, bool) {
	return b.BaseTimestamp, b.Attributes&deleteHorizonBit != 0
}

// Offset is the offset of a record of the batch.
func (b *Batch) Offset(r *Record) int64 { return b.BaseOffset + r.OffsetDelta }

// Timestamp is the timestamp of a record of the batch, in ms.
func (b *Batch) Timestamp(r *Record) int64 {
	if b.LogAppendTime() {
		return b.MaxTimestamp
	}
	return b.BaseTimestamp + r.TimestampDelta
}

// Prefix is what the first 17 bytes of any batch or legacy message tell.
type Prefix struct {
	// BaseOffset is the offset of the first record; of the last one in a compressed legacy message.
	BaseOffset int64
	// Length is the number of bytes after the first 12.
	Length int32
	// Magic is the format: 0, 1 or 2.
	Magic int8
}

// Size is the number of bytes the batch takes, as its length tells.
func (p Prefix) Size() int64 { return LogOverhead + int64(p.Length) }

// ParsePrefix reads the first 17 bytes of a batch, or fails with an [*Error] of kind Truncated.
func ParsePrefix(data []byte) (Prefix, error) {
	if len(data) < PrefixSize {
		return Prefix{}, &Error{Kind: Truncated, Want: PrefixSize, Have: int64(len(data))}
	}
	return Prefix{
		BaseOffset: int64(binary.BigEndian.Uint64(data)),
		Length:     int32(binary.BigEndian.Uint32(data[8:])),
		Magic:      int8(data[magicAt]),
	}, nil
}

// ParseHeader reads the header of a batch of magic 2 and checks nothing but that data holds 61 bytes. It does so
// whatever the magic says, because Kafka reads every magic from 2 on alike.
func ParseHeader(data []byte) (Batch, error) {
	if len(data) < HeaderSize {
		return Batch{}, &Error{Kind: Truncated, Want: HeaderSize, Have: int64(len(data))}
	}
	be := binary.BigEndian
	return Batch{
		BaseOffset:      int64(be.Uint64(data)),
		Length:          int32(be.Uint32(data[8:])),
		LeaderEpoch:     int32(be.Uint32(data[epochAt:])),
		Magic:           int8(data[magicAt]),
		CRC:             be.Uint32(data[crcAt:]),
		Attributes:      int16(be.Uint16(data[attributesAt:])),
		LastOffsetDelta: int32(be.Uint32(data[23:])),
		BaseTimestamp:   int64(be.Uint64(data[27:])),
		MaxTimestamp:    int64(be.Uint64(data[35:])),
		ProducerID:      int64(be.Uint64(data[43:])),
		ProducerEpoch:   int16(be.Uint16(data[51:])),
		BaseSequence:    int32(be.Uint32(data[53:])),
		Count:           int32(be.Uint32(data[57:])),
	}, nil
}

// Parse reads the batch that data begins with: its header, and its bytes, header and all, which alias data. It fails
// when the length is impossible, the magic is not 2 or more, or data ends too early; the CRC is not checked, see [CheckCRC].
func Parse(data []byte) (Batch, []byte, error) {
	p, err := ParsePrefix(data)
	if err != nil {
		return Batch{}, nil, err
	}
	switch {
	case p.Magic < Magic:
		return Batch{}, nil, &Error{Kind: BadMagic, Pos: magicAt, Have: int64(p.Magic)}
	case p.Length < HeaderSize-LogOverhead:
		return Batch{}, nil, &Error{Kind: BadLength, Pos: 8, Want: HeaderSize - LogOverhead, Have: int64(p.Length)}
	case p.Size() > int64(len(data)):
		return Batch{}, nil, &Error{Kind: Truncated, Want: p.Size(), Have: int64(len(data))}
	}
	b, err := ParseHeader(data)
	return b, data[:p.Size():p.Size()], err
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Checksum is the CRC32C of a whole batch, computed over what it covers.
func Checksum(batch []byte) uint32 { return crc32.Checksum(batch[attributesAt:], castagnoli) }

// CheckCRC compares the stored CRC of a whole batch with the one of its bytes; the error is an [*Error] of kind BadCRC.
func CheckCRC(batch []byte) error {
	if len(batch) < HeaderSize {
		return &Error{Kind: Truncated, Want: HeaderSize, Have: int64(len(batch))}
	}
	stored, computed := binary.BigEndian.Uint32(batch[crcAt:]), Checksum(batch)
	if stored != computed {
		return &Error{Kind: BadCRC, Pos: crcAt, Want: int64(stored), Have: int64(computed)}
	}
	return nil
}
