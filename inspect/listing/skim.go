package listing

import (
	"encoding/binary"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
)

// Most records of a log are of few types, and all there is to find out about them is that they decode. skim does so several
// times faster than decoding: it walks over the bytes with the table of shapes, and whatever is not exactly as expected goes to
// the decoder, which has the last word.

// skim looks through an uncompressed batch; false, with nothing counted, when a record is not laid out as it should be.
func (w *counter) skim(b *metalog.Batch) bool {
	if b.Compression() != record.Uncompressed || b.Control() || b.Count != b.LastOffsetDelta+1 || b.Count <= 0 {
		return false
	}
	body := b.Data[record.HeaderSize:]
	w.keys, w.odd = w.keys[:0], w.odd[:0]
	for i := range b.Count {
		value, rest, ok := next(body, i)
		if !ok || len(value) < 3 || value[1] >= typeSlots {
			return false
		}
		body = rest
		w.keys = append(w.keys, value[1])
		if w.opts.Decode && !fits(value) {
			w.odd = append(w.odd, record.Record{OffsetDelta: int64(i), Value: value})
		}
	}
	if len(body) > 0 {
		return false
	}
	w.records += int64(b.Count)
	for _, key := range w.keys {
		w.types[key]++
	}
	if !w.firstType.set {
		w.firstType = kind{key: int16(w.keys[0]), set: true}
	}
	w.lastType = kind{key: int16(w.keys[len(w.keys)-1]), set: true}
	for i := range w.odd {
		w.decode(b, &w.odd[i], identify(b, &w.odd[i]))
	}
	return true
}

// shortest is the size of the smallest record that next looks at: its length in two bytes, then attributes, timestamp delta,
// offset delta, key length and value length in one byte each, a value of three bytes, and the count of headers.
const shortest = 11

// next is the value of the record at the start of body, which must be the one of the given offset delta and have no key and no
// headers, and what follows it.
func next(body []byte, delta int32) (value, rest []byte, ok bool) {
	if len(body) < shortest {
		return nil, nil, false
	}
	pos, size := 1, int(body[0])
	if size >= 0x80 {
		if body[1] >= 0x80 {
			return nil, nil, false
		}
		pos, size = 2, size&0x7f|int(body[1])<<7
	}
	end := pos + size>>1 // zigzag, and not negative
	if size&1 != 0 || end > len(body) || end < pos+shortest-2 || body[pos+1] >= 0x80 || body[end-1] != 0 {
		return nil, nil, false
	}
	pos += 2 // attributes, and a timestamp delta of one byte, as it is 0 in metadata logs
	switch {
	case delta < 64:
		ok = int32(body[pos]) == delta<<1
	case delta < 8192:
		ok = int32(body[pos])&0x7f|int32(body[pos+1])<<7 == delta<<1 && body[pos] >= 0x80
		pos++
	}
	if !ok || body[pos+1] != 1 { // no key: -1
		return nil, nil, false
	}
	pos += 2
	length := int(body[pos])
	pos++
	if length >= 0x80 {
		if body[pos] >= 0x80 {
			return nil, nil, false
		}
		length = length&0x7f | int(body[pos])<<7
		pos++
	}
	if length&1 != 0 || pos+length>>1 != end-1 {
		return nil, nil, false
	}
	return body[pos : end-1], body[end:], true
}

// field is a part of a record: a number of bytes if it is positive, else one of the following.
type field int

const (
	text     field = -iota - 1 // compact string, here of ASCII characters
	nullText                   // the same, or null
	ints                       // compact array of int32
	nullInts                   // the same, or null
	ids                        // compact array of UUIDs
	nullIDs                    // the same, or null
)

// part is a field and the first version that has it.
type part struct {
	field field
	since byte
}

// shape is how a record is laid out: its fields, then tagged fields by number.
type shape struct {
	known  bool
	latest byte
	fields []part
	tags   []part
}

// shapes are the layouts of the types of which there are many, from metadata/schema.
var shapes = func() (table [typeSlots]shape) {
	add := func(rec metadata.Record, fields, tags []part) {
		t, _ := metadata.TypeOf(rec.APIKey())
		table[rec.APIKey()] = shape{known: true, latest: byte(t.Highest()), fields: fields, tags: tags}
	}
	add(&metadata.NoOpRecord{}, nil, nil)
	add(&metadata.TopicRecord{}, []part{{field: text}, {field: 16}}, nil)
	add(&metadata.ConfigRecord{}, []part{{field: 1}, {field: text}, {field: text}, {field: nullText}}, nil)
	add(&metadata.RemoveTopicRecord{}, []part{{field: 16}}, nil)
	add(&metadata.ProducerIdsRecord{}, []part{{field: 20}}, nil)
	add(&metadata.PartitionRecord{},
		[]part{{field: 20}, {field: ints}, {field: ints}, {field: ints}, {field: ints}, {field: 12}, {field: ids, since: 1}},
		[]part{{field: 1}, {field: nullInts, since: 2}, {field: nullInts, since: 2}})
	add(&metadata.PartitionChangeRecord{}, []part{{field: 20}}, []part{
		{field: nullInts},
		{field: 4},
		{field: nullInts},
		{field: nullInts},
		{field: nullInts},
		{field: 1},
		{field: nullInts, since: 2},
		{field: nullInts, since: 2},
		{field: nullIDs, since: 1},
	})
	return table
}()

// fits reports whether a value is certain to decode.
func fits(value []byte) bool {
	s := &shapes[value[1]]
	version := value[2]
	if value[0] != 1 || !s.known || version > s.latest {
		return false
	}
	b := value[3:]
	for _, p := range s.fields {
		if p.since > version {
			continue
		}
		n := p.field.size(b)
		if n < 0 || n > len(b) {
			return false
		}
		b = b[n:]
	}
	return len(b) > 0 && tagsFit(b[1:], int(b[0]), s.tags, version)
}

// tagsFit reports whether b is exactly count tagged fields.
func tagsFit(b []byte, count int, tags []part, version byte) bool {
	for ; count > 0; count-- {
		if len(b) < 2 || int(b[0]) >= len(tags) || b[1] >= 0x80 || int(b[1]) > len(b)-2 {
			return false
		}
		p, content := tags[b[0]], b[2:2+int(b[1])]
		if p.since > version || p.field.size(content) != len(content) {
			return false
		}
		b = b[2+len(content):]
	}
	return len(b) == 0
}

// size is the number of bytes the field takes at the start of b, or -1 when it is not plain.
func (f field) size(b []byte) int {
	if f > 0 {
		return int(f)
	}
	if len(b) == 0 || b[0] >= 0x80 {
		return -1
	}
	n := int(b[0]) - 1
	switch f {
	case nullText, nullInts, nullIDs:
		if n < 0 {
			return 1
		}
	}
	if n < 0 {
		return -1
	}
	switch f {
	case ints, nullInts:
		return 1 + 4*n
	case ids, nullIDs:
		return 1 + 16*n
	}
	if n > len(b)-1 || !ascii(b[1:1+n]) {
		return -1
	}
	return 1 + n
}

func ascii(b []byte) bool {
	for len(b) >= 8 {
		if binary.LittleEndian.Uint64(b)&0x8080808080808080 != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}
