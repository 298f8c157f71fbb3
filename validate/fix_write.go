package validate

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/kraftctl/kraftctl/internal/fsx"
)

// fixSuffix ends the name of the file a fix is written to before it replaces the original.
const fixSuffix = ".kraftctl.tmp"

// Write replaces the file by its mended text: a power cut leaves the old text or the new one. path is the file itself, with
// links resolved, so that a link stays one. A file that changed since it was read is left alone, and so is everything when
// an error occurs. Mode stays; the owner becomes that of the process.
func (f *Fix) Write(fsys fsx.FS, path string) error {
	now, err := fsys.ReadFile(path)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, f.Before) {
		return fmt.Errorf("%s changed while it was judged; run again", path)
	}
	info, err := fsys.Stat(path)
	if err != nil {
		return err
	}
	temporary := path + fixSuffix
	file, err := fsys.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(f.After)
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = fsys.Chmod(temporary, info.Mode().Perm())
	}
	if err == nil {
		err = fsys.Rename(temporary, path)
	}
	if err != nil {
		return errors.Join(err, fsys.Remove(temporary))
	}
	return fsys.SyncDir(fsx.Parent(path))
}
