package scaffold

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/kraftctl/kraftctl/internal/fsx"
)

// ExistsError says that a file is there that would be overwritten.
type ExistsError struct{ Path string }

func (e *ExistsError) Error() string { return e.Path + " is there already; nothing was written" }

// Write writes the files into a directory, which is made if need be. It overwrites nothing: the error is an *ExistsError
// then. After another error what was written is removed again.
func Write(fsys fsx.FS, dir string, files []File) error {
	for _, f := range files {
		path := fsx.Join(dir, f.Name)
		switch _, err := fsys.Lstat(path); {
		case err == nil:
			return &ExistsError{path}
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
	}
	made, err := fsx.MkdirAll(fsys, dir, 0o755)
	var written []string
	for i := 0; err == nil && i < len(files); i++ {
		path := fsx.Join(dir, files[i].Name)
		var created bool
		if created, err = create(fsys, path, files[i].Text); created {
			written = append(written, path)
		}
	}
	if err == nil {
		err = fsys.SyncDir(dir)
	}
	if err == nil {
		return nil
	}
	for _, path := range written {
		err = errors.Join(err, fsys.Remove(path))
	}
	for i := range made {
		err = errors.Join(err, fsys.Remove(made[len(made)-1-i]))
	}
	return fmt.Errorf("%s: %w", dir, err)
}

// create makes one file that was not there, and tells whether there is something to remove.
func create(fsys fsx.FS, path, text string) (created bool, err error) {
	file, err := fsys.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return false, err
	}
	_, err = file.Write([]byte(text))
	if err == nil {
		err = file.Sync()
	}
	return true, errors.Join(err, file.Close())
}
