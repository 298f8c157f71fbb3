// Command rules writes docs/rules.md, the catalogue of the linter's rules, from the rules themselves. A test fails when
// what is committed is stale, and runs the examples.
package main

//go:generate go run . ../../../docs/rules.md

import (
	"bytes"
	"errors"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "rules:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: rules FILE")
	}
	var page bytes.Buffer
	write(&page)
	return os.WriteFile(args[0], page.Bytes(), 0o644)
}
