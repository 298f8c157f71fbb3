package format

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/kraftctl/kraftctl/internal/fsx"
)

// ApplyExact carries the work out as Kafka's tool does: one directory after the other, each file in Kafka's order, lines
// printed before the work or after it. Directories done before a failure stay formatted, and the failing one stays as Kafka
// leaves it. Beyond Kafka, all files are synced with their directories, and two runs do not mix their files.
//
// The error is an *OpError (see its KafkaFailure), the Failure of the work, a *Refusal where another run was faster,
// a *fsx.LockedError, or that of the context.
func ApplyExact(ctx context.Context, fsys fsx.FS, work []DirectoryWork, observe func(Event)) error {
	if observe == nil {
		observe = func(Event) {}
	}
	e := &exact{fsys: fsys, observe: observe, mine: map[string]bool{}}
	for _, w := range work {
		if ctx.Err() != nil {
			return fmt.Errorf("stopped before %s was formatted: %w", w.Directory, context.Cause(ctx))
		}
		if err := e.directory(w); err != nil {
			var failed *OpError
			if errors.As(err, &failed) {
				failed.base, _ = fsys.Abs("") // without it, paths stay relative
			}
			return err
		}
	}
	return nil
}

// exact is an ApplyExact under way.
type exact struct {
	fsys    fsx.FS
	observe func(Event)
	// mine are the directories this run has begun: 3.7 goes over them again, and one may be configured under two names.
	mine map[string]bool
}

func (e *exact) directory(w DirectoryWork) error {
	line := Event{Directory: w.Directory, Line: w.Line}
	if !w.LineLast {
		e.observe(line)
	}
	if _, err := fsx.MkdirAll(e.fsys, w.Directory, ModeDirectory); err != nil {
		return opError(OpCreateDirectory, w.Directory, err)
	}
	unlock, err := e.claim(w)
	if err != nil {
		return err
	}
	defer unlock()
	for _, file := range w.Files {
		if err := e.file(w.Directory, file); err != nil {
			return err
		}
		e.observe(Event{Directory: w.Directory, Path: file.Path})
	}
	if w.Failure != nil {
		return w.Failure
	}
	if w.LineLast {
		e.observe(line)
	}
	return nil
}

// claim locks the directory, if it can be locked, and refuses it when another run has formatted it in the meantime.
func (e *exact) claim(w DirectoryWork) (unlock func(), err error) {
	unlock = func() {}
	lock, err := e.fsys.LockDir(w.Directory)
	var other *fsx.LockedError
	switch {
	case errors.As(err, &other):
		return nil, err
	case err == nil:
		unlock = func() { _ = lock.Close() }
	}
	key := filepath.Clean(w.Directory)
	if !e.mine[key] {
		if err := (&target{DirectoryWork: w, fsys: e.fsys}).requireUnformatted(); isRefusal(err) {
			unlock()
			return nil, err
		}
	}
	e.mine[key] = true
	return unlock, nil
}

func isRefusal(err error) bool {
	var refusal *Refusal
	return errors.As(err, &refusal)
}

// file writes one file as the class of Kafka does that is in charge of it.
func (e *exact) file(directory string, file FileWrite) error {
	flag := os.O_EXCL
	switch file.Role {
	case MetaProperties:
		flag = os.O_TRUNC
	case BootstrapCheckpoint:
		if info, err := e.fsys.Stat(directory); err != nil || !info.IsDir() {
			return &OpError{Op: OpEnter, Role: file.Role, ForFile: true, Directory: directory, Path: directory, Err: syscall.ENOENT}
		}
		if err := removeIfThere(e.fsys, file.temp()); err != nil {
			return fileError(OpRemove, directory, file, err)
		}
	case QuorumSnapshot:
		if _, err := fsx.MkdirAll(e.fsys, fsx.Parent(file.Path), ModeDirectory); err != nil {
			return fileError(OpCreateDirectory, directory, file, err)
		}
	}
	created, err := writeTemp(e.fsys, directory, file, flag)
	if err == nil {
		if err = e.fsys.Rename(file.temp(), file.Path); err != nil {
			err = fileError(OpRename, directory, file, err)
		}
	}
	if err != nil {
		if created {
			_ = e.fsys.Remove(file.temp()) // Kafka tries too; the first error is the one to report
		}
		return err
	}
	if err := e.fsys.SyncDir(fsx.Parent(file.Path)); err != nil && file.Role != BootstrapCheckpoint {
		return fileError(OpSyncDirectory, directory, file, err)
	}
	return nil
}
