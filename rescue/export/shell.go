package export

import (
	"strings"
	"unicode/utf8"
)

// appendQuoted appends a text as one word of a POSIX shell: as it is when it holds nothing but letters, digits and %+,-./:=@_
// (and does not begin with =, which zsh takes for the path of a command), else in single quotes.
func appendQuoted(b []byte, s string) []byte {
	if bare(s) {
		return append(b, s...)
	}
	b = append(b, '\'')
	for i := range len(s) {
		if s[i] == '\'' {
			b = append(b, `'\''`...)
		} else {
			b = append(b, s[i])
		}
	}
	return append(b, '\'')
}

func bare(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && strings.IndexByte("%+,-./:=@_", c) < 0 {
			return false
		}
	}
	return s != "" && s[0] != '='
}

// ascii reports whether a text reads the same in every locale.
func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// trimmed reports whether java.lang.String.trim changes a text.
func trimmed(s string) bool { return s != "" && (s[0] <= ' ' || s[len(s)-1] <= ' ') }

// maxArgument is how long one argument may be; Linux stops at 128 KiB (MAX_ARG_STRLEN).
const maxArgument = 100_000

// maxArguments is how long the arguments of one command get before another is begun; Windows and macOS have room for more than
// ten times that.
const maxArguments = 20_000
