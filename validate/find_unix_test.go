//go:build unix

package validate_test

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/validate"
)

// disk is the real file system.
type disk struct{}

func (disk) Stat(name string) (fs.FileInfo, error)      { return os.Stat(name) }
func (disk) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }
func (disk) Open(name string) (io.ReadCloser, error)    { return os.Open(name) }

func place(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Whatever lies in a directory gets a clear error of its own, and the other files are judged.
func TestFindGoesOnBehindWhatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	place(t, dir+"/good.properties", "node.id=1\n")
	place(t, dir+"/junk.properties", strings.Repeat("\x00\x01\x02\x03", 1000))
	place(t, dir+"/large.properties", "")
	if err := os.Truncate(dir+"/large.properties", 100<<20); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(dir+"/pipe.properties", 0o644); err != nil {
		t.Skip(err)
	}
	for link, to := range map[string]string{"dangling.properties": "nowhere", "circle": "."} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{
		"junk.properties": "not a text file", "large.properties": "more than 16 MiB", "pipe.properties": "not a regular file",
		"dangling.properties": "a link to one that is not there",
	}
	if os.Getuid() != 0 {
		place(t, dir+"/locked.properties", "node.id=2\n")
		if err := os.Chmod(dir+"/locked.properties", 0); err != nil {
			t.Fatal(err)
		}
		want["locked.properties"] = "may not be read"
	}
	found, err := validate.Find(disk{}, nil, []string{dir}, 4)
	if err != nil {
		t.Fatal(err)
	}
	report := validate.Check(found.Sources, validate.Options{Release: release.V3_9})
	if !report.Unreadable() {
		t.Error("the report does not say that files could not be read")
	}
	good := 0
	for _, f := range report.Files {
		name := filepath.Base(f.Path)
		text, bad := want[name]
		switch {
		case bad && (f.Err == nil || !strings.Contains(f.Err.Error(), text)):
			t.Errorf("%s: %v, want %q", f.Path, f.Err, text)
		case !bad && f.Err != nil:
			t.Errorf("%s: %v", f.Path, f.Err)
		case !bad:
			good++
		}
		delete(want, name)
	}
	if good == 0 || len(want) > 0 {
		t.Errorf("%d files judged, and nothing said of %v", good, want)
	}
}
