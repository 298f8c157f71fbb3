package fsx

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// renameNew asks renamex_np(2) not to replace.
func renameNew(from, to string) error {
	err := unix.RenamexNp(from, to, unix.RENAME_EXCL)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOTSUP):
		return renameAsked(from, to)
	}
	return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
}
