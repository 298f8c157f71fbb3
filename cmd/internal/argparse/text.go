package argparse

import (
	"strings"
	"unicode/utf16"
)

// textWidth is the width of a text as argparse4j counts it: in UTF-16 units.
func textWidth(text string) int {
	width := 0
	for _, r := range text {
		width += utf16.RuneLen(r)
	}
	return width
}

// wrap breaks a text at the places java.text.BreakIterator allows so that no line is wider than width if
// that can be had. The first line begins at column, the others after indent. Lines that had to be broken
// are justified.
func wrap(text string, width, column int, indent string) string {
	var result, line strings.Builder
	for _, piece := range breakLines(text) {
		size := textWidth(piece)
		if column+size > width {
			result.WriteString(justify(line.String(), width, column))
			result.WriteString("\n" + indent)
			line.Reset()
			column = len(indent)
		}
		column += size
		line.WriteString(piece)
		if strings.HasSuffix(piece, "\n") {
			result.WriteString(line.String() + indent)
			line.Reset()
			column = len(indent)
		}
	}
	result.WriteString(line.String())
	return result.String()
}

// justify trims a line and widens its runs of blanks until the line, which ends at column, is width wide;
// what cannot be spread evenly goes to the runs in the middle.
func justify(line string, width, column int) string {
	trimmed := strings.Trim(line, " ")
	column -= len(line) - len(trimmed)
	words := strings.FieldsFunc(trimmed, func(r rune) bool { return r == ' ' })
	gaps := len(words) - 1
	if gaps < 1 {
		return trimmed
	}
	each, rest := max(width-column, 0)/gaps, max(width-column, 0)%gaps
	first := (gaps - rest + 1) / 2
	var result strings.Builder
	gap, inGap := 0, false
	for _, r := range trimmed {
		if r != ' ' {
			inGap = false
		} else if !inGap {
			inGap = true
			add := each
			if first <= gap && gap < first+rest {
				add++
			}
			result.WriteString(strings.Repeat(" ", add))
			gap++
		}
		result.WriteRune(r)
	}
	return result.String()
}
