// Package render writes reports of the linter in the forms people and programs read: text for a terminal, JSON for
// scripts, and the formats of code hosts and build servers.
//
// A reporter writes to an io.Writer it is given and knows nothing of the process it runs in; whether to colour is
// decided by the caller (see Colored). Reporters are deterministic: the same report gives the same bytes.
package render

import (
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/kraftctl/kraftctl/validate"
)

// Options say how a report is written.
type Options struct {
	// Color paints the text report.
	Color bool
	// Version is kraftctl's own, for formats that name the tool.
	Version string
	// FailLevel is the least severity that fails the run; JUnit counts what is below it as skipped.
	FailLevel validate.Severity
}

// Reporter writes a report in one form. Its error is that of the writer.
type Reporter func(out io.Writer, report *validate.Report, o Options) error

// form is a reporter under the name --output has for it.
type form struct {
	name  string
	write Reporter
}

// forms lists the reporters in the order help shows them.
var forms = []form{
	{"text", Text},
	{"json", JSON},
	{"jsonl", JSONLines},
	{"sarif", SARIF},
	{"junit", JUnit},
	{"github", GitHub},
	{"gitlab", GitLab},
	{"checkstyle", Checkstyle},
}

// Names lists the forms there are, in the order help shows them.
func Names() []string {
	names := make([]string, len(forms))
	for i, f := range forms {
		names[i] = f.name
	}
	return names
}

// Lookup finds a reporter by its name.
func Lookup(name string) (Reporter, bool) {
	i := slices.IndexFunc(forms, func(f form) bool { return f.name == name })
	if i < 0 {
		return nil, false
	}
	return forms[i].write, true
}

// plain is text without the control characters that could move a terminal's cursor; a tab becomes a blank, so that a
// caret below stands right.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case unicode.IsControl(r):
			return '·'
		}
		return r
	}, strings.ToValidUTF8(text, "·"))
}

// byFile groups findings by their file, in the order of the report's files; a file that is no source, such as a
// meta.properties, comes behind them.
func byFile(report *validate.Report) (paths []string, findings map[string][]validate.Finding) {
	findings = map[string][]validate.Finding{}
	seen := map[string]bool{}
	add := func(path string) {
		if !seen[path] {
			seen[path] = true
			paths = append(paths, path)
		}
	}
	for _, f := range report.Files {
		add(f.Path)
	}
	for _, f := range report.Findings {
		add(f.File)
		findings[f.File] = append(findings[f.File], f)
	}
	return paths, findings
}

// unreadable maps the path of each file that could not be read to the reason.
func unreadable(report *validate.Report) map[string]string {
	reasons := map[string]string{}
	for _, f := range report.Files {
		if f.Err != nil {
			reasons[f.Path] = "it cannot be read: " + f.Err.Error()
		}
	}
	return reasons
}

// advice is the message with why and how to mend it, one to a line.
func advice(f validate.Finding) string {
	lines := []string{f.Message}
	for _, r := range f.Related {
		lines = append(lines, position(r.Place)+": "+r.Message)
	}
	if f.Why != "" {
		lines = append(lines, "why: "+f.Why)
	}
	if f.Fix != "" {
		lines = append(lines, "fix: "+f.Fix)
	}
	return strings.Join(lines, "\n")
}
