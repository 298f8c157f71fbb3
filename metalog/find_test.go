package metalog_test

import (
	"io/fs"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/metalog"
)

// vanishing lists a directory that is gone when it is looked into, as a topic's that a running node removes.
type vanishing struct {
	fstest.MapFS
	name string
}

func (v vanishing) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == v.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return v.MapFS.ReadDir(name)
}

func TestFindBesideLiveNode(t *testing.T) {
	files := fstest.MapFS{
		"node1/__cluster_metadata-0/00000000000000000000.log": {}, "node1/orders-0/00000000000000000000.log": {},
	}
	dirs, err := metalog.Find(vanishing{files, "node1/orders-0"}, ".")
	if err != nil || !slices.Equal(dirs, []string{"node1/__cluster_metadata-0"}) {
		t.Errorf("%v, %v", dirs, err)
	}
	if _, err := metalog.Find(vanishing{files, "."}, "."); err == nil {
		t.Error("a directory that is not there at all")
	}
}
