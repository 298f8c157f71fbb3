package image

import (
	"reflect"
	"slices"

	"github.com/kraftctl/kraftctl/metadata"
)

// Operation says what became of a path.
type Operation string

// The operations.
const (
	Added   Operation = "added"
	Removed Operation = "removed"
	Changed Operation = "changed"
)

// Change is what differs between two images at one path.
type Change struct {
	Path      string
	Operation Operation
	// Fields are the fields that differ; of something added or removed all of them.
	Fields []FieldChange
}

// FieldChange is a field that differs.
type FieldChange struct {
	// Name is empty for what is a single text or number.
	Name string
	// Old and New are the values, nil where there is none; see [Field].
	Old, New any
	Secret   bool
}

// Diff tells what differs between two images, by path, in the order of the tree. Topics are told by name; one that was
// removed and made anew is told as changed, with its ID. The provenance does not count.
func Diff(a, b *Image) []Change {
	var changes []Change
	ra, rb := a.Root(), b.Root()
	for _, name := range ra.Sorted() {
		switch name {
		case "provenance":
		case "topics":
			changes = diffTopics(changes, a, b)
		default:
			changes = DiffNodes(changes, "/"+name, ra.Child(name), rb.Child(name))
		}
	}
	return changes
}

// DiffNodes appends what differs between two nodes, either of which may be nil.
func DiffNodes(changes []Change, path string, a, b *Node) []Change {
	if a == nil && b == nil {
		return changes
	}
	if leaf(a) || leaf(b) {
		return diffLeaves(changes, path, a, b)
	}
	for _, name := range mergedNames(a, b) {
		changes = DiffNodes(changes, Join(path, name), child(a, name), child(b, name))
	}
	return changes
}

func leaf(n *Node) bool { return n != nil && !n.IsDir() }

func child(n *Node, name string) *Node {
	if n == nil {
		return nil
	}
	return n.Child(name)
}

func mergedNames(nodes ...*Node) []string {
	var names []string
	for _, n := range nodes {
		if n != nil {
			names = append(names, n.Names()...)
		}
	}
	slices.SortFunc(names, Natural)
	return slices.Compact(names)
}

func diffLeaves(changes []Change, path string, a, b *Node) []Change {
	var old, current []Field
	if a != nil {
		old = a.Fields()
	}
	if b != nil {
		current = b.Fields()
	}
	c := Change{Path: path, Operation: Changed, Fields: diffFields(old, current)}
	switch {
	case len(c.Fields) == 0:
		return changes
	case a == nil:
		c.Operation = Added
	case b == nil:
		c.Operation = Removed
	}
	return append(changes, c)
}

// diffFields tells the fields that differ; a field that one side leaves out is nil there.
func diffFields(old, current []Field) []FieldChange {
	var changes []FieldChange
	for _, f := range old {
		other, ok := find(current, f.Name)
		if ok && reflect.DeepEqual(f.Value, other.Value) {
			continue
		}
		changes = append(changes, FieldChange{Name: f.Name, Old: f.Value, New: other.Value, Secret: f.Secret})
	}
	for _, f := range current {
		if _, ok := find(old, f.Name); !ok {
			changes = append(changes, FieldChange{Name: f.Name, New: f.Value, Secret: f.Secret})
		}
	}
	return changes
}

func find(fields []Field, name string) (Field, bool) {
	for _, f := range fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// diffTopics compares topics by name. It looks at partitions as they are kept, so that large images are compared quickly.
func diffTopics(changes []Change, a, b *Image) []Change {
	names := append(a.Topics.Names(), b.Topics.Names()...)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		ta, tb := a.Topics.ByName(name), b.Topics.ByName(name)
		path := "/topics/byName/" + name
		if ta == nil || tb == nil {
			changes = DiffNodes(changes, path, ta.node(), tb.node())
			continue
		}
		if ta.ID != tb.ID {
			changes = append(changes, Change{Path: path + "/id", Operation: Changed, Fields: []FieldChange{{Old: ta.ID.String(), New: tb.ID.String()}}})
		}
		ids := append(ta.IDs(), tb.IDs()...)
		slices.Sort(ids)
		for _, id := range slices.Compact(ids) {
			if pa, pb := ta.find(id), tb.find(id); pa == nil || pb == nil || !samePartition(pa, pb) {
				changes = diffPartition(changes, ta, tb, id)
			}
		}
	}
	return changes
}

func diffPartition(changes []Change, a, b *Topic, id int32) []Change {
	var na, nb *Node
	if p, ok := a.Partition(id); ok {
		na = Leaf(p.fields)
	}
	if p, ok := b.Partition(id); ok {
		nb = Leaf(p.fields)
	}
	return diffLeaves(changes, a.path(id), na, nb)
}

func samePartition(a, b *partition) bool {
	va, vb := a.view(0), b.view(0)
	return va.Leader == vb.Leader && va.LeaderEpoch == vb.LeaderEpoch && va.Epoch == vb.Epoch && va.Recovery == vb.Recovery &&
		slices.Equal(va.Replicas, vb.Replicas) && slices.Equal(va.ISR, vb.ISR) &&
		slices.Equal(va.Removing, vb.Removing) && slices.Equal(va.Adding, vb.Adding) &&
		slices.Equal(va.ELR, vb.ELR) && slices.Equal(va.LastKnownELR, vb.LastKnownELR) &&
		slices.EqualFunc(va.Directories, vb.Directories, func(x, y metadata.UUID) bool { return x == y })
}
