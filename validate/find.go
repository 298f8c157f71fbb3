package validate

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/internal/javaprops"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/validate/manifest"
)

// FileSystem is where Find looks.
type FileSystem interface {
	Stat(name string) (fs.FileInfo, error)
	ReadDir(name string) ([]fs.DirEntry, error)
	Open(name string) (io.ReadCloser, error)
}

// MaxSize is far above the size of any configuration, and keeps a file named by mistake out of memory.
const MaxSize = 16 << 20

// Found is what Find has found.
type Found struct {
	Sources []Source
	Metas   []Meta
	// Notes name files that were taken for no node's configuration.
	Notes []string
	// Partial says that one file was named, and nothing says that it is a whole cluster.
	Partial bool
}

// Stdin is the path that stands for standard input.
const Stdin = "-"

// Find reads the configurations of nodes, and the meta.properties beside them, below some paths: files, directories
// (looked through for *.properties, *.yaml and *.yml), patterns as of path/filepath.Match, and - for in. A file that cannot be read becomes a
// Source with Err; an error is about a path that leads to nothing at all.
func Find(fsys FileSystem, in io.Reader, paths []string, workers int) (*Found, error) {
	return FindWith(fsys, nil, in, paths, workers)
}

// FindWith is Find with the variables that Compose files may refer to; nil knows none.
func FindWith(fsys FileSystem, env func(string) (string, bool), in io.Reader, paths []string, workers int) (*Found, error) {
	f := &finder{fsys: fsys, env: env, seen: map[string]bool{}}
	for _, p := range paths {
		if err := f.path(p); err != nil {
			return nil, err
		}
	}
	found := &Found{Partial: len(paths) == 1 && f.named == 1}
	f.read(found, in, workers)
	found.Partial = found.Partial && len(found.Sources) == 1 // a YAML file may be a whole cluster
	own(found)
	return found, nil
}

// finder collects the files to read.
type finder struct {
	fsys  FileSystem
	env   func(string) (string, bool)
	files []foundFile
	seen  map[string]bool
	// named counts files that were named one by one.
	named int
}

type foundFile struct {
	path string
	// sure says that somebody named the file, so that it is a node's whatever it looks like.
	sure bool
	err  error
}

func (f *finder) add(file foundFile) {
	if !f.seen[file.path] {
		f.seen[file.path] = true
		f.files = append(f.files, file)
	}
}

func (f *finder) path(p string) error {
	if p == Stdin {
		f.named++
		f.add(foundFile{path: Stdin, sure: true})
		return nil
	}
	info, err := f.fsys.Stat(p)
	switch {
	case err == nil && info.IsDir():
		f.walk(strings.TrimSuffix(p, "/"))
	case err == nil:
		f.named++
		f.add(foundFile{path: p, sure: path.Base(p) != metaprops.Name})
	case strings.ContainsAny(p, "*?["):
		return f.glob(p)
	default:
		f.named++
		f.add(foundFile{path: p, sure: true, err: err})
	}
	return nil
}

func (f *finder) glob(pattern string) error {
	dir := filepath.Dir(pattern)
	if strings.ContainsAny(dir, "*?[") {
		return fmt.Errorf("%s: only the last part of a path may be a pattern here; let the shell expand it, or name the directory", pattern)
	}
	entries, err := f.fsys.ReadDir(dir)
	if err != nil {
		return err
	}
	matched := false
	for _, entry := range entries {
		ok, err := filepath.Match(filepath.Base(pattern), entry.Name())
		if err != nil {
			return fmt.Errorf("%s: %w", pattern, err)
		}
		if ok {
			matched = true
			name := filepath.Join(dir, entry.Name())
			if info, err := f.fsys.Stat(name); err == nil && info.IsDir() {
				f.walk(name)
				continue
			}
			f.add(foundFile{path: name, sure: entry.Name() != metaprops.Name})
		}
	}
	if !matched {
		return fmt.Errorf("%s: no file matches", pattern)
	}
	return nil
}

// walk looks through a directory. Like grep -r it follows links to files, not to directories, which could lead in a circle;
// hidden directories hold no configurations, but copies (.git, and the ..data of a mounted ConfigMap).
func (f *finder) walk(dir string) {
	entries, err := f.fsys.ReadDir(dir)
	if err != nil {
		f.add(foundFile{path: dir, sure: true, err: err})
		return
	}
	for _, entry := range entries {
		name := path.Join(dir, entry.Name())
		switch {
		case entry.IsDir() && !strings.HasPrefix(entry.Name(), "."):
			f.walk(name)
		case !entry.IsDir() && (strings.HasSuffix(entry.Name(), ".properties") || manifest.IsYAML(entry.Name())):
			f.add(foundFile{path: name})
		}
	}
}

