package dumplog

import (
	"bytes"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/kraftctl/kraftctl/record"
)

// maxInflated bounds what a batch may decompress to, in bytes. More than this and a JVM of kafka-run-class's heap, 256 MiB,
// which holds every record of the batch at once, runs out of memory.
const maxInflated = 64 << 20

// readCall is how many bytes Kafka asks a decompressor for at a time; what a failing call had produced is lost.
const readCall = 16 << 10

// stream is decompressed data, and whether it ends with a failure (an IOException) instead of an end.
type stream struct {
	data   []byte
	failed bool
}

// inflater decompresses into memory that it reuses.
type inflater struct {
	out  []byte
	in   bytes.Reader
	gzip *gzip.Reader
	zstd *zstd.Decoder
	lz4  lz4Frame
}

// open decompresses src as Compression.wrapForInput and the stream it gives do. The error is what wrapForInput throws, or an
// OutOfMemoryError.
func (f *inflater) open(codec record.Compression, src []byte, magic int8) (stream, error) {
	f.out = f.out[:0]
	f.in.Reset(src)
	var failed bool
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

// openGzip reads the members of a gzip file one after the other. Bytes after a member that begin no other are ignored.
func (f *inflater) openGzip(src []byte) (bool, error) {
	var err error
	if f.gzip == nil {
		f.gzip, err = gzip.NewReader(&f.in)
	} else {
		err = f.gzip.Reset(&f.in)
	}
	if err != nil {
		return false, wrap(gzipException(src))
	}
	for {
		f.gzip.Multistream(false)
		if err := f.readAll(f.gzip); err != nil {
			if errors.Is(err, errTooLarge) {
				return false, heapSpace()
			}
			// A wrong checksum shows once all has been read, and so does a missing end; other damage loses a call.
			if !errors.Is(err, gzip.ErrChecksum) && !errors.Is(err, io.ErrUnexpectedEOF) {
				f.out = f.out[:len(f.out)/readCall*readCall]
			}
			return true, nil
		}
		if f.gzip.Reset(&f.in) != nil {
			return false, nil
		}
	}
}

// gzipException is why java.util.zip.GZIPInputStream refuses a header.
func gzipException(src []byte) *Exception {
	const zipException = "java.util.zip.ZipException"
	switch {
	case len(src) < 2:
		return throwNull("java.io.EOFException")
	case src[0] != 0x1f || src[1] != 0x8b:
		return throw(zipException, "Not in GZIP format")
	case len(src) < 3:
		return throwNull("java.io.EOFException")
	case src[2] != 8:
		return throw(zipException, "Unsupported compression method")
	case len(src) < 10:
		return throwNull("java.io.EOFException")
	case src[3]&2 != 0:
		return throw(zipException, "Corrupt GZIP header")
	}
	return throwNull("java.io.EOFException")
}

func (f *inflater) openZstd() (bool, error) {
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
		return false, heapSpace()
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		f.out = f.out[:len(f.out)/readCall*readCall]
	}
	return err != nil, nil
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
