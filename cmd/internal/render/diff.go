package render

import "strings"

// Diff is a unified diff with its lines coloured when asked for.
func Diff(diff string, colored bool) string {
	p := newPalette(colored)
	var b strings.Builder
	for line := range strings.Lines(diff) {
		text := strings.TrimSuffix(line, "\n")
		paintLine := func(s string) string { return s }
		switch {
		case strings.HasPrefix(text, "--- "), strings.HasPrefix(text, "+++ "):
			paintLine = p.place
		case strings.HasPrefix(text, "@@"):
			paintLine = p.dim
		case strings.HasPrefix(text, "-"):
			paintLine = p.removed
		case strings.HasPrefix(text, "+"):
			paintLine = p.added
		}
		b.WriteString(paintLine(plain(text)) + "\n")
	}
	return b.String()
}
