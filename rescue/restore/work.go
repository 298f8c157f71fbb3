package restore

import (
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/rescue/stage"
)

// drawn is what a first run leaves for the run that finishes its directory.
type drawn struct {
	DirectoryID    string `json:"directoryId,omitempty"`
	MetaProperties string `json:"metaProperties"`
}

// Work is what is to be made. A new directory ID is drawn, unless an unfinished directory of this plan has one. The error is
// of reading that, or of the randomness.
func (p *Plan) Work(fsys fsx.FS) (stage.Work, error) {
	w := stage.Work{Dir: p.Directory, Command: Command, Plan: p.ID}
	note, _, err := stage.Noted(fsys, w)
	if err != nil {
		return w, err
	}
	var d drawn
	if note == "" || json.Unmarshal([]byte(note), &d) != nil || d.MetaProperties == "" {
		if d, err = p.draw(); err != nil {
			return w, err
		}
	}
	text, err := json.Marshal(d)
	if err != nil {
		return w, err
	}
	w.Note, p.DirectoryID = string(text), d.DirectoryID
	meta := stage.Bytes(metaprops.Name, 0o666, []byte(d.MetaProperties))
	meta.Last = true
	w.Files = append(append(w.Files, p.staged...), meta)
	for i := range p.Files {
		if p.Files[i].Path == metaprops.Name {
			p.Files[i].Size = meta.Size
		}
	}
	p.Restored = true
	w.Reports, err = stage.Reports(p.ReportPrefix(), p.Text(), p)
	p.Restored = false
	return w, err
}

// draw makes what depends on chance and time.
func (p *Plan) draw() (drawn, error) {
	d := drawn{DirectoryID: p.DirectoryID}
	if p.DirectoryChoice == choiceNew {
		id, err := clusterid.NewDirectory(p.opts.Rand)
		if err != nil {
			return d, fmt.Errorf("no directory ID could be drawn: %w", err)
		}
		d.DirectoryID = id.String()
	}
	props := metaprops.Properties{Version: 1, ClusterID: p.ClusterID, NodeID: p.NodeID}
	if d.DirectoryID != "" {
		id, err := clusterid.Parse(d.DirectoryID)
		if err != nil {
			return d, err
		}
		props.DirectoryID = &id
	}
	d.MetaProperties = string(props.Marshal(p.opts.Release, p.opts.Now))
	return d, nil
}

// ReportPrefix is what the names of the reports begin with.
func (p *Plan) ReportPrefix() string {
	if p.opts.Report != "" {
		return p.opts.Report
	}
	return filepath.Clean(p.Directory)
}

// Dry is the plan as it is before anything is drawn.
func (p *Plan) Dry() *Plan {
	dry := *p
	if p.DirectoryChoice == choiceNew {
		dry.DirectoryID = ""
	}
	return &dry
}
