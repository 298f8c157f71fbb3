package metalog

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"iter"
	"strings"

	"github.com/kraftctl/kraftctl/record"
)

// Batch is a record batch in a file.
type Batch struct {
	record.Batch
	// File is where it was read.
	File *File
	// Position is where the batch begins in its file, in bytes.
	Position int64
	// Data is the whole batch, header and all; valid until the next step of the iteration.
	Data []byte
}

// Clone is a copy that stays valid.
func (b Batch) Clone() Batch {
	b.Data = bytes.Clone(b.Data)
	return b
}

// File is an open file of record batches.
type File struct {
	// Name is what the file's name tells.
	Name Name
	// Path is how messages call the file.
	Path string
	// Active tells that a node may be appending to the file: an unfinished batch at its end is then no surprise.
	Active bool

	file fs.File
	r    io.ReaderAt
	fsys fs.FS
	name string
}

// Size is the present size of the file in bytes.
func (f *File) Size() (int64, error) {
	info, err := f.file.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }

// ReadAt reads from the file at a position.
func (f *File) ReadAt(p []byte, pos int64) (int, error) { return f.r.ReadAt(p, pos) }

// OpenFile opens the file called name in fsys; messages will call it path. The files of fsys must be [io.ReaderAt], as those
// of package source are.
func OpenFile(fsys fs.FS, name, path string) (*File, error) {
	if err := regular(fsys, name, path); err != nil {
		return nil, err
	}
	file, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	r, ok := file.(io.ReaderAt)
	if !ok {
		_ = file.Close()
		return nil, &fs.PathError{Op: "read at a position", Path: path, Err: fs.ErrInvalid}
	}
	return &File{Name: ParseName(name), Path: path, file: file, r: r, fsys: fsys, name: name}, nil
}

// regular refuses what would keep a reader waiting, such as a named pipe or a device.
func regular(fsys fs.FS, name, path string) error {
	info, err := fs.Stat(fsys, name)
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: path, Err: errors.New("it is not a regular file")}
	}
	return err
}

// beside opens the index of the segment that has the given extension.
func (f *File) beside(ext string) (*File, error) {
	return OpenFile(f.fsys, strings.TrimSuffix(f.name, ".log")+ext, strings.TrimSuffix(f.Path, ".log")+ext)
}

// Batches iterates over the batches and the damage of the file, from position pos on, where a batch must begin. The error is a
// [*Damage], or an I/O error, after which the iteration ends. A batch that is whole but not right comes along with its damage.
func (f *File) Batches(pos int64) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		end, err := f.Size()
		if err != nil {
			yield(Batch{}, err)
			return
		}
		newScanner(f, pos, end).each(yield)
	}
}
