package record

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// Compression is how the records of a batch are compressed: the low three bits of its attributes.
type Compression uint8

// The codecs of org.apache.kafka.common.record.CompressionType.
const (
	Uncompressed Compression = iota
	Gzip
	Snappy
	LZ4
	Zstd
)

var compressionNames = [...]string{"none", "gzip", "snappy", "lz4", "zstd"}

// String is the name kafka-dump-log prints; "unknown" for a number that is no codec.
func (c Compression) String() string {
	if int(c) < len(compressionNames) {
		return compressionNames[c]
	}
	return "unknown"
}

// Known reports whether c is a codec.
func (c Compression) Known() bool { return int(c) < len(compressionNames) }

// DefaultLimit bounds the decompressed size of a batch, in bytes, unless a Decompressor says otherwise. A metadata batch is
// at most 8 MiB (KafkaRaftClient.MAX_BATCH_SIZE_BYTES).
const DefaultLimit = 64 << 20

// errLimit stops a decoder whose output grows past the limit.
var errLimit = errors.New("limit")

// Decompressor decompresses records into memory that it reuses. The zero value is ready to use.
type Decompressor struct {
	// Limit bounds the decompressed size of a batch in bytes; 0 is DefaultLimit.
	Limit int

	buf  []byte
	in   bytes.Reader
	gzip *gzip.Reader
	lz4  *lz4.Reader
	zstd *zstd.Decoder
}

// Records are the bytes of the records of a batch; data is the whole batch. Without compression they are the rest of data,
// else memory that the next call overwrites.
func (d *Decompressor) Records(b *Batch, data []byte) ([]byte, error) {
	if len(data) < HeaderSize {
		return nil, &Error{Kind: Truncated, Want: HeaderSize, Have: int64(len(data))}
	}
	return d.Decompress(b.Compression(), data[HeaderSize:])
}

// Decompress is what src holds. Errors are of the kinds BadCompression, Undecompressable and TooLarge.
func (d *Decompressor) Decompress(c Compression, src []byte) ([]byte, error) {
	if c == Uncompressed {
		return src, nil
	}
	if !c.Known() {
		return nil, &Error{Kind: BadCompression, Pos: attributesAt, Have: int64(c)}
	}
	limit := d.Limit
	if limit <= 0 {
		limit = DefaultLimit
	}
	d.buf = d.buf[:0]
	err := d.decompress(c, src, limit)
	switch {
	case errors.Is(err, errLimit):
		return nil, &Error{Kind: TooLarge, Pos: HeaderSize, Want: int64(limit)}
	case err != nil:
		return nil, &Error{Kind: Undecompressable, Pos: HeaderSize, Err: err}
	}
	return d.buf, nil
}

func (d *Decompressor) decompress(c Compression, src []byte, limit int) error {
	d.in.Reset(src)
	switch c {
	case Gzip:
		return d.gunzip(limit)
	case Snappy:
		return d.unsnappy(src, limit)
	case LZ4:
		if d.lz4 == nil {
			d.lz4 = lz4.NewReader(nil)
		}
		d.lz4.Reset(&d.in)
		return d.readAll(d.lz4, limit)
	default:
		return d.unzstd(limit)
	}
}

func (d *Decompressor) gunzip(limit int) error {
	var err error
	if d.gzip == nil {
		d.gzip, err = gzip.NewReader(&d.in)
	} else {
		err = d.gzip.Reset(&d.in)
	}
	if err != nil {
		return err
	}
	return d.readAll(d.gzip, limit)
}

func (d *Decompressor) unzstd(limit int) error {
	var err error
	if d.zstd == nil {
		d.zstd, err = zstd.NewReader(&d.in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxMemory(uint64(max(limit, 1<<20))))
	} else {
		err = d.zstd.Reset(&d.in)
	}
	if err != nil {
		return err
	}
	err = d.readAll(d.zstd, limit)
	if errors.Is(err, zstd.ErrDecoderSizeExceeded) || errors.Is(err, zstd.ErrWindowSizeExceeded) {
		return errLimit
	}
	return err
}

// readAll reads r to its end into d.buf, at most limit bytes.
func (d *Decompressor) readAll(r io.Reader, limit int) error {
	for {
		if len(d.buf) == cap(d.buf) {
			d.buf = append(d.buf, make([]byte, max(4096, len(d.buf)))...)[:len(d.buf)]
		}
		n, err := r.Read(d.buf[len(d.buf):cap(d.buf)])
		d.buf = d.buf[:len(d.buf)+n]
		if len(d.buf) > limit {
			return errLimit
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// xerialMagic begins snappy data as the Java library frames it: the magic, two int32 versions, then blocks, each
// after its compressed size as an int32 (org.xerial.snappy.SnappyOutputStream).
var xerialMagic = []byte{0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0}

const xerialHeader = 16

func (d *Decompressor) unsnappy(src []byte, limit int) error {
	if !bytes.HasPrefix(src, xerialMagic) {
		return d.snappyBlock(src, limit)
	}
	if len(src) < xerialHeader {
		return io.ErrUnexpectedEOF
	}
	for src = src[xerialHeader:]; len(src) > 0; {
		if len(src) < 4 {
			return io.ErrUnexpectedEOF
		}
		size := binary.BigEndian.Uint32(src)
		src = src[4:]
		if uint64(size) > uint64(len(src)) {
			return io.ErrUnexpectedEOF
		}
		if err := d.snappyBlock(src[:size], limit); err != nil {
			return err
		}
		src = src[size:]
	}
	return nil
}

// snappyBlock appends one block to d.buf.
func (d *Decompressor) snappyBlock(block []byte, limit int) error {
	n, err := s2.DecodedLen(block)
	if err != nil {
		return err
	}
	end := len(d.buf) + n
	if end > limit {
		return errLimit
	}
	// A block cannot hold more than about 64 bytes for each 3 of its own; do not believe it before allocating.
	if n > 64*len(block)+64 {
		return s2.ErrCorrupt
	}
	if end > cap(d.buf) {
		d.buf = append(d.buf, make([]byte, end-len(d.buf))...)[:len(d.buf)]
	}
	out, err := snappy.Decode(d.buf[len(d.buf):end], block)
	if err != nil {
		return err
	}
	d.buf = d.buf[:len(d.buf)+len(out)]
	return nil
}
