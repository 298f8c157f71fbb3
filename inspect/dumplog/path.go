package dumplog

import (
	"strings"
	"unicode/utf16"

	"github.com/kraftctl/kraftctl/internal/javalang"
)

// javaPath is a path as java.io.File holds it: without doubled slashes and without one at the end.
type javaPath string

func newPath(text string) javaPath {
	var b strings.Builder
	for i := range len(text) {
		if text[i] != '/' || i == 0 || text[i-1] != '/' {
			b.WriteByte(text[i])
		}
	}
	path := b.String()
	if len(path) > 1 {
		path = strings.TrimSuffix(path, "/")
	}
	return javaPath(path)
}

// name is the last part.
func (p javaPath) name() string { return string(p[strings.LastIndexByte(string(p), '/')+1:]) }

// stem is the name up to the first dot.
func (p javaPath) stem() string {
	stem, _, _ := strings.Cut(p.name(), ".")
	return stem
}

// absolute is the path from the root, not cleaned up.
func (p javaPath) absolute(dir string) string {
	if strings.HasPrefix(string(p), "/") {
		return string(p)
	}
	if p == "" {
		return dir
	}
	return strings.TrimSuffix(dir, "/") + "/" + string(p)
}

// sibling is a file in the same folder, by its absolute path.
func (p javaPath) sibling(dir, name string) string {
	full := p.absolute(dir)
	return full[:strings.LastIndexByte(full, '/')+1] + name
}

// parseNumber reads a decimal number of the given size in bits (Long.parseLong, Integer.parseInt).
func parseNumber(text string, bits int) (int64, error) {
	n, err := javalang.ParseInt(text, bits)
	if err != nil {
		return 0, throw(numberFormat, "For input string: \"%s\"", text)
	}
	return n, nil
}

// substring is String.substring, which counts UTF-16 units.
func substring(text string, begin, end int) (string, error) {
	units := utf16.Encode([]rune(text))
	if begin < 0 || begin > end || end > len(units) {
		return "", throw(stringBounds, "begin %d, end %d, length %d", begin, end, len(units))
	}
	return string(utf16.Decode(units[begin:end])), nil
}
