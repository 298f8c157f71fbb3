package dumplog

import (
	"bytes"
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/kraftctl/kraftctl/record"
)

// maxInflated bounds what a batch may decompress to, in bytes. More than this and a JVM of kafka-run-class's heap, 256 MiB,
// which holds every record of the batch at once, runs out of memory.
const maxInflated = 64 << 20

// readCall is how many bytes Kafka asks a decompressor for at a time; what a failing call had produced is lost.
const readCall = 16 << 10

// stream is decompressed data, and the failure, an IOException or worse, that it ends with instead of an end.
type stream struct {
	data   []byte
	failed *Exception
}

// inflater decompresses into memory that it reuses.
type inflater struct {
	// oldSnappy says that snappy-java is one that does not check the size of a block.
	oldSnappy bool

	out   []byte
	in    bytes.Reader
	flate io.ReadCloser
	zstd  *zstd.Decoder
	lz4   lz4Frame
}

// open decompresses src as Compression.wrapForInput and the stream it gives do. The error is what wrapForInput throws, or an
// OutOfMemoryError.
func (f *inflater) open(codec record.Compression, src []byte, magic int8) (stream, error) {
	f.out = f.out[:0]
	f.in.Reset(src)
	var failed *Exception
	var err error
	switch codec {
	case record.Gzip:
		failed, err = f.openGzip(src)
	case record.Snappy:
		failed, err = f.openSnappy(src)
	case record.LZ4:
		f.out, failed, err = f.lz4.open(f.out, src, magic == 0)
	case record.Zstd:
		failed, err = f.openZstd()
	default:
		return stream{data: src}, nil
	}
	return stream{data: f.out, failed: failed}, err
}

func (f *inflater) openZstd() (*Exception, error) {
	var err error
	if f.zstd == nil {
		f.zstd, err = zstd.NewReader(&f.in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxInflated))
	} else {
		err = f.zstd.Reset(&f.in)
	}
	if err == nil {
		err = f.readAll(f.zstd)
	}
	switch {
	case errors.Is(err, errTooLarge):
		return nil, heapSpace()
	case err == nil:
		return nil, nil
	case !errors.Is(err, io.ErrUnexpectedEOF):
		f.out = f.out[:len(f.out)/readCall*readCall]
	}
	return throw("com.github.luben.zstd.ZstdIOException", "Data corruption detected"), nil
}

// errTooLarge says that there is more than maxInflated to read.
var errTooLarge = errors.New("too large")

// readAll appends all of src to the output.
func (f *inflater) readAll(src io.Reader) error {
	for {
		if len(f.out) == cap(f.out) {
			f.out = append(f.out, make([]byte, max(4096, len(f.out)))...)[:len(f.out)]
		}
		n, err := src.Read(f.out[len(f.out):cap(f.out)])
		f.out = f.out[:len(f.out)+n]
		switch {
		case len(f.out) > maxInflated:
			return errTooLarge
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}
