package export

import (
	"unicode/utf8"
)

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
