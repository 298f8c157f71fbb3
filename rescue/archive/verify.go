package archive

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// Verify reads a whole archive and checks everything about it: the compressed frame and its checksum, every file against the
// manifest, the manifest against its digest, and that there is nothing else in it or after it. The error is an *Error, or r's.
// progress is told of every so many bytes of r that were read; it may be nil.
func Verify(r io.Reader, progress func(bytes int64)) (*Manifest, error) {
	return read(r, io.Discard, progress)
}

// read verifies an archive and writes the tar in it to unpacked.
func read(r io.Reader, unpacked io.Writer, progress func(bytes int64)) (*Manifest, error) {
	f := newFrame(&counter{r: r, progress: progress})
	z, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	v := &verifier{
		frame: f, found: map[string]bool{}, plain: sha256.New(), again: sha256.New(),
	}
	v.sink = &sink{w: unpacked}
	v.unzipped = &unzipped{z: z, frame: f}
	v.stream = io.TeeReader(v.unzipped, io.MultiWriter(v.plain, v.sink))
	v.in, v.out = tar.NewReader(v.stream), tar.NewWriter(v.again)
	m, err := v.run()
	return m, v.cause(err)
}

// verifier checks an archive while it is read, by writing it once more.
type verifier struct {
	frame    *frame
	unzipped *unzipped
	sink     *sink
	// stream is the tar.
	stream io.Reader
	in     *tar.Reader
	out    *tar.Writer
	// plain is of the tar as it was read, again of the tar as it should be.
	plain, again hash.Hash
	files        []Entry
	found        map[string]bool
	manifest     []byte
}

func (v *verifier) run() (*Manifest, error) {
	for {
		h, err := v.in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, v.malformed(err)
		}
		if err := v.entry(h); err != nil {
			return nil, err
		}
	}
	if v.manifest == nil {
		return nil, fault(Foreign, "", "it is a tar without %s at its end: another program wrote it, or its end was removed", ManifestName)
	}
	extra, err := v.rest()
	if err != nil && !v.frame.unsealed { // what is in it says more than that the seal is missing
		return nil, err
	}
	m, err := parseManifest(v.manifest)
	if err != nil {
		return nil, err
	}
	if err := agree(v.files, m.Files); err != nil {
		return nil, err
	}
	if extra > 0 {
		return nil, fault(Tampered, "", "there is something after the end of the tar in it, %d bytes: another program packed it", extra)
	}
	if err := v.out.Close(); err != nil {
		return nil, fault(Tampered, "", "%w", err)
	}
	if !bytes.Equal(v.plain.Sum(nil), v.again.Sum(nil)) {
		return nil, fault(Tampered, "", "the tar has something in it that its manifest does not tell: another program packed it")
	}
	return m, v.frame.err
}

// rest reads what is after the end of the tar, and tells how much that is. Only the end of the frame has its checksum.
func (v *verifier) rest() (int64, error) {
	v.sink.w = io.Discard
	return io.Copy(io.Discard, v.stream)
}

// entry checks a file of the tar, and keeps what is to be compared with the manifest.
func (v *verifier) entry(h *tar.Header) error {
	if err := checkName(h.Name); err != nil && h.Typeflag == tar.TypeReg {
		return fault(Tampered, h.Name, "%w", err)
	}
	switch {
	case h.Typeflag != tar.TypeReg || sparse(h):
		return fault(v.stranger(), h.Name, "it is %s, and kraftctl packs regular files only", typeName(h))
	case v.manifest != nil:
		return fault(Tampered, h.Name, "it stands after the manifest, which is the last file")
	case v.found[h.Name]:
		return fault(Tampered, h.Name, "it is there twice")
	case len(v.files) == MaxFiles:
		return fault(Tampered, h.Name, "there are more than %d files", MaxFiles)
	}
	v.found[h.Name] = true
	e := newEntry(h.Name, fs.FileMode(h.Mode&0o777), h.ModTime, h.Size) //nolint:gosec // nine bits
	if err := writeHeader(v.out, e); err != nil {
		return fault(Tampered, h.Name, "%w", err)
	}
	if h.Name == ManifestName {
		if h.Size > MaxManifest {
			return fault(Tampered, h.Name, "it has more than %d bytes", MaxManifest)
		}
		var content bytes.Buffer
		if _, err := io.Copy(io.MultiWriter(&content, v.out), v.in); err != nil {
			return v.malformed(err)
		}
		v.manifest = content.Bytes()
		return nil
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(sum, v.out), v.in); err != nil {
		return v.malformed(err)
	}
	e.SHA256 = hex.EncodeToString(sum.Sum(nil))
	v.files = append(v.files, e)
	return nil
}

