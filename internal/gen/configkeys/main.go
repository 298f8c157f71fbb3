// Configkeys makes the tables of server.properties keys in package release.
//
//	configkeys merge DIR SCHEMA       merge the configdef-VERSION.json dumps in DIR into SCHEMA
//	configkeys generate SCHEMA TABLE  write the Go tables for SCHEMA to TABLE
package main

import (
	"errors"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "configkeys:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 3 {
		return errors.New("usage: configkeys merge DIR SCHEMA | configkeys generate SCHEMA TABLE")
	}
	switch args[0] {
	case "merge":
		s, err := merge(args[1])
		if err != nil {
			return err
		}
		return s.write(args[2])
	case "generate":
		s, err := readSchema(args[1])
		if err != nil {
			return err
		}
		code, err := generate(s)
		if err != nil {
			return err
		}
		return os.WriteFile(args[2], code, 0o644)
	}
	return fmt.Errorf("unknown command %q", args[0])
}
