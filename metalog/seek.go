package metalog

import (
	"errors"
	"sort"

	"github.com/kraftctl/kraftctl/record"
)

// nearby is how close, in bytes, a search by offset comes before batch headers are read one by one.
const nearby = 256 << 10

// SeekOffset is the position of a batch at or before the one with the given offset, and not far from it. It asks the index if
// that agrees with the segment, and else halves the file again and again; nothing is decoded.
func (f *File) SeekOffset(offset int64) (int64, error) {
	end, err := f.Size()
	if err != nil {
		return 0, err
	}
	s := newScanner(f, 0, end)
	s.size = 64 << 10
	if first, ok, err := s.offsetAt(0); err != nil || !ok || first >= offset {
		return 0, err
	}
	low, high := s.byIndex(offset)
	return s.halve(offset, low, high)
}

// SeekTime is the position of a batch before which no record is as young as the given time in ms. It asks the time index, and
// is 0 when that does not agree with the segment: times may go back, so that a file cannot be halved by them.
func (f *File) SeekTime(ms int64) (int64, error) {
	index, err := f.beside(".timeindex")
	if err != nil || f.Name.Kind != Segment {
		return 0, nil //nolint:nilerr // without an index the file is read from its beginning
	}
	defer index.Close()
	last := TimeIndexEntry{Timestamp: -1, Offset: f.Name.Offset}
	for e, err := range ReadTimeIndex(index, f.Name.Offset) {
		if err != nil || e.Timestamp < last.Timestamp || e.Offset < last.Offset {
			return 0, nil //nolint:nilerr // an index that is not sane is as good as none
		}
		if e.Timestamp >= ms {
			break
		}
		last = e
	}
	if last.Timestamp < 0 {
		return 0, nil
	}
	return f.SeekOffset(last.Offset)
}

// offsetAt is the first offset of the batch at pos, if there is one whose CRC fits.
func (s *scanner) offsetAt(pos int64) (int64, bool, error) {
	right, err := s.right(pos)
	if err != nil || !right {
		return 0, false, err
	}
	head, err := s.view(pos, record.HeaderSize)
	if err != nil {
		return 0, false, err
	}
	p, err := record.ParsePrefix(head)
	return p.BaseOffset, err == nil, err
}

// byIndex looks up in the index between which positions the offset is; when there is no index, or none that can be believed,
// it is the whole file.
func (s *scanner) byIndex(offset int64) (low, high int64) {
	if s.file.Name.Kind != Segment {
		return 0, s.end
	}
	index, err := s.file.beside(".index")
	if err != nil {
		return 0, s.end
	}
	defer index.Close()
	size, err := index.Size()
	if err != nil {
		return 0, s.end
	}
	var failed error
	entry := func(i int) IndexEntry {
		var b [indexEntrySize]byte
		_, err := index.ReadAt(b[:], int64(i)*indexEntrySize)
		failed = errors.Join(failed, err)
		return IndexEntry{Offset: s.file.Name.Offset + int64(int32(be(b[:4]))), Position: int64(be(b[4:]))}
	}
	// Behind the last entry there may be zeros.
	count := int(size / indexEntrySize)
	n := sort.Search(count, func(i int) bool {
		e := entry(i)
		return e.Offset > offset || i > 0 && e.Position == 0
	})
	if n == 0 || failed != nil {
		return 0, s.end
	}
	low, high = entry(n-1).Position, s.end
	if n < count {
		if next := entry(n).Position; next > low && next < high {
			high = next
		}
	}
	base, ok, err := s.offsetAt(low)
	if failed != nil || err != nil || !ok || base > offset || base < s.file.Name.Offset {
		return 0, s.end
	}
	return low, high
}

// halve finds the position by halving the file between two positions, for which its offsets must rise.
func (s *scanner) halve(offset, low, high int64) (int64, error) {
	for high-low > nearby {
		middle := low + (high-low)/2
		pos, err := s.resync(middle, high)
		if err != nil {
			return 0, err
		}
		if pos == high {
			high = middle
			continue
		}
		base, ok, err := s.offsetAt(pos)
		if err != nil {
			return 0, err
		}
		if ok && base <= offset {
			low = pos
		} else {
			high = middle
		}
	}
	return low, nil
}
