package compare

import (
	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/release"
)

// StateDifference is how the state of the cluster differs between a copy and the reference.
type StateDifference struct {
	Copy string `json:"copy"`
	// SameOffset tells that both states were taken at the end of what all copies agree on, where they should be equal: a snapshot
	// does not fit the log. Else each was taken at the end of its copy.
	SameOffset bool  `json:"sameOffset"`
	Offset     int64 `json:"offset"`
	Added      int   `json:"added"`
	Removed    int   `json:"removed"`
	Changed    int   `json:"changed"`
	// Changes are the first of them, from the reference to the copy.
	Changes []StateChange `json:"changes"`
}

// StateChange is a path that differs.
type StateChange struct {
	Path      string          `json:"path"`
	Operation image.Operation `json:"operation"`
	Fields    []FieldChange   `json:"fields"`
}

// FieldChange is a field that differs; Name is empty for what is a single text or number.
type FieldChange struct {
	Name      string `json:"name,omitempty"`
	Reference any    `json:"reference"`
	Copy      any    `json:"copy"`
}

// maxChanges bounds how many differences of state are kept for each copy.
const maxChanges = 1000

// states compares the state of each copy with that of the reference: at its end, when the copy does not have the same log, and
// at the end of what all agree on, when one of them begins with a snapshot.
func (w *work) states(common int64, secrets bool) ([]StateDifference, error) {
	out := []StateDifference{}
	var end, shared *image.Image
	for i, c := range w.copies {
		if c == w.ref || c.End == 0 {
			continue
		}
		var d *StateDifference
		var err error
		if w.fromSnapshot(c, common) {
			if d, err = w.state(c, &shared, common, secrets); err != nil {
				return nil, err
			}
			if d != nil {
				d.SameOffset = true
				out = append(out, *d)
			}
		}
		if c.End == w.ref.End && w.agreements[i].Kind == "" {
			continue
		}
		if d, err = w.state(c, &end, image.End, secrets); err != nil {
			return nil, err
		}
		if d != nil {
			out = append(out, *d)
		}
	}
	return out, nil
}

// fromSnapshot reports whether one of the states at an offset begins from a snapshot, which may not fit the log.
func (w *work) fromSnapshot(c *Copy, at int64) bool {
	if at <= 0 {
		return false
	}
	a, _ := c.Log.SnapshotBefore(at)
	b, _ := w.ref.Log.SnapshotBefore(at)
	return a.Offset > 0 || b.Offset > 0
}

// state compares the states of a copy and the reference before offset at; of is the state of the reference once it is known.
func (w *work) state(c *Copy, of **image.Image, at int64, secrets bool) (*StateDifference, error) {
	if *of == nil {
		img, err := image.Load(w.ref.Log, at, image.DefaultOptions(), nil)
		if err != nil {
			return nil, err
		}
		*of = img
	}
	own, err := image.Load(c.Log, at, image.DefaultOptions(), nil)
	if err != nil {
		return nil, err
	}
	d := &StateDifference{Copy: c.Name, Offset: min(at, c.End), Changes: []StateChange{}}
	for _, change := range image.Diff(*of, own) {
		d.count(change, secrets)
	}
	if d.Added+d.Removed+d.Changed == 0 {
		return nil, nil
	}
	return d, nil
}

func (d *StateDifference) count(c image.Change, secrets bool) {
	switch c.Operation {
	case image.Added:
		d.Added++
	case image.Removed:
		d.Removed++
	default:
		d.Changed++
	}
	if len(d.Changes) == maxChanges {
		return
	}
	out := StateChange{Path: c.Path, Operation: c.Operation, Fields: []FieldChange{}}
	for _, f := range c.Fields {
		change := FieldChange{Name: f.Name, Reference: f.Old, Copy: f.New}
		if f.Secret && !secrets {
			change.Reference, change.Copy = hidden(f.Old), hidden(f.New)
		}
		out.Fields = append(out.Fields, change)
	}
	d.Changes = append(d.Changes, out)
}

func hidden(v any) any {
	if v == nil {
		return nil
	}
	return release.Redacted
}
