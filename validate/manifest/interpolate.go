package manifest

import (
	"strings"
)

// interpolation replaces $NAME and ${NAME…} as the Compose specification says.
type interpolation struct {
	env func(string) (string, bool)
	// missing is the first variable that nobody sets and that has no default.
	missing string
	depth   int
	// isHost says that the variable at hand is the host of an endpoint; its own name stands in for one that is not set.
	isHost bool
}

// interpolate replaces the variables of text. Unknown names a variable that is set nowhere: Compose would put nothing in
// its place, but whoever starts the containers will have set it.
func interpolate(text string, env func(string) (string, bool)) (result, unknown string) {
	if !strings.Contains(text, "$") {
		return text, ""
	}
	i := interpolation{env: env}
	return i.expand(text), i.missing
}

func (i *interpolation) expand(text string) string {
	if i.depth++; i.depth > maxDepth {
		return text
	}
	defer func() { i.depth-- }()
	var b strings.Builder
	for text != "" {
		dollar := strings.IndexByte(text, '$')
		if dollar < 0 {
			break
		}
		b.WriteString(text[:dollar])
		text = text[dollar+1:]
		switch {
		case strings.HasPrefix(text, "$"):
			b.WriteByte('$')
			text = text[1:]
		case strings.HasPrefix(text, "{"):
			inner, rest, closed := braces(text)
			if !closed {
				b.WriteByte('$')
				continue
			}
			i.isHost = hostPlace(b.String(), rest)
			b.WriteString(i.braced(inner))
			text = rest
		default:
			name := variableName(text)
			if name == "" {
				b.WriteByte('$')
				continue
			}
			i.isHost = hostPlace(b.String(), text[len(name):])
			b.WriteString(i.plain(name))
			text = text[len(name):]
		}
	}
	b.WriteString(text)
	return b.String()
}

// hostPlace tells whether what stands between two texts is the host of a listener or a voter.
func hostPlace(before, after string) bool {
	return (strings.HasSuffix(before, "://") || strings.HasSuffix(before, "@")) && strings.HasPrefix(after, ":")
}

// braces splits {inner}rest at the brace that closes the first one.
func braces(text string) (inner, rest string, closed bool) {
	depth := 0
	for at := range len(text) {
		switch text[at] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return text[1:at], text[at+1:], true
			}
		}
	}
	return "", "", false
}

// variableName is the name text begins with; empty when it begins with none.
func variableName(text string) string {
	end := 0
	for end < len(text) && (text[end] == '_' || isLetter(text[end]) || end > 0 && isDigit(text[end])) {
		end++
	}
	return text[:end]
}

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// plain is the value of a variable without a default.
func (i *interpolation) plain(name string) string {
	value, ok := i.env(name)
	switch {
	case !ok && i.isHost:
		return strings.ToLower(strings.ReplaceAll(name, "_", "-"))
	case !ok && i.missing == "":
		i.missing = name
	}
	return value
}

// braced is what ${inner} stands for: NAME, or NAME and :- - :? ? :+ + with a text. A colon counts an empty value as
// none.
func (i *interpolation) braced(inner string) string {
	name := variableName(inner)
	operator := inner[len(name):]
	switch {
	case name == "":
		return "${" + inner + "}"
	case operator == "":
		return i.plain(name)
	}
	value, ok := i.env(name)
	if rest, colon := strings.CutPrefix(operator, ":"); colon {
		operator, ok = rest, ok && value != ""
	}
	if operator == "" {
		return "${" + inner + "}"
	}
	switch text := operator[1:]; operator[0] {
	case '-':
		if ok {
			return value
		}
		return i.expand(text)
	case '+':
		if ok {
			return i.expand(text)
		}
		return ""
	case '?':
		return i.plain(name)
	}
	return "${" + inner + "}"
}
