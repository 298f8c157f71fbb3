package dumplog

import (
	"encoding/binary"

	"github.com/kraftctl/kraftctl/record"
)

// unwrap reads the messages inside a compressed message (AbstractLegacyRecordBatch.DeepRecordsIterator).
func (p *printer) unwrap(m *message) ([]message, error) {
	if m.codec() == record.Zstd {
		return nil, throw(invalidRecord, "Invalid wrapper compressionType found in legacy deep record iterator %d", m.magic())
	}
	value, err := m.value()
	if err != nil {
		return nil, err
	}
	if value == nil {
		return nil, throw(invalidRecord, "Found invalid compressed record set with null value (magic = %d)", m.magic())
	}
	s, err := p.inflater.open(m.codec(), value, m.magic())
	if err != nil {
		return nil, err
	}
	inner, err := innerMessages(m, s)
	if err != nil {
		return nil, err
	}
	if len(inner) == 0 {
		return nil, throw(invalidRecord, "Found invalid compressed record set with no inner records")
	}
	if m.magic() == 0 {
		return inner, nil
	}
	last := inner[len(inner)-1].offset
	base := m.offset - last
	switch {
	case m.offset == 0:
		// Some versions of librdkafka left the outer offset at 0.
		base = 0
	case m.offset < last:
		return nil, throw(invalidRecord, "Found invalid wrapper offset in compressed v1 message set, wrapper offset '%d' is less than "+
			"the last inner message offset '%d' and it is not zero.", m.offset, last)
	}
	for i := range inner {
		inner[i].offset += base
	}
	return inner, nil
}

// innerMessages are the whole messages of a stream, with the offsets they carry.
func innerMessages(m *message, s stream) ([]message, error) {
	var inner []message
	for len(s.data) >= record.LogOverhead {
		size := int(int32(binary.BigEndian.Uint32(s.data[8:])))
		if size < legacyMinimum {
			return nil, throw(corruptRecord, "Record size is less than the minimum record overhead (%d)", legacyMinimum)
		}
		if size > maxJavaHeap {
			return nil, heapSpace()
		}
		if size > len(s.data)-record.LogOverhead {
			break
		}
		inner = append(inner, message{
			offset:  int64(binary.BigEndian.Uint64(s.data)),
			body:    s.data[record.LogOverhead : record.LogOverhead+size],
			wrapper: m,
		})
		s.data = s.data[record.LogOverhead+size:]
	}
	switch {
	case s.failed == nil:
		return inner, nil
	case !s.failed.checked():
		return nil, s.failed
	}
	return nil, wrap(s.failed)
}
