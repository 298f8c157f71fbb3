package metadata

import "unicode/utf8"

// AppendText appends s as Java prints a string decoded from these bytes: as it is, with U+FFFD in the places where Java's
// UTF-8 decoder puts it for malformed bytes.
func AppendText(dst []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			i++
			continue
		}
		if r, size := utf8.DecodeRuneInString(s[i:]); r != utf8.RuneError || size > 1 {
			i += size
			continue
		}
		dst = append(append(dst, s[start:i]...), replacement...)
		i += malformed(s[i:])
		start = i
	}
	return append(dst, s[start:]...)
}
