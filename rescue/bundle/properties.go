package bundle

import (
	"bytes"
	"errors"
	"fmt"
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
	m, entries, err := newMasker(data, where)
	if err != nil {
		return nil, err
	}
	m.found = found
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

// newMasker reads the lines and entries of a file, and marks the lines that belong to an entry.
func newMasker(data []byte, where string) (*masker, []javaprops.Entry, error) {
	entries, err := javaprops.Scan(data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", where, err)
	}
	m := &masker{lines: split(data), where: where}
	for _, e := range entries {
		first, last := e.KeyPos.Line-1, m.last(e)
		for i := first; i <= last; i++ {
			m.lines[i].taken = true
		}
	}
	return m, entries, nil
}

// last is the index of the last line of an entry.
func (m *masker) last(e javaprops.Entry) int {
	i := e.KeyPos.Line - 1
	for m.lines[i].goesOn() && i+1 < len(m.lines) {
		i++
	}
	return i
}

// entry masks the value of an entry when that is secret.
func (m *masker) entry(e javaprops.Entry) {
	if !release.Sensitive(settingOf(e.Key)) && !revealing(e.Value) {
		return
	}
	masked := mask(e.Value)
	if masked == e.Value {
		return
	}
	first, last := e.ValuePos.Line-1, m.last(e)
	head := m.lines[first].text
	at := column(head, e.ValuePos.Column)
	m.tell(e.Value, e.Key, first)
	if raw := string(head[at:]); first == last && raw != e.Value {
		m.tell(raw, e.Key, first) // as it is written: with escapes, or in UTF-8, which Java takes for Latin-1
	}
	text := bytes.Clone(head[:at])
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

// settingOf is the configuration that a variable of a container stands for, such as ssl.key.password for KAFKA_SSL_KEY_PASSWORD
// (KIP-975); any other name is itself.
func settingOf(name string) string {
	rest, ok := strings.CutPrefix(name, "KAFKA_")
	if !ok {
		return name
	}
	return strings.NewReplacer("___", "-", "__", "_", "_", ".").Replace(strings.ToLower(rest))
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
