// Package javalang holds the few habits of java.lang that show through in what Kafka accepts and says:
// what trim removes, how split drops empty pieces, what a number may look like.
package javalang

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Trim removes every character up to and including the blank from both ends, as String.trim does.
// It leaves Unicode blanks such as U+00A0 alone.
func Trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
}

// Split cuts s at every separator and drops empty pieces at the end, as String.split does. An empty s is one
// empty piece.
func Split(s, separator string) []string {
	if s == "" {
		return []string{""}
	}
	pieces := strings.Split(s, separator)
	for len(pieces) > 0 && pieces[len(pieces)-1] == "" {
		pieces = pieces[:len(pieces)-1]
	}
	return pieces
}

// SplitBlank cuts s at every run of white space (the class \s of java.util.regex) and drops empty pieces at the
// end; white space in front gives an empty first piece.
func SplitBlank(s string) []string {
	if s == "" {
		return []string{""}
	}
	var pieces []string
	start := 0
	for at := 0; at < len(s); {
		if !isBlank(s[at]) {
			at++
			continue
		}
		pieces = append(pieces, s[start:at])
		for at < len(s) && isBlank(s[at]) {
			at++
		}
		start = at
	}
	pieces = append(pieces, s[start:])
	for len(pieces) > 0 && pieces[len(pieces)-1] == "" {
		pieces = pieces[:len(pieces)-1]
	}
	return pieces
}

func isBlank(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// NumberFormatError is java.lang.NumberFormatException.
type NumberFormatError struct{ Text string }

func (e *NumberFormatError) Error() string { return fmt.Sprintf("For input string: %q", e.Text) }

// ParseInt reads a decimal number of the given size in bits as Integer.parseInt and Short.parseShort do: one
// sign, then digits and nothing else. The error is a *NumberFormatError.
func ParseInt(s string, bits int) (int64, error) {
	n, err := strconv.ParseInt(s, 10, bits)
	if err != nil {
		return 0, &NumberFormatError{s}
	}
	return n, nil
}

// SortedSet is the texts in the order of a java.util.TreeSet of strings: by UTF-16 units (String.compareTo), each once.
func SortedSet(texts []string) []string {
	sorted := slices.Clone(texts)
	slices.SortFunc(sorted, func(a, b string) int {
		return slices.CompareFunc(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)), cmp.Compare[uint16])
	})
	return slices.Compact(sorted)
}
