package validate

import (
	"bytes"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// excerpts fills in the lines findings point to.
func (r *run) excerpts(report *Report) {
	texts := map[string]*source{}
	for i := range r.sources {
		if r.sources[i].Lines == nil {
			texts[r.sources[i].Path] = &source{text: r.sources[i].Text}
		}
	}
	for _, m := range r.opts.Metas {
		if m.Lines == nil {
			texts[m.Path] = &source{text: m.Text}
		}
	}
	fill := func(p *Place) {
		if s := texts[p.File]; s != nil {
			p.Excerpt = s.line(p.Line)
		}
	}
	for i := range report.Findings {
		f := &report.Findings[i]
		fill(&f.Place)
		for j := range f.Related {
			fill(&f.Related[j].Place)
		}
	}
}

// source is a text whose lines are shown.
type source struct {
	text  []byte
	lines []physicalLine
}

// line is a line as shown: secrets are masked.
func (s *source) line(number int) string {
	if s.lines == nil {
		s.lines = physicalLines(s.text)
	}
	if number < 1 || number > len(s.lines) {
		return ""
	}
	return s.lines[number-1].shown()
}

// shown is the line with the value of a secret key masked, whether it is the first line of the entry or one it goes on in.
func (l physicalLine) shown() string {
	switch {
	case l.comment || !release.Sensitive(l.key):
		return maskSecrets(strings.ToValidUTF8(string(l.text), "\uFFFD"))
	case l.continued:
		return release.Redacted
	}
	lead := len(l.text) - len(bytes.TrimLeft(l.text, " \t\f"))
	end := lead + len(l.key)
	for end < len(l.text) && bytes.IndexByte([]byte("=: \t\f"), l.text[end]) >= 0 {
		end++
	}
	if end == len(l.text) {
		return string(l.text)
	}
	return strings.ToValidUTF8(string(l.text[:end]), "\uFFFD") + release.Redacted
}

// physicalLine is one line of a properties file and what it is.
type physicalLine struct {
	text   []byte
	number int
	// comment lines say nothing; continued ones go on from the line before; continues says that the next one goes on from this.
	comment, continued, continues bool
	// first is the line the entry begins on, and key its key as written.
	first int
	key   string
}

// physicalLines splits a file as java.util.Properties does.
func physicalLines(text []byte) []physicalLine {
	var lines []physicalLine
	for number := 1; len(text) > 0; number++ {
		end, next := len(text), len(text)
		if i := bytes.IndexAny(text, "\r\n"); i >= 0 {
			end, next = i, i+1
			if text[i] == '\r' && next < len(text) && text[next] == '\n' {
				next++
			}
		}
		line := physicalLine{text: text[:end], number: number, first: number}
		content := bytes.TrimLeft(line.text, " \t\f")
		if last := len(lines) - 1; last >= 0 && lines[last].continues {
			line.continued, line.first, line.key = true, lines[last].first, lines[last].key
		} else if line.comment = len(content) == 0 || content[0] == '#' || content[0] == '!'; !line.comment {
			line.key = writtenKey(content)
		}
		line.continues = !line.comment && (len(line.text)-len(bytes.TrimRight(line.text, `\`)))%2 == 1
		lines = append(lines, line)
		text = text[next:]
	}
	return lines
}

// writtenKey is the key a line begins with, as far as the line has it. Escapes stay: no key of Kafka's needs any.
func writtenKey(content []byte) string {
	for i := 0; i < len(content); i++ {
		switch content[i] {
		case '\\':
			i++
		case '=', ':', ' ', '\t', '\f':
			return string(content[:i])
		}
	}
	return string(content)
}

// maskedLines are all lines of a properties file as shown.
func maskedLines(text []byte) []string {
	var shown []string
	for _, line := range physicalLines(text) {
		shown = append(shown, line.shown())
	}
	return shown
}
