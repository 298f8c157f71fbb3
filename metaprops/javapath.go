package metaprops

import "strings"

// JavaPath is the text java.io.File and java.nio.file.Path make of a Unix path: no doubled and no trailing slashes. Dots stay.
func JavaPath(path string) string {
	var b strings.Builder
	for i := range len(path) {
		if path[i] == '/' && i > 0 && path[i-1] == '/' {
			continue
		}
		b.WriteByte(path[i])
	}
	joined := b.String()
	if len(joined) > 1 {
		joined = strings.TrimSuffix(joined, "/")
	}
	return joined
}
