//go:build unix

package stage_test

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/rescue/stage"
)

// permissions are those of a file of the real disk.
func permissions(t *testing.T, name string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

// A secret is nobody else's from before its first byte, whatever the umask is and an interrupted run left.
func TestAFileHasItsModeFromTheBeginning(t *testing.T) {
	old := syscall.Umask(0o022)
	defer syscall.Umask(old)
	for _, test := range []struct {
		name       string
		mode, want fs.FileMode
		leftover   bool
	}{
		{"secret", stage.Secret, 0o600, false},
		{"secret over what others may read", stage.Secret, 0o600, true},
		{"shared", stage.Shared, 0o644, false},
		{"shared over a leftover", stage.Shared, 0o644, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "x")
			if test.leftover {
				if err := os.WriteFile(name+".part", []byte("left"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			err := stage.NewFile(t.Context(), fsx.OS{}, stage.Result{
				Path: name, Mode: test.mode,
				Write: func(w io.Writer) error {
					if got := permissions(t, name+".part"); got != test.want {
						t.Errorf("the part has mode %o before its first byte, want %o", got, test.want)
					}
					_, err := io.WriteString(w, "x")
					return err
				},
				Reports: func() ([]stage.Report, error) { return stage.Reports(name, "text", 1) },
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := permissions(t, name); got != test.want {
				t.Errorf("the file has mode %o, want %o", got, test.want)
			}
			if got := permissions(t, name+".report.txt"); got != 0o644 {
				t.Errorf("the report has mode %o, want 644", got)
			}
		})
	}
}
