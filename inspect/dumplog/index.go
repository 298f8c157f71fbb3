package dumplog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/kraftctl/kraftctl/record"
)

// Sizes of index entries, in bytes.
const (
	indexEntrySize     = 8
	timeIndexEntrySize = 12
)

// maxIndexSize bounds how much of an index is read, in bytes; Kafka makes them 10 MiB unless it is told otherwise.
const maxIndexSize = 256 << 20

// corrupt is what a failed sanity check throws.
func (t *tool) corrupt(format string, args ...any) error {
	class := "org.apache.kafka.storage.internals.log.CorruptIndexException"
	if t.manners.has(scalaIndexes) {
		class, format = "kafka.log.CorruptIndexException", format+t.stop(format)
	}
	return throw(class, format, args...)
}

// stop is the full stop that some complaints of old releases end with.
func (t *tool) stop(format string) string {
	if strings.HasPrefix(format, corruptTime) {
		return ""
	}
	return "."
}

// corruptTime begins the complaints about a time index that never end with a full stop.
const corruptTime = "Corrupt time index found"

// indexFile is the content of an index: entries of one size, sorted by offset, with offsets relative to a base.
type indexFile struct {
	data []byte
	base int64
	// path is the absolute path.
	path string
	size int
}

// readIndex reads an index by the name it is opened with. A missing one Kafka creates, and then it cannot map it.
func (t *tool) readIndex(path javaPath, base int64, size int) (*indexFile, error) {
	f, err := t.env.Open(string(path))
	if err != nil {
		return nil, throw(illegalArgument, "Invalid max index size: -1")
	}
	defer f.Close()
	length, err := f.Size()
	if err != nil {
		return nil, readException(err)
	}
	data, err := readAll(f, length, maxIndexSize)
	if errors.Is(err, syscall.EISDIR) {
		return nil, throw("java.io.FileNotFoundException", "%s (Is a directory)", path)
	}
	return &indexFile{data: data, base: base, path: path.absolute(t.env.Dir), size: size}, err
}

func (x *indexFile) entries() int { return len(x.data) / x.size }

// position is the offset of an entry of an offset index, and its position in the log.
func (x *indexFile) position(i int) (offset int64, position int32) {
	entry := x.data[i*indexEntrySize:]
	return x.base + int64(int32(binary.BigEndian.Uint32(entry))), int32(binary.BigEndian.Uint32(entry[4:]))
}

// timestamp is the timestamp of an entry of a time index, and its offset.
func (x *indexFile) timestamp(i int) (timestamp, offset int64) {
	entry := x.data[i*timeIndexEntrySize:]
	return int64(binary.BigEndian.Uint64(entry)), x.base + int64(int32(binary.BigEndian.Uint32(entry[8:])))
}

// lookup is the position of the last entry of an offset index whose offset is not above the target (AbstractIndex:
// a binary search, first in the last page of the index; which entry it finds in an unsorted one depends on that).
func (x *indexFile) lookup(target int64) int32 {
	const warmEntries = 8192 / indexEntrySize
	last := x.entries() - 1
	if last < 0 {
		return 0
	}
	low, high := 0, max(0, last-warmEntries)
	if offset, _ := x.position(high); offset < target {
		low, high = high, last
	} else if offset, _ := x.position(0); offset > target {
		return 0
	}
	for low < high {
		mid := (low + high + 1) / 2
		offset, position := x.position(mid)
		switch {
		case offset > target:
			high = mid - 1
		case offset < target:
			low = mid
		default:
			return position
		}
	}
	_, position := x.position(low)
	return position
}

