package stage

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"github.com/kraftctl/kraftctl/internal/fsx"
)

// Make makes the directory, or finishes it, in the order the package describes. Its errors are those of Check, *fsx.LockedError when
// another run is at work on the directory, *ContentError, *OpError, and that of ctx, which ends the work between two operations. After any
// of them the directory is missing, empty, marked as incomplete, or whole. progress is told of bytes written or, in an unfinished
// directory, compared; it may be nil.
func Make(ctx context.Context, fsys fsx.FS, w Work, progress func(bytes int64)) error {
	if err := Check(fsys, w); err != nil {
		return err
	}
	if err := makeDir(fsys, w.Dir); err != nil {
		return err
	}
	lock, err := fsys.LockDir(w.Dir)
	if err != nil {
		return failed("lock", err)
	}
	defer func() { _ = lock.Close() }() // a lock that cannot be released goes with the process
	at, err := examine(fsys, w, progress)
	if err != nil {
		return err
	}
	m := &maker{Work: w, ctx: ctx, fsys: fsys, at: at, progress: progress}
	for _, step := range []func() error{m.begin, m.first, m.last, m.report, m.end} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// makeDir makes a directory and what is missing above it durably.
func makeDir(fsys fsx.FS, dir string) error {
	switch _, err := fsys.Stat(dir); {
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return failed("look at", err)
	}
	created, err := fsx.MkdirAll(fsys, dir, 0o777)
	if err != nil {
		return failed("create the directory", err)
	}
	for _, made := range created {
		// A parent one may write to but not read cannot be synced.
		if err := fsys.SyncDir(fsx.Parent(made)); err != nil && !errors.Is(err, fs.ErrPermission) {
			return failed("sync the directory", err)
		}
	}
	return nil
}

// maker is a Make under way, which holds the lock.
type maker struct {
	Work
	ctx      context.Context
	fsys     fsx.FS
	at       progressAt
	progress func(int64)
}

// interrupted is the error of an interrupt that came before the path was written.
func interrupted(ctx context.Context, path string) error {
	if ctx.Err() == nil {
		return nil
	}
	return fmt.Errorf("stopped before %s was written: %w", path, context.Cause(ctx))
}

func (m *maker) begin() error {
	if err := interrupted(m.ctx, m.Dir); err != nil {
		return err
	}
	return mark{m.Command, m.Plan, m.Note}.put(m.fsys, m.Dir, m.at.begun)
}

// first writes what is not Last, and makes it durable.
func (m *maker) first() error {
	if m.at.final {
		return nil
	}
	dirs := m.directories()
	for _, dir := range dirs {
		if err := m.fsys.Mkdir(m.path(dir), 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
			return failed("create the directory", err)
		}
	}
	if err := m.write(false); err != nil {
		return err
	}
	for _, dir := range append(dirs, ".") {
		if err := m.fsys.SyncDir(m.path(dir)); err != nil {
			return failed("sync the directory", err)
		}
	}
	return nil
}

// last writes the files that make the directory what it is, and makes them durable, also where an earlier run put them in place.
func (m *maker) last() error {
	if err := m.write(true); err != nil {
		return err
	}
	for _, file := range m.Files {
		if !file.Last {
			continue
		}
		if err := m.fsys.SyncDir(m.path(path.Dir(file.Path))); err != nil {
			return failed("sync the directory", err)
		}
	}
	return nil
}

// path is where something of the directory is.
func (m *maker) path(name string) string {
	if name == "." {
		return m.Dir
	}
	return fsx.Join(m.Dir, name)
}

// write writes the files that are missing, of those that are Last or are not.
func (m *maker) write(last bool) error {
	for _, file := range m.Files {
		if file.Last != last {
			continue
		}
		if err := interrupted(m.ctx, m.path(file.Path)); err != nil {
			return err
		}
		temp := m.path(file.Path) + partSuffix
		if err := removeIfThere(m.fsys, temp); err != nil {
			return err
		}
		if m.at.done[file.Path] {
			continue
		}
		if err := m.content(temp, file); err != nil {
			_ = removeIfThere(m.fsys, temp) // what cannot be removed is replaced by the next run
			return err
		}
		if err := m.fsys.RenameNew(temp, m.path(file.Path)); err != nil {
			return failed("rename", err)
		}
	}
	return nil
}

// content writes the file under its temporary name and holds it against what was planned.
func (m *maker) content(temp string, file File) error {
	out, err := m.fsys.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, file.Mode)
	if err != nil {
		return failed("create", err)
	}
	err = m.copy(out, file)
	if err == nil {
		err = failed("sync", out.Sync())
	}
	if closeErr := out.Close(); err == nil {
		err = failed("close", closeErr)
	}
	return err
}

// copyBuffer is how much is copied at a time, in bytes.
const copyBuffer = 256 << 10

func (m *maker) copy(out io.Writer, file File) error {
	in, err := file.Open()
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", m.path(file.Path), err)
	}
	defer in.Close()
	sum, size, buffer := sha256.New(), int64(0), make([]byte, min(copyBuffer, file.Size+1))
	for {
		if err := interrupted(m.ctx, m.path(file.Path)); err != nil {
			return err
		}
		n, readErr := in.Read(buffer)
		if n > 0 {
			if _, err := out.Write(buffer[:n]); err != nil {
				return failed("write", err)
			}
			_, _ = sum.Write(buffer[:n]) // a hash takes everything
			size += int64(n)
			if m.progress != nil {
				m.progress(int64(n))
			}
		}
		switch {
		case size > file.Size:
			return &ContentError{m.path(file.Path), fmt.Sprintf("its content is longer than the %d bytes planned", file.Size)}
		case readErr == io.EOF && size < file.Size:
			return &ContentError{m.path(file.Path), fmt.Sprintf("its content is %d bytes, planned were %d", size, file.Size)}
		case readErr == io.EOF && [sha256.Size]byte(sum.Sum(nil)) != file.Sum:
			return &ContentError{m.path(file.Path), "its content does not have the SHA-256 planned"}
		case readErr == io.EOF:
			return nil
		case readErr != nil:
			return fmt.Errorf("%s cannot be written: %w", m.path(file.Path), readErr)
		}
	}
}

// report writes the reports, replacing those of an interrupted run.
func (m *maker) report() error {
	for _, report := range m.Reports {
		if err := interrupted(m.ctx, report.Path); err != nil {
			return err
		}
		if err := makeDir(m.fsys, fsx.Parent(report.Path)); err != nil {
			return err
		}
		if _, err := putReport(m.fsys, report, m.at.begun); err != nil {
			return err
		}
	}
	return nil
}

func (m *maker) end() error { return dropMark(m.fsys, m.Dir) }

// removeIfThere removes a file; that it is not there is no error.
func removeIfThere(fsys fsx.FS, path string) error {
	if err := fsys.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return failed("remove", err)
	}
	return nil
}