// stranger is what a tar is that has something kraftctl does not write: foreign if it begins so.
func (v *verifier) stranger() Fault {
	if len(v.files) == 0 {
		return Foreign
	}
	return Tampered
}

func (v *verifier) malformed(err error) error {
	var damage *damaged
	if errors.As(err, &damage) {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fault(v.stranger(), "", "the tar in it ends too early")
	}
	return fault(v.stranger(), "", "what is in it is no tar that kraftctl wrote: %w", err)
}

// cause is what an error comes from: bytes that do not decompress to what was compressed show as an error of the tar first,
// and only the end of the frame tells.
func (v *verifier) cause(err error) error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) && e.Fault != Newer && v.sink.err == nil && v.frame.err == nil {
		if _, rest := v.rest(); rest != nil {
			err = rest
		}
	}
	switch {
	case v.sink.err != nil:
		return v.sink.err
	case v.unzipped.bomb != nil:
		return v.unzipped.bomb
	case v.frame.unsealed && e != nil:
		return e
	case v.frame.err != nil:
		return v.frame.err
	}
	var damage *damaged
	if errors.As(err, &damage) {
		return fault(Damaged, "", "its compressed data cannot be unpacked: %w", damage.err)
	}
	return err
}

// typeNames say what entries of a tar are that are no regular files.
var typeNames = map[byte]string{
	tar.TypeDir: "a directory", tar.TypeSymlink: "a symbolic link", tar.TypeLink: "a hard link", tar.TypeFifo: "a FIFO",
	tar.TypeChar: "a device", tar.TypeBlock: "a device",
}

func typeName(h *tar.Header) string {
	if name, ok := typeNames[h.Typeflag]; ok {
		return name
	}
	return fmt.Sprintf("of type %q", h.Typeflag)
}

// sparse reports whether an entry has holes, so that its size is not what is stored of it.
func sparse(h *tar.Header) bool {
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}

// agree tells in what the files of an archive and those of its manifest differ.
func agree(got, want []Entry) error {
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(want):
			return fault(Tampered, got[i].Name, "the manifest does not have it")
		case i >= len(got):
			return fault(Tampered, want[i].Name, "it is missing")
		case got[i].Name != want[i].Name:
			return fault(Tampered, got[i].Name, "the manifest has %s in its place", want[i].Name)
		case got[i].Size != want[i].Size:
			return fault(Tampered, got[i].Name, "it has %d bytes, in the manifest %d", got[i].Size, want[i].Size)
		case got[i].SHA256 != want[i].SHA256:
			return fault(Tampered, got[i].Name, "its SHA-256 is %s, in the manifest %s", got[i].SHA256, want[i].SHA256)
		case got[i] != want[i]:
			return fault(Tampered, got[i].Name, "its mode or time is not that of the manifest")
		}
	}
	return nil
}

// counter counts what is read.
type counter struct {
	r        io.Reader
	progress func(bytes int64)
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.progress != nil && n > 0 {
		c.progress(int64(n))
	}
	return n, err
}

// damaged is an error of the decompressor's.
type damaged struct{ err error }

func (d *damaged) Error() string { return d.err.Error() }

// Bounds of what compressed bytes may unpack to: so many bytes, and so many times what was read of them. Logs shrink to a tenth at best;
// zstd makes one byte of 30,000 zeros.
const (
	bombFloor = 64 << 20
	bombRatio = 1000
)

// unzipped reads decompressed bytes, and tells the decompressor's errors from others.
type unzipped struct {
	z     io.Reader
	frame *frame
	read  int64
	// bomb ended it, when there was far more than there can be.
	bomb *Error
}

func (u *unzipped) Read(p []byte) (int, error) {
	if u.bomb != nil {
		return 0, u.bomb
	}
	n, err := u.z.Read(p)
	u.read += int64(n)
	if u.read > bombFloor+bombRatio*u.frame.read {
		u.bomb = fault(Foreign, "", "it unpacks to more than %d times its size, as no archive of kraftctl's does", bombRatio)
		return 0, u.bomb
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = &damaged{err}
	}
	return n, err
}

// sink keeps the error of what is written to.
type sink struct {
	w   io.Writer
	err error
}

func (s *sink) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	if err != nil {
		s.err = err
	}
	return n, err
}
