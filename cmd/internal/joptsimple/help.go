package joptsimple

import (
	"fmt"
	"slices"
	"strings"
)

// The shape of help: the width of a line, the blanks between its two columns, and the indent of a column's later lines.
const (
	lineWidth = 80
	gap       = 2
	indent    = 2
)

// Help is the table of all options, by name (BuiltinHelpFormatter).
func Help(options []Option) string {
	rows := [][2]string{{"Option", "Description"}, {"------", "-----------"}}
	sorted := slices.Clone(options)
	slices.SortFunc(sorted, func(a, b Option) int { return strings.Compare(a.Name, b.Name) })
	for _, o := range sorted {
		rows = append(rows, [2]string{o.usage(), o.text()})
	}
	left, right := 0, 0
	for _, row := range rows {
		left, right = max(left, len(row[0])), max(right, len(row[1]))
	}
	right = min(right, lineWidth-left-gap)
	var b strings.Builder
	for _, row := range rows {
		options, texts := fold(row[0], left), fold(row[1], right)
		for i := range max(len(options), len(texts)) {
			fmt.Fprintf(&b, "%-*s%*s%-*s\n", left, piece(options, i), gap, "", right, piece(texts, i))
		}
	}
	return b.String()
}

func piece(pieces []string, i int) string {
	if i >= len(pieces) {
		return ""
	}
	return pieces[i]
}

// usage is the option as help names it.
func (o Option) usage() string {
	argument := o.Type
	if o.Placeholder != "" {
		argument += ": " + o.Placeholder
	}
	switch o.Argument {
	case Required:
		return fmt.Sprintf("--%s <%s>", o.Name, argument)
	case Optional:
		return fmt.Sprintf("--%s [%s]", o.Name, argument)
	}
	return "--" + o.Name
}

func (o Option) text() string {
	if o.Default == "" {
		return o.Description
	}
	return o.Description + " (default: " + o.Default + ")"
}

// fold breaks a text into lines of at most width.
func fold(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range words(text) {
		if len(line)+len(word) > width {
			lines = append(lines, strings.TrimRight(line, " "))
			line = strings.Repeat(" ", indent)
		}
		line += word
	}
	if line != "" {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
}

// words are the pieces of a text between which java.text.BreakIterator allows a line to end: after blanks, and after a
// hyphen or full stop inside a word.
func words(text string) []string {
	var words []string
	start := 0
	for i := 1; i < len(text); i++ {
		before, c := text[i-1], text[i]
		if c != ' ' && (before == ' ' || before == '-' || before == '.' && isLetter(c)) {
			words = append(words, text[start:i])
			start = i
		}
	}
	return append(words, text[start:])
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
