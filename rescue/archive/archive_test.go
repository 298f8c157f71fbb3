package archive_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"
	"time"

	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/rescue/archive"
)

var head = archive.Manifest{Kind: archive.Backup, Tool: "kraftctl test", Created: "2026-01-02T03:04:05Z"}

type content struct {
	name string
	data string
}

// write is an archive with some files.
func write(t rapid.TB, files ...content) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := archive.NewWriter(&b, head)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := w.Add(f.name, 0o644, time.Unix(1700000000, 5), int64(len(f.data)), strings.NewReader(f.data)); err != nil {
			t.Fatal(err)
		}
	}
	m, err := w.Close(map[string]int{"nodeId": 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Files) != len(files) || len(m.Digest) != 64 {
		t.Errorf("manifest %+v", m)
	}
	return b.Bytes()
}

var sample = []content{
	{"meta.properties", "version=1\n"},
	{"__cluster_metadata-0/00000000000000000000.log", strings.Repeat("0123456789", 500)},
	{"__cluster_metadata-0/quorum-state", ""},
}

func TestRoundTrip(t *testing.T) {
	data := write(t, sample...)
	if !bytes.Equal(data, write(t, sample...)) {
		t.Error("the same files make another archive")
	}
	path := filepath.Join(t.TempDir(), "x.tar.zst")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	read, temp := int64(0), t.TempDir()
	a, err := openFile(path, archive.Options{TempDir: temp, Progress: func(n int64) { read += n }})
	if err != nil {
		t.Fatal(err)
	}
	if read != int64(len(data)) {
		t.Errorf("progress tells of %d bytes of %d", read, len(data))
	}
	if a.Manifest.Kind != archive.Backup || a.Manifest.Size() != 5010 || a.Manifest.Files[0].Modified != "2023-11-14T22:13:20Z" {
		t.Errorf("%+v", a.Manifest)
	}
	for _, f := range sample {
		r, err := a.Open(f.name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || string(got) != f.data || r.Close() != nil {
			t.Errorf("%s: %d bytes, %v", f.name, len(got), err)
		}
		if _, ok := a.Manifest.Find(f.name); !ok {
			t.Errorf("the manifest does not have %s", f.name)
		}
	}
	if err := fstest.TestFS(a.FS, archive.ManifestName, sample[1].name); err != nil {
		t.Error(err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("it leaves %v behind, %v", left, err)
	}
}

// TestAnyFiles: whatever is written is read.
func TestAnyFiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-zé_-]{1,60}(/[a-z0-9.]{0,60}[a-z]){0,3}`), 0, 8, rapid.ID).Draw(t, "names")
		var files []content
		for _, name := range names {
			files = append(files, content{name, rapid.StringN(0, 2000, 4000).Draw(t, "data")})
		}
		data := write(t, files...)
		m, err := archive.Verify(bytes.NewReader(data), nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range files {
			if m.Files[i].Name != f.name || m.Files[i].Size != int64(len(f.data)) {
				t.Errorf("%+v, want %s", m.Files[i], f.name)
			}
		}
	})
}

// TestAnyByte: whichever byte of an archive is changed, removed or added, it is refused.
func TestAnyByte(t *testing.T) {
	data := write(t, sample...)
	check := func(what string, at int, changed []byte) {
		_, err := archive.Verify(bytes.NewReader(changed), nil)
		var fault *archive.Error
		if !errors.As(err, &fault) || fault.Hint() == "" {
			t.Errorf("%s at %d: %v", what, at, err)
		}
	}
	for i := range data {
		for bit := range 8 {
			flipped := bytes.Clone(data)
			flipped[i] ^= 1 << bit
			check("a bit flipped", i, flipped)
		}
		check("a byte removed", i, append(bytes.Clone(data[:i]), data[i+1:]...))
		check("a byte added", i, append(append(bytes.Clone(data[:i]), 0), data[i:]...))
		check("cut off", i, data[:i])
	}
	check("a byte added", len(data), append(bytes.Clone(data), 0))
}

// rewrite unpacks an archive, lets change be made to its tar, and packs it again.
func rewrite(t *testing.T, change func(h *tar.Header, data []byte, w *tar.Writer) []byte, after func(w *tar.Writer), tail []byte) []byte {
	t.Helper()
	z, err := zstd.NewReader(bytes.NewReader(write(t, sample...)))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if data = change(h, data, w); data == nil {
			continue
		}
		put(t, w, h, string(data))
	}
	after(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return zipped(t, append(b.Bytes(), tail...))
}

func put(t *testing.T, w *tar.Writer, h *tar.Header, data string) {
	t.Helper()
	if h.Typeflag == tar.TypeReg {
		h.Size = int64(len(data))
	}
	if err := w.WriteHeader(h); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, data); err != nil {
		t.Fatal(err)
	}
}

func zipped(t *testing.T, data []byte) []byte {
	t.Helper()
	z, err := zstd.NewWriter(nil, zstd.WithWindowSize(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	return sealed(z.EncodeAll(data, nil))
}

// unsealed is what another program makes of a tar.
func unsealed(t *testing.T, data []byte) []byte {
	t.Helper()
	frame := zipped(t, data)
	return frame[:len(frame)-40]
}

// sealed is a frame with its seal.
func sealed(frame []byte) []byte {
	sum := sha256.Sum256(frame)
	return append(append(bytes.Clone(frame), 0x5b, 0x2a, 0x4d, 0x18, 32, 0, 0, 0), sum[:]...)
}

func TestTampered(t *testing.T) {
	keep := func(_ *tar.Header, data []byte, _ *tar.Writer) []byte { return data }
	none := func(*tar.Writer) {}
	if _, err := archive.Verify(bytes.NewReader(rewrite(t, keep, none, nil)), nil); err != nil {
		t.Fatalf("packed by another compressor: %v", err)
	}
	file := func(name string) *tar.Header { return &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644} }
	add := func(h *tar.Header, data string) func(*tar.Header, []byte, *tar.Writer) []byte {
		return func(at *tar.Header, old []byte, w *tar.Writer) []byte {
			if at.Name == sample[1].name {
				put(t, w, h, data)
			}
			return old
		}
	}
	only := func(name string, do func(h *tar.Header, data []byte) []byte) func(*tar.Header, []byte, *tar.Writer) []byte {
		return func(h *tar.Header, data []byte, _ *tar.Writer) []byte {
			if h.Name == name {
				return do(h, data)
			}
			return data
		}
	}
	edit := func(from, to string) func(*tar.Header, []byte) []byte {
		return func(_ *tar.Header, data []byte) []byte { return bytes.Replace(data, []byte(from), []byte(to), 1) }
	}
	meta := sample[0].name
	for name, c := range map[string]struct {
		change func(*tar.Header, []byte, *tar.Writer) []byte
		after  func(*tar.Writer)
		tail   []byte
		fault  archive.Fault
		words  string
	}{
		"content":   {only(meta, edit("1", "2")), none, nil, archive.Tampered, "SHA-256"},
		"longer":    {only(meta, edit("1", "10")), none, nil, archive.Tampered, "11 bytes, in the manifest 10"},
		"missing":   {only(meta, func(*tar.Header, []byte) []byte { return nil }), none, nil, archive.Tampered, "in its place"},
		"renamed":   {only(meta, func(h *tar.Header, d []byte) []byte { h.Name = "x"; return d }), none, nil, archive.Tampered, "in its place"},
		"mode":      {only(meta, func(h *tar.Header, d []byte) []byte { h.Mode = 0o777; return d }), none, nil, archive.Tampered, "mode or time"},
		"setuid":    {only(meta, func(h *tar.Header, d []byte) []byte { h.Mode = 0o4644; return d }), none, nil, archive.Tampered, "manifest does not tell"},
		"owner":     {only(meta, func(h *tar.Header, d []byte) []byte { h.Uid = 7; return d }), none, nil, archive.Tampered, "manifest does not tell"},
		"extra":     {add(file("x"), "y"), none, nil, archive.Tampered, "in its place"},
		"twice":     {add(file(meta), "y"), none, nil, archive.Tampered, "there twice"},
		"dots":      {add(file("../x"), "y"), none, nil, archive.Tampered, "no plain path"},
		"inner":     {add(file("a/../x"), "y"), none, nil, archive.Tampered, "no plain path"},
		"absolute":  {add(file("/etc/x"), "y"), none, nil, archive.Tampered, "absolute"},
		"backslash": {add(file(`a\b`), "y"), none, nil, archive.Tampered, "cannot have everywhere"},
		"link":      {add(&tar.Header{Typeflag: tar.TypeSymlink, Name: "x", Linkname: "/etc/passwd"}, ""), none, nil, archive.Tampered, "a symbolic link"},
		"hard link": {add(&tar.Header{Typeflag: tar.TypeLink, Name: "x", Linkname: meta}, ""), none, nil, archive.Tampered, "a hard link"},
		"directory": {add(&tar.Header{Typeflag: tar.TypeDir, Name: "x/"}, ""), none, nil, archive.Tampered, "a directory"},
		"after":     {keep, func(w *tar.Writer) { put(t, w, file("x"), "y") }, nil, archive.Tampered, "after the manifest"},
		"device":    {add(&tar.Header{Typeflag: tar.TypeChar, Name: "x"}, ""), none, nil, archive.Tampered, "a device"},
		"appended":  {keep, none, make([]byte, 512), archive.Tampered, "after the end of the tar in it, 512 bytes"},
		"padded":    {only(meta, edit("1", "2")), none, make([]byte, 512), archive.Tampered, "SHA-256"},
		"foreign":   {only(archive.ManifestName, func(*tar.Header, []byte) []byte { return nil }), none, nil, archive.Foreign, "without " + archive.ManifestName},
		"a list":    {only(archive.ManifestName, edit("{", "[{")), none, nil, archive.Foreign, "no manifest"},
		"newer":     {only(archive.ManifestName, edit(`"format": 1`, `"format": 2`)), none, nil, archive.Newer, "format 2"},
		"older":     {only(archive.ManifestName, edit(`"format": 1`, `"format": 0`)), none, nil, archive.Tampered, "no manifest of format 1"},
		"kind":      {only(archive.ManifestName, edit("backup", "sketch")), none, nil, archive.Tampered, "sketch"},
		"digest":    {only(archive.ManifestName, edit("2026", "2025")), none, nil, archive.Tampered, "digest"},
		"spaces":    {only(archive.ManifestName, edit("{", "{ ")), none, nil, archive.Tampered, "not written as"},
		"details":   {only(archive.ManifestName, edit(`"nodeId": 1`, `"nodeId": 3`)), none, nil, archive.Tampered, "digest"},
	} {
		packed := rewrite(t, c.change, c.after, c.tail)
		_, err := archive.Verify(bytes.NewReader(packed), nil)
		expect(t, name, err, c.fault, c.words)
		_, err = archive.Verify(bytes.NewReader(packed[:len(packed)-40]), nil)
		expect(t, name+", without a seal", err, c.fault, c.words)
	}
}

// TestBomb: a small file that unpacks to very much is given up soon, before its end and whatever the tar in it says.
func TestBomb(t *testing.T) {
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "x", Size: 1 << 40}); err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 256 {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	packed, temp := b.Bytes(), t.TempDir()
	_, err = archive.Read(bytes.NewReader(packed), "x", archive.Options{TempDir: temp, MaxUnpacked: 100 << 20})
	expect(t, "bomb", err, archive.Foreign, "1000 times its size")
}

func openFile(path string, o archive.Options) (*archive.Archive, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return archive.Read(f, path, o)
}

func expect(t *testing.T, name string, err error, fault archive.Fault, words string) {
	t.Helper()
	var e *archive.Error
	if !errors.As(err, &e) || e.Fault != fault || !strings.Contains(err.Error(), words) {
		t.Errorf("%s: %v, want %s and %q", name, err, fault, words)
	}
}

func TestUnusable(t *testing.T) {
	data := write(t, sample...)
	var other bytes.Buffer
	w := tar.NewWriter(&other)
	put(t, w, &tar.Header{Typeflag: tar.TypeDir, Name: "x/"}, "")
	_ = w.Close()
	noSum, err := zstd.NewWriter(nil, zstd.WithEncoderCRC(false))
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(data)
	flipped[len(flipped)/2] ^= 1
	for name, c := range map[string]struct {
		data  []byte
		fault archive.Fault
		words string
	}{
		"empty":                {nil, archive.Truncated, "empty"},
		"short":                {data[:3], archive.Truncated, "ends too early"},
		"text":                 {[]byte("hello world"), archive.Foreign, "not compressed with zstd"},
		"no tar":               {zipped(t, []byte("hello")), archive.Foreign, "too early"},
		"other tar":            {zipped(t, other.Bytes()), archive.Foreign, "a directory"},
		"no seal, no manifest": {unsealed(t, other.Bytes()[512:]), archive.Foreign, "without"},
		"no checksum":          {noSum.EncodeAll([]byte("hello"), nil), archive.Foreign, "not of the kind"},
		"cut":                  {data[:len(data)-100], archive.Truncated, "ends too early"},
		"no sum":               {data[:len(data)-2], archive.Truncated, "ends too early"},
		"no seal":              {data[:len(data)-40], archive.Tampered, "its seal, the last 40 bytes, is missing"},
		"half a seal":          {data[:len(data)-20], archive.Truncated, "ends too early"},
		"frames":               {append(bytes.Clone(data), data...), archive.Tampered, "after its end"},
		"other end":            {append(bytes.Clone(data[:len(data)-40]), make([]byte, 40)...), archive.Tampered, "something else than its seal"},
		"skippable":            {append(bytes.Clone(data), 0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0), archive.Tampered, "after its end"},
		"flipped":              {flipped, archive.Damaged, ""},
	} {
		_, err := archive.Verify(bytes.NewReader(c.data), nil)
		expect(t, name, err, c.fault, c.words)
		path := filepath.Join(t.TempDir(), "x.tar.zst")
		if err := os.WriteFile(path, c.data, 0o600); err != nil {
			t.Fatal(err)
		}
		temp := t.TempDir()
		_, err = openFile(path, archive.Options{TempDir: temp})
		expect(t, name, err, c.fault, path+": ")
		if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
			t.Errorf("%s: it leaves %v behind, %v", name, left, err)
		}
	}
	if _, err := archive.Read(bytes.NewReader(data), "x", archive.Options{TempDir: t.TempDir(), MaxUnpacked: 1000}); err == nil || !strings.Contains(err.Error(), "more than is allowed") {
		t.Errorf("a bound of 1000 bytes: %v", err)
	}
	broken := errors.New("the disk is gone")
	if _, err := archive.Verify(io.MultiReader(bytes.NewReader(data[:200]), iotest.ErrReader(broken)), nil); !errors.Is(err, broken) {
		t.Errorf("an error of reading: %v", err)
	}
}

// TestBigWindow: what asks for much memory is refused before it gets any.
func TestBigWindow(t *testing.T) {
	data := write(t, sample...)
	data[5] = 0xa0 // a window of 1 GiB, where the header has one
	if data[4]&0x20 != 0 {
		t.Skip("the frame has no window")
	}
	_, err := archive.Verify(bytes.NewReader(data), nil)
	expect(t, "window", err, archive.Damaged, "window")
}

func TestWriterRefuses(t *testing.T) {
	if _, err := archive.NewWriter(io.Discard, archive.Manifest{}); err == nil {
		t.Error("an archive of no kind")
	}
	for name, c := range map[string]struct {
		file string
		size int64
		data io.Reader
	}{
		"short":     {"a", 5, strings.NewReader("1234")},
		"long":      {"a", 3, strings.NewReader("1234")},
		"broken":    {"a", 3, iotest.ErrReader(errors.New("x"))},
		"dots":      {"../a", 0, strings.NewReader("")},
		"absolute":  {"/a", 0, strings.NewReader("")},
		"manifest":  {archive.ManifestName, 0, strings.NewReader("")},
		"no name":   {"", 0, strings.NewReader("")},
		"long name": {strings.Repeat("a", archive.MaxName+1), 0, strings.NewReader("")},
		"twice":     {"first", 0, strings.NewReader("")},
	} {
		w, err := archive.NewWriter(io.Discard, head)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Add("first", 0o600, time.Time{}, 0, strings.NewReader("")); err != nil {
			t.Fatal(err)
		}
		if err := w.Add(c.file, 0o600, time.Now(), c.size, c.data); err == nil {
			t.Errorf("%s: it is accepted", name)
		}
		if _, err := w.Close(nil); err == nil {
			t.Errorf("%s: the archive is finished nevertheless", name)
		}
	}
	w, err := archive.NewWriter(io.Discard, archive.Manifest{Kind: archive.Bundle, Created: "today"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Close(nil); err == nil {
		t.Error("created today")
	}
	if _, err := w.Close(func() {}); err == nil {
		t.Error("details that are no JSON")
	}
}
