// Package textwrap breaks paragraphs into lines.
package textwrap

import (
	"strings"
	"unicode/utf8"
)

// Lines breaks a text between words into lines of at most width characters. A word that is longer has a line of its own.
func Lines(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
			lines = append(lines, line)
			line = word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}
