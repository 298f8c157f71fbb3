package dumplog

import (
	"encoding/binary"

	"github.com/pierrec/lz4/v4"
)

// lz4Frame reads LZ4 frames as Kafka's own Lz4BlockInputStream does, which is not as lz4's library does: blocks are
// independent, nothing after the end mark is looked at, and content checksums are skipped.
type lz4Frame struct {
	block []byte
}

const (
	lz4Magic      = 0x184D2204
	lz4RawBlock   = 1 << 31
	lz4Premature  = "Stream ended prematurely"
	lz4BadMagic   = "Stream unsupported (invalid magic bytes)"
	lz4BadHeader  = "Stream frame descriptor corrupted"
	lz4HeaderSize = 6
)

// open appends the content of the frame src to dst, and gives the IOException that it ends with, if any; the error is what opening the
// frame throws.
func (f *lz4Frame) open(dst, src []byte, ignoreChecksum bool) ([]byte, *Exception, error) {
	if len(src) < lz4HeaderSize {
		return dst, nil, wrap(throw(ioException, lz4Premature))
	}
	if binary.LittleEndian.Uint32(src) != lz4Magic {
		return dst, nil, wrap(throw(ioException, lz4BadMagic))
	}
	flags, descriptor := src[4], src[5]
	maxBlock, err := lz4Descriptor(flags, descriptor)
	if err != nil {
		return dst, nil, wrap(err)
	}
	pos := lz4HeaderSize
	if flags&0x08 != 0 {
		if len(src)-pos < 8 {
			return dst, nil, wrap(throw(ioException, lz4Premature))
		}
		pos += 8
	}
	if pos >= len(src) {
		if ignoreChecksum {
			return dst, nil, wrap(throw(illegalArgument, "newPosition > limit: (%d > %d)", pos+1, len(src)))
		}
		return dst, nil, wrap(throwNull(bufferUnderflow))
	}
	if !ignoreChecksum && src[pos] != byte(xxh32(src[4:pos])>>8) {
		return dst, nil, wrap(throw(ioException, lz4BadHeader))
	}
	return f.blocks(dst, src[pos+1:], flags&0x10 != 0, flags&0x04 != 0, maxBlock)
}

// lz4Descriptor checks the two bytes that describe a frame and gives the size of the largest block.
func lz4Descriptor(flags, descriptor byte) (int, *Exception) {
	switch {
	case flags&0x03 != 0:
		return 0, throw(runtimeException, "Reserved bits must be 0")
	case flags&0x20 == 0:
		return 0, throw(runtimeException, "Dependent block stream is unsupported")
	case flags>>6 != 1:
		return 0, throw(runtimeException, "Version %d is unsupported", flags>>6)
	}
	size := descriptor >> 4 & 7
	switch {
	case descriptor&0x0f != 0:
		return 0, throw(runtimeException, "Reserved2 field must be 0")
	case size < 4:
		return 0, throw(runtimeException, "Block size value must be between 4 and 7")
	case descriptor>>7 != 0:
		return 0, throw(runtimeException, "Reserved3 field must be 0")
	}
	return 1 << (2*size + 8), nil
}

// blocks appends the blocks up to the end mark.
func (f *lz4Frame) blocks(dst, src []byte, checked, contentChecked bool, maxBlock int) ([]byte, *Exception, error) {
	for {
		if len(src) < 4 {
			return dst, throw(ioException, lz4Premature), nil
		}
		word := binary.LittleEndian.Uint32(src)
		size := int(word &^ lz4RawBlock)
		src = src[4:]
		if size == 0 {
			if contentChecked && len(src) < 4 {
				return dst, nil, throwNull(bufferUnderflow)
			}
			return dst, nil, nil
		}
		switch {
		case size > maxBlock:
			return dst, throw(ioException, "Block size %d exceeded max: %d", size, maxBlock), nil
		case size > len(src):
			return dst, throw(ioException, lz4Premature), nil
		}
		stored := src[:size]
		block := stored
		if word&lz4RawBlock == 0 {
			if cap(f.block) < maxBlock {
				f.block = make([]byte, maxBlock)
			}
			n, err := lz4.UncompressBlock(stored, f.block[:maxBlock])
			if err != nil {
				return dst, throw(ioException, "net.jpountz.lz4.LZ4Exception: Error decoding input buffer"), nil
			}
			block = f.block[:n]
		}
		src = src[size:]
		if checked {
			if len(src) < 4 {
				return dst, nil, throwNull(bufferUnderflow)
			}
			if xxh32(stored) != binary.LittleEndian.Uint32(src) {
				return dst, throw(ioException, "Block checksum mismatch"), nil
			}
			src = src[4:]
		}
		if len(dst)+len(block) > maxInflated {
			return dst, nil, heapSpace()
		}
		dst = append(dst, block...)
	}
}
