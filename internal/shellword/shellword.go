// Package shellword writes texts as words of command lines.
package shellword

import "strings"

// Quote is a text as one word of a POSIX shell: as it is when it holds nothing but letters, digits and %+,-./:=@_ (and does not begin
// with =, which zsh takes for the path of a command), else in single quotes.
func Quote(s string) string {
	if s != "" && s[0] != '=' && strings.IndexFunc(s, special) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func special(r rune) bool {
	return (r|0x20 < 'a' || r|0x20 > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("%+,-./:=@_", r)
}
