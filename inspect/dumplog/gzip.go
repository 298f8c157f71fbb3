package dumplog

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/flate"
)

// The flags of a gzip header (RFC 1952); GZIPInputStream ignores the others.
const (
	gzipHeaderCRC = 2
	gzipExtra     = 4
	gzipName      = 8
	gzipComment   = 16
)

const (
	gzipFixed   = 10
	gzipTrailer = 8
	// gzipAnother is how many bytes after a member GZIPInputStream takes for another one.
	gzipAnother = 19
)

// openGzip reads what java.util.zip.GZIPInputStream reads: members one after the other. Bytes after a member that begin no
// other are ignored.
func (f *inflater) openGzip(src []byte) (*Exception, error) {
	rest, err := gzipHeader(src)
	if err != nil {
		return nil, wrap(err)
	}
	for {
		f.in.Reset(rest)
		if f.flate == nil {
			f.flate = flate.NewReader(&f.in)
		} else if err := f.flate.(flate.Resetter).Reset(&f.in, nil); err != nil {
			return nil, err
		}
		start := len(f.out)
		if err := f.readAll(f.flate); err != nil {
			return f.gzipFailure(err)
		}
		rest = rest[len(rest)-f.in.Len():]
		if err := gzipEnd(rest, f.out[start:]); err != nil {
			return err, nil
		}
		if rest = rest[gzipTrailer:]; len(rest) < gzipAnother {
			return nil, nil
		}
		next, noMember := gzipHeader(rest)
		if noMember != nil {
			return nil, nil //nolint:nilerr // what is no member is ignored
		}
		rest = next
	}
}

// gzipEnd checks what follows a member: its CRC32, and its size.
func gzipEnd(trailer, member []byte) *Exception {
	switch {
	case len(trailer) < 4:
		return throwNull(eofException)
	case binary.LittleEndian.Uint32(trailer) != crc32.ChecksumIEEE(member):
		return throw(zipException, "Corrupt GZIP trailer")
	case len(trailer) < gzipTrailer:
		return throwNull(eofException)
	case binary.LittleEndian.Uint32(trailer[4:]) != uint32(len(member)):
		return throw(zipException, "Corrupt GZIP trailer")
	}
	return nil
}

// gzipHeader gives what follows a member's header, or what GZIPInputStream.readHeader throws.
func gzipHeader(src []byte) ([]byte, *Exception) {
	switch {
	case len(src) >= 2 && (src[0] != 0x1f || src[1] != 0x8b):
		return nil, throw(zipException, "Not in GZIP format")
	case len(src) >= 3 && src[2] != 8:
		return nil, throw(zipException, "Unsupported compression method")
	case len(src) < gzipFixed:
		return nil, throwNull(eofException)
	}
	flags, rest := src[3], src[gzipFixed:]
	if flags&gzipExtra != 0 {
		if len(rest) < 2 || len(rest)-2 < int(binary.LittleEndian.Uint16(rest)) {
			return nil, throwNull(eofException)
		}
		rest = rest[2+int(binary.LittleEndian.Uint16(rest)):]
	}
	for _, text := range []byte{gzipName, gzipComment} {
		if flags&text == 0 {
			continue
		}
		end := bytes.IndexByte(rest, 0)
		if end < 0 {
			return nil, throwNull(eofException)
		}
		rest = rest[end+1:]
	}
	if flags&gzipHeaderCRC != 0 {
		if len(rest) < 2 {
			return nil, throwNull(eofException)
		}
		if binary.LittleEndian.Uint16(rest) != uint16(crc32.ChecksumIEEE(src[:len(src)-len(rest)])) {
			return nil, throw(zipException, "Corrupt GZIP header")
		}
		rest = rest[2:]
	}
	return rest, nil
}

// gzipFailure is what java.util.zip throws in the middle of a member. A missing end shows once all has been read; other damage
// loses the call that meets it, and which of its words zlib uses for that is not known here.
func (f *inflater) gzipFailure(err error) (*Exception, error) {
	switch {
	case errors.Is(err, errTooLarge):
		return nil, heapSpace()
	case errors.Is(err, io.ErrUnexpectedEOF):
		return throw(eofException, "Unexpected end of ZLIB input stream"), nil
	}
	f.out = f.out[:len(f.out)/readCall*readCall]
	return throw(zipException, "invalid distance too far back"), nil
}
