package fsx

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Crash is a file system in memory that distinguishes what is there from what is durable. It is a double for tests:
// after each operation States gives every state in which a power cut at that moment may leave the disk.
//
// What it assumes of a disk: an fsynced file keeps its content, an fsynced directory keeps its entries. Everything else is
// kept or lost one by one and in any combination, except that a rename is kept or lost as a whole. Modes are not modelled
// as lost, there are no links, and paths are cleaned. Methods may be used from several goroutines.
type Crash struct {
	// After, if set, is called after each operation that changes something, with no lock held.
	After func(Operation)

	mutex  sync.Mutex
	root   *node
	locked map[string]bool
}

var _ FS = (*Crash)(nil)

// node is a file or a directory.
type node struct {
	dir  bool
	perm fs.FileMode

	data    []byte // what a reader sees
	durable []byte // what fsync has seen

	entries map[string]*node // what a reader sees
	settled map[string]*node // what the directory's fsync has seen
	pending []change         // what came since, in order
}

// change is one change of a directory's entries, which is kept or lost as a whole; a nil node is a removed name.
type change map[string]*node

// NewCrash is an empty file system.
func NewCrash() *Crash { return &Crash{root: newDir(0o755), locked: map[string]bool{}} }

func newDir(perm fs.FileMode) *node {
	return &node{dir: true, perm: perm, entries: map[string]*node{}, settled: map[string]*node{}}
}

func (n *node) apply(c change) {
	applyChange(n.entries, c)
	n.pending = append(n.pending, c)
}

func applyChange(entries map[string]*node, c change) {
	for name, target := range c {
		if target == nil {
			delete(entries, name)
		} else {
			entries[name] = target
		}
	}
}

// Settle makes everything durable, as a disk left alone does in time.
func (c *Crash) Settle() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.root.settle()
}

func (n *node) settle() {
	n.durable = slices.Clone(n.data)
	n.pending = nil
	clear(n.settled)
	for name, child := range n.entries {
		n.settled[name] = child
		child.settle()
	}
}

// find walks to name. The error is an errno.
func (c *Crash) find(name string) (*node, error) {
	at := c.root
	for step := range strings.SplitSeq(strings.Trim(cleaned(name), "/"), "/") {
		if step == "" {
			break
		}
		if !at.dir {
			return nil, syscall.ENOTDIR
		}
		next, ok := at.entries[step]
		if !ok {
			return nil, syscall.ENOENT
		}
		at = next
	}
	return at, nil
}

// parent is the directory name stands in, and its last element.
func (c *Crash) parent(name string) (*node, string, error) {
	dir, base := path.Split(cleaned(name))
	parent, err := c.find(dir)
	if err == nil && !parent.dir {
		err = syscall.ENOTDIR
	}
	return parent, base, err
}

func cleaned(name string) string { return path.Join("/", slashed(name)) }

// change runs one changing operation under the lock and tells After.
func (c *Crash) change(op, name string, do func(parent *node, base string) error) error {
	c.mutex.Lock()
	parent, base, err := c.parent(name)
	if err == nil {
		err = do(parent, base)
	}
	c.mutex.Unlock()
	if err != nil {
		return &fs.PathError{Op: op, Path: name, Err: err}
	}
	if c.After != nil {
		c.After(Operation{op, name})
	}
	return nil
}

// Stat implements FS.
func (c *Crash) Stat(name string) (fs.FileInfo, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	found, err := c.find(name)
	if err != nil {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: err}
	}
	return nodeInfo{path.Base(name), found.dir, found.perm, int64(len(found.data))}, nil
}

// Lstat implements FS.
func (c *Crash) Lstat(name string) (fs.FileInfo, error) { return c.Stat(name) }

