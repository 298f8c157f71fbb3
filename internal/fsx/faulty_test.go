package fsx_test

import (
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/kraftctl/kraftctl/internal/fsx"
)

// everything runs each operation once and stops at the first error.
func everything(fsys fsx.FS) error {
	var file fsx.File
	var reader io.ReadCloser
	var lock io.Closer
	steps := []func() error{
		func() error { return fsys.Mkdir("/d", 0o777) },
		func() (err error) { file, err = fsys.OpenFile("/d/a", os.O_WRONLY|os.O_CREATE, 0o666); return err },
		func() error { _, err := file.Write([]byte("text")); return err },
		func() error { return file.Sync() },
		func() error { return file.Close() },
		func() error { return fsys.Chmod("/d/a", 0o400) },
		func() error { return fsys.Rename("/d/a", "/d/c") },
		func() error { return fsys.RenameNew("/d/c", "/d/b") },
		func() error { return fsys.SyncDir("/d") },
		func() error { _, err := fsys.Stat("/d/b"); return err },
		func() error { _, err := fsys.Lstat("/d/b"); return err },
		func() error { _, err := fsys.ReadFile("/d/b"); return err },
		func() error { _, err := fsys.ReadDir("/d"); return err },
		func() error { return fsys.Writable("/d") },
		func() (err error) { reader, err = fsys.Open("/d/b"); return err },
		func() error { _, err := reader.Read(make([]byte, 4)); return err },
		func() error { return reader.Close() },
		func() (err error) { lock, err = fsys.LockFile("/d/b", 0o666); return err },
		func() error { return lock.Close() },
		func() (err error) { lock, err = fsys.LockDir("/d"); return err },
		func() error { return lock.Close() },
		func() (err error) { lock, err = fsys.LockNode("/d"); return err },
		func() error { return lock.Close() },
		func() error { return fsys.Remove("/d/b") },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func TestEveryOperationCanFail(t *testing.T) {
	const operations = 20 // releasing a lock is none
	clean := &fsx.Faulty{Under: fsx.NewCrash(), Errno: syscall.EIO}
	if err := everything(clean); err != nil || len(clean.Trace) != operations {
		t.Fatalf("%d operations, error %v; want %d and none", len(clean.Trace), err, operations)
	}
	for at := 1; at <= operations; at++ {
		for _, errno := range []syscall.Errno{syscall.ENOSPC, syscall.EIO, syscall.EACCES, syscall.EROFS} {
			faulty := &fsx.Faulty{Under: fsx.NewCrash(), Errno: errno, At: at}
			err := everything(faulty)
			failed, hit := faulty.Failed()
			if !hit || !errors.Is(err, errno) || !strings.Contains(err.Error(), failed.Path) {
				t.Errorf("operation %d (%v): error = %v; want %v naming the path", at, failed, err, errno)
			}
		}
	}
}

func TestFaultyWriteIsTorn(t *testing.T) {
	disk := fsx.NewCrash()
	faulty := &fsx.Faulty{Under: disk, Errno: syscall.ENOSPC, At: 2}
	file, err := faulty.OpenFile("/f", os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := file.Write([]byte("text")); n != 2 || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Write = %d, %v; want half and ENOSPC", n, err)
	}
	if data, err := disk.ReadFile("/f"); err != nil || string(data) != "te" {
		t.Errorf("the file holds %q, %v; want half", data, err)
	}
}

func TestAFaultPassesOrStays(t *testing.T) {
	for _, stuck := range []bool{false, true} {
		faulty := &fsx.Faulty{Under: fsx.NewCrash(), Errno: syscall.EIO, At: 1, Stuck: stuck}
		first, second := faulty.Mkdir("/a", 0o777), faulty.Mkdir("/b", 0o777)
		if first == nil || (second != nil) != stuck {
			t.Errorf("stuck %v: %v, then %v", stuck, first, second)
		}
	}
}

func TestAStuckFaultMayBeOfOneKind(t *testing.T) {
	faulty := &fsx.Faulty{Under: fsx.NewCrash(), Errno: syscall.EIO, At: 1, Stuck: true, Alike: true}
	if faulty.SyncDir("/") == nil || faulty.Mkdir("/a", 0o777) != nil || faulty.SyncDir("/") == nil {
		t.Errorf("not syncs alone failed: %v", faulty.Trace)
	}
}
