package record

import (
	"errors"

	"github.com/kraftctl/kraftctl/internal/wire"
)

// Record is one record of a batch.
type Record struct {
	// Size is the number of bytes the record takes, its length field included. AppendBatch ignores it.
	Size int
	// Attributes are unused by Kafka so far.
	Attributes int8
	// TimestampDelta is the timestamp less the batch's BaseTimestamp, in ms.
	TimestampDelta int64
	// OffsetDelta is the offset less the batch's BaseOffset.
	OffsetDelta int64
	// Key and Value are nil when null.
	Key, Value []byte
	// Headers are the record headers; metadata logs have none.
	Headers []Header
}

// Header is a record header.
type Header struct {
	Key string
	// Value is nil when null.
	Value []byte
}

// Iterator walks through the records of one batch after the other in memory that it reuses. The zero value is ready.
//
//	it.Start(batch, data)
//	for it.Next() {
//		use(it.Record())
//	}
//	if err := it.Err(); err != nil { … }
type Iterator struct {
	// Decompressor is used for compressed batches; its Limit bounds their size.
	Decompressor Decompressor

	rd    wire.Reader
	rec   Record
	index int
	count int
	err   error
}

// Start begins with the records of a batch; data is the whole batch as Parse returns it.
func (it *Iterator) Start(b *Batch, data []byte) {
	it.index, it.count, it.err = 0, int(b.Count), nil
	it.rd.Reset(nil)
	if b.Count < 0 {
		it.err = &Error{Kind: BadCount, Pos: HeaderSize - 4, Have: int64(b.Count)}
		return
	}
	body, err := it.Decompressor.Records(b, data)
	if err != nil {
		it.err = err
		return
	}
	it.rd.Reset(body)
}

// Next reads the next record; false at the end of the batch and after a failure.
func (it *Iterator) Next() bool {
	if it.err != nil {
		return false
	}
	if it.index == it.count {
		if n := it.rd.Remaining(); n > 0 {
			it.err = it.fail(Leftover, 0, int64(n))
		}
		return false
	}
	if it.err = it.read(); it.err != nil {
		return false
	}
	it.index++
	return true
}

// Record is the record that Next read. It is valid until the next call of Next, and aliases the batch, or the memory of the
// Decompressor.
func (it *Iterator) Record() *Record { return &it.rec }

// Err is the failure that ended the iteration, an [*Error], or nil.
func (it *Iterator) Err() error { return it.err }

// Leftover is the number of bytes after the last record, once Next has read it; 0 before. Next reports them as an error
// only when it is called again, while Kafka does not even return the last record then.
func (it *Iterator) Leftover() int {
	if it.index < it.count {
		return 0
	}
	return it.rd.Remaining()
}

func (it *Iterator) fail(kind Kind, want, have int64) error {
	return &Error{Kind: kind, Pos: it.rd.Pos(), Record: it.index, Want: want, Have: have}
}

// read reads one record in the order, and with the checks, of DefaultRecord.readFrom: its fields may run past the
// record's own size, which is compared at the end.
func (it *Iterator) read() error {
	rd, rec := &it.rd, &it.rec
	first := rd.Pos()
	if rd.Remaining() == 0 {
		return it.fail(Premature, int64(it.count), 0)
	}
	size := int(rd.Varint())
	if rd.Failed() {
		return it.structure(Premature)
	}
	if rd.Remaining() < size {
		return it.fail(RecordSize, int64(size), int64(rd.Remaining()))
	}
	start := rd.Pos()
	rec.Attributes = rd.Int8()
	rec.TimestampDelta = rd.Varlong()
	rec.OffsetDelta = int64(rd.Varint())
	rec.Key = nullable(rd)
	rec.Value = nullable(rd)
	if err := it.headers(); err != nil {
		return err
	}
	if rd.Failed() {
		return it.structure(RecordStructure)
	}
	if read := rd.Pos() - start; read != size {
		return it.fail(RecordLength, int64(size), int64(read))
	}
	rec.Size = rd.Pos() - first
	return nil
}

// structure is the error for lengths that lead out of the batch; short is its kind when the batch just ends.
func (it *Iterator) structure(short Kind) error {
	var cause *wire.Error
	err := &Error{Kind: RecordStructure, Record: it.index, Want: int64(it.count), Err: it.rd.Err()}
	if errors.As(err.Err, &cause) {
		err.Pos = cause.Pos
		if cause.Kind == wire.Short {
			err.Kind = short
		}
	}
	return err
}

// headers reads the record headers into the memory of the earlier ones.
func (it *Iterator) headers() error {
	rd, rec := &it.rd, &it.rec
	rec.Headers = rec.Headers[:0]
	n := rd.Varint()
	if rd.Failed() || n == 0 {
		return nil
	}
	if n < 0 || int(n) > rd.Remaining() {
		return it.fail(HeaderCount, 0, int64(n))
	}
	for ; n > 0 && !rd.Failed(); n-- {
		size := rd.Varint()
		if size < 0 && !rd.Failed() {
			return it.fail(HeaderKey, 0, int64(size))
		}
		key := rd.Bytes(int(size))
		rec.Headers = append(rec.Headers, Header{Key: wire.AliasString(key), Value: nullable(rd)})
	}
	return nil
}

// nullable reads bytes after their length; nil when that is negative.
func nullable(rd *wire.Reader) []byte {
	n := rd.Varint()
	if n < 0 {
		return nil
	}
	return rd.Bytes(int(n))
}
