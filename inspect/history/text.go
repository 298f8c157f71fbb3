package history

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/release"
)

// Writer writes changes.
type Writer struct {
	// Out is where to.
	Out io.Writer
	// ShowSecrets writes secrets instead of masking them.
	ShowSecrets bool
}

// Text writes a change for people: a line with where and when, and a line for each path.
func (w *Writer) Text(c *Change) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  offset %d", image.Time(c.Timestamp), c.Offset)
	if c.Committed != c.Offset {
		fmt.Fprintf(&b, " (committed at %d)", c.Committed)
	}
	fmt.Fprintf(&b, "  epoch %d", c.Epoch)
	if c.Controller >= 0 {
		fmt.Fprintf(&b, "  controller %d", c.Controller)
	}
	fmt.Fprintf(&b, "  %s\n", c.Record)
	for _, p := range c.Paths {
		sign := map[image.Operation]string{image.Added: "+", image.Removed: "-", image.Changed: "~"}[p.Operation]
		fmt.Fprintf(&b, "  %s %s%s\n", sign, p.Path, w.fields(&p))
	}
	_, err := io.WriteString(w.Out, b.String())
	return err
}

// fields are the fields of a change, from old to new.
func (w *Writer) fields(c *image.Change) string {
	parts := make([]string, 0, len(c.Fields))
	for _, f := range c.Fields {
		old, now := w.value(f.Old, f.Secret), w.value(f.New, f.Secret)
		text := old + " → " + now
		switch c.Operation {
		case image.Added:
			text = now
		case image.Removed:
			text = old
		}
		parts = append(parts, strings.TrimSpace(f.Name+" "+text))
	}
	return ": " + strings.Join(parts, ", ")
}

// value is a value in words.
func (w *Writer) value(v any, secret bool) string {
	switch v := v.(type) {
	case nil:
		return "none"
	case string:
		if secret && !w.ShowSecrets {
			return release.Redacted
		}
		return fmt.Sprintf("%q", v)
	}
	if secret && !w.ShowSecrets {
		return release.Redacted
	}
	return fmt.Sprint(v)
}

// changeJSON is the stable JSON form of a change; docs/inspect-history.md describes it.
type changeJSON struct {
	Offset     int64      `json:"offset"`
	Committed  int64      `json:"committed"`
	Epoch      int32      `json:"epoch"`
	Time       int64      `json:"time"`
	Controller int32      `json:"controller"`
	Record     string     `json:"record"`
	Initial    bool       `json:"initial,omitempty"`
	Changes    []pathJSON `json:"changes"`
}

type pathJSON struct {
	Path      string          `json:"path"`
	Operation image.Operation `json:"operation"`
	Fields    []fieldJSON     `json:"fields"`
}

type fieldJSON struct {
	Name string `json:"name,omitempty"`
	Old  any    `json:"old"`
	New  any    `json:"new"`
}

// JSONLine writes a change as a JSON object on one line.
func (w *Writer) JSONLine(c *Change) error {
	out := changeJSON{
		Offset: c.Offset, Committed: c.Committed, Epoch: c.Epoch, Time: c.Timestamp, Controller: c.Controller, Record: c.Record,
		Initial: c.Initial, Changes: []pathJSON{},
	}
	for _, p := range c.Paths {
		path := pathJSON{Path: p.Path, Operation: p.Operation, Fields: []fieldJSON{}}
		for _, f := range p.Fields {
			path.Fields = append(path.Fields, fieldJSON{Name: f.Name, Old: w.masked(f.Old, f.Secret), New: w.masked(f.New, f.Secret)})
		}
		out.Changes = append(out.Changes, path)
	}
	enc := json.NewEncoder(w.Out)
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

func (w *Writer) masked(v any, secret bool) any {
	if secret && v != nil && !w.ShowSecrets {
		return release.Redacted
	}
	return v
}
