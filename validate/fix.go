package validate

import (
	"bytes"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/internal/javaprops"
)

// Fix is one file as it would be after its findings were mended mechanically.
type Fix struct {
	// Path is the file.
	Path string
	// Before and After are its text.
	Before, After []byte
	// Findings are those that are mended.
	Findings []Finding

	changes []change
}

// Diff is the change as a unified diff, with three lines of context. Values of secret keys are masked, so it is for
// reading, not for patching.
func (f *Fix) Diff() string { return unifiedDiff(f.Path, f.changes) }

// Fixes makes the edits of findings in the sources they are about. Of two edits of one entry the first is made; the other
// finding remains, and is found again. Sources of other formats than properties are left alone.
func Fixes(sources []Source, findings []Finding) []Fix {
	edited := map[string][]Finding{}
	for _, f := range findings {
		if f.Edit != nil {
			edited[f.File] = append(edited[f.File], f)
		}
	}
	var fixes []Fix
	for i := range sources {
		src := &sources[i]
		if src.Err != nil || src.Lines != nil || len(edited[src.Path]) == 0 {
			continue
		}
		if fix := fixText(src.Path, src.Text, edited[src.Path]); !bytes.Equal(fix.Before, fix.After) {
			fixes = append(fixes, fix)
		}
	}
	return fixes
}

// entryLines is an entry and the physical lines it takes, as a range of indexes.
type entryLines struct {
	key      string
	line     int
	from, to int
}

// fixer is a file under repair.
type fixer struct {
	lines   [][]byte
	entries []entryLines
	// mended has the new text of entries by their index; a nil text deletes one.
	mended map[int][]byte
	added  [][]byte
}

func fixText(file string, text []byte, findings []Finding) Fix {
	fix := Fix{Path: file, Before: text, After: text}
	scanned, err := javaprops.Scan(text)
	if err != nil {
		return fix
	}
	f := fixer{lines: splitLines(text), mended: map[int][]byte{}}
	for i, line := range physicalLines(text) {
		switch {
		case line.continued:
			f.entries[len(f.entries)-1].to = i + 1
		case !line.comment && len(scanned) > len(f.entries):
			f.entries = append(f.entries, entryLines{scanned[len(f.entries)].Key, line.number, i, i + 1})
		}
	}
	for _, finding := range findings {
		if f.mend(finding) {
			fix.Findings = append(fix.Findings, finding)
		}
	}
	fix.After, fix.changes = f.result(maskedLines(text))
	return fix
}

// mend makes the edit of a finding: in the entry at its line when that has the key, else in the last one that has it. A
// value for a key the file lacks is added at the end.
func (f *fixer) mend(finding Finding) bool {
	edit, at := finding.Edit, -1
	for i, e := range f.entries {
		if e.key == edit.Key && (at < 0 || f.entries[at].line != finding.Line) {
			at = i
		}
	}
	if at < 0 {
		if edit.Kind != SetValue {
			return false
		}
		f.added = append(f.added, []byte(edit.Key+"="+escapedValue(edit.Text)+"\n"))
		return true
	}
	if _, done := f.mended[at]; done {
		return false
	}
	text, ok := applyEdit(bytes.Join(f.lines[f.entries[at].from:f.entries[at].to], nil), edit)
	if ok {
		f.mended[at] = text
	}
	return ok
}

// result is the text after all edits, and what changed, in lines as shown.
func (f *fixer) result(shown []string) (after []byte, changes []change) {
	next := 0
	keep := func(to int) {
		for ; next < to; next++ {
			after = append(after, f.lines[next]...)
			changes = append(changes, change{' ', shown[next]})
		}
	}
	for i, e := range f.entries {
		text, ok := f.mended[i]
		if !ok {
			continue
		}
		keep(e.from)
		for ; next < e.to; next++ {
			changes = append(changes, change{'-', shown[next]})
		}
		after = append(after, text...)
		for _, line := range maskedLines(text) {
			changes = append(changes, change{'+', line})
		}
	}
	keep(len(f.lines))
	if n := len(after); len(f.added) > 0 && n > 0 && after[n-1] != '\n' && after[n-1] != '\r' {
		after = append(after, '\n')
	}
	for _, text := range f.added {
		after = append(after, text...)
		changes = append(changes, change{'+', maskedLines(text)[0]})
	}
	return after, changes
}

// splitLines cuts a text behind each line end.
func splitLines(text []byte) [][]byte {
	var lines [][]byte
	for _, line := range physicalLines(text) {
		end := len(line.text)
		for end < len(text) && (text[end] == '\r' || text[end] == '\n') {
			end++
			if text[end-1] == '\n' || end == len(text) || text[end] != '\n' {
				break
			}
		}
		lines = append(lines, slices.Clone(text[:end]))
		text = text[end:]
	}
	return lines
}

// applyEdit is the text of an entry after an edit.
func applyEdit(whole []byte, edit *Edit) ([]byte, bool) {
	content := bytes.TrimLeft(whole, " \t\f")
	lead := whole[:len(whole)-len(content)]
	body := bytes.TrimRight(content, "\r\n")
	ending := content[len(body):]
	written := len(writtenKey(body))
	switch edit.Kind {
	case DeleteKey:
		return nil, true
	case RenameKey:
		return slices.Concat(lead, []byte(javaprops.EscapeKey(edit.Text, javaprops.ToWriter)), content[written:]), true
	case SetValue:
		head := body[:len(body)-len(valueOf(body[written:]))]
		if len(head) == written {
			head = slices.Concat(head, []byte("="))
		}
		return slices.Concat(lead, head, []byte(escapedValue(edit.Text)), ending), true
	}
	return nil, false
}

// valueOf is what stands behind the separator of an entry: blanks, one = or :, and blanks.
func valueOf(rest []byte) []byte {
	rest = bytes.TrimLeft(rest, " \t\f")
	if len(rest) > 0 && (rest[0] == '=' || rest[0] == ':') {
		rest = rest[1:]
	}
	return bytes.TrimLeft(rest, " \t\f")
}

// escapedValue writes a value so that Java reads it back; = and : need no escape there, and stay readable without.
func escapedValue(value string) string {
	return strings.NewReplacer(`\=`, "=", `\:`, ":", `\#`, "#", `\!`, "!").Replace(javaprops.EscapeValue(value, javaprops.ToWriter))
}
