package export

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kraftctl/kraftctl/image"
)

// WriteYAML writes the objects of an image as YAML 1.2 documents. Every text that a reader of YAML 1.1 or 1.2 could take for
// something else is quoted. The error is that of out.
//
// It streams. The encoder of go.yaml.in/yaml needs 1.5 GB for the replicas of 100,000 partitions; the tests have its decoder
// judge what is written here.
func WriteYAML(out io.Writer, img *image.Image, o Options) error {
	w := bufio.NewWriterSize(out, 1<<16)
	if o.Damaged > 0 {
		_, _ = w.WriteString(incomplete(o.Damaged)) // Flush tells the error
	}
	first := true
	var buf []byte
	for doc := range documents(img, o) {
		buf = buf[:0]
		if !first {
			buf = append(buf, "---\n"...)
		}
		first = false
		buf = appendYAML(buf, doc, "")
		if _, err := w.Write(buf); err != nil {
			return err
		}
	}
	return w.Flush()
}

// appendYAML appends the members of an object, each on lines of its own.
func appendYAML(b []byte, o object, indent string) []byte {
	for _, m := range o {
		if m.name == "hiddenConfigs" {
			b = append(append(b, indent...), "# The values of these are secret and not shown; --show-secrets shows them.\n"...)
		}
		b = append(appendScalar(append(b, indent...), m.name), ':')
		switch v := m.value.(type) {
		case object:
			if len(v) == 0 {
				b = append(b, " {}\n"...)
				continue
			}
			b = appendYAML(append(b, '\n'), v, indent+"  ")
		case []object:
			b = appendItems(b, v, indent)
		case []string:
			b = append(appendTexts(append(b, ' '), v), '\n')
		case partitions:
			b = appendAssignment(b, v, indent)
		default:
			b = append(appendValue(append(b, ' '), v), '\n')
		}
	}
	return b
}

func appendItems(b []byte, items []object, indent string) []byte {
	if len(items) == 0 {
		return append(b, " []\n"...)
	}
	b = append(b, '\n')
	for _, item := range items {
		at := len(b)
		b = appendYAML(b, item, indent+"  ")
		copy(b[at+len(indent):], "- ")
	}
	return b
}

// appendTexts appends texts on one line.
func appendTexts(b []byte, texts []string) []byte {
	b = append(b, '[')
	for i, s := range texts {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendScalar(b, s)
	}
	return append(b, ']')
}

// appendAssignment appends a line for each partition.
func appendAssignment(b []byte, t partitions, indent string) []byte {
	if t.Len() == 0 {
		return append(b, " []\n"...)
	}
	b = append(b, '\n')
	for p := range t.Partitions() {
		b = append(append(b, indent...), "- {partition: "...)
		b = strconv.AppendInt(b, int64(p.ID), 10)
		for _, list := range replicaLists(p) {
			b = append(append(append(b, ", "...), list.name...), ": "...)
			b = appendInts(b, list.ids, ", ")
		}
		b = append(b, "}\n"...)
	}
	return b
}

// replicaList is a list of brokers of a partition.
type replicaList struct {
	name string
	ids  []int32
}

// replicaLists are the lists of a partition that are told: adding and removing only while it is being reassigned.
func replicaLists(p image.Partition) []replicaList {
	lists := append(make([]replicaList, 0, 3), replicaList{"replicas", p.Replicas})
	if len(p.Adding) > 0 {
		lists = append(lists, replicaList{"adding", p.Adding})
	}
	if len(p.Removing) > 0 {
		lists = append(lists, replicaList{"removing", p.Removing})
	}
	return lists
}

func appendInts(b []byte, ids []int32, comma string) []byte {
	b = append(b, '[')
	for i, id := range ids {
		if i > 0 {
			b = append(b, comma...)
		}
		b = strconv.AppendInt(b, int64(id), 10)
	}
	return append(b, ']')
}

func appendValue(b []byte, value any) []byte {
	switch v := value.(type) {
	case string:
		return appendScalar(b, v)
	case bool:
		return strconv.AppendBool(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case float64:
		return appendNumber(b, v)
	}
	panic("export: a value that has no form")
}

// appendNumber appends a number without an exponent, which is read alike by YAML, JSON and Kafka's tools.
func appendNumber(b []byte, v float64) []byte { return strconv.AppendFloat(b, v, 'f', -1, 64) }

// misread are the words that YAML 1.1 or 1.2 takes for booleans, null or numbers.
var misread = map[string]bool{
	"y": true, "n": true, "yes": true, "no": true, "on": true, "off": true, "true": true, "false": true, "null": true,
	"nan": true, "inf": true, "infinity": true,
}

// plain reports whether YAML reads a text without quotes as that text: letters, digits and -._/ after a letter.
func plain(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (i == 0 || (c < '0' || c > '9') && c != '-' && c != '.' && c != '_' && c != '/') {
			return false
		}
	}
	return s != "" && !misread[strings.ToLower(s)]
}

// appendScalar appends a text as a scalar: plain, or in double quotes.
func appendScalar(b []byte, s string) []byte {
	if plain(s) {
		return append(b, s...)
	}
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r < 0x20 || r >= 0x7f && r < 0xa0:
			b = appendEscape(b, 'x', 2, r)
		case r == utf8.RuneError, r != 0xFEFF && unicode.IsPrint(r):
			b = utf8.AppendRune(b, r)
		case r > 0xffff:
			b = appendEscape(b, 'U', 8, r)
		default:
			b = appendEscape(b, 'u', 4, r)
		}
	}
	return append(b, '"')
}

func appendEscape(b []byte, letter byte, digits int, r rune) []byte {
	b = append(b, '\\', letter)
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		b = append(b, "0123456789ABCDEF"[r>>shift&15])
	}
	return b
}

// incomplete is the comment at the head of an export of a damaged log.
func incomplete(damaged int) string {
	places := strconv.Itoa(damaged) + " damaged places"
	if damaged == 1 {
		places = "a damaged place"
	}
	return "# INCOMPLETE: " + places + " of the log could not be read; objects may be missing, or older than they were.\n"
}
