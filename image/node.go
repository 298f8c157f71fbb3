package image

import (
	"iter"
	"slices"
	"strings"
)

// Node is a place in a tree of paths: a directory, or a leaf with a value. Trees are made on the way, so that a large image
// costs nothing where nobody looks.
type Node struct {
	list   func() []string
	child  func(name string) *Node
	fields func() []Field
}

// Field is a part of a leaf's value. A leaf that is a single text or number has one field without a name.
type Field struct {
	Name string
	// Value is a string, bool, int64, float64, or a slice or map that encoding/json can print.
	Value any
	// Secret tells that the value is not to be shown unless asked for.
	Secret bool
}

// Dir is a directory: list gives the names in it in any order, child the node of a name, or nil.
func Dir(list func() []string, child func(name string) *Node) *Node {
	return &Node{list: list, child: child}
}

// Leaf is a leaf whose value is made when it is asked for.
func Leaf(fields func() []Field) *Node { return &Node{fields: fields} }

// Scalar is a leaf that is a single text or number.
func Scalar(value any) *Node {
	return Leaf(func() []Field { return []Field{{Value: value}} })
}

// Secret is a Scalar that is not to be shown unless asked for.
func Secret(value any) *Node {
	return Leaf(func() []Field { return []Field{{Value: value, Secret: true}} })
}

// entry is a node with its name.
type entry struct {
	name string
	node *Node
}

// fixed is a directory of given entries.
func fixed(entries ...entry) *Node {
	return Dir(func() []string {
		names := make([]string, len(entries))
		for i, e := range entries {
			names[i] = e.name
		}
		return names
	}, func(name string) *Node {
		for _, e := range entries {
			if e.name == name {
				return e.node
			}
		}
		return nil
	})
}

// IsDir reports whether the node is a directory.
func (n *Node) IsDir() bool { return n.list != nil }

// Names are the names in a directory in the order it keeps them, which may be none.
func (n *Node) Names() []string {
	if n.list == nil {
		return nil
	}
	return n.list()
}

// Sorted are the names in a directory in the order of people: numbers by size, everything else by letters.
func (n *Node) Sorted() []string {
	names := slices.Clone(n.Names())
	slices.SortFunc(names, Natural)
	return names
}

// Child is the node of a name in a directory, or nil.
func (n *Node) Child(name string) *Node {
	if n.child == nil {
		return nil
	}
	return n.child(name)
}

// Fields is the value of a leaf, nil for a directory.
func (n *Node) Fields() []Field {
	if n.fields == nil {
		return nil
	}
	return n.fields()
}

// Find is the node at a path, or nil. Empty elements of the path do not count.
func (n *Node) Find(path string) *Node {
	for name := range strings.SplitSeq(path, "/") {
		if name == "" {
			continue
		}
		if n = n.Child(name); n == nil {
			return nil
		}
	}
	return n
}

// Walk iterates over the leaves below a node with their paths, in the order of Sorted. The path of the node itself is given.
func (n *Node) Walk(path string) iter.Seq2[string, *Node] {
	return func(yield func(string, *Node) bool) { n.walk(path, yield) }
}

func (n *Node) walk(path string, yield func(string, *Node) bool) bool {
	if !n.IsDir() {
		return yield(path, n)
	}
	for _, name := range n.Sorted() {
		child := n.Child(name)
		if child != nil && !child.walk(Join(path, name), yield) {
			return false
		}
	}
	return true
}

// Join is the path of a name in the directory at a path.
func Join(path, name string) string {
	if strings.HasSuffix(path, "/") {
		return path + name
	}
	return path + "/" + name
}

// Natural compares names: whole numbers by their size and before other names, other names by letters.
func Natural(a, b string) int {
	an, bn := isNumber(a), isNumber(b)
	switch {
	case an && bn && len(a) != len(b):
		return len(a) - len(b)
	case an && !bn:
		return -1
	case bn && !an:
		return 1
	}
	return strings.Compare(a, b)
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == "" && (s[0] != '0' || s == "0")
}