// read reads all files, some at a time.
func (f *finder) read(found *Found, in io.Reader, workers int) {
	slices.SortFunc(f.files, func(a, b foundFile) int { return cmp.Compare(a.path, b.path) })
	texts := make([][]byte, len(f.files))
	each(len(f.files), workers, func(i int) {
		if file := &f.files[i]; file.err == nil {
			texts[i], file.err = readFile(f.fsys, in, file.path)
		}
	})
	for i, file := range f.files {
		switch {
		case path.Base(file.path) == metaprops.Name && file.err == nil:
			found.Metas = append(found.Metas, Meta{Path: file.path, Text: texts[i]})
		case file.err != nil:
			found.Sources = append(found.Sources, Source{Path: file.path, Err: plain(file.err)})
		case manifest.IsYAML(file.path) || file.path == Stdin && manifest.LooksLikeYAML(texts[i]):
			f.yaml(found, file, texts[i])
		case file.sure || looksLikeNode(texts[i]):
			found.Sources = append(found.Sources, Source{Path: file.path, Text: texts[i]})
		default:
			found.Notes = append(found.Notes, file.path+" sets nothing that makes a node, and was left out")
		}
	}
}

// plain is an error of the file system without the path, which the caller shows anyway.
func plain(err error) error {
	var at *fs.PathError
	switch {
	case errors.As(err, &at) && errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no such file, or it is a link to one that is not there (%w)", at.Err)
	case errors.As(err, &at) && errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("it may not be read: run as a user who may (%w)", at.Err)
	case errors.As(err, &at):
		return at.Err
	}
	return err
}

// readFile reads one configuration. Only regular files are opened: opening a pipe could wait for ever.
func readFile(fsys FileSystem, in io.Reader, name string) ([]byte, error) {
	if name != Stdin {
		info, err := fsys.Stat(name)
		switch {
		case err != nil:
			return nil, err
		case !info.Mode().IsRegular():
			return nil, fmt.Errorf("it is not a regular file (%s)", info.Mode().Type())
		case info.Size() > MaxSize:
			return nil, tooLarge(info.Size())
		}
		file, err := fsys.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }() // it was only read
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, MaxSize+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > MaxSize:
		return nil, tooLarge(int64(len(text)))
	case isBinary(text):
		return nil, errors.New("it is not a text file")
	}
	return text, nil
}

func tooLarge(size int64) error {
	return fmt.Errorf("it has more than %d MiB (%d), which no configuration has", MaxSize>>20, size>>20)
}

// isBinary tells whether a tenth of the bytes are control characters no text has. A few of them Kafka reads as part
// of a value, and so do we.
func isBinary(text []byte) bool {
	control := 0
	for _, b := range text {
		if b < '\t' || b > '\r' && b < ' ' && b != 0x1b {
			control++
		}
	}
	return control*10 > len(text)
}

// nodeKeys are keys that only the configuration of a node has.
var nodeKeys = []string{
	rolesKey, nodeIDKey, brokerIDKey, votersKey, bootstrapKey, controllerKey, zookeeperKey, logDirsKey, logDirKey,
	advertisedKey, protocolsKey, interBrokerKey,
}

// looksLikeNode tells the configuration of a node from those of other programs in the same directory.
func looksLikeNode(text []byte) bool {
	props, _ := javaprops.Parse(text) // what can be read of a broken file tells enough
	for _, key := range nodeKeys {
		if _, ok := props.Get(key); ok {
			return true
		}
	}
	_, listens := props.Get(listenersKey)
	_, connects := props.Get("bootstrap.servers") // Kafka Connect and others listen as well
	return listens && !connects
}

// own finds the owner of each meta.properties: the node whose file is X/server.properties, at any depth above, or X.properties.
func own(found *Found) {
	nodes := map[string]bool{}
	for _, s := range found.Sources {
		nodes[s.Path] = true
	}
	for i := range found.Metas {
		m := &found.Metas[i]
		for dir := path.Dir(m.Path); ; dir = path.Dir(dir) {
			for _, candidate := range []string{path.Join(dir, "server.properties"), dir + ".properties"} {
				if nodes[candidate] && m.Owner == "" {
					m.Owner = candidate
				}
			}
			if m.Owner != "" || dir == path.Dir(dir) {
				break
			}
		}
	}
}
