package scaffold_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/validate/scaffold"
)

var two = []scaffold.File{{Name: "a.properties", Text: "a=1\n"}, {Name: "b.properties", Text: "b=1\n"}}

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "x", "y")
	if err := scaffold.Write(fsx.OS{}, dir, two); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(filepath.Join(dir, "b.properties")); string(text) != "b=1\n" {
		t.Errorf("b has %q", text)
	}
	var exists *scaffold.ExistsError
	if err := scaffold.Write(fsx.OS{}, dir, two); !errors.As(err, &exists) || exists.Path != filepath.Join(dir, "a.properties") {
		t.Errorf("writing again says %v", err)
	}
}

// TestWriteNothingTwice leaves a directory alone in which only the last file is there.
func TestWriteNothingTwice(t *testing.T) {
	dir := t.TempDir()
	if err := os.Symlink("nowhere", filepath.Join(dir, "b.properties")); err != nil {
		t.Skip(err)
	}
	if err := scaffold.Write(fsx.OS{}, dir, two); err == nil {
		t.Error("a dangling link was written through")
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("there are %v", entries)
	}
}

// TestWriteFails breaks each operation in turn: all is there or nothing.
func TestWriteFails(t *testing.T) {
	for n := 1; ; n++ {
		root := t.TempDir()
		faulty := &fsx.Faulty{Under: fsx.OS{}, Errno: errors.New("broken on purpose"), At: n}
		err := scaffold.Write(faulty, filepath.Join(root, "x"), two)
		operation, failed := faulty.Failed()
		if !failed {
			return
		}
		files, _ := filepath.Glob(filepath.Join(root, "x", "*"))
		if want := map[bool]int{true: len(two), false: 0}[err == nil]; len(files) != want {
			t.Errorf("after %v (%v) there are %v", operation, err, files)
		}
	}
}
