package shell

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/kraftctl/kraftctl/image"
)

// signs stand for operations in text.
var signs = map[image.Operation]string{image.Added: "+", image.Removed: "-", image.Changed: "~"}

// colors paint operations.
var colors = map[image.Operation]string{image.Added: green, image.Removed: red, image.Changed: yellow}

// WriteChanges prints changes: one line for what was added or removed, and below what changed a line for each field.
func WriteChanges(out *bufio.Writer, changes []image.Change, secrets, colored bool) error {
	for _, c := range changes {
		line := signs[c.Operation] + " " + c.Path
		if colored {
			line = colors[c.Operation] + line + plain
		}
		if c.Operation == image.Changed && !single(c.Fields) {
			fmt.Fprintln(out, line)
			for _, f := range c.Fields {
				fmt.Fprintf(out, "    %s: %s -> %s\n", f.Name, oldText(f, secrets), newText(f, secrets))
			}
			continue
		}
		if _, err := fmt.Fprintln(out, line+"  "+changeText(c, secrets)); err != nil {
			return err
		}
	}
	return nil
}

func single(fields []image.FieldChange) bool { return len(fields) == 1 && fields[0].Name == "" }

// changeText is a change on one line, without its path.
func changeText(c image.Change, secrets bool) string {
	parts := make([]string, len(c.Fields))
	for i, f := range c.Fields {
		name := ""
		if f.Name != "" {
			name = f.Name + "="
		}
		switch c.Operation {
		case image.Added:
			parts[i] = name + newText(f, secrets)
		case image.Removed:
			parts[i] = name + oldText(f, secrets)
		default:
			parts[i] = name + oldText(f, secrets) + " -> " + newText(f, secrets)
		}
	}
	return strings.Join(parts, " ")
}

func oldText(f image.FieldChange, secrets bool) string {
	return FieldText(image.Field{Value: f.Old, Secret: f.Secret && f.Old != nil}, secrets)
}

func newText(f image.FieldChange, secrets bool) string {
	return FieldText(image.Field{Value: f.New, Secret: f.Secret && f.New != nil}, secrets)
}

// WriteUnified prints changes in the manner of diff -u, a hunk for each path.
func WriteUnified(out *bufio.Writer, a, b string, changes []image.Change, secrets bool) error {
	if len(changes) == 0 {
		return nil
	}
	fmt.Fprintf(out, "--- %s\n+++ %s\n", a, b)
	for _, c := range changes {
		fmt.Fprintf(out, "@@ %s @@\n", c.Path)
		for _, f := range c.Fields {
			name := ""
			if f.Name != "" {
				name = f.Name + ": "
			}
			if c.Operation != image.Added && f.Old != nil {
				fmt.Fprintf(out, "-%s%s\n", name, oldText(f, secrets))
			}
			if c.Operation != image.Removed && f.New != nil {
				fmt.Fprintf(out, "+%s%s\n", name, newText(f, secrets))
			}
		}
	}
	return nil
}
