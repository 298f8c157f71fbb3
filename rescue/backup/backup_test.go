package backup_test

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/internal/source"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/rescue/archive"
	"github.com/kraftctl/kraftctl/rescue/backup"
)

var head = archive.Manifest{Tool: "kraftctl test", Created: "2026-01-02T03:04:05Z"}

// taken is a backup that was taken, and opened.
type taken struct {
	*archive.Archive
	plan    *backup.Plan
	details *backup.Details
	data    []byte
}

// take takes a backup of a log and opens it.
func take(t testing.TB, fsys fs.FS, dir string, o backup.Options) (*taken, error) {
	t.Helper()
	var out taken
	err := backup.Take(fsys, dir, "node", o, func(p *backup.Plan) error {
		var b bytes.Buffer
		m, err := p.Write(&b, head)
		if err != nil {
			return err
		}
		again, err := p.Check(bytes.NewReader(b.Bytes()), "x.tar.zst", archive.Options{TempDir: t.TempDir()})
		if err != nil {
			return err
		}
		if again.Digest != m.Digest {
			t.Errorf("digest %s was written, %s read", m.Digest, again.Digest)
		}
		out.data, out.plan = b.Bytes(), p
		return nil
	})
	if err != nil {
		return nil, err
	}
	out.Archive, err = archive.Read(bytes.NewReader(out.data), "x.tar.zst", archive.Options{TempDir: t.TempDir()})
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() {
		if err := out.Close(); err != nil {
			t.Error(err)
		}
	})
	out.details, err = backup.ParseDetails(&out.Manifest)
	return &out, err
}

// state is what a log tells at its end.
func state(t testing.TB, fsys fs.FS, dir string, end int64) *image.Image {
	t.Helper()
	log, err := metalog.OpenLog(fsys, dir, dir)
	if err != nil {
		t.Fatal(err)
	}
	img, err := image.Load(log, end, image.DefaultOptions(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// corpora are the archives that real clusters' directories are in.
func corpora(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob("../../testdata/corpus/*.tar.gz")
	if err != nil || len(all) == 0 {
		t.Fatal(err, "there are no corpora")
	}
	return all
}

// TestCorpora takes a backup of every real log: it holds the state that the log holds, whole or not.
func TestCorpora(t *testing.T) {
	count := 0
	for _, name := range corpora(t) {
		src, err := source.Open(name, source.Options{})
		if err != nil {
			t.Fatal(err)
		}
		dirs, err := metalog.Find(src.FS, ".")
		if err != nil {
			t.Fatal(err)
		}
		for _, dir := range dirs {
			if path.Base(dir) != metalog.PartitionDir {
				continue
			}
			count++
			for _, whole := range []bool{false, true} {
				got, err := take(t, src.FS, dir, backup.Options{Whole: whole})
				var none *backup.SourceError
				if errors.As(err, &none) && strings.Contains(err.Error(), "did not run") {
					continue
				}
				if err != nil {
					t.Errorf("%s: %v", dir, err)
					continue
				}
				end := got.details.EndOffset
				if d := got.details; (d.KRaftVersion == 1) != (len(d.Voters) > 0 && len(d.Voters[0].Endpoints) > 0) || (d.MetadataVersion == "" && end > 0) || d.ClusterID == "" {
					t.Errorf("%s: the manifest tells %+v", dir, d)
				}
				if d := image.Diff(state(t, src.FS, dir, image.End), state(t, got.FS, metalog.PartitionDir, image.End)); len(d) > 0 {
					t.Errorf("%s: the state of the backup, which ends at offset %d, is another: %v", dir, end, d)
				}
				for _, f := range got.Manifest.Files {
					if n := metalog.ParseName(path.Base(f.Name)); n.Kind == metalog.OffsetIndex || n.Kind == metalog.ProducerState || n.Deleted {
						t.Errorf("%s: %s is in the backup", dir, f.Name)
					}
				}
			}
		}
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	}
	if count < 20 {
		t.Errorf("only %d logs were found", count)
	}
}
