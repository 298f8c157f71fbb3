package command

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/kraftctl/kraftctl/metalog"
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
	open, only := path, false
	if abs, err := filepath.Abs(path); err == nil && path != "-" && filepath.Base(abs) == metalog.PartitionDir {
		// What belongs to the log lies beside it.
		only = true
		if open = filepath.Dir(filepath.Clean(path)); filepath.Base(filepath.Clean(path)) != metalog.PartitionDir {
			open = filepath.Dir(abs)
		}
	}
	t, err := openTargets(app, []string{open})
	s.targets = t
	if err != nil {
		return s, err
	}
	s.target = t.list[0]
	if s.file != "" {
		return s, usageError(fmt.Errorf("%s is a single file", s.src.Path(s.file)), "give the log directory of a node")
	}
	if only {
		s.logs = filterLogs(s.logs, metalog.PartitionDir)
	}
	switch n := len(s.logs); {
	case n == 0:
		return s, usageError(fmt.Errorf("%s: there is no metadata log in it", path), "give the log directory of a node")
	case n > 1:
		var names []string
		for _, log := range s.logs[:min(n, 10)] {
			names = append(names, log.Path(""))
		}
		return s, usageError(fmt.Errorf("%s: there are %d metadata logs below it, and a backup is of one: %s", path, n, strings.Join(names, ", ")),
			"give one of them")
	}
	s.dir = s.logs[0].Dir
	t.list[0].logs = s.logs
	return s, nil
}

func filterLogs(logs []*metalog.Log, dir string) []*metalog.Log {
	for _, log := range logs {
		if log.Dir == dir {
			return []*metalog.Log{log}
		}
	}
	return nil
}
