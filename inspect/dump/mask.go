package dump

import (
	"bytes"
	"slices"

	"github.com/kraftctl/kraftctl/release"
)

// redacted stands for a secret.
const redacted = `"` + release.Redacted + `"`

// mask replaces, in the JSON object that dst has from position from on, the values of the named fields.
func mask(dst []byte, from int, fields []string) []byte {
	object := dst[from:]
	out := make([]byte, 0, len(object))
	for i, depth := 0, 0; i < len(object); {
		switch c := object[i]; c {
		case '"':
			end := stringEnd(object, i)
			name := string(object[i+1 : end-1])
			out = append(out, object[i:end]...)
			i = end
			if depth == 1 && i < len(object) && object[i] == ':' && slices.Contains(fields, name) {
				end = valueEnd(object, i+1)
				out = append(append(out, ':'), hidden(object[i+1:end])...)
				i = end
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		out = append(out, object[i])
		i++
	}
	return append(dst[:from], out...)
}

func hidden(value []byte) []byte {
	if bytes.Equal(value, []byte("null")) {
		return value
	}
	return []byte(redacted)
}

// stringEnd is the position after the JSON string that begins at i.
func stringEnd(b []byte, i int) int {
	for i++; i < len(b) && b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return min(i+1, len(b))
}

// valueEnd is the position after the scalar or string that begins at i.
func valueEnd(b []byte, i int) int {
	if i < len(b) && b[i] == '"' {
		return stringEnd(b, i)
	}
	for i < len(b) && b[i] != ',' && b[i] != '}' {
		i++
	}
	return i
}
