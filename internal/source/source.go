package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Stdin is the path that means standard input.
const Stdin = "-"

// Options say what to open a source with.
type Options struct {
	// Stdin is read when the path is "-".
	Stdin io.Reader
	// TempDir is where to unpack what cannot be read in place; "" is the system's default.
	TempDir string
	// MaxUnpacked bounds what is unpacked, in bytes; 0 is 256 GiB.
	MaxUnpacked int64
}

const defaultMaxUnpacked = 256 << 30

// Source is an open source.
type Source struct {
	// FS has its files; they implement [io.ReaderAt].
	FS fs.FS
	// Name is the one file the source is, within FS, or "." when it is a directory or an archive.
	Name string
	// Shown is how messages call the source.
	Shown string
	// Archive is the path of the archive that the source is or lies in, and Root has all its files; "" and nil for none, and
	// for one that is read from a stream.
	Archive string
	Root    fs.FS

	closers []io.Closer
	opts    Options
	left    int64
}

// Path is how messages call the file of the given name in FS.
func (s *Source) Path(name string) string {
	if name == s.Name {
		return s.Shown
	}
	return path.Join(filepath.ToSlash(s.Shown), name)
}

// Close closes the source and removes what was unpacked.
func (s *Source) Close() error {
	var err error
	for _, c := range s.closers {
		err = errors.Join(err, c.Close())
	}
	s.closers = nil
	return err
}

// Open opens the source at path: of a directory or file, or of one in an archive, such as backup.tar.gz/node-1.
func Open(name string, opts Options) (*Source, error) {
	s := &Source{Shown: name, opts: opts}
	s.left = s.most()
	err := s.open(name)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Source) open(name string) error {
	if name == Stdin {
		s.Shown = "stdin"
		return s.stream(s.opts.Stdin)
	}
	info, err := os.Stat(name)
	if err != nil {
		return s.inside(name, err)
	}
	if info.IsDir() {
		s.FS, s.Name = os.DirFS(name), "."
		return nil
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, f)
	if !info.Mode().IsRegular() {
		return s.stream(f)
	}
	kind, err := sniff(f, info.Size())
	if err != nil {
		return err
	}
	if kind == plainFile {
		dir, base := filepath.Split(name)
		if dir == "" {
			dir = "."
		}
		s.FS, s.Name = os.DirFS(dir), base
		return nil
	}
	if err := s.archive(kind, blob{r: f, size: info.Size(), info: info}, info.Name()); err != nil {
		return err
	}
	if s.Name == "." {
		s.Archive, s.Root = name, s.FS
	}
	return nil
}

// stream keeps a stream in a temporary file.
func (s *Source) stream(r io.Reader) error {
	if r == nil {
		return errors.New("there is no standard input")
	}
	if f, ok := r.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			return s.blob(blob{r: f, size: info.Size(), info: info}, "stdin")
		}
	}
	b, err := s.spill(r)
	if err != nil {
		return err
	}
	return s.blob(b, "stdin")
}

// blob opens bytes that may be anything.
func (s *Source) blob(b blob, name string) error {
	kind, err := sniff(b.r, b.size)
	if err != nil {
		return err
	}
	return s.archive(kind, b, name)
}

func (s *Source) archive(kind format, b blob, name string) error {
	switch kind {
	case gzipFile:
		return s.gunzip(b, strings.TrimSuffix(name, ".gz"))
	case zstdFile:
		return s.unzstd(b, strings.TrimSuffix(name, ".zst"))
	case tarFile:
		return s.untar(b)
	case zipFile:
		return s.unzip(b)
	}
	t := newTree()
	s.FS, s.Name = t, name
	return t.add(name, node{open: b.open, info: info{name: name, size: b.size, from: b.info}})
}

// blob is bytes that can be read at any position.
type blob struct {
	r    io.ReaderAt
	size int64
	info fs.FileInfo
}

func (b blob) open() (io.ReaderAt, int64, io.Closer, error) { return b.r, b.size, nil, nil }

// spill copies a stream into a temporary file that is gone when the source is closed.
func (s *Source) spill(r io.Reader) (blob, error) {
	f, err := s.temp()
	if err != nil {
		return blob{}, err
	}
	n, err := io.Copy(f, io.LimitReader(r, s.left+1))
	if err != nil {
		return blob{}, s.broken(err)
	}
	if s.left -= n; s.left < 0 {
		return blob{}, fmt.Errorf("%s: it unpacks to more than %d bytes", s.Shown, s.most())
	}
	return blob{r: f, size: n}, nil
}

// broken says why the source cannot be unpacked.
func (s *Source) broken(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%s: it ends too early to be unpacked; an interrupted copy leaves such a file", s.Shown)
	}
	return fmt.Errorf("%s: unpacking: %w", s.Shown, err)
}

// most is how many bytes may be unpacked.
func (s *Source) most() int64 {
	if s.opts.MaxUnpacked <= 0 {
		return defaultMaxUnpacked
	}
	return s.opts.MaxUnpacked
}

// temp is a new temporary file that is gone when the source is closed.
func (s *Source) temp() (TempFile, error) {
	f, err := Temp(s.opts.TempDir)
	if err == nil {
		s.closers = append(s.closers, f)
	}
	return f, err
}

// TempFile is a temporary file that is gone once it is closed.
type TempFile interface {
	io.Writer
	io.ReaderAt
	io.Closer
}

// Temp is a new temporary file in dir, or in the system's default for "". Where the system allows it, it loses its name at
// once, and nobody else can open it.
func Temp(dir string) (TempFile, error) {
	f, err := os.CreateTemp(dir, "kraftctl-")
	if err != nil {
		return nil, err
	}
	if os.Remove(f.Name()) == nil {
		return f, nil
	}
	return removed{f}, nil
}

// removed is a temporary file that is removed once it is closed.
type removed struct{ *os.File }

func (r removed) Close() error { return errors.Join(r.File.Close(), os.Remove(r.Name())) }
