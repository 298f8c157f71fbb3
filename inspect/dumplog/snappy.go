package dumplog

import (
	"bytes"
	"encoding/binary"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/snappy"
)

// snappyMagic begins the frame of org.xerial.snappy.SnappyOutputStream. Two int32 follow, the version and the oldest version that
// can read it, and then blocks, each after its size as an int32.
var snappyMagic = []byte{0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0}

const (
	snappyHeader  = 16
	snappyVersion = 1
	// maxSnappyBlock is the largest block that snappy-java believes in, in bytes.
	maxSnappyBlock = 512 << 20
	snappyError    = "org.xerial.snappy.SnappyError"
	// snappyIO is what SnappyInputStream throws.
	snappyIO = "org.xerial.snappy.SnappyIOException"
)

// openSnappy reads what SnappyInputStream reads: frames, or one bare block, which is decompressed when the stream is opened.
func (f *inflater) openSnappy(src []byte) (*Exception, error) {
	if len(src) == 0 {
		return nil, wrap(throw(snappyIO, "[EMPTY_INPUT] Cannot decompress empty stream"))
	}
	if len(src) < snappyHeader || !bytes.HasPrefix(src, snappyMagic) {
		if !f.snappyBlock(src) {
			return nil, wrap(failedToUncompress())
		}
		return nil, nil
	}
	if version := int32(binary.BigEndian.Uint32(src[8:])); version < snappyVersion {
		return nil, wrap(throw(snappyIO, "[INCOMPATIBLE_VERSION] Compressed with an incompatible codec version %d. At least version %d is required",
			version, snappyVersion))
	}
	for src = src[snappyHeader:]; len(src) >= 4; {
		if len(src) >= snappyHeader && bytes.HasPrefix(src, snappyMagic) {
			src = src[snappyHeader:]
			continue
		}
		size := int64(int32(binary.BigEndian.Uint32(src)))
		src = src[4:]
		switch {
		case size < 0 && f.oldSnappy:
			return throw(negativeArray, "%d", size), nil
		case size < 0 || size > maxSnappyBlock:
			return throw(snappyError, "[INVALID_CHUNK_SIZE] chunkSize is too big or negative : %d", size), nil
		case size > int64(len(src)):
			return throw(ioException, "failed to read chunk"), nil
		case !f.snappyBlock(src[:size]):
			return failedToUncompress(), nil
		}
		src = src[size:]
	}
	return nil, nil
}

func failedToUncompress() *Exception { return throw(ioException, "FAILED_TO_UNCOMPRESS(5)") }

// snappyBlock appends one block to the output, if it is sound.
func (f *inflater) snappyBlock(block []byte) bool {
	n, err := s2.DecodedLen(block)
	// A block cannot hold more than about 64 bytes for each 3 of its own; do not believe it before allocating.
	if err != nil || n > 64*len(block)+64 || len(f.out)+n > maxInflated {
		return false
	}
	end := len(f.out) + n
	if end > cap(f.out) {
		f.out = append(f.out, make([]byte, end-len(f.out))...)[:len(f.out)]
	}
	if _, err := snappy.Decode(f.out[len(f.out):end], block); err != nil {
		return false
	}
	f.out = f.out[:end]
	return true
}
