package command

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/kraftctl/kraftctl/internal/source"
	"github.com/kraftctl/kraftctl/metalog"
)

// target is what one PATH argument of an inspect command means: some logs, or one file.
type target struct {
	src *source.Source
	// logs are the metadata logs in a directory or archive.
	logs []*metalog.Log
	// file is the name of the one file that is meant; "" when there are logs.
	file string
}

// targets are the PATH arguments of an inspect command.
type targets struct {
	list  []target
	files []*metalog.File
}

// openTargets opens what the paths mean. The caller closes it, also after an error.
func openTargets(app *App, paths []string) (*targets, error) {
	t := &targets{}
	for _, path := range paths {
		src, err := openSource(app, path, whatPath)
		if err != nil {
			return t, err
		}
		one := target{src: src}
		t.list = append(t.list, one)
		if src.Name != "." {
			t.list[len(t.list)-1].file = src.Name
			continue
		}
		dirs, err := metalog.Find(src.FS, ".")
		if err != nil {
			return t, usageError(err, "")
		}
		if len(dirs) == 0 {
			return t, usageError(fmt.Errorf("%s: there is no metadata log or snapshot in or below it", src.Shown),
				"give a node's log directory, its "+metalog.PartitionDir+", or a file in it")
		}
		for _, dir := range dirs {
			log, err := metalog.OpenLog(src.FS, dir, src.Path(dir))
			if err != nil {
				return t, usageError(err, "")
			}
			one.logs = append(one.logs, log)
		}
		t.list[len(t.list)-1] = one
	}
	return t, nil
}

// whatPath says what the PATH of a command that reads metadata can be.
const whatPath = "give a node's log directory, its " + metalog.PartitionDir + ", a file in it, or an archive of them, such as backup.tar.zst or backup.tar.gz/node-1"

// notOpened is the error for a path that no source was opened of; what says what the path can be.
func notOpened(path string, err error, what string) error {
	var at *fs.PathError
	hint := ""
	switch {
	case path == "":
		err, hint = errors.New("the path is empty"), what
	case !errors.As(err, &at) || at.Path != path:
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		err, hint = fmt.Errorf("%s: there is no such file or directory", path), what
	case errors.Is(err, fs.ErrPermission):
		err, hint = fmt.Errorf("%s: %w", path, at.Err), "run as a user who may read it"
	}
	return usageError(err, hint)
}

// open opens a file of records of a target and keeps it until close.
func (t *targets) open(f *metalog.File, err error) (*metalog.File, error) {
	if err != nil {
		return nil, usageError(err, "")
	}
	t.files = append(t.files, f)
	return f, nil
}

// openAll opens, of every target, the one file, or the files of its logs that names tells.
func (t *targets) openAll(names func(*metalog.Log) []metalog.Name) ([]*metalog.File, error) {
	var files []*metalog.File
	for _, one := range t.list {
		if one.file != "" {
			f, err := t.open(metalog.OpenFile(one.src.FS, one.file, one.src.Path(one.file)))
			if err != nil {
				return nil, err
			}
			files = append(files, f)
		}
		for _, log := range one.logs {
			for _, n := range names(log) {
				f, err := t.open(log.Open(n))
				if err != nil {
					return nil, err
				}
				files = append(files, f)
			}
		}
	}
	return files, nil
}

// close closes all that was opened.
func (t *targets) close() error {
	var err error
	for _, f := range t.files {
		err = errors.Join(err, f.Close())
	}
	for _, one := range t.list {
		err = errors.Join(err, one.src.Close())
	}
	return err
}