// dumpIndex prints and checks an offset index.
func (t *tool) dumpIndex(path javaPath) error {
	if t.opts.IndexProblem != nil {
		return t.opts.IndexProblem
	}
	base, err := parseNumber(path.stem(), 64)
	if err != nil {
		return err
	}
	log, err := t.openSegment(path.sibling(t.env.Dir, path.stem()+logSuffix))
	if err != nil {
		return err
	}
	defer log.file.Close()
	x, err := t.readIndex(path, base, indexEntrySize)
	switch {
	case err != nil:
		return err
	case x.entries() == 0:
		fmt.Fprintf(t.out, "%s is empty.\n", path)
		return nil
	case t.opts.IndexSanityCheck:
		if err := t.checkIndex(x); err != nil {
			return err
		}
		fmt.Fprintf(t.out, "%s passed sanity check.\n", path)
		return nil
	}
	for i := range x.entries() {
		offset, position := x.position(i)
		// Zeros follow the last entry of an index that was not closed.
		if offset == x.base && i > 0 {
			return nil
		}
		found, err := firstLastOffset(log, position, t.opts.MaxMessageSize)
		if err != nil {
			return err
		}
		if found != offset {
			t.mismatches.add(x.path, pair{offset, found})
		}
		if !t.opts.VerifyIndexOnly {
			fmt.Fprintf(t.out, "offset: %d position: %d\n", offset, position)
		}
	}
	return nil
}

// checkIndex is OffsetIndex.sanityCheck.
func (t *tool) checkIndex(x *indexFile) error {
	if last, _ := x.position(x.entries() - 1); last < x.base {
		name := x.path
		if t.manners.has(scalaIndexes) {
			name = "(" + name + ")"
		}
		return t.corrupt("Corrupt index found, index file %s has non-zero size but the last offset is %d which is less than the base offset %d",
			name, last, x.base)
	}
	if len(x.data)%x.size != 0 {
		return t.corrupt("Index file %s is corrupt, found %d bytes which is neither positive nor a multiple of %d", x.path, len(x.data), x.size)
	}
	return nil
}

// firstLastOffset is the last offset of the first batch of a part of the log.
func firstLastOffset(log *segmentFile, position, size int32) (int64, error) {
	part, err := log.slice(position, size)
	if err != nil {
		return 0, err
	}
	h, err := newHeaders(part).next()
	switch {
	case err != nil:
		return 0, err
	case h == nil:
		return 0, throwNull(noSuchElement)
	}
	return h.lastOffset()
}

// headers reads the headers of batches, without the batches.
type headers struct {
	*walker
	buf []byte
	cur header
}

// header is the beginning of a batch.
type header struct {
	data     []byte
	position int64
	size     int64
	segment  *segmentFile
}

func newHeaders(s *segmentFile) *headers {
	return &headers{walker: newWalker(s), buf: make([]byte, record.HeaderSize)}
}

// next is the next header, valid until the next call; nil at the end.
func (h *headers) next() (*header, error) {
	data, err := h.read(h.buf)
	if err != nil {
		return nil, wrap(readException(err))
	}
	at, need := h.measure(data)
	if at == 0 && (need == 0 || len(data) < record.PrefixSize) {
		return nil, h.err
	}
	h.done = false
	h.cur = header{data: data, position: h.pos, size: batchSize(data), segment: h.segmentFile}
	h.pos += h.cur.size
	return &h.cur, nil
}

func (h *header) legacy() bool { return int8(h.data[16]) < record.Magic }

// lastOffset is the offset of the batch's last record.
func (h *header) lastOffset() (int64, error) {
	if h.legacy() {
		return int64(binary.BigEndian.Uint64(h.data)), nil
	}
	b, err := record.ParseHeader(h.data)
	if err != nil {
		return 0, throw(kafkaException, "Failed to load record batch at position %d from %s", h.position, h.segment)
	}
	return b.LastOffset(), nil
}

// load is the whole batch.
func (h *header) load() ([]byte, error) {
	data := make([]byte, max(h.size, int64(len(h.data))))
	n, err := h.segment.file.ReadAt(data, h.position)
	if int64(n) < h.size {
		return nil, errors.Join(throw(kafkaException, "Failed to load record batch at position %d from %s", h.position, h.segment), err)
	}
	return data[:n], nil
}
