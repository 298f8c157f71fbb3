package dumplog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/kraftctl/kraftctl/record"
)

// segmentFile is a file of batches, or the beginning of one (FileRecords).
type segmentFile struct {
	file File
	name string
	// size is the size of the file, and end where the part of it that is read ends, in bytes.
	size, end int64
	// start is where that part begins.
	start int64
}

// openSegment opens a file of batches by the name that exceptions give it.
func (t *tool) openSegment(name string) (*segmentFile, error) {
	f, size, err := t.open(name)
	if err != nil {
		return nil, err
	}
	if size > math.MaxInt32 {
		return nil, errors.Join(throw(kafkaException, "The size of segment %s (%d) is larger than the maximum allowed segment size of %d",
			name, size, math.MaxInt32), f.Close())
	}
	return &segmentFile{file: f, name: name, size: size, end: size}, nil
}

// describe is FileRecords.toString with the given end.
func (s *segmentFile) describe(end int64) string {
	return fmt.Sprintf("FileRecords(size=%d, file=%s, start=%d, end=%d)", s.end-s.start, s.name, s.start, end)
}

// String is FileRecords.toString.
func (s *segmentFile) String() string { return s.describe(s.end) }

// slice is a part of the whole file (FileRecords.slice).
func (s *segmentFile) slice(position, size int32) (*segmentFile, error) {
	switch {
	case position < 0:
		return nil, throw(illegalArgument, "Invalid position: %d in read from %s", position, s.describe(math.MaxInt32))
	case int64(position) > s.end:
		return nil, throw(illegalArgument, "Slice from position %d exceeds end position of %s", position, s.describe(math.MaxInt32))
	case size < 0:
		return nil, throw(illegalArgument, "Invalid size: %d in read from %s", size, s.describe(math.MaxInt32))
	}
	part := *s
	part.start = int64(position)
	// Java's sum of the two ints may overflow, and then counts as too much.
	if end := position + size; end >= 0 && int64(end) < s.end {
		part.end = int64(end)
	}
	return &part, nil
}

// walker walks through the batches of a segment (FileLogInputStream).
type walker struct {
	*segmentFile
	// pos is the position of the next batch.
	pos int64
	// done says that the walk is over, with err if it failed.
	done bool
	err  error
	// huge says that it ended at a batch that a JVM has no room for.
	huge bool
}

func newWalker(s *segmentFile) *walker { return &walker{segmentFile: s, pos: s.start} }

// chunk is some whole batches.
type chunk struct {
	// data begins with the first batch, and goes on after the last one where the file does.
	data []byte
	// base is the position of the first batch in its file, and size the number of bytes of the batches.
	base int64
	size int
	// huge says that a batch follows that a JVM has no room for; data goes on with its header.
	huge bool
}

// fill reads the next batches into buf, or into a larger buffer where one batch needs that. The last chunk may be empty.
func (w *walker) fill(buf []byte) chunk {
	for {
		data, err := w.read(buf)
		if err != nil {
			w.done, w.err = true, wrap(readException(err))
			return chunk{base: w.pos}
		}
		at, need := w.measure(data)
		if at == 0 && !w.done && need > int64(len(data)) {
			buf = make([]byte, need)
			continue
		}
		c := chunk{data: data, base: w.pos, size: at, huge: w.huge}
		w.pos += int64(at)
		return c
	}
}

// read reads as much as there is at the position.
func (w *walker) read(buf []byte) ([]byte, error) {
	if w.pos >= w.end-record.PrefixSize {
		w.done = true
		return nil, nil
	}
	buf = buf[:min(int64(len(buf)), w.size-w.pos)]
	n, err := w.file.ReadAt(buf, w.pos)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return buf[:n], nil
}

// measure is how many bytes of data are whole batches, and how many bytes the next one needs.
func (w *walker) measure(data []byte) (int, int64) {
	at := 0
	for {
		pos := w.pos + int64(at)
		if w.done || pos >= w.end-record.PrefixSize {
			w.done = true
			return at, 0
		}
		if at+record.PrefixSize > len(data) {
			return at, int64(at) + w.bound(pos, record.HeaderSize)
		}
		length := int32(binary.BigEndian.Uint32(data[at+8:]))
		if length < record.MinLegacyLength {
			w.done, w.err = true, throw(corruptRecord, "Found record size %d smaller than minimum record overhead (%d) in file %s.",
				length, record.MinLegacyLength, w.name)
			return at, 0
		}
		size := record.LogOverhead + int64(length)
		if pos > w.end-size {
			w.done = true
			return at, 0
		}
		w.huge = size > maxJavaHeap
		if w.huge {
			size = record.HeaderSize
		}
		if need := int64(at) + w.bound(pos, max(size, record.HeaderSize)); need > int64(len(data)) {
			w.huge = false
			return at, need
		}
		if w.huge {
			w.done = true
			return at, 0
		}
		at += int(size)
	}
}

// bound is n, or the bytes that the file has at pos.
func (w *walker) bound(pos, n int64) int64 { return min(n, w.size-pos) }
