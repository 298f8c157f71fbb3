package shell

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/kraftctl/kraftctl/image"
)

// Session is someone's place in a tree.
type Session struct {
	// Root is the tree.
	Root *image.Node
	// Dir is the working directory, an absolute path.
	Dir string
	// Width is the number of columns ls may use; 0 prints one name a line.
	Width int
	// Unsorted keeps the order of the tree in ls and find, as Kafka 3.5 does.
	Unsorted bool
	// Natural sorts numbers by their size; Kafka sorts them as text.
	Natural bool
	// Colored paints directories.
	Colored bool
	// Secrets shows secret values, which are masked otherwise.
	Secrets bool
	// Strict makes tree die of names that lead nowhere, as Kafka does before 4.0; otherwise only the name is printed.
	Strict bool
	// StrictFind makes find die of them, as Kafka does; otherwise they are left out.
	StrictFind bool
}

// CrashError is a failure that Kafka's shell dies of.
type CrashError struct {
	// Message is that of the exception.
	Message string
}

func (e *CrashError) Error() string { return e.Message }

// crashClass names the class of node that lists names it has no node for: only that of client quotas and features do.
func crashClass(path []string) string {
	if len(path) > 0 && path[len(path)-1] == "features" {
		return "class org.apache.kafka.image.node.FeaturesImageNode"
	}
	return "class org.apache.kafka.image.node.ClientQuotasImageNode"
}

// sorted are the names in a directory in the session's order.
func (s *Session) sorted(n *image.Node) []string {
	if s.Natural {
		return n.Sorted()
	}
	names := slices.Clone(n.Names())
	slices.SortStableFunc(names, compareJava)
	return names
}

// listed are the names in a directory in the order of ls and find.
func (s *Session) listed(n *image.Node) []string {
	if s.Unsorted {
		return n.Names()
	}
	return s.sorted(n)
}

// compareJava compares as String.compareTo does, by UTF-16 units.
func compareJava(a, b string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i] != b[i] {
			if a[i] < 0x80 && b[i] < 0x80 {
				return int(a[i]) - int(b[i])
			}
			return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
		}
	}
	return len(a) - len(b)
}

// Run runs one of the commands cat, find, ls, tree and writes what it prints.
func (s *Session) Run(w io.Writer, command string, targets []string) error {
	out := bufio.NewWriter(w)
	err := s.run(out, command, targets)
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	return err
}

func (s *Session) run(out *bufio.Writer, command string, targets []string) error {
	switch command {
	case "cat":
		return s.each(targets, "cat", "No such file or directory.", out, func(target string, p place) error {
			if p.node.IsDir() {
				fmt.Fprintf(out, "cat: %s: Is a directory\n", target)
				return nil
			}
			return s.print(out, p.node, 0)
		})
	case "tree":
		return s.each(targets, "tree", "No such file or directory.", out, func(_ string, p place) error {
			return s.print(out, p.node, 0)
		})
	case "find":
		return s.each(effective(targets), "find", "no such file or directory.", out, func(target string, p place) error {
			return s.find(out, target, p.node)
		})
	case "ls":
		return s.ls(out, effective(targets))
	}
	return fmt.Errorf("%s: no such command", command)
}

// effective are the paths to work on: the working directory when none is given.
func effective(paths []string) []string {
	var given []string
	for _, p := range paths {
		if p != "" {
			given = append(given, p)
		}
	}
	if given == nil {
		given = []string{"."}
	}
	return given
}

func (s *Session) each(targets []string, command, missing string, out io.Writer, do func(string, place) error) error {
	for _, target := range targets {
		found, err := s.visit(target, func(p place) error { return do(target, p) })
		if err != nil {
			return err
		}
		if !found {
			fmt.Fprintf(out, "%s: %s: %s\n", command, target, missing)
		}
	}
	return nil
}

func (s *Session) find(out *bufio.Writer, path string, n *image.Node) error {
	if _, err := out.WriteString(path + "\n"); err != nil {
		return err
	}
	for _, name := range s.listed(n) {
		child := n.Child(name)
		if child == nil {
			if s.StrictFind {
				return &CrashError{Message: "Expected " + name + " to be a valid child of " + path + ", but it was not."}
			}
			continue
		}
		next := path + "/" + name
		if path == "/" {
			next = path + name
		}
		if err := s.find(out, next, child); err != nil {
			return err
		}
	}
	return nil
}

const indent = "  "

// print prints a leaf, or all below a directory, as ShellNodePrinter does.
func (s *Session) print(out *bufio.Writer, n *image.Node, level int) error {
	if !n.IsDir() {
		return s.printLeaf(out, n, level)
	}
	for _, name := range s.sorted(n) {
		if _, err := out.WriteString(strings.Repeat(indent, level) + name + ":\n"); err != nil {
			return err
		}
		child := n.Child(name)
		switch {
		case child != nil:
			if err := s.print(out, child, level+1); err != nil {
				return err
			}
		case s.Strict:
			return &CrashError{Message: nullChild}
		}
	}
	return nil
}

// nullChild is what the JVM says when a release before 4.0 prints a name that leads nowhere.
const nullChild = `Cannot invoke "org.apache.kafka.image.node.MetadataNode.print(org.apache.kafka.image.node.printer.MetadataNodePrinter)" because "child" is null`

func (s *Session) printLeaf(out *bufio.Writer, n *image.Node, level int) error {
	var err error
	for _, f := range n.Fields() {
		text := FieldText(f, s.Secrets)
		if f.Name != "" {
			text = f.Name + ": " + text
		}
		_, err = out.WriteString(strings.Repeat(indent, level) + text + "\n")
	}
	return err
}
