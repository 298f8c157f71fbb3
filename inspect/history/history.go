// Package history tells how one thing in a cluster's state changed: a topic, partition, broker, configuration, user, voter or
// whatever has a path in an image.
package history

import (
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/inspect/steps"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
)

// Change is a record that changed something below the path.
type Change struct {
	// Offset, Epoch and Timestamp (ms since 1970) are the record's; Committed is where it took effect, which is later for a
	// record of a transaction.
	Offset, Committed int64
	Epoch             int32
	Timestamp         int64
	// Controller led when it was written, -1 when the log does not tell.
	Controller int32
	// Record names the record's type.
	Record string
	// Paths are what changed, from old to new.
	Paths []image.Change
	// Initial tells that it is no change but what a snapshot holds, before which the log is not known.
	Initial bool
}

// Of iterates over the changes below a path in a log. It tells progress how many bytes it has read now and then; progress may
// be nil. The error is a *metalog.Damage, after which the iteration goes on, or one
// of reading.
func Of(log *metalog.Log, path string, progress func(bytes int64)) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		base := steps.BaseFor(log, 0)
		f := follower{path: path, build: image.NewBuilder(image.DefaultOptions()), initial: base.HasSnapshot && base.Offset > 0}
		for s, err := range steps.Walk(log, base, progress) {
			if err != nil {
				if !yield(Change{Offset: s.Offset}, err) || !errors.As(err, new(*metalog.Damage)) {
					return
				}
				continue
			}
			if f.initial && !s.InSnapshot() && !f.begin(base, yield) {
				return
			}
			if c, ok := f.step(&s); ok && !yield(c, nil) {
				return
			}
		}
		if f.initial {
			f.begin(base, yield)
		}
	}
}

// follower watches what is below a path.
type follower struct {
	path    string
	build   *image.Builder
	initial bool
}

// begin tells what the snapshot holds that the log begins with.
func (f *follower) begin(base steps.Base, yield func(Change, error) bool) bool {
	f.initial = false
	changes := image.DiffNodes(nil, f.path, nil, f.build.Image().Root().Find(f.path))
	if len(changes) == 0 {
		return true
	}
	p := f.build.Image().Provenance
	return yield(Change{
		Offset: base.Offset - 1, Committed: base.Offset - 1, Epoch: base.Snapshot.Epoch, Timestamp: p.Timestamp, Controller: -1,
		Record: "snapshot " + base.Snapshot.Base, Paths: changes, Initial: true,
	}, nil)
}

// step applies a record and tells what it changed.
func (f *follower) step(s *steps.Step) (Change, bool) {
	watched := f.watched(s)
	if len(watched) == 0 || f.initial && s.InSnapshot() {
		f.build.Apply(&s.Record)
		return Change{}, false
	}
	before := f.look(watched)
	f.build.Apply(&s.Record)
	after := f.look(watched)
	c := Change{
		Offset: s.Offset, Committed: s.Committed, Epoch: s.Epoch, Timestamp: s.Timestamp,
		Controller: f.build.Image().Leader.ID, Record: name(s),
	}
	for _, path := range watched {
		c.Paths = append(c.Paths, diff(path, before[path], after[path])...)
	}
	return c, len(c.Paths) > 0
}

// byID is where topics are a second time.
const byID = "/topics/byId"

// watched are the paths that a record touches as far as they are watched.
func (f *follower) watched(s *steps.Step) []string {
	touched := image.TouchesControl(s.Control)
	if s.Record.Record != nil {
		touched = f.build.Image().Touches(s.Record.Record)
	}
	// A topic takes its configuration along.
	if r, ok := s.Record.Record.(*metadata.RemoveTopicRecord); ok {
		if t := f.build.Image().Topics.ByID(r.TopicId); t != nil {
			touched = append(touched, "/configs/topic/"+t.Name)
		}
	}
	var watched []string
	for _, path := range touched {
		switch {
		case under(path, byID) && !under(f.path, byID):
			// It is told by name.
		case under(path, f.path):
			watched = append(watched, path)
		case under(f.path, path):
			watched = append(watched, f.path)
		}
	}
	return watched
}

// under reports whether a path is another, or below it.
func under(path, above string) bool {
	above = strings.TrimSuffix(above, "/")
	return path == above || strings.HasPrefix(path, above+"/")
}

// look takes down the leaves below the paths.
func (f *follower) look(paths []string) map[string][]leaf {
	seen := map[string][]leaf{}
	for _, path := range paths {
		n := f.build.Image().Root().Find(path)
		if n == nil {
			continue
		}
		for p, l := range n.Walk(path) {
			seen[path] = append(seen[path], leaf{path: p, fields: l.Fields()})
		}
	}
	return seen
}

// leaf is a leaf as it was.
type leaf struct {
	path   string
	fields []image.Field
}

// diff compares the leaves below a path before and after.
func diff(path string, before, after []leaf) []image.Change {
	return image.DiffNodes(nil, path, tree(path, before), tree(path, after))
}

// tree is the node of leaves below a path; nil when there are none.
func tree(path string, leaves []leaf) *image.Node {
	if len(leaves) == 0 {
		return nil
	}
	if len(leaves) == 1 && leaves[0].path == path {
		fields := leaves[0].fields
		return image.Leaf(func() []image.Field { return fields })
	}
	below := map[string][]leaf{}
	var names []string
	for _, l := range leaves {
		name, _, _ := strings.Cut(strings.TrimPrefix(l.path[len(path):], "/"), "/")
		if below[name] == nil {
			names = append(names, name)
		}
		below[name] = append(below[name], l)
	}
	return image.Dir(func() []string { return names }, func(name string) *image.Node { return tree(image.Join(path, name), below[name]) })
}

// name names a record's type as kafka-dump-log does.
func name(s *steps.Step) string {
	if s.Control != nil {
		if t, ok := metadata.ControlTypeOf(s.Control.ControlType()); ok {
			return t.DumpName
		}
		return fmt.Sprintf("control record %d", s.Control.ControlType())
	}
	return metadata.DumpName(s.Record.Record.APIKey())
}
