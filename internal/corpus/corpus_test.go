package corpus_test

import (
	"io/fs"
	"testing"

	"github.com/kraftctl/kraftctl/internal/corpus"
)

func TestLoad(t *testing.T) {
	files := corpus.Load(t, "../../testdata/corpus", "upgrade")
	segments := 0
	for path := range files {
		if corpus.IsRecords(path) {
			segments++
		}
	}
	if segments < 5 {
		t.Errorf("%d files of records, expected some of each of five stages", segments)
	}
	if _, err := fs.Sub(files, "upgrade"); err != nil {
		t.Error(err)
	}
}

func TestIsRecords(t *testing.T) {
	for path, want := range map[string]bool{
		"n/__cluster_metadata-0/00000000000000000000.log":                           true,
		"n/bootstrap.checkpoint":                                                    true,
		"n/__cluster_metadata-0/00000000000000000007-0000000001.checkpoint.deleted": true,
		"n/__cluster_metadata-0/00000000000000000000.index":                         false,
		"n/__cluster_metadata-0/00000000000000000000.snapshot":                      false,
		"n/recovery-point-offset-checkpoint":                                        false,
	} {
		if got := corpus.IsRecords(path); got != want {
			t.Errorf("IsRecords(%q) = %t", path, got)
		}
	}
}
