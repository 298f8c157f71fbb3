package metadata

import "unicode/utf8"

// replacement is U+FFFD, which stands for malformed UTF-8.
const replacement = "\uFFFD"

// escapes are the characters that Jackson escapes with a letter; other control characters become \u00XX.
var escapes = [256]byte{'"': '"', '\\': '\\', '\b': 'b', '\t': 't', '\n': 'n', '\f': 'f', '\r': 'r'}

// AppendJSONString appends s in quotes as Jackson prints it for Kafka: quotes, backslashes and control characters
// escaped, everything else as it is. Malformed UTF-8 becomes U+FFFD in the places where Java's decoder puts it.
func AppendJSONString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			if r, size := utf8.DecodeRuneInString(s[i:]); r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
			dst = append(append(dst, s[start:i]...), replacement...)
			i += malformed(s[i:])
			start = i
			continue
		}
		dst = appendEscape(append(dst, s[start:i]...), c)
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

func appendEscape(dst []byte, c byte) []byte {
	if e := escapes[c]; e != 0 {
		return append(dst, '\\', e)
	}
	const hex = "0123456789ABCDEF"
	return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

// malformed is the number of bytes at the start of s, which is not valid UTF-8, for which Java's decoder puts one
// U+FFFD: the longest beginning of a character, or a whole surrogate in three bytes.
func malformed(s string) int {
	n := 1
	switch c := s[0]; {
	case c >= 0xE0 && c <= 0xEF:
		if len(s) > 1 && isContinuation(s[1]) && (c != 0xE0 || s[1] >= 0xA0) {
			n = 2
			if len(s) > 2 && isContinuation(s[2]) {
				n = 3
			}
		}
	case c >= 0xF0 && c <= 0xF4:
		if len(s) > 1 && isContinuation(s[1]) && (c != 0xF0 || s[1] >= 0x90) && (c != 0xF4 || s[1] < 0x90) {
			n = 2
			if len(s) > 2 && isContinuation(s[2]) {
				n = 3
			}
		}
	}
	return n
}

func isContinuation(c byte) bool { return c&0xC0 == 0x80 }
