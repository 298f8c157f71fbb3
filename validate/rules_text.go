package validate

import (
	"bytes"
	"strings"

	"github.com/kraftctl/kraftctl/internal/javalang"
	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/release"

	"github.com/kraftctl/kraftctl/internal/pattern"
)

// textRules look at how a properties file is written.
func textRules() []*Rule {
	return []*Rule{
		{
			Slug: "duplicate-key", Severity: Warning, Textual: true, file: duplicateKey,
			Doc: Doc{
				What: "A key is set twice with different values.",
				Why:  "Kafka keeps the last one without a word, and the reader of the file sees the first.",
				Fix:  "Delete all but one.",
			},
			Bad:  "log.dirs=/data/a\nnum.io.threads=8\nlog.dirs=/data/b\n",
			Good: "log.dirs=/data/b\nnum.io.threads=8\n",
		},
		{
			Slug: "trailing-backslash", Severity: Warning, Textual: true, file: trailingBackslash,
			Doc: Doc{
				What: "A line ends in a backslash, and the next line looks like another setting or a comment, or the file ends.",
				Why:  "A backslash at the end of a line swallows the next line into this value.",
				Fix:  "Remove the backslash.",
			},
			Bad:  "log.dirs=/data/kafka\\\nnum.io.threads=8\n",
			Good: "log.dirs=/data/kafka,\\\n    /data/more\nnum.io.threads=8\n",
		},
		{
			Slug: "byte-order-mark", Severity: Warning, Textual: true, file: byteOrderMark,
			Doc: Doc{
				What: "The file starts with a UTF-8 byte order mark directly before a key.",
				Why:  "The mark becomes part of the first key, which nobody knows then.",
				Fix:  "Save the file without a byte order mark.",
			},
			Bad:  "\uFEFFprocess.roles=broker\n",
			Good: "process.roles=broker\n",
		},
	}
}

// characterRules look at characters that are not what they seem.
func characterRules() []*Rule {
	return []*Rule{
		{
			Slug: "non-ascii", Severity: Warning, Textual: true, file: nonASCII,
			Doc: Doc{
				What: "A key or value holds a character outside ASCII: a smart quote, a non-breaking space, an accent.",
				Why:  "Kafka reads Latin-1, so the value is not what the editor shows.",
				Fix:  `Use ASCII, or write \uXXXX.`,
			},
			Bad:  "broker.rack=Zürich\n",
			Good: "# Zürich\nbroker.rack=Z\\u00fcrich\n",
		},
		{
			Slug: "windows-path", Severity: Warning, Textual: true, file: windowsPath,
			Doc: Doc{
				What: "A path is written with single backslashes, as in C:\\kafka\\data.",
				Why:  "java.util.Properties drops single backslashes, so the path becomes C:kafkadata.",
				Fix:  `Write / or \\.`,
			},
			Bad:  "log.dirs=C:\\kafka\\data\n",
			Good: "log.dirs=C:/kafka/data\n",
		},
		{
			Slug: "bad-unicode-escape", Severity: Error, Textual: true, file: badUnicodeEscape,
			Doc: Doc{
				What: `A \u is not followed by four hexadecimal digits.`,
				Why:  `The whole file fails to load: "Malformed \uxxxx encoding."`,
				Fix:  "Double the backslash, or write / in a path.",
			},
			Bad:  "log.dirs=C:\\users\\kafka\n",
			Good: "log.dirs=C:/users/kafka\n",
		},
	}
}

func duplicateKey(n *node, r *reporter) {
	told := map[string]bool{}
	for _, hidden := range n.props.Hidden() {
		last, _ := n.props.Lookup(hidden.Key)
		if told[hidden.Key] || javalang.Trim(last.Value) == javalang.Trim(hidden.Value) || last.KeyPos.IsZero() {
			continue
		}
		told[hidden.Key] = true
		f := r.at(n, hidden.Key, "%s is set again; the value of line %d is lost", hidden.Key, hidden.KeyPos.Line)
		f.Related = append(f.Related, Related{n.at(hidden.KeyPos.Line, hidden.KeyPos.Column), "the value that does not count"})
	}
}

// settingLine is a line that sets something, when its key is one Kafka knows.
var settingLine = pattern.Lazy(`^[ \t\f]*([A-Za-z][A-Za-z0-9._-]*)[ \t\f]*[=:]`)

func trailingBackslash(n *node, r *reporter) {
	for i, line := range n.lines {
		if !line.continues {
			continue
		}
		swallowed := "the end of the file"
		if i+1 < len(n.lines) {
			next := bytes.TrimLeft(n.lines[i+1].text, " \t\f")
			match := settingLine().FindSubmatch(next)
			switch {
			case match != nil && isSetting(string(match[1])):
				swallowed = "the setting of " + string(match[1]) + " in the next line"
			case bytes.HasPrefix(next, []byte("#")):
				swallowed = "the comment in the next line"
			default:
				continue
			}
		}
		r.atLine(n, line.first, line.key, "the backslash at the end of line %d makes %s part of %s", line.number, swallowed, line.key)
	}
}

// isSetting tells whether any release knows a key.
func isSetting(key string) bool {
	_, _, known := history(key)
	return known || builtInPluginKey(key)
}

func byteOrderMark(n *node, r *reporter) {
	if !bytes.HasPrefix(n.src.Text, []byte("\uFEFF")) {
		return
	}
	key := strings.TrimPrefix(n.lines[0].key, "\uFEFF")
	if key == "" || key[0] == '#' || key[0] == '!' {
		return // what is broken is a comment
	}
	r.atLine(n, 1, key, "the file starts with a byte order mark, so Kafka does not find %s", key).mend("Save the file without a byte order mark; %s is not set as it is.", key)
}

func nonASCII(n *node, r *reporter) {
	for _, line := range n.lines {
		if line.number == 1 {
			line.text, line.key = bytes.TrimPrefix(line.text, []byte("\uFEFF")), strings.TrimPrefix(line.key, "\uFEFF")
		}
		i := bytes.IndexFunc(line.text, func(c rune) bool { return c > 0x7f })
		if line.comment || i < 0 || bytes.HasPrefix(line.text, []byte("#")) {
			continue
		}
		what := "a character outside ASCII"
		if !release.Sensitive(line.key) {
			for _, c := range string(line.text[i:]) {
				what = strings.ToUpper(strings.TrimPrefix(quoteRune(c), "U"))
				break
			}
		}
		r.atLine(n, line.first, line.key, "%s holds %s, which Kafka reads as other characters", line.key, what)
	}
}

// drivePath is a drive and a single backslash in a value.
var drivePath = pattern.Lazy(`[=:\s,][A-Za-z]:\\[^\\]`)

func windowsPath(n *node, r *reporter) {
	for _, line := range n.lines {
		if line.comment || !bytes.Contains(line.text, []byte(`:\`)) || release.Sensitive(line.key) || !drivePath().Match(line.text) {
			continue
		}
		value, _ := n.props.Get(line.key)
		r.atLine(n, line.first, line.key, "the single backslashes are lost: %s becomes %q", line.key, value)
	}
}

func badUnicodeEscape(n *node, r *reporter) {
	p := n.verdict.Refusal
	if p == nil || p.Stage != nodeconf.StageLoad {
		return
	}
	first := p.Pos.Line
	for _, line := range n.lines {
		if line.number == p.Pos.Line {
			first = line.first
		}
	}
	f := r.atLine(n, first, p.Key, `\u is not followed by four hexadecimal digits, and the whole file fails to load`)
	if first == p.Pos.Line {
		f.Column = p.Pos.Column
	}
}
