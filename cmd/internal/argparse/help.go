package argparse

import (
	"strconv"
	"strings"
)

const (
	// defaultWidth is taken when the terminal's width is not known.
	defaultWidth = 75
	// margin is kept free at the right of a terminal.
	margin = 5
	// helpColumn is where the help text of an option begins.
	helpColumn = 25
	// longestTitle is the longest option list that leaves room for its help text on the same line.
	longestTitle = 21
	// usageIndent is the longest "usage: PROGRAM" the items of the usage may stand beside.
	usageIndent = 30
)

// Width is the number of columns texts are wrapped to when the environment variable COLUMNS holds the
// given text: five less than it says, or 75 if it says nothing useful.
func Width(columns string) int {
	n, err := strconv.ParseInt(columns, 10, 32)
	if err != nil || n <= margin {
		return defaultWidth
	}
	return int(n) - margin
}

// usage is the usage block of a level, which ends in a newline. Its items are never broken.
func (l *level) usage() string {
	var text strings.Builder
	head := "usage: " + l.parser.Program
	text.WriteString(head)
	column := textWidth(head)
	indent := strings.Repeat(" ", column)
	if column > usageIndent {
		indent = "      "
		text.WriteString("\n" + indent)
		column = 2 * len(indent)
	}
	first := true
	for _, item := range l.usageItems() {
		if !first && column+textWidth(item)+1 > l.parser.Width {
			text.WriteString("\n" + indent)
			column = len(indent)
		} else {
			first = false
		}
		text.WriteString(" " + item)
		column += 1 + textWidth(item)
	}
	text.WriteString("\n")
	return text.String()
}

// usageItems lists the sub-command, its options, and each set of exclusive options joined by bars.
func (l *level) usageItems() []string {
	var items, sets []string
	if l.command != nil {
		items = append(items, l.command.Name)
	}
	members := map[string][]string{}
	for i := range l.options {
		option := &l.options[i]
		syntax := option.syntax(option.Flags[0])
		switch {
		case option.Exclusive != "":
			if members[option.Exclusive] == nil {
				sets = append(sets, option.Exclusive)
			}
			members[option.Exclusive] = append(members[option.Exclusive], syntax)
		case option.Required:
			items = append(items, syntax)
		default:
			items = append(items, "["+syntax+"]")
		}
	}
	for _, set := range sets {
		items = append(items, exclusiveItems(members[set])...)
	}
	if l.command == nil {
		items = append(items, l.parser.commandChoice(), "...")
	}
	return items
}

func exclusiveItems(members []string) []string {
	items := []string{"[" + members[0]}
	for _, member := range members[1:] {
		items = append(items, "|", member)
	}
	items[len(items)-1] += "]"
	return items
}

func (p *Parser) commandChoice() string {
	names := make([]string, len(p.Commands))
	for i := range p.Commands {
		names[i] = p.Commands[i].Name
	}
	return "{" + strings.Join(names, ",") + "}"
}

// helpText is the help screen of a level.
func (l *level) helpText() string {
	var text strings.Builder
	text.WriteString(l.usage())
	width := l.parser.Width
	if l.command == nil {
		if l.parser.Description != "" {
			text.WriteString("\n" + wrap(l.parser.Description, width, 0, "") + "\n")
		}
		text.WriteString("\npositional arguments:\n")
		writeItem(&text, l.parser.commandChoice(), "", width)
		for i := range l.parser.Commands {
			command := &l.parser.Commands[i]
			writeItem(&text, "  "+command.Name, command.Help, width)
		}
	}
	text.WriteString("\noptional arguments:\n")
	for i := range l.options {
		option := &l.options[i]
		titles := make([]string, len(option.Flags))
		for j, flag := range option.Flags {
			titles[j] = option.syntax(flag)
		}
		writeItem(&text, strings.Join(titles, ", "), option.Help, width)
	}
	return text.String()
}

// writeItem writes one line of a help list, the explanation below the title where the title is long.
func writeItem(text *strings.Builder, title, explanation string, width int) {
	text.WriteString("  " + title)
	if explanation != "" {
		if used := textWidth(title); used <= longestTitle {
			text.WriteString(strings.Repeat(" ", helpColumn-used-2))
		} else {
			text.WriteString("\n" + strings.Repeat(" ", helpColumn))
		}
		text.WriteString(wrap(explanation, width, helpColumn, strings.Repeat(" ", helpColumn)))
	}
	text.WriteString("\n")
}
