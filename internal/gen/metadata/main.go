// Command metadata generates the Go types of Kafka's metadata and control records from metadata/schema.
//
// Usage: go run ./internal/gen/metadata [-dir metadata]
//
// It reads DIR/schema/*.json and writes one DIR/NAME.gen.go for each, and DIR/types.gen.go with the tables of all
// of them. Files that no schema asks for any more are removed.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	dir := flag.String("dir", "metadata", "folder of the package to generate, with its schema folder inside")
	flag.Parse()
	if err := run(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "gen/metadata:", err)
		os.Exit(1)
	}
}

// run brings dir up to date with its schema.
func run(dir string) error {
	schemas, err := load(os.DirFS(filepath.Join(dir, "schema")))
	if err != nil {
		return err
	}
	files, err := generate(schemas)
	if err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(dir, "*"+suffix))
	if err != nil {
		return err
	}
	for _, path := range old {
		if files[filepath.Base(path)] == nil {
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
