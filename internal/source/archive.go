package source

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// format is what a file is, as its first bytes tell.
type format uint8

const (
	plainFile format = iota
	gzipFile
	zstdFile
	tarFile
	zipFile
)

// sniff tells what a file is by its first bytes.
func sniff(r io.ReaderAt, size int64) (format, error) {
	var head [265]byte
	n, err := r.ReadAt(head[:min(size, int64(len(head)))], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return plainFile, err
	}
	b := head[:n]
	switch {
	case bytes.HasPrefix(b, []byte{0x1f, 0x8b, 8}):
		return gzipFile, nil
	case bytes.HasPrefix(b, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return zstdFile, nil
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return zipFile, nil
	case len(b) >= 262 && string(b[257:262]) == "ustar":
		return tarFile, nil
	}
	return plainFile, nil
}

// maxWindow bounds how far back zstd data refers, in bytes: what the command line tool reads by default.
const maxWindow = 128 << 20

// gunzip unpacks a gzip file.
func (s *Source) gunzip(b blob, name string) error {
	z, err := gzip.NewReader(io.NewSectionReader(b.r, 0, b.size))
	if err != nil {
		return fmt.Errorf("%s: %w", s.Shown, err)
	}
	return s.unpack(z, b, name)
}

// unzstd unpacks a zstd file.
func (s *Source) unzstd(b blob, name string) error {
	z, err := zstd.NewReader(io.NewSectionReader(b.r, 0, b.size), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return fmt.Errorf("%s: %w", s.Shown, err)
	}
	defer z.Close()
	return s.unpack(z, b, name)
}

// unpack opens what a compressed file holds: a tar archive, or one file alone.
func (s *Source) unpack(r io.Reader, b blob, name string) error {
	inner, err := s.spill(r)
	if err != nil {
		return err
	}
	inner.info = b.info
	kind, err := sniff(inner.r, inner.size)
	if err != nil {
		return err
	}
	if kind == gzipFile || kind == zstdFile {
		return fmt.Errorf("%s: it is compressed twice; unpack it once", s.Shown)
	}
	return s.archive(kind, inner, name)
}

// OpenTar is the source of the tar archive that r holds in its first size bytes; messages will call it shown. Closing it leaves
// r open.
func OpenTar(r io.ReaderAt, size int64, shown string) (*Source, error) {
	s := &Source{Shown: shown, left: defaultMaxUnpacked}
	if err := s.untar(blob{r: r, size: size}); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// untar lists a tar archive. Its files are read where they lie.
func (s *Source) untar(b blob) error {
	t := newTree()
	s.FS, s.Name = t, "."
	section := io.NewSectionReader(b.r, 0, b.size)
	for r := tar.NewReader(section); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return s.broken(err)
		}
		if h.Typeflag != tar.TypeReg && h.Typeflag != tar.TypeGNUSparse {
			continue
		}
		// The reader has read exactly the headers, so that the file begins here.
		at, err := section.Seek(0, io.SeekCurrent)
		if err != nil {
			return err
		}
		n := node{info: info{size: h.Size, from: h.FileInfo()}}
		if sparse(h) {
			unpacked, err := s.spill(r)
			if err != nil {
				return err
			}
			n.info.size = unpacked.size
			n.open = unpacked.open
		} else {
			n.open = blob{r: io.NewSectionReader(b.r, at, h.Size), size: h.Size}.open
		}
		if err := t.add(h.Name, n); err != nil {
			return fmt.Errorf("%s: %w", s.Shown, err)
		}
	}
}

// sparse reports whether an entry leaves out its holes, as index files may in archives made with --sparse.
func sparse(h *tar.Header) bool {
	if h.Typeflag == tar.TypeGNUSparse {
		return true
	}
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}

// unzip lists a zip archive. Stored files are read where they lie, compressed ones are unpacked when they are opened.
func (s *Source) unzip(b blob) error {
	z, err := zip.NewReader(b.r, b.size)
	if err != nil {
		return fmt.Errorf("%s: %w", s.Shown, err)
	}
	t := newTree()
	s.FS, s.Name = t, "."
	for _, f := range z.File {
		if !f.Mode().IsRegular() {
			continue
		}
		n := node{info: info{size: int64(f.UncompressedSize64), from: f.FileInfo()}}
		n.open = func() (io.ReaderAt, int64, io.Closer, error) { return s.zipped(b, f) }
		if err := t.add(f.Name, n); err != nil {
			return fmt.Errorf("%s: %w", s.Shown, err)
		}
	}
	return nil
}

func (s *Source) zipped(b blob, f *zip.File) (io.ReaderAt, int64, io.Closer, error) {
	if f.Method == zip.Store {
		at, err := f.DataOffset()
		size := int64(f.UncompressedSize64)
		return io.NewSectionReader(b.r, at, size), size, nil, err
	}
	r, err := f.Open()
	if err != nil {
		return nil, 0, nil, err
	}
	unpacked, err := s.spill(r)
	return unpacked.r, unpacked.size, nil, errors.Join(err, r.Close())
}

// clean is a name of an archive as a path of an [fs.FS]; an error when it leads out of the archive.
func clean(name string) (string, error) {
	p := path.Clean(strings.TrimLeft(strings.ReplaceAll(name, `\`, "/"), "/"))
	if !fs.ValidPath(p) {
		return "", fmt.Errorf("%q is no path within an archive", name)
	}
	return p, nil
}
