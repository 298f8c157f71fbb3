package archive

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"strconv"
	"time"

	"github.com/klauspost/compress/zstd"
)

// maxWindow bounds how far back compressed data refers, in bytes, and with it the memory that reading takes.
const maxWindow = 8 << 20

// Writer writes an archive. The same calls write the same bytes.
type Writer struct {
	w        io.Writer
	sum      hash.Hash
	zstd     *zstd.Encoder
	tar      *tar.Writer
	manifest Manifest
	names    map[string]bool
	err      error
}

// NewWriter begins an archive of m's kind; m also tells the tool and the time.
func NewWriter(w io.Writer, m Manifest) (*Writer, error) {
	if m.Kind != Backup && m.Kind != Bundle {
		return nil, fmt.Errorf("archive: kind %q is unknown", m.Kind)
	}
	sum := sha256.New()
	z, err := zstd.NewWriter(io.MultiWriter(w, sum), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(maxWindow), zstd.WithEncoderCRC(true))
	if err != nil {
		return nil, err
	}
	m.Format, m.Files, m.Digest, m.Details = Format, []Entry{}, "", nil
	return &Writer{w: w, sum: sum, zstd: z, tar: tar.NewWriter(z), manifest: m, names: map[string]bool{}}, nil
}

// Add adds a file with the bytes of r, which must be size many. Of the mode the permissions are kept, of the time the seconds.
// After an error the archive cannot be finished.
func (w *Writer) Add(name string, mode fs.FileMode, modified time.Time, size int64, r io.Reader) error {
	if w.err != nil {
		return w.err
	}
	if err := w.add(name, mode, modified, size, r); err != nil {
		w.err = fmt.Errorf("archive: %s: %w", name, err)
	}
	return w.err
}

func (w *Writer) add(name string, mode fs.FileMode, modified time.Time, size int64, r io.Reader) error {
	switch err := checkName(name); {
	case err != nil:
		return err
	case name == ManifestName || w.names[name]:
		return errors.New("there is such a file already")
	case len(w.names) == MaxFiles:
		return fmt.Errorf("there are more than %d files", MaxFiles)
	}
	w.names[name] = true
	e := newEntry(name, mode, modified, size)
	if err := writeHeader(w.tar, e); err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(w.tar, sum), io.LimitReader(r, size))
	if err != nil {
		return err
	}
	if n < size {
		return fmt.Errorf("there are %d bytes of the %d it should have: %w", n, size, io.ErrUnexpectedEOF)
	}
	if extra, err := io.ReadFull(r, make([]byte, 1)); extra > 0 {
		return fmt.Errorf("there are more than the %d bytes it should have", size)
	} else if !errors.Is(err, io.EOF) {
		return err
	}
	e.SHA256 = hex.EncodeToString(sum.Sum(nil))
	w.manifest.Files = append(w.manifest.Files, e)
	return nil
}

// Close ends the archive with its manifest, of which details are a part, and returns it. It does not close what is written to.
func (w *Writer) Close(details any) (Manifest, error) {
	if w.err != nil {
		_ = w.zstd.Close() // the error that came first is the one that counts
		return Manifest{}, w.err
	}
	m := &w.manifest
	var err error
	if m.Details, err = json.Marshal(details); err != nil {
		return Manifest{}, err
	}
	if m.Digest, err = m.digest(); err != nil {
		return Manifest{}, err
	}
	data, err := m.encode()
	if err != nil {
		return Manifest{}, err
	}
	if len(data) > MaxManifest {
		return Manifest{}, fmt.Errorf("archive: the manifest has more than %d bytes", MaxManifest)
	}
	if err := writeManifest(w.tar, m.Created, data); err != nil {
		return Manifest{}, err
	}
	if err := errors.Join(w.tar.Close(), w.zstd.Close()); err != nil {
		return Manifest{}, err
	}
	if _, err := w.w.Write(seal(w.sum)); err != nil {
		return Manifest{}, err
	}
	w.err = errors.New("archive: it is closed")
	return *m, nil
}

// writeHeader writes the header of a file, with nothing in it but what the entry tells.
func writeHeader(w *tar.Writer, e Entry) error {
	mode, err := strconv.ParseInt(e.Mode, 8, 16)
	if err != nil {
		return err
	}
	modified, err := time.Parse(time.RFC3339, e.Modified)
	if err != nil {
		return err
	}
	return w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: e.Name, Size: e.Size, Mode: mode, ModTime: modified})
}

// writeManifest writes the last entry.
func writeManifest(w *tar.Writer, created string, data []byte) error {
	at, err := time.Parse(time.RFC3339, created)
	if err != nil {
		return fmt.Errorf("archive: created %q is no time: %w", created, err)
	}
	if err := writeHeader(w, newEntry(ManifestName, 0o644, at, int64(len(data)))); err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}
