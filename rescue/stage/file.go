package stage

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/kraftctl/kraftctl/internal/fsx"
)

// filePart is the end of the temporary name of a file, and of a report.
const filePart = ".part"

// writeBuffer gathers small writes, in bytes.
const writeBuffer = 128 << 10

// CheckFile tells, without writing, why NewFile would refuse to make path with reports at the paths given: *ExistsError, or *OpError
// where the directory is missing or cannot be written to.
func CheckFile(fsys fsx.FS, path string, reports ...string) error {
	if err := canPlace(fsys, path, false); err != nil {
		return err
	}
	_, err := fsys.Lstat(path + filePart)
	for _, report := range reports {
		if err := canPlace(fsys, report, err == nil); err != nil {
			return err
		}
	}
	return nil
}

// Result is a file to be made, and what is told of it.
type Result struct {
	// Path is where the file appears; nothing may be there.
	Path string
	// Mode is the permission, before the umask, that the file has from before its first byte: Secret, or Shared.
	Mode fs.FileMode
	// Write writes the content.
	Write func(io.Writer) error
	// Check, unless nil, is called with the content complete, and reads it back.
	Check func(open func() (io.ReadCloser, error)) error
	// Reports, unless nil, is called after Check and returns what is written beside the file. Reports are Shared.
	Reports func() ([]Report, error)
}

// The modes of results.
const (
	// Secret is for what nobody but its owner may read.
	Secret fs.FileMode = 0o600
	// Shared is for what the umask decides who may read.
	Shared fs.FileMode = 0o666
)

// NewFile makes one new file appear whole. PATH.part is written and synced, Check reads it back, the reports are written, and PATH.part is
// renamed to PATH, which nothing may have by then: see fsx.FS.RenameNew for who decides that.
//
// An error, or the end of ctx, leaves nothing, as far as it can be removed; a power cut leaves nothing but PATH.part and reports,
// which the next run for PATH replaces. Two runs for one PATH exclude each other with *fsx.LockedError.
// Other errors are *ExistsError for PATH or a report, *OpError, and those of the functions.
func NewFile(ctx context.Context, fsys fsx.FS, r Result) (err error) {
	if err := canPlace(fsys, r.Path, false); err != nil {
		return err
	}
	part := r.Path + filePart
	_, err = fsys.Lstat(part)
	leftover := err == nil
	lock, err := fsys.LockFile(part, r.Mode)
	if err != nil {
		return failed("lock", err)
	}
	defer func() { _ = lock.Close() }() // a lock that cannot be released goes with the process
	m := &fileMaker{ctx: ctx, fsys: fsys, path: r.Path, part: part, mode: r.Mode, leftover: leftover}
	defer func() {
		if err != nil {
			m.undo()
		}
	}()
	if err := canPlace(fsys, r.Path, false); err != nil { // another run may have finished before we had the lock
		return err
	}
	if err := m.content(r.Write); err != nil {
		return err
	}
	if r.Check != nil {
		if err := r.Check(func() (io.ReadCloser, error) { return fsys.Open(part) }); err != nil {
			return err
		}
	}
	if err := m.report(r.Reports); err != nil {
		return err
	}
	return m.place()
}

// fileMaker is a NewFile under way, which holds the lock.
type fileMaker struct {
	ctx        context.Context
	fsys       fsx.FS
	path, part string
	mode       fs.FileMode
	// leftover says that an interrupted run left a part, and perhaps reports.
	leftover bool
	// reports are the paths of those written.
	reports []string
	// placed says that the file has its name.
	placed bool
}

// Write stops the writing of the content when the context ends.
type stoppable struct {
	ctx  context.Context
	path string
	out  io.Writer
}

func (s stoppable) Write(data []byte) (int, error) {
	if err := interrupted(s.ctx, s.path); err != nil {
		return 0, err
	}
	n, err := s.out.Write(data)
	return n, failed("write", err)
}

// content writes the part and makes it durable, with its name.
func (m *fileMaker) content(write func(io.Writer) error) error {
	if m.leftover && m.mode != Shared { // the run that left it may have made it with another mode
		if err := m.fsys.Chmod(m.part, m.mode); err != nil {
			return failed("set the permissions of", err)
		}
	}
	file, err := m.fsys.OpenFile(m.part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, m.mode)
	if err != nil {
		return failed("create", err)
	}
	out := bufio.NewWriterSize(stoppable{m.ctx, m.path, file}, writeBuffer)
	if err = write(out); err == nil {
		err = out.Flush()
	}
	if err == nil {
		err = failed("sync", file.Sync())
	}
	if closeErr := file.Close(); err == nil {
		err = failed("close", closeErr)
	}
	if err != nil {
		return err
	}
	return failed("sync the directory", m.fsys.SyncDir(fsx.Parent(m.part)))
}

func (m *fileMaker) report(reports func() ([]Report, error)) error {
	if reports == nil {
		return nil
	}
	list, err := reports()
	if err != nil {
		return err
	}
	for _, report := range list {
		if err := interrupted(m.ctx, report.Path); err != nil {
			return err
		}
		placed, err := putReport(m.fsys, report, m.leftover)
		if placed {
			m.reports = append(m.reports, report.Path)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// place gives the part its name.
func (m *fileMaker) place() error {
	if err := interrupted(m.ctx, m.path); err != nil {
		return err
	}
	err := m.fsys.RenameNew(m.part, m.path)
	if errors.Is(err, fs.ErrExist) {
		return &ExistsError{m.path}
	}
	if err != nil {
		return failed("rename", err)
	}
	m.placed = true
	return failed("sync the directory", m.fsys.SyncDir(fsx.Parent(m.path)))
}

// undo removes what was written, the part last: reports without it would not be replaced.
func (m *fileMaker) undo() {
	if m.placed {
		return // the file is whole; only that it stays after a power cut is not certain
	}
	for _, report := range m.reports {
		if removeIfThere(m.fsys, report) != nil {
			return
		}
	}
	_ = removeIfThere(m.fsys, m.part) // what cannot be removed is replaced by the next run
}

// putReport makes a report appear whole, and tells whether it has its name, also on error. One that is there is replaced only when it
// is ours.
func putReport(fsys fsx.FS, report Report, ours bool) (placed bool, err error) {
	part := report.Path + filePart
	file, err := fsys.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, Shared)
	if err != nil {
		return false, failed("create", err)
	}
	defer func() {
		if !placed {
			_ = removeIfThere(fsys, part) // what cannot be removed is replaced by the next run
		}
	}()
	if err := writeAll(file, report.Data); err != nil {
		return false, err
	}
	rename := fsys.RenameNew
	if ours {
		rename = fsys.Rename
	}
	if err := rename(part, report.Path); err != nil {
		if errors.Is(err, fs.ErrExist) {
			err = &ExistsError{report.Path}
		}
		return false, failed("rename", err)
	}
	return true, failed("sync the directory", fsys.SyncDir(fsx.Parent(report.Path)))
}
