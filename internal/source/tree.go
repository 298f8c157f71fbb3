package source

import (
	"cmp"
	"io"
	"io/fs"
	"path"
	"slices"
	"time"
)

// tree is a file system of files that are found by path.
type tree struct {
	files map[string]node
	dirs  map[string]map[string]bool
}

// node is a file of a tree.
type node struct {
	info info
	open func() (io.ReaderAt, int64, io.Closer, error)
}

func newTree() *tree {
	return &tree{files: map[string]node{}, dirs: map[string]map[string]bool{".": {}}}
}

// add adds a file and the directories it lies in. A file that was added before is replaced, as in a tar archive.
func (t *tree) add(name string, n node) error {
	p, err := clean(name)
	if err != nil {
		return err
	}
	n.info.name = path.Base(p)
	t.files[p] = n
	for p != "." {
		dir := path.Dir(p)
		if t.dirs[dir] == nil {
			t.dirs[dir] = map[string]bool{}
		}
		t.dirs[dir][path.Base(p)] = true
		p = dir
	}
	return nil
}

// Open opens a file or directory.
func (t *tree) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if n, ok := t.files[name]; ok {
		r, size, closer, err := n.open()
		if err != nil {
			return nil, &fs.PathError{Op: "open", Path: name, Err: err}
		}
		n.info.size = size
		return &file{SectionReader: io.NewSectionReader(r, 0, size), info: n.info, closer: closer}, nil
	}
	if t.dirs[name] != nil {
		entries, err := t.ReadDir(name)
		return &dir{info: info{name: path.Base(name), mode: fs.ModeDir | 0o555}, entries: entries}, err
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadDir lists a directory by name.
func (t *tree) ReadDir(name string) ([]fs.DirEntry, error) {
	names, ok := t.dirs[name]
	if !ok {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	entries := make([]fs.DirEntry, 0, len(names))
	for base := range names {
		in := info{name: base, mode: fs.ModeDir | 0o555}
		if n, ok := t.files[path.Join(name, base)]; ok {
			in = n.info
		}
		entries = append(entries, fs.FileInfoToDirEntry(in))
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// info describes a file or directory.
type info struct {
	name string
	size int64
	mode fs.FileMode
	from fs.FileInfo // has the time of the last change, or is nil
}

func (i info) Name() string      { return i.name }
func (i info) Size() int64       { return i.size }
func (i info) Mode() fs.FileMode { return i.mode }
func (i info) IsDir() bool       { return i.mode.IsDir() }
func (i info) Sys() any          { return nil }
func (i info) ModTime() time.Time {
	if i.from == nil {
		return time.Time{}
	}
	return i.from.ModTime()
}

// file is an open file of a tree.
type file struct {
	*io.SectionReader
	info   info
	closer io.Closer
}

func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }

func (f *file) Close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}

// dir is an open directory of a tree.
type dir struct {
	info    info
	entries []fs.DirEntry
}

func (d *dir) Stat() (fs.FileInfo, error) { return d.info, nil }
func (d *dir) Close() error               { return nil }
func (d *dir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.info.name, Err: fs.ErrInvalid}
}

// ReadDir lists the next n entries, or all that are left when n is not positive.
func (d *dir) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		rest := d.entries
		d.entries = nil
		return rest, nil
	}
	if len(d.entries) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(d.entries))
	next := d.entries[:n]
	d.entries = d.entries[n:]
	return next, nil
}

// Content is the bytes of a file of [Files].
type Content struct {
	// R holds them from its position 0 on.
	R io.ReaderAt
	// Size is how many there are.
	Size int64
	// Info has the time of the last change; it may be nil.
	Info fs.FileInfo
}

// Files is a file system with just the given files, by path. Closing one of them leaves what it is read from open.
func Files(files map[string]Content) (fs.FS, error) {
	t := newTree()
	for name, c := range files {
		b := blob{r: c.R, size: c.Size}
		if err := t.add(name, node{open: b.open, info: info{size: c.Size, from: c.Info}}); err != nil {
			return nil, err
		}
	}
	return t, nil
}
