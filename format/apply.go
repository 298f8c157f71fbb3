package format

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/internal/fsx"
)

// Event is something a format did. Line is set when the directory is done: the line Kafka prints about it.
type Event struct {
	// Directory is the log directory as configured.
	Directory string
	// Path is the file or directory that was made; "" for the line.
	Path string
	// Line is Kafka's line for the directory; "" for a path.
	Line string
}

// ApplyError says why a format did not finish, and how it left the directories. Every directory is either unformatted, as it
// was found, or wholly formatted.
type ApplyError struct {
	// Err is the reason: an *OpError, a *Refusal, a *fsx.LockedError, a *fsx.HeldError, or that of the context.
	Err error
	// Formatted are the directories that were finished before.
	Formatted []string
	// Unformatted are the others.
	Unformatted []string
	// Left are temporary files and directories that could not be removed again.
	Left []string
}

func (e *ApplyError) Error() string {
	text := e.Err.Error()
	if len(e.Formatted) > 0 {
		text += fmt.Sprintf("; formatted before that: %s; not formatted: %s", strings.Join(e.Formatted, ", "), strings.Join(e.Unformatted, ", "))
	}
	if len(e.Left) > 0 {
		text += "; left behind: " + strings.Join(e.Left, ", ")
	}
	return text
}

func (e *ApplyError) Unwrap() error { return e.Err }

// Apply carries the work out, all or nothing for each directory, in three passes over all directories:
//
//   - look: every directory is locked and examined, so that what can be known to fail fails before anything is written;
//   - prepare: directories are made, and every file is written under its temporary name and synced, so that a full disk
//     shows before the first directory counts as formatted;
//   - commit, one directory after the other: the files are renamed into place and synced, meta.properties last.
//
// An error, or the end of ctx, takes back what has not been committed: temporary files, replaced files, and directories
// that were created and are empty. observe may be nil. The error is an *ApplyError.
//
// A power cut at any moment leaves each directory unformatted or wholly formatted; running again finishes the work.
func Apply(ctx context.Context, fsys fsx.FS, work []DirectoryWork, observe func(Event)) error {
	if observe == nil {
		observe = func(Event) {}
	}
	a := &applier{fsys: fsys, observe: observe}
	for _, w := range work {
		a.targets = append(a.targets, &target{DirectoryWork: w, fsys: fsys})
	}
	defer a.unlock()
	for _, pass := range []func(*applier, context.Context, *target) error{(*applier).look, (*applier).prepare, (*applier).commit} {
		for _, t := range a.targets {
			if err := ctx.Err(); err != nil {
				return a.abandon(fmt.Errorf("stopped before %s was formatted: %w", t.Directory, context.Cause(ctx)))
			}
			if err := pass(a, ctx, t); err != nil {
				return a.abandon(err)
			}
		}
	}
	return nil
}

// applier is an Apply under way.
type applier struct {
	fsys    fsx.FS
	observe func(Event)
	targets []*target
}

// target is one directory and what was done to it so far.
type target struct {
	DirectoryWork
	fsys fsx.FS

	locks  []io.Closer
	locked bool
	// foreign says that another run holds the directory, so that it is not ours to remove.
	foreign bool
	created []string
	temps   []string
	placed  []placement
	done    bool
}

// look is the pass that changes nothing.
func (a *applier) look(_ context.Context, t *target) error {
	if t.Failure != nil {
		return t.Failure
	}
	exists, err := t.examine()
	if err != nil || !exists {
		return err
	}
	if other, ok := a.twin(t); ok {
		return refuse("name it once in log.dirs", "%s and %s are one directory", other.Directory, t.Directory)
	}
	if err := t.lock(); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil // another run that gave up has just removed the directory it created; prepare makes it anew
}

// twin is the directory looked at before that is the same under another name.
func (a *applier) twin(t *target) (*target, bool) {
	here, err := a.fsys.Stat(t.Directory)
	if err != nil {
		return nil, false
	}
	for _, other := range a.targets {
		if there, err := a.fsys.Stat(other.Directory); other.locked && err == nil && os.SameFile(here, there) {
			return other, true
		}
	}
	return nil, false
}

