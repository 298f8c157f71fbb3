package validate

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// ignoreMark is what a comment begins with that accepts a finding in its file: "# kraftctl:ignore RULE reason".
const ignoreMark = "kraftctl:ignore"

// suppressor takes out what somebody accepted, and sets the severities a project wants.
type suppressor struct {
	settings *Settings
	// comments are the ignores in each file.
	comments map[string][]Ignore
}

func newSuppressor(r *run) *suppressor {
	s := &suppressor{settings: r.opts.Settings, comments: map[string][]Ignore{}}
	if s.settings == nil {
		s.settings = &Settings{}
	}
	for _, src := range r.sources {
		if ignores := ignoresIn(src.Text); len(ignores) > 0 {
			file := src.Path
			if len(src.Lines) > 0 {
				file = src.Lines[0].File
			}
			s.comments[file] = ignores
		}
	}
	for _, m := range r.opts.Metas {
		if ignores := ignoresIn(m.Text); len(ignores) > 0 {
			s.comments[m.Path] = ignores
		}
	}
	return s
}

// ignoresIn reads the ignores in the comments of a text.
func ignoresIn(text []byte) []Ignore {
	if !strings.Contains(string(text), ignoreMark) {
		return nil
	}
	var ignores []Ignore
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		comment := strings.TrimLeft(line, "#!")
		if comment == line {
			continue
		}
		rest, found := strings.CutPrefix(strings.TrimSpace(comment), ignoreMark)
		if !found {
			continue
		}
		rule, reason, _ := strings.Cut(strings.TrimSpace(rest), " ")
		ignores = append(ignores, Ignore{Rule: rule, Reason: strings.TrimSpace(reason)})
	}
	return ignores
}

func (s *suppressor) apply(report *Report) {
	report.Notes = append(report.Notes, s.misspelt()...)
	kept := []Finding{}
	for _, f := range report.Findings {
		if severity, ok := s.settings.Severities[f.Rule]; ok {
			f.Severity = severity
		}
		if by, reason := s.ignored(f); by != "" {
			report.Suppressed = append(report.Suppressed, Suppressed{f, by, reason})
			continue
		}
		kept = append(kept, f)
	}
	report.Findings = kept
}

func (s *suppressor) ignored(f Finding) (by, reason string) {
	for _, i := range s.comments[f.File] {
		if i.Rule == f.Rule || i.Rule == "*" {
			return "comment", i.Reason
		}
	}
	for _, i := range s.settings.Ignores {
		if (i.Rule == f.Rule || i.Rule == "*") && i.matches(f.File) {
			return "settings", i.Reason
		}
	}
	return "", ""
}

// misspelt notes the comments that accept findings of a rule there is not: they would have no effect in silence.
func (s *suppressor) misspelt() []string {
	var notes []string
	for _, file := range slices.Sorted(maps.Keys(s.comments)) {
		for _, i := range s.comments[file] {
			if _, known := Lookup(i.Rule); !known && i.Rule != "*" {
				notes = append(notes, fmt.Sprintf("%s: %s has no effect: %v", file, ignoreMark, unknownRule(i.Rule)))
			}
		}
	}
	return notes
}

// matches tells whether the pattern is for a file: for its whole path, or for its end from a slash on.
func (i Ignore) matches(file string) bool {
	if i.Path == "" {
		return true
	}
	for rest := file; ; {
		if ok, _ := path.Match(i.Path, rest); ok || strings.HasPrefix(rest, strings.TrimSuffix(i.Path, "/")+"/") {
			return true
		}
		_, after, found := strings.Cut(rest, "/")
		if !found {
			return false
		}
		rest = after
	}
}
