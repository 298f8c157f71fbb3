package shell

import (
	"strings"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
)

// Entry is a record that changed something at or below a path.
type Entry struct {
	// Offset, Epoch and Timestamp are those of the record.
	Offset    int64
	Epoch     int32
	Timestamp int64
	// Leader is the active controller that wrote it, -1 when it is not known.
	Leader int32
	// Type is what kafka-dump-log calls the record.
	Type string
	// Changes are what it changed at or below the path.
	Changes []image.Change
}

// Watcher collects what happened at or below a path; its Watch belongs into the options of a Builder.
type Watcher struct {
	// Path is the path, as package image has them.
	Path string
	// Image is the image that is being built.
	Image func() *image.Image
	// Found is called with what happened.
	Found func(Entry)
}

// Watch is for [image.Options].
func (w *Watcher) Watch(r *metalog.Record, apply func()) {
	path := w.touched(r)
	if path == "" || r.InSnapshot() {
		apply()
		return
	}
	old := leaves(w.Image(), path)
	apply()
	changes := image.DiffNodes(nil, path, old.node(), leaves(w.Image(), path).node())
	if len(changes) == 0 {
		return
	}
	w.Found(Entry{
		Offset: r.Offset, Epoch: r.Epoch, Timestamp: r.Timestamp, Leader: w.Image().Leader.ID, Type: recordType(r), Changes: changes,
	})
}

// touched is the path to compare for a record: the one it is about or the one that is watched, whichever is longer.
func (w *Watcher) touched(r *metalog.Record) string {
	var paths []string
	if r.Control != nil {
		paths = image.TouchesControl(r.Control)
	} else if r.Record != nil {
		paths = w.Image().Touches(r.Record)
	}
	for _, p := range paths {
		if below(p, w.Path) {
			return p
		}
		if below(w.Path, p) {
			return w.Path
		}
	}
	return ""
}

// below reports whether a path is another or lies below it.
func below(path, other string) bool {
	other = strings.TrimSuffix(other, "/")
	return path == other || strings.HasPrefix(path, other+"/")
}

func recordType(r *metalog.Record) string {
	if r.Control != nil {
		if t, ok := metadata.ControlTypeOf(r.Control.ControlType()); ok {
			return t.DumpName
		}
		return "CONTROL"
	}
	return metadata.DumpName(r.Record.APIKey())
}

// frozen is a copy of a subtree, which stays when the image goes on.
type frozen struct {
	fields   []image.Field
	children map[string]*frozen
}

// leaves copies what is at a path.
func leaves(img *image.Image, path string) *frozen {
	return freeze(img.Root().Find(path))
}

func freeze(n *image.Node) *frozen {
	if n == nil {
		return nil
	}
	if !n.IsDir() {
		return &frozen{fields: n.Fields()}
	}
	f := &frozen{children: map[string]*frozen{}}
	for _, name := range n.Names() {
		f.children[name] = freeze(n.Child(name))
	}
	return f
}

func (f *frozen) node() *image.Node {
	if f == nil {
		return nil
	}
	if f.children == nil {
		return image.Leaf(func() []image.Field { return f.fields })
	}
	names := make([]string, 0, len(f.children))
	for name := range f.children {
		names = append(names, name)
	}
	return image.Dir(func() []string { return names }, func(name string) *image.Node { return f.children[name].node() })
}
