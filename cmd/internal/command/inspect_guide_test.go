package command_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kraftctl/kraftctl/cmd/internal/command"
)

// guides are the pages whose sessions ran on the directories of testdata/examples/incident.
var guides = []string{"incident-guide.md", "inspect-compare.md", "inspect-timeline.md", "inspect-history.md"}

// session is a fenced block of one command and its output.
var session = regexp.MustCompile("(?m)^```console\n\\$ (.*)\n((?:.*\n)*?)```$")

// TestGuides runs the sessions of the guides and compares what they show; -update writes what the commands print now.
func TestGuides(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(unpackIncident(t, filepath.Join(root, "testdata", "examples", "incident")))
	for _, name := range guides {
		path := filepath.Join(root, "docs", name)
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		sessions := 0
		now := session.ReplaceAllStringFunc(string(page), func(block string) string {
			sessions++
			line := session.FindStringSubmatch(block)[1]
			return "```console\n$ " + line + "\n" + runLine(t, line) + "```"
		})
		switch {
		case sessions == 0:
			t.Errorf("%s has no session", name)
		case now == string(page):
		case *update:
			if err := os.WriteFile(path, []byte(now), 0o600); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("docs/%s shows what commands no longer print; run this test with -update and read what changed", name)
		}
	}
}

// runLine runs a command line, words apart by blanks, and is its output, errors last; a code other than 0 has a line of its own.
func runLine(t *testing.T, line string) string {
	t.Helper()
	var out, errs bytes.Buffer
	app := command.System()
	app.In, app.Out, app.Err = strings.NewReader(""), &out, &errs
	app.LookupEnv = func(string) (string, bool) { return "", false }
	app.Now = func() time.Time { return time.Date(2026, 11, 21, 6, 30, 0, 0, time.UTC) }
	if code := command.Main(strings.Fields(line), app); code != 0 {
		errs.WriteString("(exit code " + string(rune('0'+code)) + ")\n")
	}
	return out.String() + errs.String()
}

// unpackIncident unpacks the archives of a folder and is where to.
func unpackIncident(t *testing.T, folder string) string {
	t.Helper()
	dir := t.TempDir()
	archives, err := filepath.Glob(filepath.Join(folder, "*.tar.gz"))
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives in %s: %v", folder, err)
	}
	for _, a := range archives {
		data, err := os.ReadFile(a)
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		for r := tar.NewReader(z); ; {
			h, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			unpackFile(t, filepath.Join(dir, filepath.FromSlash(h.Name)), h, r)
		}
	}
	return dir
}

func unpackFile(t *testing.T, path string, h *tar.Header, r io.Reader) {
	t.Helper()
	if h.Typeflag != tar.TypeReg {
		return
	}
	data, err := io.ReadAll(r)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o700)
	}
	if err == nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
