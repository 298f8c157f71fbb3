package record

import (
	"hash/crc32"

	"github.com/kraftctl/kraftctl/internal/wire"
)

// Legacy is one message of magic 0 or 1, the formats before Kafka 0.11
// (org.apache.kafka.common.record.LegacyRecord). When compressed, its value holds further messages.
//
//	+--------+-------+-------+-------+------------+-----------+----------------+----------------+
//	| offset | size  | CRC32 | magic | attributes | timestamp | key length,    | value length,  |
//	| int64  | int32 | uint32| int8  | int8       | int64, in | key            | value          |
//	|        |       |       |       |            | magic 1   | int32, -1 null | int32, -1 null |
//	+--------+-------+-------+-------+------------+-----------+----------------+----------------+
//
// The size counts what follows it; the CRC covers everything from the magic on.
type Legacy struct {
	// Offset is the message's offset; of the last inner message when compressed.
	Offset int64
	// Length is the number of bytes after the first 12.
	Length int32
	// CRC is the stored CRC32 (IEEE).
	CRC uint32
	// Computed is the CRC32 of the bytes.
	Computed uint32
	// Magic is 0 or 1.
	Magic int8
	// Attributes has the compression and, in magic 1, the timestamp type.
	Attributes int8
	// Timestamp is in ms; -1 in magic 0.
	Timestamp int64
	// Key and Value are nil when null. They alias the message.
	Key, Value []byte
}

// Size is the number of bytes the message takes.
func (m *Legacy) Size() int { return LogOverhead + int(m.Length) }

// Valid reports whether the CRC fits.
func (m *Legacy) Valid() bool { return m.CRC == m.Computed }

// Compression is how the value is compressed.
func (m *Legacy) Compression() Compression { return Compression(m.Attributes & compressionMask) }

// LogAppendTime reports whether the timestamp is the time of appending.
func (m *Legacy) LogAppendTime() bool { return m.Magic > 0 && m.Attributes&timestampTypeBit != 0 }

// MinLegacyLength is the least a length field of magic 0 can be (LegacyRecord.RECORD_OVERHEAD_V0).
const MinLegacyLength = 14

// ParseLegacy reads the message that data begins with. Key and value are nil, and the error is an [*Error] of kind
// RecordStructure, when their lengths do not fit; the rest is filled in nevertheless, so that it can be shown.
func ParseLegacy(data []byte) (Legacy, error) {
	p, err := ParsePrefix(data)
	switch {
	case err != nil:
		return Legacy{}, err
	case p.Magic < 0 || p.Magic >= Magic:
		return Legacy{}, &Error{Kind: BadMagic, Pos: magicAt, Have: int64(p.Magic)}
	case p.Length < MinLegacyLength:
		return Legacy{}, &Error{Kind: BadLength, Pos: 8, Want: MinLegacyLength, Have: int64(p.Length)}
	case p.Size() > int64(len(data)):
		return Legacy{}, &Error{Kind: Truncated, Want: p.Size(), Have: int64(len(data))}
	}
	data = data[:p.Size()]
	rd := wire.NewReader(data)
	rd.Bytes(LogOverhead)
	m := Legacy{Offset: p.BaseOffset, Length: p.Length, Timestamp: None, Computed: crc32.ChecksumIEEE(data[magicAt:])}
	m.CRC = rd.Uint32()
	m.Magic = rd.Int8()
	m.Attributes = rd.Int8()
	if m.Magic > 0 {
		m.Timestamp = rd.Int64()
	}
	m.Key = legacyBytes(&rd)
	m.Value = legacyBytes(&rd)
	if err := rd.Err(); err != nil {
		m.Key, m.Value = nil, nil
		return m, &Error{Kind: RecordStructure, Pos: LogOverhead, Err: err}
	}
	return m, nil
}

func legacyBytes(rd *wire.Reader) []byte {
	n := rd.Int32()
	if n < 0 {
		return nil
	}
	return rd.Bytes(int(n))
}
