// Command gendocs writes the reference pages, man pages and shell completions of kraftctl
// from its command tree; "make docs" runs it and a test fails when what is committed is stale.
package main

//go:generate go run . -out ../../../docs

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/kraftctl/kraftctl/cmd/internal/command"
)

func main() {
	out := flag.String("out", "docs", "the folder to write commands/, man/ and completions/ into")
	flag.Parse()
	if err := write(*out); err != nil {
		fmt.Fprintf(os.Stderr, "gendocs: %v\n", err)
		os.Exit(1)
	}
}

// write replaces the three generated folders below dir, so that pages of removed commands go away.
func write(dir string) error {
	pages, err := generate(command.Tree())
	if err != nil {
		return err
	}
	for _, folder := range folders {
		if err := os.RemoveAll(filepath.Join(dir, folder)); err != nil {
			return err
		}
	}
	for path, text := range pages {
		path = filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
