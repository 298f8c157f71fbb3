package render

import (
	"encoding/json"
	"io"

	"github.com/kraftctl/kraftctl/internal/javaprops"
	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/validate"
)

// document is the JSON contract of "kraftctl validate --output json"; fields are added, never changed.
type document struct {
	// Version is that of this contract.
	Version int `json:"version"`
	// KafkaVersion is the release line whose rules were applied to clusters, and KafkaVersionFrom what told it when the
	// caller did not.
	KafkaVersion     string                    `json:"kafkaVersion"`
	KafkaVersionFrom string                    `json:"kafkaVersionFrom,omitempty"`
	Profile          string                    `json:"profile,omitempty"`
	Summary          summary                   `json:"summary"`
	Findings         []validate.Finding        `json:"findings"`
	Files            []file                    `json:"files"`
	Clusters         []validate.ClusterSummary `json:"clusters,omitempty"`
	Suppressed       []validate.Suppressed     `json:"suppressed,omitempty"`
	Notes            []string                  `json:"notes,omitempty"`
	Upgrade          *upgrade                  `json:"upgrade,omitempty"`
}

type summary struct {
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	Infos    int `json:"infos"`
}

type upgrade struct {
	To string `json:"to"`
	*validate.Upgrade
}

// file is what is to be said of one file.
type file struct {
	File string `json:"file"`
	// Error says why the file could not be judged; all else but File is absent then.
	Error        string       `json:"error,omitempty"`
	KafkaVersion string       `json:"kafkaVersion,omitempty"`
	NodeID       string       `json:"nodeId,omitempty"`
	Roles        string       `json:"roles,omitempty"`
	Cluster      string       `json:"cluster,omitempty"`
	Kafka        *verdict     `json:"kafka,omitempty"`
	Unresolved   []unresolved `json:"unresolved,omitempty"`
}

// verdict is what a node of the release would say. The fields from Error on are those of the first error, which is the
// only one Kafka reports.
type verdict struct {
	Accepted bool `json:"accepted"`
	problem
	// Next are the errors Kafka would report one after the other as each before is mended.
	Next []problem `json:"next,omitempty"`
	// Warnings are what Kafka logs while it reads the file.
	Warnings []logged `json:"warnings,omitempty"`
}

type problem struct {
	// Error is Kafka's message, Exception its Java class and Stage "load" or "config".
	Error     string   `json:"error,omitempty"`
	Exception string   `json:"exception,omitempty"`
	Causes    []string `json:"causes,omitempty"`
	Stage     string   `json:"stage,omitempty"`
	place
	Hint string `json:"hint,omitempty"`
}

// place is a key and where to look; a key that is missing is looked for near process.roles.
type place struct {
	Key    string `json:"key,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

type logged struct {
	Level   string `json:"level"`
	Message string `json:"message"`
	place
}

type unresolved struct {
	Reference string `json:"reference"`
	Reason    string `json:"reason"`
	place
}

// JSON writes the report as one indented JSON document.
func JSON(out io.Writer, report *validate.Report, _ Options) error {
	return newEncoder(out, "  ").Encode(newDocument(report))
}

func newEncoder(out io.Writer, indent string) *json.Encoder {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	return encoder
}

func newDocument(report *validate.Report) *document {
	d := &document{
		Version: 1, KafkaVersion: report.Release.String(), KafkaVersionFrom: report.ReleaseFrom, Profile: string(report.Profile),
		Findings: report.Findings, Files: make([]file, 0, len(report.Files)),
		Clusters: report.Clusters, Suppressed: report.Suppressed, Notes: report.Notes,
	}
	d.Summary.Errors, d.Summary.Warnings, d.Summary.Infos = report.Count()
	if d.Findings == nil {
		d.Findings = []validate.Finding{}
	}
	for _, f := range report.Files {
		d.Files = append(d.Files, newFile(f))
	}
	if report.Upgrade != nil {
		d.Upgrade = &upgrade{report.Upgrade.To.String(), report.Upgrade}
	}
	return d
}

func newFile(source validate.File) file {
	if source.Err != nil {
		return file{File: source.Path, Error: source.Err.Error()}
	}
	f := file{File: source.Path, KafkaVersion: source.Release.String(), NodeID: source.NodeID, Roles: source.Roles, Cluster: source.Cluster}
	v := source.Verdict
	if v == nil {
		return f
	}
	anchor := javaprops.Position{Line: 1, Column: 1}
	if v.Props != nil {
		anchor = nodeconf.Anchor(v.Props)
	}
	f.Kafka = &verdict{Accepted: v.Refusal == nil}
	if v.Refusal != nil {
		f.Kafka.problem = newProblem(v.Refusal, anchor)
	}
	for _, p := range v.Others {
		f.Kafka.Next = append(f.Kafka.Next, newProblem(p, anchor))
	}
	for _, w := range v.Warnings {
		f.Kafka.Warnings = append(f.Kafka.Warnings, logged{w.Level, w.Message, placeAt(w.Key, w.Pos, anchor)})
	}
	for _, u := range v.Unresolved {
		f.Unresolved = append(f.Unresolved, unresolved{u.Reference, u.Reason, placeAt(u.Key, u.Pos, anchor)})
	}
	return f
}

func newProblem(p *nodeconf.Problem, anchor javaprops.Position) problem {
	return problem{Error: p.Message, Exception: p.Exception, Causes: p.Causes, Stage: p.Stage, place: placeAt(p.Key, p.Pos, anchor), Hint: p.Hint}
}

func placeAt(key string, pos, anchor javaprops.Position) place {
	if pos.IsZero() {
		pos = anchor
	}
	return place{key, pos.Line, pos.Column}
}

// line is one line of JSON Lines: its Type says which of the other fields is there.
type line struct {
	// Type is "file", "finding", "suppressed", "note", "upgrade" or "summary".
	Type       string               `json:"type"`
	File       *file                `json:"file,omitempty"`
	Finding    *validate.Finding    `json:"finding,omitempty"`
	Suppressed *validate.Suppressed `json:"suppressed,omitempty"`
	Note       string               `json:"note,omitempty"`
	Upgrade    *upgrade             `json:"upgrade,omitempty"`
	Summary    *summary             `json:"summary,omitempty"`
}

// JSONLines writes the parts of the JSON document one to a line: files, findings, and at last the summary.
func JSONLines(out io.Writer, report *validate.Report, _ Options) error {
	d := newDocument(report)
	var lines []line
	for i := range d.Files {
		lines = append(lines, line{Type: "file", File: &d.Files[i]})
	}
	for i := range d.Findings {
		lines = append(lines, line{Type: "finding", Finding: &d.Findings[i]})
	}
	for i := range d.Suppressed {
		lines = append(lines, line{Type: "suppressed", Suppressed: &d.Suppressed[i]})
	}
	for _, note := range d.Notes {
		lines = append(lines, line{Type: "note", Note: note})
	}
	if d.Upgrade != nil {
		lines = append(lines, line{Type: "upgrade", Upgrade: d.Upgrade})
	}
	lines = append(lines, line{Type: "summary", Summary: &d.Summary})
	encoder := newEncoder(out, "")
	for _, l := range lines {
		if err := encoder.Encode(l); err != nil {
			return err
		}
	}
	return nil
}
