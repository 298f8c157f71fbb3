package record

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"github.com/kraftctl/kraftctl/internal/wire"
)

// NewBatch is the header of a batch as the metadata log has them: no producer, no compression, every timestamp at the
// given time in ms. AppendBatch fills in the rest.
func NewBatch(baseOffset int64, leaderEpoch int32, timestamp int64) Batch {
	return Batch{
		BaseOffset: baseOffset, LeaderEpoch: leaderEpoch, Magic: Magic, BaseTimestamp: timestamp, MaxTimestamp: timestamp,
		ProducerID: None, ProducerEpoch: None, BaseSequence: None,
	}
}

// AppendBatch appends a batch of the given records. Length, CRC, magic and count are computed, and LastOffsetDelta is raised to
// the last record's; all other fields are taken from b. Records are compressed as b's attributes say; under a codec that
// does not exist they are written as they are.
func AppendBatch(dst []byte, b Batch, records []Record) []byte {
	start := len(dst)
	if n := len(records); n > 0 {
		b.LastOffsetDelta = max(b.LastOffsetDelta, int32(records[n-1].OffsetDelta))
	}
	b.Magic, b.Count, b.Length, b.CRC = Magic, int32(len(records)), 0, 0
	dst = appendHeader(dst, &b)
	if c := b.Compression(); c == Uncompressed || !c.Known() {
		for i := range records {
			dst = AppendRecord(dst, &records[i])
		}
	} else {
		var body []byte
		for i := range records {
			body = AppendRecord(body, &records[i])
		}
		dst = appendCompressed(dst, c, body)
	}
	seal(dst[start:])
	return dst
}

// seal writes the length and the CRC of a whole batch into it.
func seal(batch []byte) {
	binary.BigEndian.PutUint32(batch[8:], uint32(len(batch)-LogOverhead))
	binary.BigEndian.PutUint32(batch[crcAt:], Checksum(batch))
}

func appendHeader(dst []byte, b *Batch) []byte {
	dst = wire.AppendInt64(dst, b.BaseOffset)
	dst = wire.AppendInt32(dst, b.Length)
	dst = wire.AppendInt32(dst, b.LeaderEpoch)
	dst = wire.AppendInt8(dst, b.Magic)
	dst = wire.AppendUint32(dst, b.CRC)
	dst = wire.AppendInt16(dst, b.Attributes)
	dst = wire.AppendInt32(dst, b.LastOffsetDelta)
	dst = wire.AppendInt64(dst, b.BaseTimestamp)
	dst = wire.AppendInt64(dst, b.MaxTimestamp)
	dst = wire.AppendInt64(dst, b.ProducerID)
	dst = wire.AppendInt16(dst, b.ProducerEpoch)
	dst = wire.AppendInt32(dst, b.BaseSequence)
	return wire.AppendInt32(dst, b.Count)
}

// AppendRecord appends one record as it stands within a batch.
func AppendRecord(dst []byte, r *Record) []byte {
	dst = wire.AppendVarint(dst, int32(bodySize(r)))
	dst = wire.AppendInt8(dst, r.Attributes)
	dst = wire.AppendVarlong(dst, r.TimestampDelta)
	dst = wire.AppendVarint(dst, int32(r.OffsetDelta))
	dst = appendNullable(dst, r.Key)
	dst = appendNullable(dst, r.Value)
	dst = wire.AppendVarint(dst, int32(len(r.Headers)))
	for _, h := range r.Headers {
		dst = wire.AppendVarint(dst, int32(len(h.Key)))
		dst = append(dst, h.Key...)
		dst = appendNullable(dst, h.Value)
	}
	return dst
}

// bodySize is the size of a record without its length field.
func bodySize(r *Record) int {
	n := 1 + wire.SizeVarlong(r.TimestampDelta) + wire.SizeVarint(int32(r.OffsetDelta)) +
		nullableSize(r.Key) + nullableSize(r.Value) + wire.SizeVarint(int32(len(r.Headers)))
	for _, h := range r.Headers {
		n += wire.SizeVarint(int32(len(h.Key))) + len(h.Key) + nullableSize(h.Value)
	}
	return n
}

func nullableSize(b []byte) int {
	if b == nil {
		return wire.SizeVarint(None)
	}
	return wire.SizeVarint(int32(len(b))) + len(b)
}

func appendNullable(dst, b []byte) []byte {
	if b == nil {
		return wire.AppendVarint(dst, None)
	}
	return append(wire.AppendVarint(dst, int32(len(b))), b...)
}

// appendCompressed appends src compressed. Writing into memory cannot fail.
func appendCompressed(dst []byte, c Compression, src []byte) []byte {
	if c == Snappy {
		return appendXerial(dst, src)
	}
	out := bytes.NewBuffer(dst)
	var w io.WriteCloser
	var err error
	switch c {
	case Gzip:
		w = gzip.NewWriter(out)
	case LZ4:
		z := lz4.NewWriter(out)
		err = z.Apply(lz4.BlockSizeOption(lz4.Block64Kb), lz4.ChecksumOption(false))
		w = z
	default:
		w, err = zstd.NewWriter(out, zstd.WithEncoderConcurrency(1))
	}
	if err == nil {
		_, err = w.Write(src)
		err = errors.Join(err, w.Close())
	}
	if err != nil {
		panic("record: compressing into memory failed: " + err.Error())
	}
	return out.Bytes()
}

// xerialBlock is the block size of the Java library.
const xerialBlock = 32 << 10

// appendXerial appends src as snappy in the framing of the Java library.
func appendXerial(dst, src []byte) []byte {
	dst = append(dst, xerialMagic...)
	dst = wire.AppendInt32(dst, 1)
	dst = wire.AppendInt32(dst, 1)
	for len(src) > 0 {
		block := snappy.Encode(nil, src[:min(len(src), xerialBlock)])
		dst = append(wire.AppendInt32(dst, int32(len(block))), block...)
		src = src[min(len(src), xerialBlock):]
	}
	return dst
}
