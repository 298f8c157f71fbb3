package dump

import (
	"encoding/base64"
	"strconv"
	"time"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
)

// appendJSON appends a record as one JSON object. docs/inspect-dump.md describes its fields.
func (r *row) appendJSON(dst []byte, o *Options, same *repeated) []byte {
	same.json(r)
	dst = append(dst, same.before...)
	dst = same.offset.append(dst, r.batch.Offset(r.rec))
	dst = append(dst, same.after...)
	dst = append(append(append(dst, `,"type":"`...), r.typeName()...), '"')
	dst = appendInt(append(dst, `,"version":`...), int64(r.version))
	if o.NoData {
		return append(dst, '}')
	}
	if r.err != nil {
		dst = metadata.AppendJSONString(append(dst, `,"error":`...), r.err.Error())
		if !o.ShowSecrets && r.secretive() {
			return append(append(append(dst, `,"data":{"raw":`...), redacted...), `}}`...)
		}
		dst = append(dst, `,"data":{"raw":"`...)
		dst = base64.StdEncoding.AppendEncode(dst, r.rec.Value)
		return append(dst, `"}}`...)
	}
	return append(r.appendData(append(dst, `,"data":`...), o.ShowSecrets), '}')
}

// repeated is what the lines of neighbouring records have in common: what stands before and after their offset.
type repeated struct {
	file      string
	position  int64
	timestamp int64
	before    []byte
	after     []byte
	stamp     stamper
	offset    counting
}

// fresh reports whether what is kept was made for records like this one, and if not, takes note of this one.
func (c *repeated) fresh(r *row) bool {
	ts := r.batch.Timestamp(r.rec)
	if c.before != nil && c.position == r.batch.Position && c.timestamp == ts && c.file == r.file {
		return true
	}
	c.file, c.position, c.timestamp = r.file, r.batch.Position, ts
	return false
}

func (c *repeated) json(r *row) {
	if c.fresh(r) {
		return
	}
	c.before = metadata.AppendJSONString(append(c.before[:0], `{"file":`...), r.file)
	c.before = append(appendInt(append(c.before, `,"position":`...), r.batch.Position), `,"offset":`...)
	c.after = appendInt(append(c.after[:0], `,"epoch":`...), int64(r.batch.LeaderEpoch))
	c.after = c.stamp.append(c.after, c.timestamp)
	if r.control {
		c.after = append(c.after, `,"control":true`...)
	}
	if r.bad {
		c.after = append(c.after, `,"damaged":true`...)
	}
}

// text is like json, for records as metadata logs have them: without key, headers and sequence.
func (c *repeated) text(r *row) {
	if c.fresh(r) {
		return
	}
	c.before = append(c.before[:0], "| offset: "...)
	kind := " CreateTime: "
	if r.batch.LogAppendTime() {
		kind = " LogAppendTime: "
	}
	c.after = append(appendInt(append(c.after[:0], kind...), c.timestamp), " keySize: -1 valueSize: "...)
}

// appendBatchJSON appends the header of a batch as one JSON object.
func appendBatchJSON(dst []byte, file string, b *metalog.Batch, bad bool, stamp *stamper) []byte {
	dst = metadata.AppendJSONString(append(dst, `{"file":`...), file)
	dst = appendInt(append(dst, `,"position":`...), b.Position)
	dst = appendInt(append(dst, `,"size":`...), int64(b.Size()))
	dst = appendInt(append(dst, `,"offset":`...), b.BaseOffset)
	dst = appendInt(append(dst, `,"lastOffset":`...), b.LastOffset())
	dst = appendInt(append(dst, `,"count":`...), int64(b.Count))
	dst = appendInt(append(dst, `,"epoch":`...), int64(b.LeaderEpoch))
	dst = stamp.append(dst, b.MaxTimestamp)
	dst = strconv.AppendBool(append(dst, `,"control":`...), b.Control())
	dst = append(append(append(dst, `,"compression":"`...), b.Compression().String()...), '"')
	dst = strconv.AppendUint(append(dst, `,"crc":`...), uint64(b.CRC), 10)
	dst = strconv.AppendBool(append(dst, `,"valid":`...), !bad)
	return append(dst, '}')
}

// appendDamageJSON appends damage as one JSON object.
func appendDamageJSON(dst []byte, d *metalog.Damage) []byte {
	dst = metadata.AppendJSONString(append(dst, `{"file":`...), d.File)
	dst = appendInt(append(dst, `,"position":`...), d.Position)
	dst = appendInt(append(dst, `,"length":`...), d.Length)
	dst = append(append(append(dst, `,"damage":"`...), d.Kind.String()...), '"')
	dst = appendInt(append(dst, `,"firstOffset":`...), d.FirstOffset)
	dst = appendInt(append(dst, `,"lastOffset":`...), d.LastOffset)
	dst = strconv.AppendBool(append(dst, `,"tail":`...), d.Tail)
	dst = metadata.AppendJSONString(append(dst, `,"message":`...), d.Err.Error())
	return append(dst, '}')
}

// stamper writes times. Neighbouring records have the same second, which it does not work out again.
type stamper struct {
	second int64
	text   []byte
}

// append appends the timestamp fields of a time in ms since 1970.
func (s *stamper) append(dst []byte, ms int64) []byte {
	second, milli := ms/1000, ms%1000
	if milli < 0 {
		second, milli = second-1, milli+1000
	}
	dst = append(dst, `,"timestamp":`...)
	if second < 0 || second > lastSecond {
		dst = append(dst, "null"...)
	} else {
		if s.text == nil || s.second != second {
			s.second, s.text = second, time.Unix(second, 0).UTC().AppendFormat(s.text[:0], "2006-01-02T15:04:05.")
		}
		dst = append(append(dst, '"'), s.text...)
		dst = append(dst, byte('0'+milli/100), byte('0'+milli/10%10), byte('0'+milli%10), 'Z', '"')
	}
	return appendInt(append(dst, `,"timestampMs":`...), ms)
}

// lastSecond is the last one of the year 9999, where RFC 3339 ends.
const lastSecond = 253402300799
