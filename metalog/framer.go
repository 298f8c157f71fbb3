package metalog

import (
	"encoding/binary"
	"errors"
	"io"

	"github.com/kraftctl/kraftctl/record"
)

// maxBatch bounds the size of a batch that is believed, in bytes, and so the memory reading takes. Kafka's own batches
// are of 8 MiB at most (KafkaRaftClient.MAX_BATCH_SIZE_BYTES).
const maxBatch = 32 << 20

// frame is a piece of a file: a batch, or a region that is none.
type frame struct {
	pos, size int64
	// damage is set for a region that is no batch, and for a batch whose magic is wrong but whose CRC fits.
	damage *Damage
	// batch tells that the region is a batch.
	batch bool
	// checked tells that the CRC was found right.
	checked bool
}

// framer cuts a file into batches. It looks at headers only, and at CRCs where a header is in doubt, so that the cut is
// the same however much of the rest is looked at.
//
// A batch is believed when its own header is possible and so is the one that follows, or its CRC fits. Else the next
// batch that is wholly right is searched for, and all before it is one damaged region.
type framer struct {
	window
	path string
	pos  int64

	// allowance is how many bytes may be read again to check CRCs in broken regions; see spend.
	allowance int64
	head      [record.HeaderSize]byte
}

// Work on broken regions is bounded: it may look at every byte so many times, and at so many bytes on top.
const (
	allowanceStart = 64 << 20
	allowancePerB  = 16
)

// spend takes size bytes of the work that hostile bytes may cause; false when there is no more to be had.
func (f *framer) spend(size int64) bool {
	if f.allowance < size {
		return false
	}
	f.allowance -= size
	return true
}

// crcFits reports whether the batch at pos is whole and has the CRC it should have.
func (f *framer) crcFits(pos, size int64) (bool, error) {
	if pos+size > f.end || !f.spend(size) {
		return false, nil
	}
	data, err := f.view(pos, size)
	return err == nil && int64(len(data)) >= size && record.CheckCRC(data[:size]) == nil, err
}

// next is the next frame; false at the end of the file.
func (f *framer) next() (frame, bool, error) {
	if f.pos >= f.end {
		return frame{}, false, nil
	}
	fr, err := f.frame(f.pos)
	if err != nil {
		return frame{}, false, err
	}
	f.pos = fr.pos + fr.size
	f.allowance = min(allowanceStart, f.allowance+allowancePerB*fr.size)
	return fr, true, nil
}

func (f *framer) frame(pos int64) (frame, error) {
	head, err := f.view(pos, record.HeaderSize)
	if err != nil {
		return frame{}, err
	}
	size := possible(head)
	if size == 0 || pos+size > f.end {
		return f.broken(pos)
	}
	sound, err := f.follows(pos + size)
	if err != nil {
		return frame{}, err
	}
	if sound {
		return frame{pos: pos, size: size, batch: true}, nil
	}
	if fits, err := f.crcFits(pos, size); err != nil {
		return frame{}, err
	} else if fits {
		return frame{pos: pos, size: size, batch: true, checked: true}, nil
	}
	return f.broken(pos)
}

// possible is the size of the batch whose header head begins with, or 0 when there is no such header.
func possible(head []byte) int64 {
	if len(head) < record.HeaderSize {
		return 0
	}
	if head[16] != record.Magic {
		return 0
	}
	return claimedSize(head, record.HeaderSize)
}

// claimedSize is the size that the length field tells, or 0 when it is impossible.
func claimedSize(head []byte, smallest int64) int64 {
	size := record.LogOverhead + int64(int32(binary.BigEndian.Uint32(head[8:])))
	if size < smallest || size > maxBatch {
		return 0
	}
	return size
}

// follows reports whether the file ends at pos or the header of a whole batch is there.
func (f *framer) follows(pos int64) (bool, error) {
	if pos == f.end {
		return true, nil
	}
	head, err := f.peek(pos)
	size := possible(head)
	return size > 0 && pos+size <= f.end, err
}

// peek is the header at pos. It keeps what the window shows when it can.
func (f *framer) peek(pos int64) ([]byte, error) {
	if from := pos - f.at; from >= 0 && from+record.HeaderSize <= int64(len(f.buf)) {
		return f.buf[from:], nil
	}
	n, err := f.r.ReadAt(f.head[:min(record.HeaderSize, f.end-pos)], pos)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return f.head[:n], err
}
