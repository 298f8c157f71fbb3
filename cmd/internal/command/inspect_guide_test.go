package command_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"math/rand/v2"
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
		compareGuide(t, filepath.Join(root, "docs", name))
	}
}

// compareGuide runs the sessions of a page, one after the other, in the working directory.
func compareGuide(t *testing.T, path string) {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sessions := 0
	now := session.ReplaceAllStringFunc(string(page), func(block string) string {
		sessions++
		parts := session.FindStringSubmatch(block)
		got := runLine(t, parts[1])
		if shortened(parts[2], got) {
			return block
		}
		return "```console\n$ " + parts[1] + "\n" + got + "```"
	})
	switch {
	case sessions == 0:
		t.Errorf("%s has no session", path)
	case now == string(page):
	case *update:
		if err := os.WriteFile(path, []byte(now), 0o600); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s shows what commands no longer print; run this test with -update and read what changed", path)
	}
}

// shortened reports whether a text is the output with some of its lines left out, each time with "…" on a line in their place.
func shortened(text, output string) bool {
	pieces := strings.Split("\n"+text, "\n…\n")
	if len(pieces) == 1 || strings.TrimSpace(strings.Join(pieces, "")) == "" {
		return false
	}
	rest, found := strings.CutPrefix("\n"+output, pieces[0]+"\n")
	for _, piece := range pieces[1 : len(pieces)-1] {
		at := strings.Index("\n"+rest, "\n"+piece+"\n")
		if !found || at < 0 {
			return false
		}
		rest = rest[at+len(piece)+1:]
	}
	return found && strings.HasSuffix("\n"+rest, "\n"+pieces[len(pieces)-1])
}

// runLine runs a command line, words apart by blanks, and is its output, errors last; a code other than 0 has a line of its own.
func runLine(t *testing.T, line string) string {
	t.Helper()
	var out, errs bytes.Buffer
	app := command.System()
	app.In, app.Out, app.Err = strings.NewReader(""), &out, &errs
	app.LookupEnv = func(string) (string, bool) { return "", false }
	app.Rand = rand.NewChaCha8([32]byte{})
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
	if err == nil {
		err = os.Chtimes(path, h.ModTime, h.ModTime)
	}
	if err != nil {
		t.Fatal(err)
	}
}
