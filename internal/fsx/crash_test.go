package fsx_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/kraftctl/kraftctl/internal/fsx"
)

const manyStates = 10_000

// put writes a file with or without the two syncs.
func put(t *testing.T, fsys fsx.FS, name, text string, syncFile bool) {
	t.Helper()
	file, err := fsys.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if syncFile {
		if err := file.Sync(); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

// contents lists what the states hold under name, sorted and without repeats; "-" is its absence.
func contents(disk *fsx.Crash, name string) []string {
	var found []string
	for state := range disk.States(manyStates, 1) {
		text := "-"
		if data, err := state.ReadFile(name); err == nil {
			text = string(data)
		}
		found = append(found, text)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func TestStatesOfAFile(t *testing.T) {
	tests := []struct {
		name              string
		syncFile, syncDir bool
		want              []string
	}{
		{"nothing synced", false, false, []string{"", "-", "ab", "abcd"}},
		{"file synced", true, false, []string{"-", "abcd"}},
		{"directory synced", false, true, []string{"", "ab", "abcd"}},
		{"both synced", true, true, []string{"abcd"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			disk := fsx.NewCrash()
			put(t, disk, "/f", "abcd", test.syncFile)
			if test.syncDir {
				if err := disk.SyncDir("/"); err != nil {
					t.Fatal(err)
				}
			}
			if got := contents(disk, "/f"); !slices.Equal(got, test.want) {
				t.Errorf("states hold %q; want %q", got, test.want)
			}
		})
	}
}

func TestStatesOfARename(t *testing.T) {
	disk := fsx.NewCrash()
	put(t, disk, "/f", "old", true)
	disk.Settle()
	put(t, disk, "/f.tmp", "new", true)
	if err := disk.Rename("/f.tmp", "/f"); err != nil {
		t.Fatal(err)
	}
	if got := contents(disk, "/f"); !slices.Equal(got, []string{"new", "old"}) {
		t.Errorf("an unsynced rename leaves %q; want old or new", got)
	}
	if err := disk.SyncDir("/"); err != nil {
		t.Fatal(err)
	}
	if got := contents(disk, "/f"); !slices.Equal(got, []string{"new"}) {
		t.Errorf("a synced rename leaves %q; want new", got)
	}
}

func TestStatesOfARenameWithoutFsync(t *testing.T) {
	disk := fsx.NewCrash()
	put(t, disk, "/f", "old", true)
	disk.Settle()
	put(t, disk, "/f.tmp", "text", false)
	if err := disk.Rename("/f.tmp", "/f"); err != nil {
		t.Fatal(err)
	}
	if got, want := contents(disk, "/f"), []string{"", "old", "te", "text"}; !slices.Equal(got, want) {
		t.Errorf("states hold %q; want %q", got, want)
	}
}

func TestStatesOfADirectory(t *testing.T) {
	disk := fsx.NewCrash()
	if _, err := fsx.MkdirAll(disk, "/a/b", 0o777); err != nil {
		t.Fatal(err)
	}
	put(t, disk, "/a/b/f", "text", true)
	if err := disk.SyncDir("/a/b"); err != nil {
		t.Fatal(err)
	}
	if got := contents(disk, "/a/b/f"); !slices.Equal(got, []string{"-", "text"}) {
		t.Errorf("states hold %q; a directory that was not synced into its parent may be lost", got)
	}
	for _, dir := range []string{"/a", "/"} {
		if err := disk.SyncDir(dir); err != nil {
			t.Fatal(err)
		}
	}
	if got := contents(disk, "/a/b/f"); !slices.Equal(got, []string{"text"}) {
		t.Errorf("states hold %q; want text alone", got)
	}
}

func TestStatesAreSampledAboveTheLimit(t *testing.T) {
	disk := fsx.NewCrash()
	for _, name := range strings.Split("abcdefghij", "") {
		put(t, disk, "/"+name, "text", false)
	}
	count := 0
	for range disk.States(100, 7) {
		count++
	}
	if count != 100 {
		t.Errorf("%d states; want the limit of 100", count)
	}
}

func TestCrashErrors(t *testing.T) {
	disk := fsx.NewCrash()
	put(t, disk, "/f", "text", true)
	if err := disk.Mkdir("/d", 0o777); err != nil {
		t.Fatal(err)
	}
	put(t, disk, "/d/g", "text", true)
	open := func(name string, flag int) error { _, err := disk.OpenFile(name, flag, 0o666); return err }
	stat := func(name string) error { _, err := disk.Stat(name); return err }
	list := func(name string) error { _, err := disk.ReadDir(name); return err }
	read := func(name string) error { _, err := disk.ReadFile(name); return err }
	tests := []struct {
		name  string
		err   error
		errno syscall.Errno
	}{
		{"mkdir that is there", disk.Mkdir("/d", 0o777), syscall.EEXIST},
		{"mkdir below a file", disk.Mkdir("/f/d", 0o777), syscall.ENOTDIR},
		{"mkdir below nothing", disk.Mkdir("/x/d", 0o777), syscall.ENOENT},
		{"open a directory", open("/d", os.O_WRONLY), syscall.EISDIR},
		{"open nothing", open("/x", os.O_WRONLY), syscall.ENOENT},
		{"create what is there", open("/f", os.O_CREATE|os.O_EXCL), syscall.EEXIST},
		{"remove a full directory", disk.Remove("/d"), syscall.ENOTEMPTY},
		{"remove nothing", disk.Remove("/x"), syscall.ENOENT},
		{"rename onto a directory", disk.Rename("/f", "/d"), syscall.EISDIR},
		{"rename nothing", disk.Rename("/x", "/y"), syscall.ENOENT},
		{"rename into nothing", disk.Rename("/f", "/x/y"), syscall.ENOENT},
		{"rename across directories", disk.Rename("/f", "/d/f"), syscall.EXDEV},
		{"chmod nothing", disk.Chmod("/x", 0o400), syscall.ENOENT},
		{"sync a file as directory", disk.SyncDir("/f"), syscall.ENOTDIR},
		{"stat nothing", stat("/x"), syscall.ENOENT},
		{"list a file", list("/f"), syscall.ENOTDIR},
		{"read a directory", read("/d"), syscall.EISDIR},
	}
	for _, test := range tests {
		if !errors.Is(test.err, test.errno) {
			t.Errorf("%s: %v; want %v", test.name, test.err, test.errno)
		}
	}
}

func TestCrashLocksOnce(t *testing.T) {
	disk := fsx.NewCrash()
	lock, err := disk.LockDir("/")
	if err != nil {
		t.Fatal(err)
	}
	var locked *fsx.LockedError
	if _, err := disk.LockDir("/"); !errors.As(err, &locked) {
		t.Errorf("a second lock: %v; want a LockedError", err)
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := disk.LockDir("/"); err != nil {
		t.Errorf("after the first was released: %v", err)
	}
}
