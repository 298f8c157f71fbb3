// Package corpus gives tests the files that real Kafka clusters wrote: the archives in testdata/corpus, whose ORIGIN.md
// names the release and scenario of each.
package corpus

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// suffix ends the name of every archive.
const suffix = ".tar.gz"

// Load unpacks archives of the folder dir into memory: those of the given scenarios, or all. Paths begin with the scenario,
// such as "upgrade/stage1-3.3.2/node1/__cluster_metadata-0/00000000000000000000.log".
func Load(tb testing.TB, dir string, scenarios ...string) fstest.MapFS {
	tb.Helper()
	files := fstest.MapFS{}
	if len(scenarios) == 0 {
		archives, err := filepath.Glob(filepath.Join(dir, "*"+suffix))
		if err != nil || len(archives) == 0 {
			tb.Fatalf("no archives in %s (%v)", dir, err)
		}
		for _, a := range archives {
			scenarios = append(scenarios, strings.TrimSuffix(filepath.Base(a), suffix))
		}
	}
	for _, s := range scenarios {
		if err := unpack(files, filepath.Join(dir, s+suffix)); err != nil {
			tb.Fatal(err)
		}
	}
	return files
}

// unpack adds the regular files of one archive.
func unpack(files fstest.MapFS, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		data, err := io.ReadAll(t)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", path, h.Name, err)
		}
		files[h.Name] = &fstest.MapFile{Data: data, Mode: h.FileInfo().Mode(), ModTime: h.ModTime}
	}
}

// IsRecords reports whether a file of the corpus holds record batches: a segment or snapshot, also a deleted one.
func IsRecords(path string) bool {
	path = strings.TrimSuffix(strings.TrimSuffix(path, ".deleted"), ".part")
	return strings.HasSuffix(path, ".log") || strings.HasSuffix(path, ".checkpoint")
}
