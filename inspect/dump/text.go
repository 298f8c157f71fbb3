package dump

import (
	"strconv"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/record"
)

// AppendBatchText appends the line of a batch as kafka-dump-log prints it, without a line break.
func AppendBatchText(dst []byte, b *record.Batch, position int64, valid bool) []byte {
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
	dst = append(dst, " deleteHorizonMs: "...)
	if horizon, ok := b.DeleteHorizon(); ok {
		dst = append(appendInt(append(dst, "OptionalLong["...), horizon), ']')
	} else {
		dst = append(dst, "OptionalLong.empty"...)
	}
	dst = appendInt(append(dst, " position: "...), position)
	dst = appendTimestamp(dst, b, b.MaxTimestamp)
	dst = appendInt(append(dst, " size: "...), int64(b.Size()))
	dst = appendInt(append(dst, " magic: "...), int64(b.Magic))
	dst = append(append(dst, " compresscodec: "...), b.Compression().String()...)
	dst = strconv.AppendUint(append(dst, " crc: "...), uint64(b.CRC), 10)
	return strconv.AppendBool(append(dst, " isvalid: "...), valid)
}

func appendTimestamp(dst []byte, b *record.Batch, ms int64) []byte {
	if b.LogAppendTime() {
		return appendInt(append(dst, " LogAppendTime: "...), ms)
	}
	return appendInt(append(dst, " CreateTime: "...), ms)
}

// AppendRecordText appends what kafka-dump-log prints of a record before its payload.
func AppendRecordText(dst []byte, b *record.Batch, r *record.Record) []byte {
	dst = appendInt(append(dst, "| offset: "...), b.Offset(r))
	dst = appendTimestamp(dst, b, b.Timestamp(r))
	dst = appendInt(append(dst, " keySize: "...), size(r.Key))
	dst = appendInt(append(dst, " valueSize: "...), size(r.Value))
	dst = appendInt(append(dst, " sequence: "...), int64(b.Sequence(r)))
	dst = append(dst, " headerKeys: ["...)
	for i := range r.Headers {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, r.Headers[i].Key...)
	}
	return append(dst, ']')
}

func appendInt(dst []byte, v int64) []byte { return strconv.AppendInt(dst, v, 10) }

// size is the length of a key or value, -1 for null.
func size(b []byte) int64 {
	if b == nil {
		return -1
	}
	return int64(len(b))
}

// appendText appends a record as kafka-dump-log prints it, without a line break.
func (r *row) appendText(dst []byte, o *Options) []byte {
	dst = AppendRecordText(dst, &r.batch.Batch, r.rec)
	if o.NoData {
		return dst
	}
	if r.control {
		return r.appendControlText(dst)
	}
	dst = append(dst, " payload: "...)
	if r.err != nil {
		dst = appendInt(append(dst, "Error at "...), r.batch.Offset(r.rec))
		return append(append(dst, ", skipping. "...), r.err.Error()...)
	}
	dst = append(append(dst, `{"type":"`...), r.typeName()...)
	dst = appendInt(append(dst, `","version":`...), int64(r.version))
	dst = r.appendData(append(dst, `,"data":`...), o.ShowSecrets)
	return append(dst, '}')
}

// leaderChange is the control type of LeaderChangeMessage, the one whose label kafka-dump-log ends with a colon.
const leaderChange = 2

func (r *row) appendControlText(dst []byte) []byte {
	dst = append(dst, ' ')
	if t, ok := metadata.ControlTypeOf(r.key); ok {
		dst = append(dst, t.Label...)
	} else {
		dst = appendInt(append(dst, "controlType "...), int64(r.key))
	}
	if r.key == leaderChange {
		dst = append(dst, ':')
	}
	if r.err != nil {
		return append(append(dst, ' '), r.err.Error()...)
	}
	return r.appendData(append(dst, ' '), true)
}
