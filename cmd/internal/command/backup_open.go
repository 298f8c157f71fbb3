package command

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/kraftctl/kraftctl/internal/source"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/rescue/backup"
)

// backupSource is the log a backup is taken of.
type backupSource struct {
	target
	targets *targets
	// dir is the directory of the log within the source.
	dir string
}

// openBackupSource opens the one log that a path means. The caller closes its targets, also after an error.
func openBackupSource(app *App, path string) (*backupSource, error) {
	s := &backupSource{targets: &targets{}}
	src, err := openSource(app, logParent(path), whatPath)
	if err != nil {
		return s, err
	}
	s.src = src
	s.targets.list = []target{{src: src}}
	if src.Name != "." {
		return s, usageError(fmt.Errorf("%s is a single file", src.Path(src.Name)), "give the log directory of a node")
	}
	if s.dir, err = onlyLog(src, path); err != nil {
		return s, err
	}
	log, err := metalog.OpenLog(src.FS, s.dir, src.Path(s.dir))
	if err != nil {
		return s, unreadable(path, err)
	}
	s.targets.list[0].logs = []*metalog.Log{log}
	return s, nil
}

// unreadable is the error for a node's directory that cannot be read.
func unreadable(path string, err error) error {
	hint := ""
	if errors.Is(err, fs.ErrPermission) {
		hint = backup.PermissionHint
	}
	return usageError(fmt.Errorf("%s: %w", path, err), hint)
}

// logParent is the log directory of a node when the directory of the log in it is given: what belongs to the log lies beside it.
func logParent(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil || path == source.Stdin || filepath.Base(abs) != metalog.PartitionDir {
		return path
	}
	if clean := filepath.Clean(path); filepath.Base(clean) == metalog.PartitionDir {
		return filepath.Dir(clean)
	}
	return filepath.Dir(abs)
}

// onlyLog is the directory of the one log in a source: the log directory's own, or the only one below.
func onlyLog(src *source.Source, path string) (string, error) {
	if info, err := fs.Stat(src.FS, metalog.PartitionDir); err == nil && info.IsDir() {
		return metalog.PartitionDir, nil
	}
	dirs, err := metalog.Find(src.FS, ".")
	switch {
	case err != nil:
		return "", unreadable(path, err)
	case len(dirs) == 0:
		return "", usageError(fmt.Errorf("%s: there is no metadata log in or below it", path), "give the log directory of a node")
	case len(dirs) > 1:
		names := make([]string, min(len(dirs), 10))
		for i := range names {
			names[i] = src.Path(dirs[i])
		}
		return "", usageError(fmt.Errorf("%s: there are %d metadata logs below it, and a backup is of one: %s", path, len(dirs), strings.Join(names, ", ")),
			"give one of them")
	}
	return dirs[0], nil
}
