package command

import (
	"fmt"
	"io"
	"strings"

	"github.com/kraftctl/kraftctl/internal/javaprops"
	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/release"
)

// validateReport is the JSON contract of "kraftctl validate --output json"; fields are added, never changed.
type validateReport struct {
	// Version is that of this contract.
	Version int `json:"version"`
	// KafkaVersion is the release line whose rules were applied.
	KafkaVersion string       `json:"kafkaVersion"`
	Files        []fileReport `json:"files"`
}

// fileReport is what is to be said of one file.
type fileReport struct {
	File string `json:"file"`
	// Error says why the file could not be judged; Kafka is absent then.
	Error      string             `json:"error,omitempty"`
	Kafka      *kafkaReport       `json:"kafka,omitempty"`
	Unresolved []unresolvedReport `json:"unresolved,omitempty"`
}

// kafkaReport is the verdict a node of the release would give. The fields from Error on are those of the first
// error, which is the only one Kafka reports.
type kafkaReport struct {
	Accepted bool `json:"accepted"`
	problemReport
	// Next are the errors Kafka would report one after the other as each before is mended.
	Next []problemReport `json:"next,omitempty"`
	// Warnings are what Kafka logs while it reads the file.
	Warnings []warningReport `json:"warnings,omitempty"`
}

type problemReport struct {
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

type warningReport struct {
	Level   string `json:"level"`
	Message string `json:"message"`
	place
}

type unresolvedReport struct {
	Reference string `json:"reference"`
	Reason    string `json:"reason"`
	place
}

// judge reads and judges one file.
func (app *App) judge(file string, r release.Release) judgement {
	text, err := app.readConfig(file)
	if err != nil {
		return judgement{err: err}
	}
	return judgement{verdict: nodeconf.Judge(text, app.judgeOptions(file, r, nil))}
}

// add appends what became of a file.
func (r *validateReport) add(file string, j judgement) {
	f := fileReport{File: file}
	if j.err != nil {
		f.Error = j.err.Error()
		r.Files = append(r.Files, f)
		return
	}
	v := j.verdict
	anchor := nodeconf.Anchor(v.Props)
	f.Kafka = &kafkaReport{Accepted: v.Refusal == nil}
	if v.Refusal != nil {
		f.Kafka.problemReport = reportProblem(v.Refusal, anchor)
	}
	for _, p := range v.Others {
		f.Kafka.Next = append(f.Kafka.Next, reportProblem(p, anchor))
	}
	for _, w := range v.Warnings {
		f.Kafka.Warnings = append(f.Kafka.Warnings, warningReport{w.Level, w.Message, placeAt(w.Key, w.Pos, anchor)})
	}
	for _, u := range v.Unresolved {
		f.Unresolved = append(f.Unresolved, unresolvedReport{u.Reference, u.Reason, placeAt(u.Key, u.Pos, anchor)})
	}
	r.Files = append(r.Files, f)
}

func reportProblem(p *nodeconf.Problem, anchor javaprops.Position) problemReport {
	return problemReport{Error: p.Message, Exception: p.Exception, Causes: p.Causes, Stage: p.Stage, place: placeAt(p.Key, p.Pos, anchor), Hint: p.Hint}
}

func placeAt(key string, pos, anchor javaprops.Position) place {
	if pos.IsZero() {
		pos = anchor
	}
	return place{key, pos.Line, pos.Column}
}

// writeText prints one block for each finding and a line that sums up.
func (r *validateReport) writeText(out io.Writer) error {
	var b strings.Builder
	refused, unread := 0, 0
	for _, f := range r.Files {
		if f.Error != "" {
			unread++
			fmt.Fprintf(&b, "%s: error: it cannot be read: %s\n\n", f.File, f.Error)
			continue
		}
		f.writeText(&b, r.KafkaVersion)
		if !f.Kafka.Accepted {
			refused++
		}
	}
	fmt.Fprintf(&b, "%s: Kafka %s accepts %d and refuses %d", counted(len(r.Files), "file"), r.KafkaVersion, len(r.Files)-refused-unread, refused)
	if unread > 0 {
		fmt.Fprintf(&b, "; %d could not be read", unread)
	}
	b.WriteByte('\n')
	_, err := io.WriteString(out, b.String())
	return err
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func (f *fileReport) writeText(b *strings.Builder, kafkaVersion string) {
	block := func(at place, heading, message, hint string) {
		fmt.Fprintf(b, "%s:%d:%d: %s\n  %s\n", f.File, at.Line, at.Column, heading, message)
		if hint != "" {
			fmt.Fprintf(b, "  hint: %s\n", hint)
		}
		b.WriteByte('\n')
	}
	if !f.Kafka.Accepted {
		first := f.Kafka.problemReport
		block(first.place, "error: Kafka "+kafkaVersion+" refuses this file", first.Error, first.Hint)
	}
	for _, p := range f.Kafka.Next {
		block(p.place, "error: Kafka would refuse this next", p.Error, p.Hint)
	}
	for _, u := range f.Unresolved {
		block(u.place, "error: unresolved reference in "+u.Key, u.Reference+" has no value: "+u.Reason, "Kafka would go on with the text of the reference as the value")
	}
	for _, w := range f.Kafka.Warnings {
		block(w.place, "warning: Kafka "+kafkaVersion+" logs", w.Message, "")
	}
}
