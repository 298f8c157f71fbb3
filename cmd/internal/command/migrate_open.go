package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/kraftctl/kraftctl/internal/source"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/migration"
)

// metaDepth is how far below a DIR log directories are looked for.
const metaDepth = 3

// migrateInput is what the arguments of migrate mean.
type migrateInput struct {
	app     *App
	release release.Release
	targets *targets

	logs        []*metalog.Log
	directories []migration.Directory
	configs     []*migration.Config
}

// open opens everything the arguments name.
func (m *migrateInput) open(args []string) error {
	for _, arg := range args {
		config, err := looksLikeConfig(arg)
		switch {
		case err != nil:
			err = usageError(err, "")
		case config:
			err = m.config(arg)
		default:
			err = m.directory(arg)
		}
		if err != nil {
			return err
		}
	}
	if len(m.logs)+len(m.directories) == 0 {
		return usageError(errors.New("no log directory is among the arguments: configurations alone do not tell how far a migration has come"),
			"give the log directory of a controller as well, or that of a broker")
	}
	return m.checkConfigs()
}

// looksLikeConfig tells whether an argument is a file of text.
func looksLikeConfig(name string) (bool, error) {
	if name == source.Stdin {
		return false, nil
	}
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return false, nil // what is wrong with it is told where it is opened
	}
	f, err := os.Open(name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false, err
	}
	for _, b := range head[:n] {
		if b < ' ' && !strings.ContainsRune("\t\n\r\f", rune(b)) {
			return false, nil
		}
	}
	return true, nil
}

// backup opens what --compare names.
func (m *migrateInput) backup(name string) ([]*metalog.Log, error) {
	opened, err := openTargets(m.app, []string{name})
	m.targets.list = append(m.targets.list, opened.list...)
	if err != nil {
		return nil, err
	}
	return opened.logs()
}

// config reads a configuration.
func (m *migrateInput) config(file string) error {
	if filepath.Base(file) == metaprops.Name {
		return usageError(fmt.Errorf("%s is no configuration", file), "give the log directory it lies in")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return unreadableConfig(err)
	}
	c, err := migration.ReadConfig(text, m.app.judgeOptions(file, m.release, nil))
	if err != nil {
		return usageError(err, "CONFIG is the server.properties of a broker or controller")
	}
	m.configs = append(m.configs, c)
	return nil
}

// checkConfigs refuses two configurations of one node.
func (m *migrateInput) checkConfigs() error {
	for i, a := range m.configs {
		for _, b := range m.configs[:i] {
			if a.ID == b.ID && a.ID >= 0 && a.Controller == b.Controller {
				return usageError(fmt.Errorf("%s and %s are both configurations of node %d", b.File, a.File, a.ID), "give the one the node runs with, or is to be started with next")
			}
		}
	}
	return nil
}

// directory opens a directory or archive: logs, log directories without one, or else configurations.
func (m *migrateInput) directory(name string) error {
	const what = "give a node's log directory, an archive of it, or its server.properties"
	src, err := openSource(m.app, name, what)
	if err != nil {
		return err
	}
	m.targets.list = append(m.targets.list, target{src: src})
	if src.Name != "." {
		return usageError(fmt.Errorf("%s is neither a directory nor an archive nor a configuration", src.Shown), what)
	}
	dirs, err := metalog.Find(src.FS, ".")
	if err != nil {
		return usageError(err, "")
	}
	at := &m.targets.list[len(m.targets.list)-1]
	for _, dir := range dirs {
		log, err := metalog.OpenLog(src.FS, dir, src.Path(dir))
		if err != nil {
			return usageError(err, "")
		}
		at.logs = append(at.logs, log)
	}
	m.logs = append(m.logs, at.logs...)
	found, err := m.metas(src, ".", dirs, 0)
	if err != nil {
		return usageError(err, "")
	}
	if len(dirs) > 0 || found {
		return nil
	}
	return m.configsIn(name, src.Shown)
}

// metas finds the log directories in or below dir that have a meta.properties and no metadata log.
func (m *migrateInput) metas(src *source.Source, dir string, logs []string, depth int) (found bool, err error) {
	entries, err := fs.ReadDir(src.FS, dir)
	if err != nil {
		if depth > 0 && errors.Is(err, fs.ErrPermission) {
			return false, nil
		}
		return false, err
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case e.IsDir() && depth < metaDepth && e.Name() != metalog.PartitionDir:
			below, err := m.metas(src, name, logs, depth+1)
			if err != nil {
				return found, err
			}
			found = found || below
		case e.Name() == metaprops.Name && !hasLog(dir, logs):
			data, err := fs.ReadFile(src.FS, name)
			if err != nil {
				return found, err
			}
			p, err := metaprops.Parse(data)
			if err != nil {
				return found, fmt.Errorf("%s: %w", src.Path(name), err)
			}
			m.directories = append(m.directories, migration.Directory{Path: src.Path(dir), Properties: p})
			found = true
		}
	}
	return found, nil
}

// hasLog tells whether one of the metadata logs lies in a log directory.
func hasLog(dir string, logs []string) bool {
	for _, log := range logs {
		if log == dir || path.Dir(log) == dir && path.Base(log) == metalog.PartitionDir {
			return true
		}
	}
	return false
}

// configsIn reads the *.properties of a directory that configure Kafka nodes.
func (m *migrateInput) configsIn(dir, shown string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.properties"))
	if err != nil {
		return usageError(err, "")
	}
	before := len(m.configs)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return unreadableConfig(err)
		}
		c, err := migration.ReadConfig(text, m.app.judgeOptions(file, m.release, nil))
		if errors.Is(err, migration.ErrNoNode) {
			continue
		}
		if err != nil {
			return usageError(err, "")
		}
		m.configs = append(m.configs, c)
	}
	if len(m.configs) == before {
		return usageError(fmt.Errorf("%s: there is no metadata log, no meta.properties and no configuration of a Kafka node in or below it", shown),
			"give a node's log directory, an archive of it, or a directory of server.properties")
	}
	return nil
}
