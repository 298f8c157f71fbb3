package timeline

import (
	"bufio"
	_ "embed"
	"html/template"
	"io"
	"strings"
)

// The page is written by hand rather than with a library of charts: those that Go has load their scripts over the network or
// bring megabytes along, and none has lanes; what is drawn here is bars and steps on one canvas.
//
//go:embed page.html
var pageHTML string

//go:embed page.js
var pageScript string

var page = template.Must(template.New("page").Parse(pageHTML))

// pageData is what the page's script reads.
type pageData struct {
	Kinds       []pageKind `json:"kinds"`
	Controllers []int32    `json:"controllers"`
	Brokers     []int32    `json:"brokers"`
	Events      [][]any    `json:"events"`
	Health      []Health   `json:"health"`
}

type pageKind struct {
	Name  Kind  `json:"name"`
	Level Level `json:"level"`
}

// WriteHTML writes a page that shows the timeline in a browser and needs nothing beside it: no network, no other files.
func WriteHTML(w io.Writer, t *Timeline) error {
	data := pageData{
		Kinds: []pageKind{}, Controllers: append([]int32{}, t.Controllers...), Brokers: append([]int32{}, t.Brokers...),
		Events: make([][]any, 0, len(t.Events)), Health: append([]Health{}, t.Health...),
	}
	index := map[Kind]int{}
	for i, k := range Kinds() {
		level := levels[k]
		if level == "" {
			level = Info
		}
		index[k] = i
		data.Kinds = append(data.Kinds, pageKind{Name: k, Level: level})
	}
	for i := range t.Events {
		e := &t.Events[i]
		data.Events = append(data.Events, []any{
			e.Offset, e.LastOffset, e.Time, e.LastTime, e.Epoch, e.Controller, index[e.Kind], e.Text,
			append([]int32{}, e.Nodes...), append([]string{}, e.Topics...), e.Count, e.Copy,
		})
	}
	out := bufio.NewWriterSize(w, 64<<10)
	err := page.Execute(out, struct {
		Title, ClusterID string
		Copies, Notes    []string
		Data             pageData
		Script           template.JS
	}{
		Title: strings.Join(t.Copies, ", "), ClusterID: t.ClusterID, Copies: t.Copies, Notes: t.Notes, Data: data,
		Script: template.JS(pageScript),
	})
	if err != nil {
		return err
	}
	return out.Flush()
}
