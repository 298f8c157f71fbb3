package dumplog

import (
	"encoding/binary"

	"github.com/kraftctl/kraftctl/record"
)

// spillSize is how much text is gathered before it is handed on, in bytes.
const spillSize = 256 << 10

// printer renders batches with their records, one after the other.
type printer struct {
	*Renderer
	// out is the text so far; spill takes it away and gives an empty one.
	out   []byte
	spill func(full []byte) []byte
	// jumps are the offsets seen.
	jumps jumps
	// segment is the file as exceptions name it (FileRecords.toString).
	segment string

	rec      record.Record
	inflater inflater
	// onRecord is called for each record of a batch, which is then in rec, and onMessage for each legacy one.
	onRecord  func(b *record.Batch) error
	onMessage func(m *message, timeType string) error
}

// newPrinter is a printer of the batches of s.
func newPrinter(opts Options, s *segmentFile) *printer {
	p := &printer{Renderer: NewRenderer(opts), segment: s.String()}
	p.onRecord, p.onMessage = p.record, p.message
	p.inflater.oldSnappy = p.manners.has(oldSnappy)
	return p
}

// emit makes room once there is enough text.
func (p *printer) emit() {
	if len(p.out) >= spillSize {
		p.out = p.spill(p.out)
	}
}

// batch prints the batch that data begins with; size is what its header says, and data goes on after it as far as the file
// does, up to the size of a header.
func (p *printer) batch(data []byte, size int, position int64) error {
	if magic := int8(data[16]); magic < record.Magic {
		return p.legacy(data[:size], position)
	}
	b, err := record.ParseHeader(data)
	if err != nil {
		return throw(kafkaException, "Failed to load record batch at position %d from %s", position, p.segment)
	}
	data = data[:size]
	valid := size >= record.HeaderSize && record.CheckCRC(data) == nil
	if p.out, err = p.AppendBatch(p.out, &b, position, valid); err != nil {
		return err
	}
	if p.opts.Deep || p.opts.PrintData {
		err = p.records(&b, data)
	}
	p.emit()
	return err
}

// huge prints what Kafka prints of a batch before it runs out of memory loading it.
func (p *printer) huge(header []byte) error {
	if int8(header[16]) < record.Magic {
		p.out = appendInt(append(p.out, "offset: "...), int64(binary.BigEndian.Uint64(header)))
		return heapSpace()
	}
	b, err := record.ParseHeader(header)
	if err != nil {
		return err
	}
	p.out = appendBatchStart(p.out, &b)
	if !b.Compression().Known() {
		return unknownCodec(b.Compression())
	}
	return heapSpace()
}

// each calls onRecord or onMessage for the records of a batch, without printing.
func (p *printer) each(data []byte, size int) error {
	if int8(data[16]) < record.Magic {
		return p.messages(newMessage(data[:size]))
	}
	b, err := record.ParseHeader(data)
	if err != nil {
		return throwNull(indexOutOfBounds)
	}
	return p.records(&b, data[:size])
}

// records prints the records of a batch of magic 2 (DefaultRecordBatch.iterator).
func (p *printer) records(b *record.Batch, data []byte) error {
	switch {
	case len(data) < record.HeaderSize:
		return throwNull(indexOutOfBounds)
	case b.Count == 0:
		return nil
	case b.Compression() != record.Uncompressed:
		return p.compressed(b, data[record.HeaderSize:])
	case b.Count < 0:
		return badCount(b)
	}
	rd := reader{buf: data[record.HeaderSize:]}
	for left := b.Count; left > 0; left-- {
		size := int(rd.varint())
		if rd.bad.fault == sound {
			rd.record(size, &p.rec)
			if rd.bad.fault != sound {
				return rd.bad.exception()
			}
		}
		switch rd.bad.fault {
		case underflow:
			return prematureEnd()
		case longVarint:
			return varintException(rd.bad.have)
		}
		if left == 1 && rd.remaining() > 0 {
			return leftover()
		}
		if err := p.onRecord(b); err != nil {
			return err
		}
	}
	return nil
}

