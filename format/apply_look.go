package format

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"github.com/kraftctl/kraftctl/internal/fsx"
)

// examine finds out, without writing, whether the work on the directory can be done. It reports whether the directory exists.
func (t *target) examine() (exists bool, err error) {
	info, err := t.fsys.Stat(t.Directory)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, t.examineMissing()
	case err != nil:
		return false, opError(OpLook, t.Directory, err)
	case !info.IsDir():
		return true, t.refusal(OpCreateDirectory, t.Directory, syscall.ENOTDIR)
	}
	if err := t.fsys.Writable(t.Directory); err != nil {
		return true, opError(OpEnter, t.Directory, err)
	}
	for _, file := range t.Files {
		if err := t.examineFile(file); err != nil {
			return true, err
		}
	}
	return true, nil
}

// examineMissing finds out whether the directory can be created.
func (t *target) examineMissing() error {
	if info, err := t.fsys.Lstat(t.Directory); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return t.refusal(OpCreateDirectory, t.Directory, errors.New("it is a link that leads nowhere"))
	}
	// Making x/../d makes d next to a missing x, and then cannot find it.
	if cut := strings.LastIndex(t.Directory, "/.."); cut >= 0 {
		if _, err := t.fsys.Stat(t.Directory[:cut+len("/..")]); err != nil {
			return opError(OpLook, t.Directory, err)
		}
	}
	absolute, err := t.fsys.Abs(t.Directory)
	if err != nil {
		return opError(OpLook, t.Directory, err)
	}
	for parent := fsx.Parent(absolute); ; parent = fsx.Parent(parent) {
		info, err := t.fsys.Stat(parent)
		switch {
		case errors.Is(err, fs.ErrNotExist) && parent != fsx.Parent(parent):
			continue
		case err != nil:
			return opError(OpLook, t.Directory, err)
		case !info.IsDir():
			return t.refusal(OpCreateDirectory, t.Directory, &fs.PathError{Op: "mkdir", Path: parent, Err: syscall.ENOTDIR})
		}
		err = t.fsys.Writable(parent)
		if errors.Is(err, fs.ErrNotExist) && parent != fsx.Parent(parent) {
			continue // another run that gave up has just removed what it created
		}
		if err != nil {
			return t.refusal(OpCreateDirectory, t.Directory, err)
		}
		return nil
	}
}

// examineFile looks for what stands in the way of a file: directories under its names, or a directory that is none.
func (t *target) examineFile(file FileWrite) error {
	parent := fsx.Parent(file.Path)
	if info, err := t.fsys.Stat(parent); err == nil {
		if !info.IsDir() {
			return t.refusal(OpCreateDirectory, parent, syscall.ENOTDIR)
		}
		if err := t.fsys.Writable(parent); err != nil {
			return fileError(OpEnter, t.Directory, file, err)
		}
	} else if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, path := range []string{file.Path, file.temp(), file.backup()} {
		info, err := t.fsys.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return fileError(OpLook, t.Directory, file, err)
		case info.IsDir():
			return t.refusal(OpCreate, path, syscall.EISDIR)
		}
	}
	return nil
}

// refusal is an *OpError for something not tried.
func (t *target) refusal(op Operation, path string, err error) error {
	return &OpError{Op: op, Directory: t.Directory, Path: path, Err: err}
}
