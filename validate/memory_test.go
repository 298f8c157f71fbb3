package validate_test

import (
	"io"
	"io/fs"
	"strings"
	"testing/fstest"
)

// memory is a file system of texts.
type memory map[string]string

func (m memory) fs() fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range m {
		files[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	return files
}

func (m memory) Stat(name string) (fs.FileInfo, error)      { return fs.Stat(m.fs(), name) }
func (m memory) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(m.fs(), name) }
func (m memory) Open(name string) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(m[name])), nil
}
