package shell

import (
	"regexp"
	"strings"

	"github.com/kraftctl/kraftctl/image"
)

// globPattern is the pattern of one element of a path; nil when it is to be taken literally, which is also so for one that
// is malformed (org.apache.kafka.shell.glob.GlobComponent).
func globPattern(glob string) *regexp.Regexp {
	var out strings.Builder
	out.WriteString(`\A`)
	literal, group := true, false
	runes := []rune(glob)
	for i := 0; i < len(runes); i++ {
		c := runes[i]
		switch {
		case c == '?':
			literal = false
			out.WriteString(".")
		case c == '*':
			literal = false
			out.WriteString(".*")
		case c == '\\' && i+1 < len(runes):
			i++
			out.WriteString(regexp.QuoteMeta(string(runes[i])))
		case c == '{':
			if group {
				return nil
			}
			literal, group = false, true
			out.WriteString("(?:(?:")
		case c == ',' && group:
			out.WriteString(")|(?:")
		case c == '}' && group:
			group = false
			out.WriteString("))")
		default:
			out.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	if literal || group {
		return nil
	}
	out.WriteString(`\z`)
	pattern, err := regexp.Compile(out.String())
	if err != nil {
		return nil
	}
	return pattern
}

// split takes a path apart: without empty elements and ".", and with ".." going up.
func split(path string) []string {
	var parts []string
	for part := range strings.SplitSeq(path, "/") {
		switch part {
		case "", ".":
		case "..":
			if len(parts) > 0 {
				parts = parts[:len(parts)-1]
			}
		default:
			parts = append(parts, part)
		}
	}
	return parts
}

// place is a node that a glob led to.
type place struct {
	path []string
	node *image.Node
}

// last is the last element of the path.
func (p place) last() string {
	if len(p.path) == 0 {
		return "/"
	}
	return p.path[len(p.path)-1]
}

// visit calls back with every node that a glob leads to, in Kafka's order; it returns false when there is none.
func (s *Session) visit(glob string, found func(place) error) (bool, error) {
	if !strings.HasPrefix(glob, "/") {
		glob = s.Dir + "/" + glob
	}
	return s.descend(split(glob), place{node: s.Root}, found)
}

func (s *Session) descend(parts []string, at place, found func(place) error) (bool, error) {
	if len(parts) == 0 {
		return true, found(at)
	}
	if !at.node.IsDir() {
		return false, nil
	}
	pattern := globPattern(parts[0])
	if pattern == nil {
		child := at.node.Child(parts[0])
		if child == nil {
			return false, nil
		}
		return s.descend(parts[1:], at.below(parts[0], child), found)
	}
	some := false
	for _, name := range s.sorted(at.node) {
		if !pattern.MatchString(name) {
			continue
		}
		child := at.node.Child(name)
		if child == nil {
			return some, &CrashError{Message: "Expected " + name + " to be a valid child of " + crashClass(at.path) + ", but it was not."}
		}
		ok, err := s.descend(parts[1:], at.below(name, child), found)
		if err != nil {
			return some, err
		}
		some = some || ok
	}
	return some, nil
}

func (p place) below(name string, node *image.Node) place {
	return place{path: append(p.path[:len(p.path):len(p.path)], name), node: node}
}
