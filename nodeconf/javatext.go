package nodeconf

import (
	"strings"
	"unicode/utf16"

	"github.com/kraftctl/kraftctl/internal/javalang"
)

// isBlank is Utils.isBlank of a text that is not null.
func isBlank(s string) bool { return javalang.Trim(s) == "" }

// javaLength is String.length: the number of UTF-16 units.
func javaLength(s string) int { return len(utf16.Encode([]rune(s))) }

// piece is a part of a text and the byte it starts at.
type piece struct {
	text string
	at   int
}

// splitKeepingBlanks is String.split on one literal character: trailing empty parts are dropped, and a text
// without the character is one part, even when empty.
func splitKeepingBlanks(s string, sep byte) []piece {
	var parts []piece
	start := 0
	for i := 0; i <= len(s); i++ {
		if i == len(s) || s[i] == sep {
			parts = append(parts, piece{s[start:i], start})
			start = i + 1
		}
	}
	if len(parts) == 1 {
		return parts
	}
	return dropTrailingEmpty(parts)
}

func dropTrailingEmpty(parts []piece) []piece {
	for len(parts) > 0 && parts[len(parts)-1].text == "" {
		parts = parts[:len(parts)-1]
	}
	return parts
}

// splitOnCommas is a split on the pattern \s*,\s* that keeps trailing empty parts, as ConfigDef's LIST does.
func splitOnCommas(s string) []piece {
	parts := strings.Split(s, ",")
	pieces := make([]piece, len(parts))
	at := 0
	for i, part := range parts {
		text, offset := part, at
		if i > 0 {
			text = strings.TrimLeftFunc(part, isRegexSpace)
			offset += len(part) - len(text)
		}
		if i < len(parts)-1 {
			text = strings.TrimRightFunc(text, isRegexSpace)
		}
		pieces[i] = piece{text, offset}
		at += len(part) + 1
	}
	return pieces
}

// splitCSV is Csv.parseCsvList: a split on \s*,\s* without the empty parts.
func splitCSV(s string) []piece {
	if s == "" {
		return nil
	}
	var parts []piece
	for _, p := range splitOnCommas(s) {
		if p.text != "" {
			parts = append(parts, p)
		}
	}
	return parts
}

// isRegexSpace is the class \s of java.util.regex.
func isRegexSpace(r rune) bool {
	return r == ' ' || r >= '\t' && r <= '\r'
}

// isLineTerminator is what a dot of java.util.regex does not match.
func isLineTerminator(r rune) bool {
	return r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029
}

// isHostText tells whether all of s are characters Kafka's patterns allow in a host.
func isHostText(s string) bool {
	for i := range len(s) {
		if !isHostByte(s[i]) {
			return false
		}
	}
	return true
}

func isHostByte(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || strings.IndexByte("-%._:", b) >= 0
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// javaList prints a java.util.List.
func javaList(items []string) string { return "[" + strings.Join(items, ", ") + "]" }

func texts(pieces []piece) []string {
	all := make([]string, len(pieces))
	for i, p := range pieces {
		all[i] = p.text
	}
	return all
}
