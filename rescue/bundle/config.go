package bundle

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/kraftctl/kraftctl/internal/javaprops"
	"github.com/kraftctl/kraftctl/release"
)

// maskedFile is a configuration without its secrets.
type maskedFile struct {
	data []byte
	// lines are the numbers of the lines that were changed.
	lines []int
}

// maskProperties replaces the values of secrets in a properties file, also in its comments. Lines keep their numbers, and every
// other byte stays. found is told of each secret.
func maskProperties(data []byte, where string, found func(secret []byte, where string)) (*maskedFile, error) {
	entries, err := javaprops.Scan(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", where, err)
	}
	m := &masker{lines: split(data), where: where, found: found}
	for _, e := range entries {
		m.entry(e)
	}
	m.comments()
	out := m.join()
	if err := sameBut(entries, out); err != nil {
		return nil, fmt.Errorf("%s: %w", where, err)
	}
	return &maskedFile{data: out, lines: m.changed}, nil
}

// line is a line of a file as an editor shows it.
type line struct {
	text []byte
	end  string
	// taken tells that it belongs to an entry.
	taken bool
}

// split cuts a file into lines that end with LF, CR or CR LF.
func split(data []byte) []line {
	var lines []line
	for len(data) > 0 {
		i := bytes.IndexAny(data, "\r\n")
		if i < 0 {
			return append(lines, line{text: data})
		}
		n := 1
		if data[i] == '\r' && i+1 < len(data) && data[i+1] == '\n' {
			n = 2
		}
		lines = append(lines, line{text: data[:i], end: string(data[i : i+n])})
		data = data[i+n:]
	}
	return lines
}

// goesOn tells whether the next line belongs to the same entry: the last backslash is not itself escaped.
func (l *line) goesOn() bool {
	return (len(l.text)-len(bytes.TrimRight(l.text, `\`)))%2 == 1
}

// masker masks the lines of one file.
type masker struct {
	lines   []line
	where   string
	found   func(secret []byte, where string)
	changed []int
}

// entry marks the lines of an entry, and masks its value when that is secret.
func (m *masker) entry(e javaprops.Entry) {
	last := e.KeyPos.Line - 1
	for m.lines[last].taken = true; m.lines[last].goesOn() && last+1 < len(m.lines); m.lines[last].taken = true {
		last++
	}
	if !release.Sensitive(e.Key) && !revealing(e.Value) {
		return
	}
	masked := mask(e.Value)
	if masked == e.Value {
		return
	}
	first := e.ValuePos.Line - 1
	m.tell(e.Value, e.Key, first)
	head := m.lines[first].text
	text := bytes.Clone(head[:column(head, e.ValuePos.Column)])
	text = append(text, written(masked)...)
	for i := first; i <= last; i++ {
		if i < last {
			text = append(text, '\\')
		}
		m.set(i, text)
		// A line must not become empty: CR before it and LF behind it would be the end of one line.
		text = []byte{' '}
	}
}

func (m *masker) tell(value, key string, at int) {
	for _, secret := range secretsIn([]byte(value)) {
		m.found(secret, fmt.Sprintf("%s line %d: %s", m.where, at+1, key))
	}
}

func (m *masker) set(i int, text []byte) {
	m.lines[i].text = text
	m.changed = append(m.changed, i+1)
}

// written is how a masked value stands in a file: as it is, where nothing in it needs escaping, since people search for references.
func written(masked string) string {
	if strings.ContainsFunc(masked, func(c rune) bool { return c < ' ' || c > '~' || c == '\\' }) {
		return javaprops.EscapeValue(masked, javaprops.ToStream)
	}
	return masked
}

// column is the position in bytes of a column, which counts characters from 1.
func column(text []byte, n int) int {
	at := 0
	for ; n > 1 && at < len(text); n-- {
		_, size := utf8.DecodeRune(text[at:])
		at += size
	}
	return at
}

// disabled is a comment that is an entry somebody has taken out.
var disabled = regexp.MustCompile(`^(\s*[#!][#!\s]*)([^\s=:]+)(\s*[=:]\s*)(.*)$`)

// comments masks what looks like a secret in comments: a disabled entry, and the lines it goes on in.
func (m *masker) comments() {
	going := false
	for i := range m.lines {
		l := &m.lines[i]
		trimmed := bytes.TrimLeft(l.text, " \t\f")
		if l.taken || len(trimmed) == 0 || trimmed[0] != '#' && trimmed[0] != '!' {
			going = false
			continue
		}
		on := l.goesOn()
		going = m.comment(i, string(l.text), going) && on
	}
}

// comment masks one comment when it has a secret. going tells that it goes on from one that was masked.
func (m *masker) comment(i int, text string, going bool) bool {
	parts := disabled.FindStringSubmatch(text)
	switch {
	case going:
		sign := strings.IndexAny(text, "#!")
		m.hide(i, text[:sign+1], text[sign+1:])
	case parts != nil && release.Sensitive(parts[2]) && mask(parts[4]) != parts[4]:
		m.hide(i, parts[1]+parts[2]+parts[3], parts[4])
	case parts != nil && revealing(parts[4]):
		m.hide(i, parts[1]+parts[2]+parts[3], parts[4])
	case revealing(text):
		sign := strings.IndexAny(text, "#!")
		m.hide(i, text[:sign+1], text[sign+1:])
	default:
		return false
	}
	return true
}

// hide masks the end of a comment. The scan looks for it only where it does not look like words.
func (m *masker) hide(i int, head, tail string) {
	value := strings.TrimSpace(strings.TrimRight(tail, "\\"))
	for _, secret := range append(assigned(value), value) {
		if unlikeWords(secret) {
			m.found([]byte(secret), fmt.Sprintf("%s line %d: a comment", m.where, i+1))
		}
	}
	m.set(i, []byte(head+mask(value)))
}

// unlikeWords tells whether a text is one word that no language has.
func unlikeWords(s string) bool {
	return !strings.ContainsAny(s, " \t") && strings.ContainsFunc(s, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
	})
}

func (m *masker) join() []byte {
	var b bytes.Buffer
	for _, l := range m.lines {
		b.Write(l.text)
		b.WriteString(l.end)
	}
	return b.Bytes()
}

// sameBut checks that a masked file says what the file said, but for the masked values, each at its line.
func sameBut(before []javaprops.Entry, masked []byte) error {
	after, err := javaprops.Scan(masked)
	if err != nil {
		return err
	}
	if len(after) != len(before) {
		return errors.New("it cannot be masked without changing its entries")
	}
	for i, e := range after {
		was := before[i]
		if e.Key != was.Key || e.KeyPos != was.KeyPos || e.Value != was.Value && e.Value != mask(was.Value) {
			return fmt.Errorf("line %d cannot be masked without changing other entries", was.KeyPos.Line)
		}
	}
	return nil
}
