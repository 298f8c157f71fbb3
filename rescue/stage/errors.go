package stage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// ExistsError says that a result or a report has the name of something that is there.
type ExistsError struct {
	// Path is what is there.
	Path string
}

func (e *ExistsError) Error() string {
	return fmt.Sprintf("%s is there already; nothing is ever overwritten", e.Path)
}

// NotEmptyError says that a directory holds what this command did not put there.
type NotEmptyError struct {
	// Dir is the directory.
	Dir string
	// Names are some of the entries, relative to Dir.
	Names []string
	// Incomplete says that the rest of the directory is an unfinished result of the same plan.
	Incomplete bool
}

// namesShown is how many strange entries an error lists.
const namesShown = 5

func (e *NotEmptyError) Error() string {
	names, more := e.Names, ""
	if len(names) > namesShown {
		names, more = names[:namesShown], fmt.Sprintf(" and %d more", len(e.Names)-namesShown)
	}
	list := strings.Join(names, ", ") + more
	if e.Incomplete {
		return fmt.Sprintf("%s is an unfinished result (%s), but not all of it is what this command wrote: %s", e.Dir, Mark, list)
	}
	return fmt.Sprintf("%s is not empty: it holds %s", e.Dir, list)
}

// OtherPlanError says that a directory is the unfinished result of something else.
type OtherPlanError struct {
	// Dir is the directory.
	Dir string
	// Command and Plan are what its Mark says.
	Command, Plan string
}

func (e *OtherPlanError) Error() string {
	return fmt.Sprintf("%s is the unfinished result of another %s (plan %s)", e.Dir, e.Command, shortened(e.Plan))
}

// shortened is the beginning of a plan's hash, as people quote it.
func shortened(plan string) string {
	const shown = 16
	if len(plan) > shown {
		return plan[:shown] + "…"
	}
	return plan
}

// ContentError says that a file to be written did not turn out as planned: what it is made from changed or was misread.
type ContentError struct {
	// Path is the file.
	Path string
	// Reason says what differs.
	Reason string
}

func (e *ContentError) Error() string {
	return fmt.Sprintf("%s was not written: %s", e.Path, e.Reason)
}

// OpError says which operation on which path failed, and why.
type OpError struct {
	// Op is what was being done, as it reads after "cannot".
	Op string
	// Path is what it was done to.
	Path string
	// Err is the reason, without the path: usually an errno.
	Err error
}

func (e *OpError) Error() string { return fmt.Sprintf("cannot %s %s: %v", e.Op, e.Path, e.Err) }

func (e *OpError) Unwrap() error { return e.Err }

// failed gives an error of the file system the context it lacks. The path is the one the error names. What says by itself what it is
// about (a *fsx.LockedError) stays as it is.
func failed(op string, err error) error {
	var pathError *fs.PathError
	var linkError *os.LinkError
	switch {
	case errors.As(err, &pathError):
		return &OpError{op, pathError.Path, pathError.Err}
	case errors.As(err, &linkError):
		return &OpError{op, linkError.Old, linkError.Err}
	}
	return err
}
