package shell

import (
	"bufio"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kraftctl/kraftctl/image"
)

// The colours of a terminal.
const (
	blue   = "\x1b[1;34m"
	green  = "\x1b[32m"
	red    = "\x1b[31m"
	yellow = "\x1b[33m"
	plain  = "\x1b[0m"
)

// directory is a directory that ls lists.
type directory struct {
	name  string
	names []string
	node  *image.Node
}

// ls lists leaves first, then directories, as LsCommandHandler does.
func (s *Session) ls(out *bufio.Writer, targets []string) error {
	var files []string
	var dirs []directory
	err := s.each(targets, "ls", "no such file or directory.", out, func(_ string, p place) error {
		if p.node.IsDir() {
			dirs = append(dirs, directory{name: p.last(), names: slices.Clone(s.listed(p.node)), node: p.node})
		} else {
			files = append(files, p.last())
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.columns(out, "", files, nil)
	titled := len(files) > 0 || len(dirs) > 1
	first := len(files) == 0
	for _, d := range dirs {
		title := ""
		if titled {
			if !first {
				title = "\n"
			}
			title += d.name + ":"
			first = false
		}
		s.columns(out, title, d.names, d.node)
	}
	return nil
}

// columns prints names, which are in a directory if in is not nil, in as many columns as fit.
func (s *Session) columns(out *bufio.Writer, title string, names []string, in *image.Node) {
	if len(names) == 0 {
		return
	}
	if title != "" {
		fmt.Fprintln(out, title)
	}
	widths, rows := s.layout(names)
	lines := (len(names) + len(widths) - 1) / len(widths)
	for line := range lines {
		var text strings.Builder
		for column, width := range widths {
			i := line + column*rows
			if i >= len(names) {
				continue
			}
			text.WriteString(s.painted(names[i], in))
			if pad := width - utf8.RuneCountInString(names[i]); column < len(widths)-1 && pad > 0 {
				text.WriteString(strings.Repeat(" ", pad))
			}
		}
		fmt.Fprintln(out, text.String())
	}
}

// painted is a name in the colour of what it is, if there are colours.
func (s *Session) painted(name string, in *image.Node) string {
	if !s.Colored || in == nil {
		return name
	}
	if child := in.Child(name); child == nil || !child.IsDir() {
		return name
	}
	return blue + name + plain
}

// layout is the widths of the most columns that fit, and how many names go into each.
func (s *Session) layout(names []string) ([]int, int) {
	for columns := s.Width / 4; columns > 1; columns-- {
		rows := (len(names) + columns - 1) / columns
		widths := make([]int, columns)
		total := 0
		for i, name := range names {
			widths[i/rows] = max(widths[i/rows], utf8.RuneCountInString(name)+2)
		}
		for _, w := range widths {
			total += w
		}
		if widths[columns-1] > 0 && total <= s.Width {
			return widths, rows
		}
	}
	return []int{0}, len(names)
}
