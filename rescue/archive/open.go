package archive

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/kraftctl/kraftctl/internal/source"
)

// Options say how to open an archive.
type Options struct {
	// TempDir is where it is unpacked; "" is the system's default.
	TempDir string
	// MaxUnpacked bounds what it unpacks to, in bytes; 0 is 256 GiB.
	MaxUnpacked int64
	// Progress is told of every so many bytes of the archive that were read; it may be nil.
	Progress func(bytes int64)
}

const defaultMaxUnpacked = 256 << 30

// Archive is an archive that was verified and unpacked, so that its files can be read in any order and at any position.
type Archive struct {
	// Manifest is what it says of itself.
	Manifest Manifest
	// FS has its files, the manifest among them; they implement [io.ReaderAt].
	FS fs.FS

	source *source.Source
	temp   io.Closer
}

// Read verifies an archive and opens it; messages will call it shown. What is read later is what was verified, whatever becomes of
// the file that r reads. The error is an *Error that names the archive, r's, or one of the temporary file.
func Read(r io.Reader, shown string, o Options) (*Archive, error) {
	temp, err := source.Temp(o.TempDir)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be unpacked: %w", shown, err)
	}
	a, err := unpack(r, temp, shown, o)
	var e *Error
	switch {
	case err == nil:
		return a, nil
	case errors.As(err, &e):
		e.File = shown
	default:
		err = fmt.Errorf("%s cannot be unpacked: %w", shown, err)
	}
	return nil, errors.Join(err, temp.Close())
}

func unpack(r io.Reader, temp source.TempFile, shown string, o Options) (*Archive, error) {
	limit := o.MaxUnpacked
	if limit <= 0 {
		limit = defaultMaxUnpacked
	}
	out := &limited{w: temp, left: limit}
	m, err := read(r, out, o.Progress)
	if err != nil {
		return nil, err
	}
	src, err := source.OpenTar(temp, limit-out.left, shown)
	if err != nil {
		return nil, err
	}
	return &Archive{Manifest: *m, FS: src.FS, source: src, temp: temp}, nil
}

// Open opens a file of the archive.
func (a *Archive) Open(name string) (io.ReadCloser, error) { return a.FS.Open(name) }

// Close closes the archive and removes what was unpacked.
func (a *Archive) Close() error { return errors.Join(a.source.Close(), a.temp.Close()) }

// limited writes no more than so many bytes.
type limited struct {
	w    io.Writer
	left int64
}

func (l *limited) Write(p []byte) (int, error) {
	if int64(len(p)) > l.left {
		return 0, fmt.Errorf("it unpacks to more than is allowed; %d bytes were left", l.left)
	}
	n, err := l.w.Write(p)
	l.left -= int64(n)
	return n, err
}
