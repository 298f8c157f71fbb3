package source_test

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/zstd"

	"github.com/kraftctl/kraftctl/internal/source"
)

func zstandard(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func written(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestZstd(t *testing.T) {
	data := zstandard(t, tarball(t, ""))
	// A seal, as kraftctl's own archives have it at their end, and other skippable frames are passed over.
	data = append(data, 0x5b, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 'h', 'i')
	for name, data := range map[string][]byte{"a.tar.zst": data, "b.tzst": data, "without a name": data} {
		temp := t.TempDir()
		s, err := source.Open(written(t, name, data), source.Options{TempDir: temp})
		if err != nil {
			t.Fatal(err)
		}
		check(t, s)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
			t.Errorf("%s leaves %v behind, %v", name, left, err)
		}
	}
	s, err := source.Open(written(t, "x.log.zst", zstandard(t, []byte("hello"))), source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got, err := fs.ReadFile(s.FS, s.Name); err != nil || s.Name != "x.log" || string(got) != "hello" {
		t.Errorf("%s: %q, %v", s.Name, got, err)
	}
	cut := data[:len(data)/2]
	for name, data := range map[string][]byte{
		"it ends too early": cut, "compressed twice": zstandard(t, gzipped(t, []byte("x"))), "more than 1000": zstandard(t, make([]byte, 1<<20)),
		"magic": append(zstandard(t, []byte("x")), "rubbish"...),
	} {
		if _, err := source.Open(written(t, "x", data), source.Options{MaxUnpacked: 1000}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, want %s", err, name)
		}
	}
}

// TestInside: a path may lead into an archive of any kind.
func TestInside(t *testing.T) {
	for name, data := range map[string][]byte{
		"a.tar": tarball(t, ""), "a.tar.gz": gzipped(t, tarball(t, "./")), "a.tar.zst": zstandard(t, tarball(t, "")), "a.zip": zipped(t, zip.Deflate),
	} {
		path := written(t, name, data)
		s, err := source.Open(path+"/node1/__cluster_metadata-0/", source.Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := fstest.TestFS(s.FS, "quorum-state", "00000000000000000000.log"); err != nil || s.Name != "." {
			t.Errorf("%s: %s, %v", name, s.Name, err)
		}
		if got, want := s.Path("quorum-state"), path+"/node1/__cluster_metadata-0/quorum-state"; got != want {
			t.Errorf("shown as %s, want %s", got, want)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		s, err = source.Open(path+"/node1/meta.properties", source.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := fs.ReadFile(s.FS, s.Name); err != nil || s.Name != "meta.properties" || string(got) != content["node1/meta.properties"] {
			t.Errorf("%s: %s is %q, %v", name, s.Name, got, err)
		}
		if got := s.Path(s.Name); got != path+"/node1/meta.properties" {
			t.Errorf("shown as %s", got)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if _, err := source.Open(path+"/node2", source.Options{}); err == nil || !strings.Contains(err.Error(), "there is no node2 in it") {
			t.Errorf("%s: what is not in it: %v", name, err)
		}
	}
}

func TestNotInside(t *testing.T) {
	for path, want := range map[string]string{
		written(t, "plain", []byte("hello")) + "/x":            "not a directory",
		written(t, "x.gz", gzipped(t, []byte("hello"))) + "/y": "not a directory",
		filepath.Join(t.TempDir(), "none.tar", "node1"):        "no such file",
		"/none/none": "no such file",
		"none":       "no such file",
		written(t, "torn.tar.zst", zstandard(t, tarball(t, ""))[:100]) + "/node1": "it ends too early",
	} {
		if s, err := source.Open(path, source.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v, want %s", path, s, err, want)
		}
	}
}

// TestArchive: a source knows the archive that it lies in, and all that is in it.
func TestArchive(t *testing.T) {
	path := written(t, "a.tar.zst", zstandard(t, tarball(t, "")))
	whole, err := source.Open(path, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer whole.Close()
	entries, err := fs.ReadDir(whole.FS, ".")
	if err != nil {
		t.Fatal(err)
	}
	inner := entries[0].Name()
	part, err := source.Open(path+"/"+inner, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer part.Close()
	for _, s := range []*source.Source{whole, part} {
		if s.Archive != path || s.Root == nil {
			t.Fatalf("%s: it lies in %q", s.Shown, s.Archive)
		}
		if _, err := fs.Stat(s.Root, inner); err != nil {
			t.Errorf("%s: %v", s.Shown, err)
		}
	}
	for _, name := range []string{t.TempDir(), written(t, "x.zst", zstandard(t, []byte("hello"))), written(t, "x", []byte("hello"))} {
		s, err := source.Open(name, source.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if s.Archive != "" || s.Root != nil {
			t.Errorf("%s is no archive, but lies in %q", name, s.Archive)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
