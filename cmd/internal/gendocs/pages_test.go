package main

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/cmd/internal/command"
)

// docs is where the committed pages are, seen from this package.
var docs = filepath.Join("..", "..", "..", "docs")

func TestCommittedPagesAreFresh(t *testing.T) {
	pages, err := generate(command.Tree())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range pages {
		got, err := os.ReadFile(filepath.Join(docs, filepath.FromSlash(name)))
		if err != nil {
			t.Errorf("docs/%s is missing; run: make docs", name)
		} else if !bytes.Equal(got, want) {
			t.Errorf("docs/%s is stale; run: make docs", name)
		}
	}
	for _, name := range committed(t) {
		if _, ok := pages[name]; !ok {
			t.Errorf("docs/%s belongs to no command any more; run: make docs", name)
		}
	}
}

// committed lists the files in the generated folders, by their path below docs/.
func committed(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, folder := range folders {
		err := fs.WalkDir(os.DirFS(docs), folder, func(name string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				names = append(names, name)
			}
			return err
		})
		if err != nil {
			t.Errorf("%v; run: make docs", err)
		}
	}
	return names
}

// sample is a tree with one visible and one hidden command.
func sample() *cobra.Command {
	root := &cobra.Command{Use: "tool", Short: "A tool"}
	run := func(*cobra.Command, []string) {}
	root.AddCommand(&cobra.Command{Use: "shown", Short: "Does it", Long: "Does it well.  \n", Example: "  tool shown", Run: run},
		&cobra.Command{Use: "secret", Hidden: true, Run: run})
	return root
}

func TestPagesOfVisibleCommandsOnly(t *testing.T) {
	pages, err := generate(sample())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"commands/tool.md", "commands/tool-shown.md", "man/tool.1", "man/tool-shown.1",
		"completions/tool.bash", "completions/_tool", "completions/tool.fish", "completions/tool.ps1",
	} {
		if len(pages[name]) == 0 {
			t.Errorf("no %s", name)
		}
	}
	for name := range pages {
		if strings.Contains(name, "secret") {
			t.Errorf("hidden command got a page: %s", name)
		}
	}
}

func TestPagesLinkToEachOther(t *testing.T) {
	pages, err := generate(sample())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(pages["commands/tool.md"], []byte("(tool-shown.md)")) {
		t.Errorf("the root's page does not link to its command:\n%s", pages["commands/tool.md"])
	}
}

func TestPagesAreTheSameEveryTime(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "0")
	first, err := generate(sample())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "1999999999")
	second, err := generate(sample())
	if err != nil {
		t.Fatal(err)
	}
	for name := range first {
		if !bytes.Equal(first[name], second[name]) {
			t.Errorf("%s depends on the time", name)
		}
	}
	if !bytes.Contains(first["man/tool.1"], []byte(`"Nov 2026"`)) {
		t.Errorf("the man page has another date:\n%s", first["man/tool.1"])
	}
}

func TestNoLineEndsInBlanks(t *testing.T) {
	pages, err := generate(sample())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range pages {
		if path.Dir(name) == "completions" {
			continue
		}
		for i, line := range strings.Split(string(text), "\n") {
			if strings.TrimRight(line, " \t") != line {
				t.Errorf("%s:%d ends in blanks", name, i+1)
			}
		}
	}
}

func TestWriteRemovesPagesOfGoneCommands(t *testing.T) {
	dir := t.TempDir()
	gone := filepath.Join(dir, "commands", "kraftctl-gone.md")
	kept := filepath.Join(dir, "architecture.md")
	if err := os.MkdirAll(filepath.Dir(gone), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{gone, kept} {
		if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(gone); !os.IsNotExist(err) {
		t.Errorf("%s is still there (%v)", gone, err)
	}
	if _, err := os.Stat(kept); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "commands", "kraftctl.md")); err != nil {
		t.Error(err)
	}
}
