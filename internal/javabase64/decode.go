// Package javabase64 decodes base64 with the rules and the messages of java.util.Base64 (Java 17): padding may be
// left out, spare bits of the last character are ignored, and each kind of damage has its own text. Go's
// encoding/base64 can be neither as lenient nor as specific, and Kafka shows these texts to people.
package javabase64

import (
	"fmt"
	"strconv"
)

// Alphabet is the set of characters an encoding uses.
type Alphabet struct{ plus, slash byte }

// The two alphabets of java.util.Base64.
var (
	Standard = Alphabet{'+', '/'}
	URL      = Alphabet{'-', '_'}
)

// Error says why a text is not base64, in Java's words.
type Error string

func (e Error) Error() string { return string(e) }

const (
	errShort       = Error("Input byte[] should at least have 2 bytes for base64 bytes")
	errWrongUnit   = Error("Input byte array has wrong 4-byte ending unit")
	errMissingBits = Error("Last unit does not have enough valid bits")
)

// pad is the value of '=' in the decoding table, invalid that of a character outside the alphabet.
const (
	invalid = -1
	pad     = -2
)

func (a Alphabet) value(c byte) int {
	switch {
	case 'A' <= c && c <= 'Z':
		return int(c - 'A')
	case 'a' <= c && c <= 'z':
		return int(c-'a') + 26
	case '0' <= c && c <= '9':
		return int(c-'0') + 52
	case c == a.plus:
		return 62
	case c == a.slash:
		return 63
	case c == '=':
		return pad
	}
	return invalid
}

// Decode decodes text. As String.getBytes(ISO_8859_1) does, a character beyond Latin-1 counts as '?'.
// Every error is an Error.
func Decode(text string, a Alphabet) ([]byte, error) {
	src := latin1(text)
	if len(src) == 0 {
		return nil, nil
	}
	if len(src) == 1 {
		return nil, errShort
	}
	dst := make([]byte, 0, len(src)/4*3+3)
	bits, count, at := 0, 0, 0
	for at < len(src) {
		c := src[at]
		at++
		v := a.value(c)
		if v == pad {
			if count == 0 {
				return nil, errWrongUnit
			}
			if count == 2 {
				if at == len(src) || src[at] != '=' {
					return nil, errWrongUnit
				}
				at++
			}
			break
		}
		if v == invalid {
			return nil, Error("Illegal base64 character " + strconv.FormatInt(int64(int8(c)), 16))
		}
		bits = bits<<6 | v
		if count++; count == 4 {
			dst = append(dst, byte(bits>>16), byte(bits>>8), byte(bits))
			bits, count = 0, 0
		}
	}
	switch count {
	case 1:
		return nil, errMissingBits
	case 2:
		dst = append(dst, byte(bits>>4))
	case 3:
		dst = append(dst, byte(bits>>10), byte(bits>>2))
	}
	if at < len(src) {
		return nil, Error(fmt.Sprintf("Input byte array has incorrect ending byte at %d", at))
	}
	return dst, nil
}

func latin1(text string) []byte {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		if r > 0xff {
			r = '?'
		}
		out = append(out, byte(r))
	}
	return out
}
