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

// renameNew is MoveFileEx without MOVEFILE_REPLACE_EXISTING.
func renameNew(from, to string) error {
	err := move(from, to)
	if err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	return nil
}

func move(from, to string) error {
	old, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return err
	}
	target, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return err
	}
	return windows.MoveFileEx(old, target, windows.MOVEFILE_WRITE_THROUGH)
}

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
	return holdFile(Join(name, lockFileName), name)
}

// lockFile holds a file beside the one asked for, which Windows would not let us rename while it is open.
func lockFile(name string, perm fs.FileMode) (io.Closer, error) {
	lock, err := holdFile(name+".lock", name)
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, perm)
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return lock, nil
}

// holdFile takes the file path for itself, in the name of name.
func holdFile(path, name string) (io.Closer, error) {
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
