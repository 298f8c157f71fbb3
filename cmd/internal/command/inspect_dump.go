package command

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/inspect/dump"
	"github.com/kraftctl/kraftctl/metalog"
)

func newInspectDump(app *App) *cobra.Command {
	opts := dump.Options{Workers: runtime.GOMAXPROCS(0)}
	cmd := &cobra.Command{
		Use:   "dump PATH...",
		Short: "Print the records of logs and snapshots",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return runDump(app, args, opts)
		},
	}
	return cmd
}

func runDump(app *App, paths []string, opts dump.Options) error {
	var files []*metalog.File
	defer func() {
		for _, f := range files {
			_ = f.Close()
		}
	}()
	for _, path := range paths {
		opened, err := openRecords(path)
		files = append(files, opened...)
		if err != nil {
			return usageError(err, "")
		}
	}
	out := bufio.NewWriterSize(app.Out, 64<<10)
	damages := 0
	err := dump.Run(files, opts, out, func(d *metalog.Damage) {
		fmt.Fprintf(app.Err, "kraftctl: damage: %v\n", d)
		if !d.Tail {
			damages++
		}
	})
	if err = errors.Join(err, out.Flush()); err != nil {
		return &ExitError{Code: ExitFailure, Err: err}
	}
	if damages > 0 {
		return &ExitError{Code: ExitFindings}
	}
	return nil
}

// openRecords opens the files of records that a path means.
func openRecords(path string) ([]*metalog.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		f, err := metalog.OpenFile(os.DirFS(filepath.Dir(path)), filepath.Base(path), path)
		if err != nil {
			return nil, err
		}
		return []*metalog.File{f}, nil
	}
	fsys := os.DirFS(path)
	dirs, err := metalog.Find(fsys, ".")
	if err != nil {
		return nil, err
	}
	if len(dirs) == 0 {
		return nil, fmt.Errorf("%s: no metadata log or snapshot is in or below it", path)
	}
	var files []*metalog.File
	for _, dir := range dirs {
		log, err := metalog.OpenLog(fsys, dir, filepath.ToSlash(filepath.Join(path, dir)))
		if err != nil {
			return files, err
		}
		names := append(append([]metalog.Name{}, log.Snapshots...), log.Segments...)
		if log.Bootstrap.Kind == metalog.Bootstrap {
			names = append([]metalog.Name{log.Bootstrap}, names...)
		}
		for _, n := range names {
			f, err := log.Open(n)
			if err != nil {
				return files, err
			}
			files = append(files, f)
		}
	}
	return files, nil
}
