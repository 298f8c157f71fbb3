package fsx

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// OS is the file system of the machine.
type OS struct{}

var _ FS = OS{}

// Stat implements FS.
func (OS) Stat(name string) (fs.FileInfo, error) { return os.Stat(orDot(name)) }

// Lstat implements FS.
func (OS) Lstat(name string) (fs.FileInfo, error) { return os.Lstat(orDot(name)) }

// ReadFile implements FS.
func (OS) ReadFile(name string) ([]byte, error) { return os.ReadFile(name) }

// Open implements FS.
func (OS) Open(name string) (io.ReadCloser, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return file, nil
}

// ReadDir implements FS.
func (OS) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(orDot(name)) }

// Mkdir implements FS.
func (OS) Mkdir(name string, perm fs.FileMode) error { return os.Mkdir(name, perm) }

// OpenFile implements FS.
func (OS) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	file, err := os.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Chmod implements FS.
func (OS) Chmod(name string, perm fs.FileMode) error { return os.Chmod(name, perm) }

// Rename implements FS.
func (OS) Rename(from, to string) error { return rename(from, to) }

// RenameNew implements FS.
func (OS) RenameNew(from, to string) error { return renameNew(from, to) }

// Remove implements FS.
func (OS) Remove(name string) error { return os.Remove(name) }

// Writable implements FS.
func (OS) Writable(name string) error { return writable(orDot(name)) }

// SyncDir implements FS.
func (OS) SyncDir(name string) error { return syncDir(orDot(name)) }

// LockDir implements FS.
func (OS) LockDir(name string) (io.Closer, error) { return lockDir(orDot(name)) }

// LockFile implements FS.
func (OS) LockFile(name string, perm fs.FileMode) (io.Closer, error) { return lockFile(name, perm) }

// LockNode implements FS.
func (OS) LockNode(name string) (io.Closer, error) { return lockNode(name) }

// Abs implements FS.
func (OS) Abs(name string) (string, error) {
	if filepath.IsAbs(name) {
		return name, nil
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	if name == "" {
		return dir, nil
	}
	return Join(dir, name), nil
}
