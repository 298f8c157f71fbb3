package fsx_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/kraftctl/kraftctl/internal/fsx"
)

// both runs a test on the real file system and on the one in memory.
func both(t *testing.T, test func(t *testing.T, fsys fsx.FS, dir string)) {
	t.Helper()
	t.Run("OS", func(t *testing.T) { test(t, fsx.OS{}, t.TempDir()) })
	t.Run("Crash", func(t *testing.T) { test(t, fsx.NewCrash(), "") })
}

func TestRenameNewReplacesNothing(t *testing.T) {
	both(t, func(t *testing.T, fsys fsx.FS, dir string) {
		put(t, fsys, dir+"/a", "ours", false)
		put(t, fsys, dir+"/b", "theirs", false)
		err := fsys.RenameNew(dir+"/a", dir+"/b")
		var link *os.LinkError
		if !errors.Is(err, fs.ErrExist) || !errors.As(err, &link) || link.Old != dir+"/a" || link.New != dir+"/b" {
			t.Errorf("onto a file: %v", err)
		}
		if data, err := fsys.ReadFile(dir + "/b"); err != nil || string(data) != "theirs" {
			t.Errorf("b holds %q, %v", data, err)
		}
		if err := fsys.RenameNew(dir+"/a", dir+"/c"); err != nil {
			t.Fatal(err)
		}
		if data, err := fsys.ReadFile(dir + "/c"); err != nil || string(data) != "ours" {
			t.Errorf("c holds %q, %v", data, err)
		}
		if err := fsys.RenameNew(dir+"/a", dir+"/d"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("of a file that is gone: %v", err)
		}
	})
}

// Many rename to one name at once: one has it.
func TestRenameNewIsDecidedOnce(t *testing.T) {
	dir := t.TempDir()
	var group sync.WaitGroup
	var guard sync.Mutex
	winner := ""
	for _, name := range strings.Split("abcdefgh", "") {
		put(t, fsx.OS{}, dir+"/"+name, name, false)
		group.Go(func() {
			err := fsx.OS{}.RenameNew(dir+"/"+name, dir+"/one")
			guard.Lock()
			defer guard.Unlock()
			switch {
			case err == nil && winner == "":
				winner = name
			case err == nil:
				t.Errorf("%s and %s both got the name", winner, name)
			case !errors.Is(err, fs.ErrExist):
				t.Error(err)
			}
		})
	}
	group.Wait()
	if data, err := os.ReadFile(dir + "/one"); err != nil || string(data) != winner {
		t.Errorf("%q has the name, the file is of %q (%v)", winner, data, err)
	}
}

func TestOpenReadsAFile(t *testing.T) {
	both(t, func(t *testing.T, fsys fsx.FS, dir string) {
		put(t, fsys, dir+"/a", "text", false)
		in, err := fsys.Open(dir + "/a")
		if err != nil {
			t.Fatal(err)
		}
		if data, err := io.ReadAll(in); err != nil || string(data) != "text" {
			t.Errorf("read %q, %v", data, err)
		}
		if err := in.Close(); err != nil {
			t.Error(err)
		}
		var pathError *fs.PathError
		if _, err := fsys.Open(dir + "/b"); !errors.Is(err, fs.ErrNotExist) || !errors.As(err, &pathError) || pathError.Path != dir+"/b" {
			t.Errorf("a missing file: %v", err)
		}
	})
}

func TestLockFileExcludesAndGoesWithARename(t *testing.T) {
	both(t, func(t *testing.T, fsys fsx.FS, dir string) {
		lock, err := fsys.LockFile(dir+"/a", 0o666)
		if err != nil {
			t.Fatal(err)
		}
		if data, err := fsys.ReadFile(dir + "/a"); err != nil || len(data) > 0 {
			t.Errorf("the file holds %q, %v; want it made and empty", data, err)
		}
		var locked *fsx.LockedError
		if _, err := fsys.LockFile(dir+"/a", 0o666); !errors.As(err, &locked) || locked.Path != dir+"/a" {
			t.Errorf("a second LockFile: %v", err)
		}
		if err := fsys.Rename(dir+"/a", dir+"/b"); err != nil {
			t.Fatal(err)
		}
		if err := lock.Close(); err != nil {
			t.Fatal(err)
		}
		again, err := fsys.LockFile(dir+"/a", 0o666)
		if err != nil {
			t.Fatal(err)
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
		if _, err := fsys.LockFile(dir+"/missing/a", 0o666); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("LockFile in a missing directory: %v", err)
		}
	})
}
