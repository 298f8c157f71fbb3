package archive

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"io"
)

// frame reads one zstd frame and checks how it is framed (RFC 8878, 3.1.1), so that nothing is decompressed but one frame
// with a checksum, then the seal, and that nothing stands before, between or after them.
//
//	magic 28 B5 2F FD | descriptor | window, dictionary, content size | block header, block | … | checksum | seal
type frame struct {
	r     *bufio.Reader
	buf   []byte // what is to be handed out next, before the block
	block int64  // bytes of the present block that are to be handed out
	state frameState
	sum   hash.Hash // of the bytes handed out
	read  int64     // how many those are
	err   error     // what ended it, but for io.EOF
	// unsealed tells that the frame is whole and the file ends where the seal should be.
	unsealed bool
}

type frameState uint8

const (
	atStart frameState = iota
	atBlock
	atLastBlock
	atEnd
)

const (
	frameMagic = 0xFD2FB528
	// The bits of the frame's descriptor.
	singleSegment, reservedBits, hasChecksum, dictionaryBits = 0x20, 0x18, 0x04, 0x03
	// rleBlock is the block type whose content is one byte, whatever its size says.
	rleBlock = 1
)

func newFrame(r io.Reader) *frame {
	return &frame{r: bufio.NewReaderSize(r, 1<<17), sum: sha256.New()}
}

// Read hands out the bytes of the frame. The error is an *Error, or the reader's; it is kept.
func (f *frame) Read(p []byte) (int, error) {
	n, err := f.fill(p)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = err
	}
	return n, err
}

func (f *frame) fill(p []byte) (int, error) {
	for len(f.buf) == 0 && f.block == 0 {
		if err := f.next(); err != nil {
			return 0, err
		}
	}
	var n int
	var err error
	if len(f.buf) > 0 {
		n = copy(p, f.buf)
		f.buf = f.buf[n:]
	} else {
		n, err = f.r.Read(p[:min(int64(len(p)), f.block)])
		f.block -= int64(n)
	}
	f.read += int64(n)
	f.sum.Write(p[:n])
	return n, early(err)
}

// next reads the part of the frame that follows.
func (f *frame) next() error {
	switch f.state {
	case atStart:
		return f.header()
	case atBlock:
		return f.blockHeader()
	case atLastBlock:
		f.state = atEnd
		return f.take(4) // the checksum
	}
	return f.end()
}

// end checks the seal, and that it is the last there is.
func (f *frame) end() error {
	want := seal(f.sum)
	got := make([]byte, len(want))
	if n, err := io.ReadFull(f.r, got); n == 0 && errors.Is(err, io.EOF) {
		f.unsealed = true
		return fault(Tampered, "", "its seal, the last %d bytes, is missing: they were cut off, or another program compressed it anew", len(want))
	} else if err != nil {
		return early(err)
	}
	if !bytes.Equal(got[:sealHead], want[:sealHead]) {
		return fault(Tampered, "", "there is something else than its seal at byte %d", f.read)
	}
	if !bytes.Equal(got, want) {
		return fault(Damaged, "", "its bytes are not those that were written: their SHA-256 does not fit the seal")
	}
	if _, err := f.r.ReadByte(); err == nil {
		return fault(Tampered, "", "there is something after its end, which is at byte %d", f.read+int64(len(want)))
	} else if !errors.Is(err, io.EOF) {
		return err
	}
	return io.EOF
}

// sealHead is the size of the head of a seal.
const sealHead = 8

// seal is a skippable frame (RFC 8878, 3.1.2), which every zstd passes over, with the SHA-256 of the bytes before it.
func seal(sum hash.Hash) []byte {
	head := binary.LittleEndian.AppendUint32(nil, 0x184D2A5B)
	return sum.Sum(binary.LittleEndian.AppendUint32(head, sha256.Size))
}

// take reads n bytes that are handed out next.
func (f *frame) take(n int) error {
	at := len(f.buf)
	f.buf = append(f.buf, make([]byte, n)...)
	_, err := io.ReadFull(f.r, f.buf[at:])
	return early(err)
}

func (f *frame) header() error {
	head, err := f.r.Peek(4)
	switch magic := binary.LittleEndian.AppendUint32(nil, frameMagic); {
	case len(head) == 0 && errors.Is(err, io.EOF):
		return fault(Truncated, "", "it is empty")
	case !bytes.HasPrefix(magic, head):
		return fault(Foreign, "", "it is not compressed with zstd")
	}
	if err := f.take(5); err != nil {
		return err
	}
	descriptor := f.buf[4]
	if descriptor&reservedBits != 0 || descriptor&dictionaryBits != 0 || descriptor&hasChecksum == 0 {
		return fault(Foreign, "", "its zstd frame is not of the kind kraftctl writes (descriptor %#02x)", descriptor)
	}
	sizes := []int{0, 2, 4, 8}[descriptor>>6]
	if descriptor&singleSegment == 0 {
		sizes++ // the window
	} else if sizes == 0 {
		sizes = 1
	}
	f.state = atBlock
	return f.take(sizes)
}

func (f *frame) blockHeader() error {
	f.buf = f.buf[:0]
	if err := f.take(3); err != nil {
		return err
	}
	h := uint32(f.buf[0]) | uint32(f.buf[1])<<8 | uint32(f.buf[2])<<16
	f.block = int64(h >> 3)
	if h>>1&3 == rleBlock {
		f.block = 1
	}
	if h&1 != 0 {
		f.state = atLastBlock
	}
	return nil
}

// early makes an end of the file within the frame an *Error.
func early(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fault(Truncated, "", "it ends too early")
	}
	return err
}
