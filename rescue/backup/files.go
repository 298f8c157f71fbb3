package backup

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"time"

	"github.com/kraftctl/kraftctl/internal/source"
)

// File is a file of a backup.
type File struct {
	// Name is its path in the backup.
	Name string
	// Mode are its permissions, Modified is when it was last written.
	Mode     fs.FileMode
	Modified time.Time
	// Size is how much of it is taken, in bytes.
	Size int64

	info fs.FileInfo
	r    io.ReaderAt
	// sum is what the first reading gave; nil for files that are not changed once they have their name.
	sum *[sha256.Size]byte
}

// reader reads the files of a node and keeps them open.
type reader struct {
	fsys    fs.FS
	shown   string
	closers []io.Closer
}

func (r *reader) path(name string) string { return path.Join(r.shown, name) }

// open opens a file under the name it gets in the backup. One that is gone since its directory was read is a *ChangedError.
func (r *reader) open(name, as string) (*File, error) {
	info, err := fs.Stat(r.fsys, name)
	if err == nil && !info.Mode().IsRegular() {
		return nil, &SourceError{Path: r.path(name), Err: errors.New("it is not a regular file")}
	}
	var f fs.File
	if err == nil {
		f, err = r.fsys.Open(name)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &ChangedError{What: r.path(name) + " is gone"}
	case errors.Is(err, fs.ErrPermission):
		return nil, &SourceError{Path: r.path(name), Err: fs.ErrPermission, Hint: PermissionHint}
	case err != nil:
		return nil, fmt.Errorf("%s: %w", r.path(name), err)
	}
	r.closers = append(r.closers, f)
	at, ok := f.(io.ReaderAt)
	if !ok {
		return nil, fmt.Errorf("%s: it cannot be read at any position", r.path(name))
	}
	if info, err = f.Stat(); err != nil {
		return nil, err
	}
	return &File{Name: as, Mode: mode(info), Modified: info.ModTime(), Size: info.Size(), info: info, r: at}, nil
}

// maxSmall bounds the small files that are kept in memory, in bytes.
const maxSmall = 4 << 20

// small reads a small file; nil when there is none.
func (r *reader) small(name, as string) (*File, []byte, error) {
	if !fs.ValidPath(name) {
		return nil, nil, nil
	}
	f, err := r.open(name, as)
	var changed *ChangedError
	if errors.As(err, &changed) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	data, err := io.ReadAll(io.NewSectionReader(f.r, 0, maxSmall+1))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", r.path(name), err)
	}
	if len(data) > maxSmall {
		return nil, nil, &SourceError{Path: r.path(name), Err: errors.New("the file is larger than such a file can be")}
	}
	return memory(f.Name, f.Mode, f.Modified, data), data, nil
}

// memory is a file whose content is at hand.
func memory(name string, mode fs.FileMode, modified time.Time, data []byte) *File {
	return &File{Name: name, Mode: mode, Modified: modified, Size: int64(len(data)), r: bytes.NewReader(data)}
}

func (r *reader) close() error {
	var err error
	for _, c := range r.closers {
		err = errors.Join(err, c.Close())
	}
	r.closers = nil
	return err
}

// mode are permissions, or usual ones where an archive does not tell them.
func mode(info fs.FileInfo) fs.FileMode {
	if perm := info.Mode().Perm(); perm != 0 {
		return perm
	}
	return 0o644
}

// view is a file system with just the given files.
func view(files []*File) (fs.FS, error) {
	content := map[string]source.Content{}
	for _, f := range files {
		content[f.Name] = source.Content{R: f.r, Size: f.Size, Info: f.info}
	}
	return source.Files(content)
}
