//go:build unix

package fsx

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// rename is rename(2) alone: os.Rename first looks whether the target is a directory and invents an errno.
func rename(from, to string) error {
	if err := syscall.Rename(from, to); err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	return nil
}

// renameAsked is RenameNew where the system cannot do it in one step.
func renameAsked(from, to string) error {
	_, err := os.Lstat(to)
	switch {
	case err == nil:
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: syscall.EEXIST}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return rename(from, to)
}

func writable(name string) error {
	if err := unix.Access(name, unix.W_OK|unix.X_OK); err != nil {
		return &fs.PathError{Op: "write to", Path: name, Err: err}
	}
	return nil
}

func syncDir(name string) error {
	dir, err := os.Open(name)
	if err != nil {
		return err
	}
	err = dir.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil // some network and FUSE file systems have no sync for directories
	}
	return errors.Join(err, dir.Close())
}

// lockAttempts bounds how often a directory may be replaced under our hands before we give up.
const lockAttempts = 10

// lockDir takes flock(2) on the directory itself, so no lock file is left behind or has to be removed.
func lockDir(name string) (io.Closer, error) {
	return flock(name, os.O_RDONLY, 0)
}

// lockFile takes flock(2) on the file.
func lockFile(name string, perm fs.FileMode) (io.Closer, error) {
	return flock(name, os.O_RDWR|os.O_CREATE, perm)
}

// flock opens and locks. When a failing run removes what it created while another waits to lock it, the other one holds a
// lock on something that is gone: the path is compared with what was locked, and the work begins anew.
func flock(name string, flag int, perm fs.FileMode) (io.Closer, error) {
	for range lockAttempts {
		file, err := os.OpenFile(name, flag, perm)
		if err != nil {
			return nil, err
		}
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EWOULDBLOCK):
			return nil, errors.Join(&LockedError{Path: name}, file.Close())
		case err != nil:
			// NFS and some FUSE file systems cannot lock; there is nothing to be had then.
			return noLock{}, file.Close()
		}
		same, err := stillAt(file, name)
		if same {
			return file, nil
		}
		again := err == nil || flag&os.O_CREATE != 0 && errors.Is(err, fs.ErrNotExist)
		if closeErr := file.Close(); closeErr != nil || !again {
			return nil, errors.Join(err, closeErr)
		}
	}
	return nil, &LockedError{Path: name}
}

// stillAt reports whether name leads to the open file.
func stillAt(file *os.File, name string) (bool, error) {
	held, err := file.Stat()
	if err != nil {
		return false, err
	}
	now, err := os.Stat(name)
	if err != nil {
		return false, err
	}
	return os.SameFile(held, now), nil
}

// lockNode asks for the record lock that java.nio.channels.FileChannel.tryLock takes on the whole of .lock. The lock is
// taken where .lock may be written; where it may only be read, asking is all that can be done.
func lockNode(dir string) (io.Closer, error) {
	name := Join(dir, NodeLockName)
	file, err := os.OpenFile(name, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		file, err = os.Open(name)
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return noLock{}, nil
	}
	if err != nil {
		return nil, err
	}
	lock := syscall.Flock_t{Type: syscall.F_WRLCK, Whence: io.SeekStart}
	if err := syscall.FcntlFlock(file.Fd(), syscall.F_GETLK, &lock); err == nil && lock.Type != syscall.F_UNLCK {
		return nil, errors.Join(&HeldError{Path: dir, PID: max(int(lock.Pid), 0)}, file.Close())
	}
	lock = syscall.Flock_t{Type: syscall.F_WRLCK, Whence: io.SeekStart}
	err = syscall.FcntlFlock(file.Fd(), setRecordLock, &lock)
	if errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EACCES) {
		return nil, errors.Join(&HeldError{Path: dir}, file.Close())
	}
	return file, nil
}
