package fsx

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// renameNew asks renameat2(2) not to replace. A file system that does not know the flag answers EINVAL.
func renameNew(from, to string) error {
	err := unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, unix.RENAME_NOREPLACE)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOSYS), errors.Is(err, unix.ENOTSUP):
		return renameAsked(from, to)
	}
	return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
}
