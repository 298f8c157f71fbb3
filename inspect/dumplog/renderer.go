package dumplog

import (
	"strconv"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/record"
)

// Renderer appends the lines that kafka-dump-log prints for batches and records. It reuses memory and is not safe for
// concurrent use.
type Renderer struct {
	opts    Options
	manners manners
	meta    *metadata.Decoder
}

// NewRenderer is a renderer of a release and its options.
func NewRenderer(opts Options) *Renderer {
	return &Renderer{opts: opts, manners: mannersOf(opts.Release), meta: metadata.NewDumpDecoder(opts.Release)}
}

// AppendBatch appends the line of a batch of magic 2 that is at position, in bytes, of its file; valid says that its CRC
// fits. The error is an [*Exception] for an unknown codec, after the first half of the line.
func (r *Renderer) AppendBatch(dst []byte, b *record.Batch, position int64, valid bool) ([]byte, error) {
	dst = appendBatchStart(dst, b)
	if !b.Compression().Known() {
		return dst, unknownCodec(b.Compression())
	}
	return append(appendBatchRest(dst, b, position, valid), '\n'), nil
}

// AppendBatchLine appends the line of a batch of magic 2 like [Renderer.AppendBatch], but without its line break, and with
// "unknown" for the name of an unknown codec.
func AppendBatchLine(dst []byte, b *record.Batch, position int64, valid bool) []byte {
	return appendBatchRest(appendBatchStart(dst, b), b, position, valid)
}

// appendBatchRest appends the second half of the line of a batch of magic 2.
func appendBatchRest(dst []byte, b *record.Batch, position int64, valid bool) []byte {
	return appendBatchEnd(dst, batchEnd{
		position: position, timeType: timestampType(b), timestamp: b.MaxTimestamp, size: b.Size(), magic: b.Magic,
		codec: b.Compression(), crc: b.CRC, valid: valid,
	})
}

// appendBatchStart appends the first half of the line of a batch of magic 2.
func appendBatchStart(dst []byte, b *record.Batch) []byte {
	dst = appendInt(append(dst, "baseOffset: "...), b.BaseOffset)
	dst = appendInt(append(dst, " lastOffset: "...), b.LastOffset())
	dst = appendInt(append(dst, " count: "...), int64(b.Count))
	dst = appendInt(append(dst, " baseSequence: "...), int64(b.BaseSequence))
	dst = appendInt(append(dst, " lastSequence: "...), int64(b.LastSequence()))
	dst = appendInt(append(dst, " producerId: "...), b.ProducerID)
	dst = appendInt(append(dst, " producerEpoch: "...), int64(b.ProducerEpoch))
	dst = appendInt(append(dst, " partitionLeaderEpoch: "...), int64(b.LeaderEpoch))
	dst = strconv.AppendBool(append(dst, " isTransactional: "...), b.Transactional())
	dst = strconv.AppendBool(append(dst, " isControl: "...), b.Control())
	horizon, ok := b.DeleteHorizon()
	return appendOptionalLong(append(dst, " deleteHorizonMs: "...), horizon, ok)
}

// batchEnd is the second half of a batch's line, which all magics share.
type batchEnd struct {
	position  int64
	timeType  string
	timestamp int64
	size      int
	magic     int8
	codec     record.Compression
	crc       uint32
	valid     bool
}

func appendBatchEnd(dst []byte, e batchEnd) []byte {
	dst = appendInt(append(dst, " position: "...), e.position)
	dst = append(append(dst, ' '), e.timeType...)
	dst = appendInt(append(dst, ": "...), e.timestamp)
	dst = appendInt(append(dst, " size: "...), int64(e.size))
	dst = appendInt(append(dst, " magic: "...), int64(e.magic))
	dst = append(append(dst, " compresscodec: "...), e.codec.String()...)
	dst = appendInt(append(dst, " crc: "...), int64(e.crc))
	return strconv.AppendBool(append(dst, " isvalid: "...), e.valid)
}

func unknownCodec(c record.Compression) *Exception {
	return throw(illegalArgument, "Unknown compression type id: %d", c)
}

// AppendRecord appends the line of a record of the batch. The error is an [*Exception], after what Kafka prints before it.
func (r *Renderer) AppendRecord(dst []byte, b *record.Batch, rec *record.Record) ([]byte, error) {
	offset := b.Offset(rec)
	if !r.opts.SkipRecordMetadata {
		dst = AppendRecordHead(dst, b, rec)
		if b.Control() {
			var err error
			if dst, err = r.appendControl(dst, rec); err != nil {
				return dst, err
			}
		}
	}
	if r.opts.PrintData && !b.Control() {
		var err error
		if dst, err = r.appendContents(dst, offset, rec.Key, rec.Value); err != nil {
			return dst, err
		}
	}
	return append(dst, '\n'), nil
}

// AppendRecordHead appends what the line of a record of the batch begins with, up to its payload or what a control record says.
func AppendRecordHead(dst []byte, b *record.Batch, rec *record.Record) []byte {
	dst = appendRecordHead(dst, recordHead{
		offset: b.Offset(rec), timeType: timestampType(b), timestamp: b.Timestamp(rec), keySize: sizeOf(rec.Key), valueSize: sizeOf(rec.Value),
	})
	dst = appendInt(append(dst, " sequence: "...), int64(b.Sequence(rec)))
	return appendHeaderKeys(append(dst, " headerKeys: "...), rec.Headers)
}

// recordHead is the beginning of a record's line, which all magics share.
type recordHead struct {
	offset             int64
	timeType           string
	timestamp          int64
	keySize, valueSize int
}

func appendRecordHead(dst []byte, h recordHead) []byte {
	dst = appendInt(append(dst, "| offset: "...), h.offset)
	dst = append(append(dst, ' '), h.timeType...)
	dst = appendInt(append(dst, ": "...), h.timestamp)
	dst = appendInt(append(dst, " keySize: "...), int64(h.keySize))
	return appendInt(append(dst, " valueSize: "...), int64(h.valueSize))
}

// appendHeaderKeys appends the keys of record headers as [a,b].
func appendHeaderKeys(dst []byte, headers []record.Header) []byte {
	dst = append(dst, '[')
	for i := range headers {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = metadata.AppendText(dst, headers[i].Key)
	}
	return append(dst, ']')
}

// sizeOf is the size that Kafka tells of a key or value; -1 when it is null.
func sizeOf(b []byte) int {
	if b == nil {
		return -1
	}
	return len(b)
}

// The names of timestamp types (TimestampType).
const (
	createTime    = "CreateTime"
	logAppendTime = "LogAppendTime"
	noTimestamp   = "NoTimestampType"
)

func timestampType(b *record.Batch) string {
	if b.LogAppendTime() {
		return logAppendTime
	}
	return createTime
}

func appendInt(dst []byte, v int64) []byte { return strconv.AppendInt(dst, v, 10) }

// appendOptionalLong appends what java.util.OptionalLong prints.
func appendOptionalLong(dst []byte, v int64, present bool) []byte {
	if !present {
		return append(dst, "OptionalLong.empty"...)
	}
	return append(appendInt(append(dst, "OptionalLong["...), v), ']')
}