// ReadFile implements FS.
func (c *Crash) ReadFile(name string) ([]byte, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	found, err := c.find(name)
	if err == nil && found.dir {
		err = syscall.EISDIR
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return slices.Clone(found.data), nil
}

// Open implements FS. What is read is the content at this moment.
func (c *Crash) Open(name string) (io.ReadCloser, error) {
	data, err := c.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

// ReadDir implements FS.
func (c *Crash) ReadDir(name string) ([]fs.DirEntry, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	found, err := c.find(name)
	if err == nil && !found.dir {
		err = syscall.ENOTDIR
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	var list []fs.DirEntry
	for base, child := range found.entries {
		list = append(list, fs.FileInfoToDirEntry(nodeInfo{base, child.dir, child.perm, int64(len(child.data))}))
	}
	slices.SortFunc(list, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return list, nil
}

// Writable implements FS.
func (c *Crash) Writable(name string) error {
	_, err := c.ReadDir(name)
	return err
}

// Abs implements FS; the working directory is the root.
func (c *Crash) Abs(name string) (string, error) {
	if strings.HasPrefix(name, "/") {
		return name, nil
	}
	return "/" + name, nil
}

// Mkdir implements FS.
func (c *Crash) Mkdir(name string, perm fs.FileMode) error {
	return c.change("mkdir", name, func(parent *node, base string) error {
		if base == "" || parent.entries[base] != nil {
			return syscall.EEXIST
		}
		parent.apply(change{base: newDir(perm)})
		return nil
	})
}

// OpenFile implements FS.
func (c *Crash) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	var opened *node
	err := c.change("open", name, func(parent *node, base string) error {
		opened = parent.entries[base]
		switch {
		case base == "" || opened != nil && opened.dir:
			return syscall.EISDIR
		case opened == nil && flag&os.O_CREATE == 0:
			return syscall.ENOENT
		case opened != nil && flag&os.O_EXCL != 0:
			return syscall.EEXIST
		case opened == nil:
			opened = &node{perm: perm}
			parent.apply(change{base: opened})
		}
		if flag&os.O_TRUNC != 0 {
			opened.data = nil
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &crashFile{fsys: c, node: opened, name: name}, nil
}

// Chmod implements FS.
func (c *Crash) Chmod(name string, perm fs.FileMode) error {
	return c.change("chmod", name, func(parent *node, base string) error {
		if parent.entries[base] == nil {
			return syscall.ENOENT
		}
		parent.entries[base].perm = perm
		return nil
	})
}

// Rename implements FS. Old and new name must be in one directory.
func (c *Crash) Rename(from, to string) error { return c.rename(from, to, false) }

// RenameNew implements FS. Old and new name must be in one directory.
func (c *Crash) RenameNew(from, to string) error { return c.rename(from, to, true) }

func (c *Crash) rename(from, to string, free bool) error {
	err := c.change("rename", from, func(parent *node, base string) error {
		target, targetBase, err := c.parent(to)
		if err != nil {
			return err
		}
		moved, replaced := parent.entries[base], target.entries[targetBase]
		switch {
		case moved == nil:
			return syscall.ENOENT
		case target != parent:
			return syscall.EXDEV
		case replaced != nil && free:
			return syscall.EEXIST
		case replaced != nil && replaced.dir && !moved.dir:
			return syscall.EISDIR
		}
		parent.apply(change{base: nil, targetBase: moved})
		return nil
	})
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: pathError.Err}
	}
	return err
}

// Remove implements FS.
func (c *Crash) Remove(name string) error {
	return c.change("remove", name, func(parent *node, base string) error {
		switch target := parent.entries[base]; {
		case target == nil:
			return syscall.ENOENT
		case len(target.entries) > 0:
			return syscall.ENOTEMPTY
		}
		parent.apply(change{base: nil})
		return nil
	})
}

// SyncDir implements FS.
func (c *Crash) SyncDir(name string) error {
	c.mutex.Lock()
	found, err := c.find(name)
	if err == nil && !found.dir {
		err = syscall.ENOTDIR
	}
	if err == nil {
		for _, pending := range found.pending {
			applyChange(found.settled, pending)
		}
		found.pending = nil
	}
	c.mutex.Unlock()
	if err != nil {
		return &fs.PathError{Op: "sync", Path: name, Err: err}
	}
	if c.After != nil {
		c.After(Operation{"sync", name})
	}
	return nil
}

// LockDir implements FS.
func (c *Crash) LockDir(name string) (io.Closer, error) {
	if _, err := c.ReadDir(name); err != nil {
		return nil, err
	}
	return c.lock(name)
}

// LockFile implements FS.
func (c *Crash) LockFile(name string, perm fs.FileMode) (io.Closer, error) {
	if _, err := c.OpenFile(name, os.O_WRONLY|os.O_CREATE, perm); err != nil {
		return nil, err
	}
	return c.lock(name)
}

func (c *Crash) lock(name string) (io.Closer, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.locked[cleaned(name)] {
		return nil, &LockedError{Path: name}
	}
	c.locked[cleaned(name)] = true
	return closerFunc(func() error {
		c.mutex.Lock()
		defer c.mutex.Unlock()
		delete(c.locked, cleaned(name))
		return nil
	}), nil
}

// LockNode implements FS: no node runs here.
func (*Crash) LockNode(string) (io.Closer, error) { return noLock{}, nil }

type closerFunc func() error

func (c closerFunc) Close() error { return c() }

// crashFile is an open file of a Crash.
type crashFile struct {
	fsys *Crash
	node *node
	name string
}

// Write appends.
func (f *crashFile) Write(data []byte) (int, error) {
	f.fsys.mutex.Lock()
	f.node.data = append(slices.Clip(f.node.data), data...)
	f.fsys.mutex.Unlock()
	if f.fsys.After != nil {
		f.fsys.After(Operation{"write", f.name})
	}
	return len(data), nil
}

// Sync implements File.
func (f *crashFile) Sync() error {
	f.fsys.mutex.Lock()
	f.node.durable = slices.Clone(f.node.data)
	f.fsys.mutex.Unlock()
	if f.fsys.After != nil {
		f.fsys.After(Operation{"sync", f.name})
	}
	return nil
}

// Close implements File.
func (*crashFile) Close() error { return nil }

// nodeInfo describes a node.
type nodeInfo struct {
	name string
	dir  bool
	perm fs.FileMode
	size int64
}

func (i nodeInfo) Name() string       { return i.name }
func (i nodeInfo) Size() int64        { return i.size }
func (i nodeInfo) IsDir() bool        { return i.dir }
func (i nodeInfo) ModTime() time.Time { return time.Time{} }
func (i nodeInfo) Sys() any           { return nil }

func (i nodeInfo) Mode() fs.FileMode {
	if i.dir {
		return i.perm | fs.ModeDir
	}
	return i.perm
}
