package manifest

import "strings"

// assignment is one line of an env file.
type assignment struct {
	name, value string
	line        int
	// literal values stand in single quotes and are not interpolated.
	literal bool
}

// readDotenv reads the NAME=value lines of an env file as Compose does: comments, blank lines, an export before the name,
// quotes around the value, and a comment behind an unquoted one.
func readDotenv(lines []string) []assignment {
	var all []assignment
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, value, found := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		if !found {
			continue
		}
		a := assignment{name: strings.TrimSpace(name), line: i + 1}
		a.value, a.literal = unquote(strings.TrimSpace(value))
		all = append(all, a)
	}
	return all
}

func unquote(value string) (text string, literal bool) {
	if value == "" {
		return "", false
	}
	if quote := value[0]; quote == '"' || quote == '\'' {
		if end := strings.IndexByte(value[1:], quote); end >= 0 {
			return value[1 : end+1], quote == '\''
		}
	}
	if comment := strings.Index(value, " #"); comment >= 0 {
		value = strings.TrimSpace(value[:comment])
	}
	return value, false
}
