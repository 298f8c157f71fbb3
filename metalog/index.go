package metalog

import (
	"encoding/binary"
	"fmt"
	"io"
	"iter"
)

// Sizes of index entries in bytes (org.apache.kafka.storage.internals.log.OffsetIndex, TimeIndex).
const (
	indexEntrySize     = 8
	timeIndexEntrySize = 12
)

// IndexEntry is an entry of an offset index.
//
//	+-------------------------+----------+
//	| last offset of a batch, | position |
//	| less the segment's base | of it    |
//	| int32                   | int32    |
//	+-------------------------+----------+
type IndexEntry struct {
	// Offset is the last offset of the batch, or one in it.
	Offset int64
	// Position is where the batch begins in the segment, in bytes.
	Position int64
}

// TimeIndexEntry is an entry of a time index.
//
//	+-----------+-------------------------+
//	| timestamp | offset, less the        |
//	| int64, ms | segment's base, int32   |
//	+-----------+-------------------------+
type TimeIndexEntry struct {
	// Timestamp is the greatest timestamp of the segment so far, in ms.
	Timestamp int64
	// Offset is the offset of the record with it, or of the last one of its batch.
	Offset int64
}

// ReadIndex iterates over the entries of the offset index of the segment that begins at base. It ends at the zeros that an
// active segment's index, which is preallocated, has after its last entry. The error is one of reading, or that the file ends
// within an entry.
func ReadIndex(r io.ReaderAt, base int64) iter.Seq2[IndexEntry, error] {
	return func(yield func(IndexEntry, error) bool) {
		for b, err := range fixed(r, indexEntrySize) {
			if err != nil {
				yield(IndexEntry{}, err)
				return
			}
			if !yield(IndexEntry{Offset: base + int64(int32(be(b[:4]))), Position: int64(be(b[4:]))}, nil) {
				return
			}
		}
	}
}

// ReadTimeIndex iterates over the entries of the time index of the segment that begins at base; see [ReadIndex].
func ReadTimeIndex(r io.ReaderAt, base int64) iter.Seq2[TimeIndexEntry, error] {
	return func(yield func(TimeIndexEntry, error) bool) {
		for b, err := range fixed(r, timeIndexEntrySize) {
			if err != nil {
				yield(TimeIndexEntry{}, err)
				return
			}
			e := TimeIndexEntry{Timestamp: int64(binary.BigEndian.Uint64(b)), Offset: base + int64(int32(be(b[8:])))}
			if !yield(e, nil) {
				return
			}
		}
	}
}

func be(b []byte) uint32 { return binary.BigEndian.Uint32(b) }

// fixed iterates over entries of size bytes up to the first of zeros, which is no entry.
func fixed(r io.ReaderAt, size int) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		buf := make([]byte, 4096*size)
		for pos := int64(0); ; {
			n, err := r.ReadAt(buf, pos)
			for i := 0; i+size <= n; i += size {
				entry := buf[i : i+size]
				if leadingZeros(entry) == size || !yield(entry, nil) {
					return
				}
			}
			if err == nil {
				pos += int64(n)
				continue
			}
			if err == io.EOF { //nolint:errorlint // ReadAt returns it bare
				err = nil
				if odd := n % size; odd != 0 && leadingZeros(buf[n-odd:n]) < odd {
					err = fmt.Errorf("the file ends within an entry: %d of %d bytes are there", odd, size)
				}
			}
			if err != nil {
				yield(nil, err)
			}
			return
		}
	}
}
