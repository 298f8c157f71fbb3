package fsx

import (
	"errors"
	"io"
	"io/fs"
	"math"
	"os"

	"golang.org/x/sys/windows"
)

// lockFileName is held in a directory while it is being formatted; Windows deletes it when it is closed.
const lockFileName = ".kraftctl-format.lock"

func rename(from, to string) error { return os.Rename(from, to) }

func writable(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return &fs.PathError{Op: "write to", Path: name, Err: windows.ERROR_DIRECTORY}
	}
	return nil
}

// syncDir does nothing: Windows has no way to sync the entries of a directory, and NTFS logs them in order.
func syncDir(string) error { return nil }

// lockDir holds a file that nobody else may open and that goes when it is closed, also with the process.
func lockDir(name string) (io.Closer, error) {
	path := Join(name, lockFileName)
	text, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, &fs.PathError{Op: "lock", Path: path, Err: err}
	}
	handle, err := windows.CreateFile(text, windows.GENERIC_WRITE|windows.DELETE, 0, nil, windows.OPEN_ALWAYS,
		windows.FILE_ATTRIBUTE_HIDDEN|windows.FILE_FLAG_DELETE_ON_CLOSE, 0)
	switch {
	case errors.Is(err, windows.ERROR_SHARING_VIOLATION), errors.Is(err, windows.ERROR_ACCESS_DENIED):
		return nil, &LockedError{Path: name}
	case err != nil:
		return nil, &fs.PathError{Op: "lock", Path: path, Err: err}
	}
	return os.NewFile(uintptr(handle), path), nil
}

// lockNode takes the lock that java.nio.channels.FileChannel.tryLock takes on the whole of .lock.
func lockNode(dir string) (io.Closer, error) {
	file, err := os.OpenFile(Join(dir, NodeLockName), os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return noLock{}, nil
	}
	if err != nil {
		return nil, err
	}
	err = windows.LockFileEx(windows.Handle(file.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY,
		0, math.MaxUint32, math.MaxInt32, new(windows.Overlapped))
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return nil, errors.Join(&HeldError{Path: dir}, file.Close())
	}
	if err != nil {
		return nil, errors.Join(&fs.PathError{Op: "lock", Path: file.Name(), Err: err}, file.Close())
	}
	return file, nil
}
