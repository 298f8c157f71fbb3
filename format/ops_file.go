package format

import (
	"errors"
	"io/fs"
	"os"

	"github.com/kraftctl/kraftctl/internal/fsx"
)

// temp is the path of the temporary file.
func (f FileWrite) temp() string { return fsx.Join(fsx.Parent(f.Path), f.TempName) }

// writeTemp creates the temporary file with the whole content, synced, under its final permissions. It reports whether
// the file was created, also on error. The error is an *OpError.
func writeTemp(fsys fsx.FS, directory string, file FileWrite, flag int) (created bool, err error) {
	path := file.temp()
	out, err := fsys.OpenFile(path, os.O_WRONLY|os.O_CREATE|flag, file.Create)
	if err != nil {
		return false, fileError(OpCreate, directory, file, err)
	}
	steps := []struct {
		op Operation
		do func() error
	}{
		{OpWrite, func() error { _, err := out.Write(file.Data); return err }},
		{OpChmod, func() error { return chmod(fsys, path, file.Chmod) }},
		{OpSync, out.Sync},
	}
	for _, step := range steps {
		if err = step.do(); err != nil {
			err = fileError(step.op, directory, file, err)
			break
		}
	}
	if closeErr := out.Close(); err == nil && closeErr != nil {
		err = fileError(OpClose, directory, file, closeErr)
	}
	return true, err
}

func chmod(fsys fsx.FS, path string, mode fs.FileMode) error {
	if mode == 0 {
		return nil
	}
	return fsys.Chmod(path, mode)
}

// removeIfThere removes a file; that it is not there is no error.
func removeIfThere(fsys fsx.FS, path string) error {
	if err := fsys.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
