package validate_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/validate"
)

func TestFixWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "server.properties")
	write(t, path, "a=1\n")
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	fix := validate.Fix{Path: path, Before: []byte("a=1\n"), After: []byte("a=2\n")}
	if err := fix.Write(fsx.OS{}, path); err != nil {
		t.Fatal(err)
	}
	if got := read(t, path); got != "a=2\n" {
		t.Errorf("the file has %q", got)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o640 {
		t.Errorf("its mode became %v", info.Mode())
	}
	if err := fix.Write(fsx.OS{}, path); err == nil {
		t.Error("a file that changed meanwhile was written")
	}
}

// TestFixWriteFails breaks each operation in turn: the old text stays, or the new one is whole, and nothing lies about.
func TestFixWriteFails(t *testing.T) {
	for n := 1; ; n++ {
		dir := t.TempDir()
		path := filepath.Join(dir, "server.properties")
		write(t, path, "a=1\n")
		faulty := &fsx.Faulty{Under: fsx.OS{}, Errno: errBroken, At: n}
		fix := validate.Fix{Path: path, Before: []byte("a=1\n"), After: []byte("a=2\n")}
		err := fix.Write(faulty, path)
		operation, failed := faulty.Failed()
		if !failed {
			if n < 6 {
				t.Errorf("only %d operations were seen", n)
			}
			return
		}
		if err == nil {
			t.Errorf("%v failed, and nothing was said", operation)
		}
		if got := read(t, path); got != "a=1\n" && got != "a=2\n" {
			t.Errorf("after %v the file has %q", operation, got)
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 1 {
			t.Errorf("after %v there are %v", operation, entries)
		}
	}
}

var errBroken = errors.New("broken on purpose")

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
