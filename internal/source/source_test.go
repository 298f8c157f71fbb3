package source_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/internal/source"
)

// content is what every archive of the tests holds.
var content = map[string]string{
	"node1/meta.properties":                               "version=1\n",
	"node1/__cluster_metadata-0/00000000000000000000.log": strings.Repeat("0123456789", 5000),
	"node1/__cluster_metadata-0/quorum-state":             "{}",
}

func tarball(t *testing.T, prefix string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	add := func(h tar.Header, data string) {
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	add(tar.Header{Typeflag: tar.TypeDir, Name: prefix + "node1/", Mode: 0o755}, "")
	add(tar.Header{Typeflag: tar.TypeSymlink, Name: prefix + "link", Linkname: "/etc/passwd"}, "")
	for name, data := range content {
		add(tar.Header{Typeflag: tar.TypeReg, Name: prefix + name, Mode: 0o644, Size: int64(len(data))}, data)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t *testing.T, method uint16) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, data := range content {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// check compares all files of a source with content, reading them at positions.
func check(t *testing.T, s *source.Source) {
	t.Helper()
	for name, want := range content {
		f, err := s.FS.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		info, err := f.Stat()
		if err != nil || info.Size() != int64(len(want)) || info.Name() != filepath.Base(name) {
			t.Errorf("%s: %v, %v", name, info, err)
		}
		r, ok := f.(io.ReaderAt)
		if !ok {
			t.Fatalf("%s: %T cannot be read at a position", name, f)
		}
		got := make([]byte, len(want))
		if _, err := r.ReadAt(got, 0); err != nil && err != io.EOF || string(got) != want { //nolint:errorlint // ReadAt returns it bare
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	entries, err := fs.ReadDir(s.FS, "node1/__cluster_metadata-0")
	if err != nil || len(entries) != 2 {
		t.Errorf("%v, %v", entries, err)
	}
}

func TestArchives(t *testing.T) {
	plain := tarball(t, "")
	for name, data := range map[string][]byte{
		"a.tar": plain, "b.tar.gz": gzipped(t, plain), "dots.tar": tarball(t, "./"), "absolute.tar": tarball(t, "/"),
		"c.zip": zipped(t, zip.Deflate), "stored.zip": zipped(t, zip.Store),
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, from := range []string{path, source.Stdin} {
			temp := t.TempDir()
			s, err := source.Open(from, source.Options{Stdin: onlyReader{bytes.NewReader(data)}, TempDir: temp})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if s.Name != "." {
				t.Errorf("%s is one file: %s", name, s.Name)
			}
			check(t, s)
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
				t.Errorf("%s leaves %v behind, %v", name, left, err)
			}
		}
	}
}

// onlyReader hides all that is not reading forward.
type onlyReader struct{ io.Reader }

func TestTreeIsFileSystem(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.tar")
	if err := os.WriteFile(path, tarball(t, ""), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := source.Open(path, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := fstest.TestFS(s.FS, "node1/meta.properties", "node1/__cluster_metadata-0/quorum-state"); err != nil {
		t.Error(err)
	}
}

func TestPlain(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.log")
	if err := os.WriteFile(path, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	zipPath := path + ".gz"
	if err := os.WriteFile(zipPath, gzipped(t, []byte("hello")), 0o600); err != nil {
		t.Fatal(err)
	}
	for from, want := range map[string]string{path: "x.log", zipPath: "x.log", source.Stdin: "stdin", dir: "."} {
		s, err := source.Open(from, source.Options{Stdin: strings.NewReader("hello")})
		if err != nil {
			t.Fatal(err)
		}
		if s.Name != want {
			t.Errorf("%s: the file is called %s", from, s.Name)
		}
		if want != "." {
			if data, err := fs.ReadFile(s.FS, s.Name); err != nil || string(data) != "hello" {
				t.Errorf("%s: %q, %v", from, data, err)
			}
		}
		if s.Name != "." && from != source.Stdin && s.Path(s.Name) != from {
			t.Errorf("%s is shown as %s", from, s.Path(s.Name))
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestRefused(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var evil bytes.Buffer
	w := tar.NewWriter(&evil)
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "../../x", Mode: 0o644}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	bomb := gzipped(t, make([]byte, 1<<20))
	for path, want := range map[string]string{
		filepath.Join(dir, "none"): "no such file", write("evil.tar", evil.Bytes()): "no path within",
		write("bomb.gz", bomb): "more than 1000 bytes", write("twice.gz", gzipped(t, gzipped(t, []byte("x")))): "compressed twice",
		write("torn.gz", gzipped(t, []byte("x"))[:15]): "it ends too early", write("torn.tar", tarball(t, "")[:1000]): "it ends too early",
		write("torn.zip", zipped(t, zip.Deflate)[:300]): "not a valid zip",
	} {
		s, err := source.Open(path, source.Options{MaxUnpacked: 1000})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v, want %q", path, s, err, want)
		}
	}
	if _, err := source.Open(source.Stdin, source.Options{}); err == nil {
		t.Error("there is no standard input, and it is read")
	}
}

// FuzzOpen opens arbitrary bytes.
func FuzzOpen(f *testing.F) {
	f.Add([]byte("hello"))
	f.Add([]byte{0x1f, 0x8b, 8, 0})
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte{0x28, 0xb5, 0x2f, 0xfd, 4, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := source.Open(source.Stdin, source.Options{Stdin: bytes.NewReader(data), MaxUnpacked: 1 << 20, TempDir: t.TempDir()})
		if err != nil {
			return
		}
		err = fs.WalkDir(s.FS, ".", func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				_, _ = fs.ReadFile(s.FS, name)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestFiles(t *testing.T) {
	fsys, err := source.Files(map[string]source.Content{"a/b": {R: strings.NewReader("hello"), Size: 4}, "c": {R: strings.NewReader("")}})
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(fsys, "a/b", "c"); err != nil {
		t.Error(err)
	}
	if got, err := fs.ReadFile(fsys, "a/b"); err != nil || string(got) != "hell" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := source.Files(map[string]source.Content{"../a": {}}); err == nil {
		t.Error("a path that leads out of it")
	}
}
