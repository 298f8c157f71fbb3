package metadata

import (
	"encoding/base64"
	"math"
	"strconv"

	"github.com/kraftctl/kraftctl/internal/javadouble"
)

// appendComma appends a comma unless dst ends where an object or array begins.
func appendComma(dst []byte) []byte {
	if c := dst[len(dst)-1]; c == '{' || c == '[' {
		return dst
	}
	return append(dst, ',')
}

func appendInt(dst []byte, v int64) []byte { return strconv.AppendInt(dst, v, 10) }

func appendNullString(dst []byte, s NullString) []byte {
	if !s.Valid {
		return append(dst, "null"...)
	}
	return AppendJSONString(dst, s.String)
}

func appendBase64(dst, b []byte) []byte {
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, b)
	return append(dst, '"')
}

func appendRaw(dst, b []byte) []byte {
	return append(appendBase64(append(dst, `{"raw":`...), b), '}')
}

func appendUUID(dst []byte, u UUID) []byte {
	dst = append(dst, '"')
	dst = base64.RawURLEncoding.AppendEncode(dst, u[:])
	return append(dst, '"')
}

func appendInt32s(dst []byte, s []int32) []byte {
	dst = append(dst, '[')
	for i, v := range s {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendInt(dst, int64(v), 10)
	}
	return append(dst, ']')
}

func appendUUIDs(dst []byte, s []UUID) []byte {
	dst = append(dst, '[')
	for i := range s {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendUUID(dst, s[i])
	}
	return append(dst, ']')
}

func appendStrings(dst []byte, s []string) []byte {
	dst = append(dst, '[')
	for i, v := range s {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendJSONString(dst, v)
	}
	return append(dst, ']')
}

// appendDouble appends a double as Jackson prints it: Double.toString, in quotes when it is no finite number.
func appendDouble(dst []byte, v float64) []byte {
	switch {
	case math.IsNaN(v):
		return append(dst, `"NaN"`...)
	case math.IsInf(v, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(v, -1):
		return append(dst, `"-Infinity"`...)
	}
	return javadouble.Append(dst, v)
}
