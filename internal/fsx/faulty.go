package fsx

import (
	"io"
	"io/fs"
	"os"
)

// Faulty passes everything on to another file system, and fails one operation. It is a double for tests.
type Faulty struct {
	// Under is where the operations go.
	Under FS
	// Errno is the error of the operation that fails.
	Errno error
	// At is the number of that operation, from 1; 0 fails none.
	At int
	// Stuck fails every operation from At on as well, as a disk does that is gone; otherwise the fault passes.
	Stuck bool
	// Alike keeps a stuck fault to operations of the name of the first that failed.
	Alike bool
	// Trace is what was asked for so far, the failed operation included.
	Trace []Operation
}

var _ FS = (*Faulty)(nil)

// Operation is one thing asked of a file system.
type Operation struct {
	// Name is the operation, such as "rename".
	Name string
	// Path is what it was asked of; of a rename, the old path.
	Path string
}

// fail notes the operation and returns its error when it is the one to fail.
func (f *Faulty) fail(name, path string) error {
	f.Trace = append(f.Trace, Operation{name, path})
	switch {
	case f.At == 0, len(f.Trace) < f.At:
		return nil
	case len(f.Trace) > f.At && (!f.Stuck || f.Alike && name != f.Trace[f.At-1].Name):
		return nil
	}
	return &fs.PathError{Op: name, Path: path, Err: f.Errno}
}

// Failed is the operation that failed, and whether the run came that far.
func (f *Faulty) Failed() (Operation, bool) {
	if f.At == 0 || f.At > len(f.Trace) {
		return Operation{}, false
	}
	return f.Trace[f.At-1], true
}

// Stat implements FS.
func (f *Faulty) Stat(name string) (fs.FileInfo, error) {
	if err := f.fail("stat", name); err != nil {
		return nil, err
	}
	return f.Under.Stat(name)
}

// Lstat implements FS.
func (f *Faulty) Lstat(name string) (fs.FileInfo, error) {
	if err := f.fail("lstat", name); err != nil {
		return nil, err
	}
	return f.Under.Lstat(name)
}

// ReadFile implements FS.
func (f *Faulty) ReadFile(name string) ([]byte, error) {
	if err := f.fail("read", name); err != nil {
		return nil, err
	}
	return f.Under.ReadFile(name)
}

// Open implements FS. Reading from what it opened counts as an operation each time.
func (f *Faulty) Open(name string) (io.ReadCloser, error) {
	if err := f.fail("open", name); err != nil {
		return nil, err
	}
	in, err := f.Under.Open(name)
	if err != nil {
		return nil, err
	}
	return &faultyReader{fsys: f, in: in, name: name}, nil
}

// ReadDir implements FS.
func (f *Faulty) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := f.fail("readdir", name); err != nil {
		return nil, err
	}
	return f.Under.ReadDir(name)
}

// Writable implements FS.
func (f *Faulty) Writable(name string) error {
	if err := f.fail("write to", name); err != nil {
		return err
	}
	return f.Under.Writable(name)
}

// Abs implements FS. It never fails: it asks nothing of a disk.
func (f *Faulty) Abs(name string) (string, error) { return f.Under.Abs(name) }

// Mkdir implements FS.
func (f *Faulty) Mkdir(name string, perm fs.FileMode) error {
	if err := f.fail("mkdir", name); err != nil {
		return err
	}
	return f.Under.Mkdir(name, perm)
}

// OpenFile implements FS.
func (f *Faulty) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	if err := f.fail("open", name); err != nil {
		return nil, err
	}
	file, err := f.Under.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return &faultyFile{fsys: f, file: file, name: name}, nil
}

// Chmod implements FS.
func (f *Faulty) Chmod(name string, perm fs.FileMode) error {
	if err := f.fail("chmod", name); err != nil {
		return err
	}
	return f.Under.Chmod(name, perm)
}

// Rename implements FS.
func (f *Faulty) Rename(from, to string) error {
	if err := f.fail("rename", from); err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: f.Errno}
	}
	return f.Under.Rename(from, to)
}

// RenameNew implements FS.
func (f *Faulty) RenameNew(from, to string) error {
	if err := f.fail("rename", from); err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: f.Errno}
	}
	return f.Under.RenameNew(from, to)
}

// Remove implements FS.
func (f *Faulty) Remove(name string) error {
	if err := f.fail("remove", name); err != nil {
		return err
	}
	return f.Under.Remove(name)
}

// SyncDir implements FS.
func (f *Faulty) SyncDir(name string) error {
	if err := f.fail("sync", name); err != nil {
		return err
	}
	return f.Under.SyncDir(name)
}

// LockDir implements FS.
func (f *Faulty) LockDir(name string) (io.Closer, error) {
	if err := f.fail("lock", name); err != nil {
		return nil, err
	}
	return f.Under.LockDir(name)
}

// LockFile implements FS.
func (f *Faulty) LockFile(name string, perm fs.FileMode) (io.Closer, error) {
	if err := f.fail("lock", name); err != nil {
		return nil, err
	}
	return f.Under.LockFile(name, perm)
}

// LockNode implements FS.
func (f *Faulty) LockNode(name string) (io.Closer, error) {
	if err := f.fail("lock", Join(name, NodeLockName)); err != nil {
		return nil, err
	}
	return f.Under.LockNode(name)
}

// faultyFile is an open file whose operations count as well.
type faultyFile struct {
	fsys *Faulty
	file File
	name string
}

// Write writes half of data before it fails, as a full disk does.
func (f *faultyFile) Write(data []byte) (int, error) {
	if err := f.fsys.fail("write", f.name); err != nil {
		n, writeErr := f.file.Write(data[:len(data)/2])
		if writeErr != nil {
			return n, writeErr
		}
		return n, err
	}
	return f.file.Write(data)
}

// Sync implements File.
func (f *faultyFile) Sync() error {
	if err := f.fsys.fail("sync", f.name); err != nil {
		return err
	}
	return f.file.Sync()
}

// Close closes the file also when it fails.
func (f *faultyFile) Close() error {
	fault := f.fsys.fail("close", f.name)
	if err := f.file.Close(); err != nil {
		return err
	}
	return fault
}

// faultyReader is a file open for reading whose reads count as well.
type faultyReader struct {
	fsys *Faulty
	in   io.ReadCloser
	name string
}

// Read reads nothing when it fails.
func (r *faultyReader) Read(into []byte) (int, error) {
	if err := r.fsys.fail("read", r.name); err != nil {
		return 0, err
	}
	return r.in.Read(into)
}

// Close never fails: what was read is not in doubt.
func (r *faultyReader) Close() error { return r.in.Close() }