// record prints the record that was read.
func (p *printer) record(b *record.Batch) error {
	p.jumps.see(b.Offset(&p.rec))
	var err error
	p.out, err = p.AppendRecord(p.out, b, &p.rec)
	p.emit()
	return err
}

func badCount(b *record.Batch) *Exception {
	return throw(invalidRecord, "Found invalid record count %d in magic v%d batch", b.Count, b.Magic)
}

func prematureEnd() *Exception {
	return throw(invalidRecord, "Incorrect declared batch size, premature EOF reached")
}

func leftover() *Exception {
	return throw(invalidRecord, "Incorrect declared batch size, records still remaining in file")
}

func varintException(value int64) *Exception {
	return throw(illegalArgument, "Varint is too long, the most significant bit in the 5th byte is set, converted value: %x", uint32(value))
}

// compressed prints the records of a compressed batch, once it is known that all of them can be read.
func (p *printer) compressed(b *record.Batch, src []byte) error {
	s, err := p.inflater.open(b.Compression(), src, b.Magic)
	switch {
	case err != nil:
		return err
	case b.Count < 0:
		return badCount(b)
	case b.Count >= 1<<31-2:
		return throw(outOfMemory, "Requested array size exceeds VM limit")
	case b.Count > maxInflated:
		return heapSpace()
	}
	rest := s
	for left := b.Count; left > 0; left-- {
		if err := p.next(&rest); err != nil {
			return err
		}
	}
	if err := rest.noneRemaining(); err != nil {
		return err
	}
	rest = s
	for left := b.Count; left > 0; left-- {
		if err := p.next(&rest); err != nil {
			return err
		}
		if err := p.onRecord(b); err != nil {
			return err
		}
	}
	return nil
}

func (s *stream) noneRemaining() error {
	switch {
	case len(s.data) > 0:
		return leftover()
	case s.failed != nil:
		return s.broken("Error checking for remaining bytes after reading batch")
	}
	return nil
}

// next reads a record from a stream (DefaultRecord.readFrom an InputStream, StreamRecordIterator.readNext).
func (p *printer) next(s *stream) error {
	rd := reader{buf: s.data}
	size := int(rd.varint())
	switch {
	case rd.bad.fault == underflow && s.failed != nil:
		return s.broken("Failed to decompress record stream")
	case rd.bad.fault == longVarint && p.manners.has(surprisedByEnd):
		return varintException(rd.bad.have)
	case rd.bad.fault != sound:
		return prematureEnd()
	case size < 0 && p.manners.has(surprisedByEnd):
		return throw(illegalArgument, "capacity < 0: (%d < 0)", size)
	case size < 0:
		return prematureEnd()
	case size > rd.remaining() && s.failed != nil:
		return s.broken("Failed to decompress record stream")
	case size > maxJavaHeap:
		return heapSpace()
	case size > rd.remaining() && p.manners.has(surprisedByEnd):
		return prematureEnd()
	case size > rd.remaining():
		return throw(invalidRecord, "Invalid record size: expected %d bytes in record payload, but the record payload reached EOF.", size)
	}
	body := reader{buf: s.data[rd.pos : rd.pos+size]}
	s.data = s.data[rd.pos+size:]
	body.record(size, &p.rec)
	if body.bad.fault != sound {
		return body.bad.exception()
	}
	return nil
}

// maxJavaHeap is the heap that kafka-run-class gives its tools, in bytes.
const maxJavaHeap = 256 << 20

// broken is what the stream's failure ends as: an IOException is wrapped with what Kafka was about to do.
func (s *stream) broken(doing string) error {
	if !s.failed.checked() {
		return s.failed
	}
	return throw(kafkaException, "%s", doing)
}

// batchSize is the size that the header of a batch says; header holds its first 17 bytes at least.
func batchSize(header []byte) int64 {
	return record.LogOverhead + int64(int32(binary.BigEndian.Uint32(header[8:])))
}