// lock takes both locks of a directory that exists, and makes sure that nobody formatted it in the meantime.
func (t *target) lock() error {
	if t.locked {
		return nil
	}
	lock, err := t.fsys.LockDir(t.Directory)
	if err != nil {
		var other *fsx.LockedError
		t.foreign = errors.As(err, &other)
		return opError(OpLock, t.Directory, err)
	}
	t.locks = append(t.locks, lock)
	node, err := t.fsys.LockNode(t.Directory)
	if err != nil {
		return opError(OpLock, t.Directory, err)
	}
	t.locks = append(t.locks, node)
	t.locked = true
	return t.requireUnformatted()
}

// requireUnformatted refuses a directory that has got a meta.properties since the plan was made.
func (t *target) requireUnformatted() error {
	for _, file := range t.Files {
		if file.Role != MetaProperties {
			continue
		}
		switch _, err := t.fsys.Stat(file.Path); {
		case err == nil:
			return alreadyFormatted(t.Directory)
		case !errors.Is(err, fs.ErrNotExist):
			return fileError(OpLook, t.Directory, file, err)
		}
	}
	return nil
}

// directoryAttempts bounds how often a directory that others create and remove at the same time is tried for.
const directoryAttempts = 5

// prepare makes the directory and writes all its files under temporary names.
func (a *applier) prepare(ctx context.Context, t *target) error {
	if err := a.makeDirectory(t, t.Directory); err != nil {
		return err
	}
	for _, file := range t.Files {
		if ctx.Err() != nil {
			return fmt.Errorf("stopped before %s was written: %w", file.Path, context.Cause(ctx))
		}
		if parent := fsx.Parent(file.Path); parent != t.inside() {
			if err := a.makeDirectory(t, parent); err != nil {
				return err
			}
		}
		if err := removeIfThere(t.fsys, file.temp()); err != nil {
			return fileError(OpRemove, t.Directory, file, err)
		}
		created, err := writeTemp(t.fsys, t.Directory, file, os.O_EXCL)
		if created {
			t.temps = append(t.temps, file.temp())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// makeDirectory makes a directory durably and, when it is the log directory, locks it.
func (a *applier) makeDirectory(t *target, path string) error {
	for attempt := 1; ; attempt++ {
		created, err := fsx.MkdirAll(t.fsys, path, ModeDirectory)
		t.created = append(t.created, created...)
		for _, dir := range created {
			a.observe(Event{Directory: t.Directory, Path: dir})
		}
		if err == nil {
			err = t.lock()
		}
		if err == nil {
			return t.syncParents(created)
		}
		if !errors.Is(err, fs.ErrNotExist) || attempt == directoryAttempts {
			return opError(OpCreateDirectory, t.Directory, err)
		}
	}
}

// syncParents makes new directories durable in theirs. A parent one may write to but not read cannot be synced.
func (t *target) syncParents(created []string) error {
	for _, dir := range created {
		if err := t.fsys.SyncDir(fsx.Parent(dir)); err != nil && !errors.Is(err, fs.ErrPermission) {
			return opError(OpSyncDirectory, t.Directory, err)
		}
	}
	return nil
}

// abandon takes back what was not committed, and reports.
func (a *applier) abandon(cause error) error {
	failure := &ApplyError{Err: cause}
	for _, t := range slices.Backward(a.targets) {
		if !t.done {
			failure.Left = append(failure.Left, t.undo()...)
		}
	}
	for _, t := range a.targets {
		if t.done {
			failure.Formatted = append(failure.Formatted, t.Directory)
		} else {
			failure.Unformatted = append(failure.Unformatted, t.Directory)
		}
	}
	return failure
}

// unlock lets go of all directories. A lock that cannot be released goes with the process.
func (a *applier) unlock() {
	for _, t := range a.targets {
		for _, lock := range t.locks {
			_ = lock.Close()
		}
	}
}
