package format

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Operation is what was being done when a write failed, as it reads after "cannot".
type Operation string

// The operations of formatting.
const (
	OpLook            Operation = "look at"
	OpLock            Operation = "lock"
	OpCreateDirectory Operation = "create the directory"
	OpEnter           Operation = "write to the directory"
	OpRemove          Operation = "remove"
	OpCreate          Operation = "create"
	OpWrite           Operation = "write"
	OpChmod           Operation = "set the permissions of"
	OpSync            Operation = "sync"
	OpClose           Operation = "close"
	OpRename          Operation = "rename"
	OpSyncDirectory   Operation = "sync the directory"
)

// OpError says which operation on which path failed, and why.
type OpError struct {
	// Op is what was being done.
	Op Operation
	// Role is the file it was done for; meaningful when ForFile is set.
	Role    FileRole
	ForFile bool
	// Directory is the log directory as configured.
	Directory string
	// Path is what it was done to; Target the new path of a rename.
	Path, Target string
	// Err is the reason, without the path: usually an errno.
	Err error

	// base is the working directory, for the paths Java makes absolute.
	base string
}

func (e *OpError) Error() string {
	what := fmt.Sprintf("%s %s", e.Op, e.Path)
	if e.Target != "" {
		what += " to " + e.Target
	}
	return fmt.Sprintf("cannot %s: %s", what, e.Err)
}

func (e *OpError) Unwrap() error { return e.Err }

// opError gives an error of the file system the context it lacks. The path is the one the error names, which may be a
// parent of the one asked for. What already says what it is about (a *fsx.LockedError, a *Refusal) stays as it is.
func opError(op Operation, directory string, err error) error {
	e := &OpError{Op: op, Directory: directory, Path: directory, Err: err}
	var pathError *fs.PathError
	var linkError *os.LinkError
	switch {
	case errors.As(err, &pathError):
		e.Path, e.Err = pathError.Path, pathError.Err
	case errors.As(err, &linkError):
		e.Path, e.Target, e.Err = linkError.Old, linkError.New, linkError.Err
	default:
		return err
	}
	return e
}

// fileError is opError for a file.
func fileError(op Operation, directory string, file FileWrite, err error) error {
	err = opError(op, directory, err)
	var e *OpError
	if errors.As(err, &e) {
		e.Role, e.ForFile = file.Role, true
	}
	return err
}
