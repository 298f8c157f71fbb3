package backup_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/rescue/archive"
	"github.com/kraftctl/kraftctl/rescue/backup"
	"github.com/kraftctl/kraftctl/rescue/stage"
)

// TestPowerCut: whenever the power is cut, there is no backup, or a whole one; the same command then makes it.
func TestPowerCut(t *testing.T) {
	source, dir := load(t)
	const out = "/out/b.tar.zst"
	write := func(disk fsx.FS) error {
		return backup.Take(source, dir, "node", backup.Options{}, func(p *backup.Plan) error {
			var m archive.Manifest
			return stage.NewFile(context.Background(), disk, stage.Result{
				Path: out, Mode: stage.Secret,
				Write: func(w io.Writer) (err error) { m, err = p.Write(w, head); return err },
				Check: func(open func() (io.ReadCloser, error)) error {
					r, err := open()
					if err != nil {
						return err
					}
					defer r.Close()
					_, err = p.Check(r, out, archive.Options{TempDir: t.TempDir()})
					return err
				},
				Reports: func() ([]stage.Report, error) {
					return stage.Reports("/out/b", strings.Join(p.Details.Lines(), "\n"), m)
				},
			})
		})
	}
	whole := func(disk *fsx.Crash) bool {
		data, err := disk.ReadFile(out)
		if errors.Is(err, fs.ErrNotExist) {
			return false
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Verify(bytes.NewReader(data), nil); err != nil {
			t.Errorf("a backup with the right name: %v", err)
		}
		return true
	}
	disk := fsx.NewCrash()
	if err := disk.Mkdir("/out", 0o755); err != nil {
		t.Fatal(err)
	}
	disk.Settle()
	states, finished := 0, 0
	disk.After = func(fsx.Operation) {
		for state := range disk.States(6, uint64(states)) {
			states++
			if whole(state) {
				finished++
				continue
			}
			entries, err := state.ReadDir("/out")
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				if name := e.Name(); name != "b.tar.zst.part" && !strings.HasPrefix(name, "b.report.") {
					t.Errorf("%s is left", name)
				}
			}
			if err := write(state); err != nil || !whole(state) {
				t.Errorf("the same command after the power cut: %v", err)
			}
		}
	}
	if err := write(disk); err != nil {
		t.Fatal(err)
	}
	if states < 20 || finished == 0 {
		t.Errorf("%d states, %d with a backup", states, finished)
	}
}
