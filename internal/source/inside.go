package source

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// inside opens a path that leads into an archive. cause is why it is no path of the file system.
func (s *Source) inside(name string, cause error) error {
	outer, inner := split(name)
	if outer == "" {
		return cause
	}
	if err := s.open(outer); err != nil {
		return err
	}
	t, ok := s.FS.(*tree)
	if !ok || s.Name != "." {
		return cause
	}
	info, err := fs.Stat(t, inner)
	if err != nil {
		return fmt.Errorf("%s: there is no %s in it", outer, inner)
	}
	dir := inner
	s.Name = "."
	if !info.IsDir() {
		dir, s.Name = path.Split(inner)
		dir = path.Clean(dir)
	}
	s.FS, err = fs.Sub(t, dir)
	return err
}

// split cuts a path into that of a regular file and what follows it; both are empty when there is no such file on the way.
func split(name string) (outer, inner string) {
	at := filepath.Clean(name)
	for {
		up := filepath.Dir(at)
		if up == at {
			return "", ""
		}
		inner = path.Join(filepath.Base(at), inner)
		at = up
		info, err := os.Stat(at)
		switch {
		case err != nil:
			continue
		case !info.Mode().IsRegular() || !fs.ValidPath(inner):
			return "", ""
		}
		return at, inner
	}
}
