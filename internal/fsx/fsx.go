// Package fsx is the seam through which kraftctl writes: the few operations that make a file appear whole and stay
// after a power cut. Three file systems implement it:
//
//   - OS is the real one.
//   - Faulty fails a chosen operation with a chosen error.
//   - Crash lives in memory, knows what has been synced, and enumerates what a power cut may leave behind.
//
// A file that must be whole or absent is written like this; anything less loses under Crash:
//
//	create D/x.tmp → write → Sync → Chmod → Rename to D/x → SyncDir(D)
package fsx

import (
	"fmt"
	"io"
	"io/fs"
)

// FS is a file system one can write to. Errors are *fs.PathError or *os.LinkError around an errno, as package os makes them,
// and name the paths as given. Paths are used as written, without lexical cleaning, because x/../d is no directory
// while x is missing.
type FS interface {
	// Stat describes what name leads to, following links.
	Stat(name string) (fs.FileInfo, error)
	// Lstat describes name itself.
	Lstat(name string) (fs.FileInfo, error)
	// ReadFile is the content of a file.
	ReadFile(name string) ([]byte, error)
	// Open opens a file for reading, for content too large for ReadFile.
	Open(name string) (io.ReadCloser, error)
	// ReadDir lists a directory by name.
	ReadDir(name string) ([]fs.DirEntry, error)
	// Writable reports, by permissions and without writing, why entries cannot be made in the directory name; nil if they can.
	Writable(name string) error
	// Abs is name made absolute against the working directory, and not cleaned.
	Abs(name string) (string, error)

	// Mkdir creates one directory.
	Mkdir(name string, perm fs.FileMode) error
	// OpenFile opens a file for writing; flag takes the O_ constants of package os.
	OpenFile(name string, flag int, perm fs.FileMode) (File, error)
	// Chmod sets permissions.
	Chmod(name string, perm fs.FileMode) error
	// Rename moves within a file system, replacing a file that is there.
	Rename(from, to string) error
	// RenameNew moves a file within a file system to a name nothing has, and fails with fs.ErrExist where something has it.
	// Linux, macOS and Windows decide that in one step (renameat2, renamex_np, MoveFileEx). Other systems, and file systems
	// that know no such call (some network and FUSE ones), are asked first and then renamed on: there a name that another
	// process makes between the two steps is replaced.
	RenameNew(from, to string) error
	// Remove deletes a file, link or empty directory.
	Remove(name string) error
	// SyncDir makes the entries of a directory durable. It does nothing where the system has no such call (Windows).
	SyncDir(name string) error

	// LockDir takes the directory name for this process' work until the result is closed, leaving nothing behind in it.
	// Another holder makes it fail at once with a *LockedError.
	LockDir(name string) (io.Closer, error)
	// LockFile takes the file name for this process' work until the result is closed; where the file is missing it is created
	// empty, with the permissions perm before the umask. Another holder makes it fail at once with a *LockedError. The lock stays with the file when it is renamed.
	LockFile(name string, perm fs.FileMode) (io.Closer, error)
	// LockNode takes the lock a Kafka node holds while it runs, on the file .lock in the log directory name. Where there
	// is no such file nothing is created and nothing held. A running node makes it fail with a *HeldError.
	LockNode(name string) (io.Closer, error)
}

// File is a file open for writing.
type File interface {
	io.Writer
	// Sync makes the content durable.
	Sync() error
	io.Closer
}

// NodeLockName is the file in a log directory that a running Kafka node keeps locked (kafka.log.LogManager.LockFileName).
const NodeLockName = ".lock"

// LockedError says that another run works on the directory or file.
type LockedError struct{ Path string }

func (e *LockedError) Error() string {
	return fmt.Sprintf("another kraftctl is at work on %s; nothing was changed here, try again when it is done", e.Path)
}

// HeldError says that a running Kafka node holds the log directory.
type HeldError struct {
	// Path is the log directory.
	Path string
	// PID is the process that holds it, 0 when the system does not tell.
	PID int
}

func (e *HeldError) Error() string {
	holder := "a running Kafka node"
	if e.PID > 0 {
		holder = fmt.Sprintf("process %d, a running Kafka node,", e.PID)
	}
	return fmt.Sprintf("%s holds %s (its .lock file is locked); stop the node first", holder, e.Path)
}

// noLock is a lock there is nothing to hold for.
type noLock struct{}

func (noLock) Close() error { return nil }
