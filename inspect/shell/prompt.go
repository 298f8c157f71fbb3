package shell

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/image"
)

// States are the states that someone can look at from a shell.
type States interface {
	// At is the tree and the image at a point of the log (see inspect state --at); "" is its end.
	At(point string) (*image.Node, *image.Image, error)
	// Log tells what happened at or below a path, from the beginning of the log.
	Log(path string, found func(Entry)) error
}

// Prompt is a shell with its commands: those of Kafka's shell, and at, diff and log.
type Prompt struct {
	Session
	// States are where other moments come from; nil leaves the commands out that need them.
	States States

	img     *image.Image
	history []string
}

// command is a command of the prompt.
type command struct {
	name, args, help string
	// least is how many arguments it needs, most how many it takes; -1 for any number.
	least, most int
	// states tells that it needs other states.
	states bool
	run    func(p *Prompt, out *bufio.Writer, args []string) error
}

// errExit ends the shell.
var errExit = errors.New("exit")

// commands are the commands there are, by name.
var commands []command

func init() { // a table that refers to functions which refer to the table
	commands = []command{
		{name: "at", args: "[POINT]", help: "Go to another moment: an offset, a time, so long ago (-15m), or the end.", most: 1, states: true, run: (*Prompt).at},
		{name: "cat", args: "PATH...", help: "Show the contents of metadata files.", least: 1, most: -1, run: builtin("cat")},
		{name: "cd", args: "[PATH]", help: "Set the current working directory.", most: 1, run: (*Prompt).cd},
		{name: "diff", args: "POINT [POINT] [PATH]", help: "Show what differs from another moment, or between two.", least: 1, most: 3, states: true, run: (*Prompt).diff},
		{name: "exit", help: "Exit the metadata shell.", run: func(*Prompt, *bufio.Writer, []string) error { return errExit }},
		{name: "find", args: "[PATH...]", help: "Search for nodes in the directory hierarchy.", most: -1, run: builtin("find")},
		{name: "help", help: "Display this help message.", run: (*Prompt).help},
		{name: "history", args: "[COUNT]", help: "Print command history.", most: 1, run: (*Prompt).printHistory},
		{name: "log", args: "[PATH]", help: "Show what happened at or below a path, and when.", most: 1, states: true, run: (*Prompt).log},
		{name: "ls", args: "[PATH...]", help: "List metadata nodes.", most: -1, run: builtin("ls")},
		{name: "man", args: "COMMAND", help: "Show the help text for a specific command.", least: 1, most: 1, run: (*Prompt).man},
		{name: "pwd", help: "Print the current working directory.", run: (*Prompt).pwd},
		{name: "tree", args: "PATH...", help: "Show the contents of metadata nodes in a tree structure.", least: 1, most: -1, run: builtin("tree")},
	}
}

// builtin runs one of the commands of a session.
func builtin(name string) func(*Prompt, *bufio.Writer, []string) error {
	return func(p *Prompt, out *bufio.Writer, args []string) error { return p.Session.run(out, name, args) }
}

// Open goes to a point to begin with.
func (p *Prompt) Open(point string) error {
	root, img, err := p.States.At(point)
	if err == nil {
		p.Root, p.img = root, img
	}
	return err
}

// Line runs a line; done tells that the shell is to end. What goes wrong is printed, except for errors of writing.
func (p *Prompt) Line(w io.Writer, line string) (done bool, err error) {
	words := Words(line)
	if len(words) == 0 {
		return false, nil
	}
	p.history = append(p.history, strings.TrimSpace(line))
	out := bufio.NewWriter(w)
	err = p.Do(out, words)
	if errors.Is(err, errExit) {
		return true, out.Flush()
	}
	if err != nil {
		fmt.Fprintln(out, err)
	}
	return false, out.Flush()
}

// Do runs a command, given as words. The error says what is wrong with it.
func (p *Prompt) Do(out *bufio.Writer, words []string) error {
	c := p.lookup(words[0])
	args := words[1:]
	switch {
	case c == nil:
		return fmt.Errorf("invalid choice: '%s' (choose from %s)", words[0], p.choice())
	case len(args) < c.least:
		return fmt.Errorf("%s: too few arguments; usage: %s %s", c.name, c.name, c.args)
	case c.most >= 0 && len(args) > c.most:
		return fmt.Errorf("%s: too many arguments; usage: %s %s", c.name, c.name, c.args)
	}
	return c.run(p, out, args)
}

func (p *Prompt) lookup(name string) *command {
	for i := range commands {
		if commands[i].name == name && (p.States != nil || !commands[i].states) {
			return &commands[i]
		}
	}
	return nil
}

// CommandNames are the names of the commands.
func (p *Prompt) CommandNames() []string {
	var names []string
	for _, c := range commands {
		if p.States != nil || !c.states {
			names = append(names, c.name)
		}
	}
	return names
}

func (p *Prompt) choice() string {
	return "'" + strings.Join(p.CommandNames(), "', '") + "'"
}

// Words takes a line apart at blanks; quotes and backslashes keep them together.
func Words(line string) []string {
	var words []string
	var word strings.Builder
	inside, quote := false, rune(0)
	escaped := false
	for _, c := range line {
		switch {
		case escaped:
			word.WriteRune(c)
			escaped = false
		case c == '\\' && quote != '\'':
			escaped, inside = true, true
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(c)
		case c == '\'' || c == '"':
			quote, inside = c, true
		case c == ' ' || c == '\t':
			if inside {
				words = append(words, word.String())
			}
			word.Reset()
			inside = false
		default:
			word.WriteRune(c)
			inside = true
		}
	}
	if inside {
		words = append(words, word.String())
	}
	return words
}

// Complete are the words that the last word of a line can become: commands, then paths; a directory ends in a slash.
func (p *Prompt) Complete(line string) []string {
	words := Words(line)
	if len(words) == 0 || len(words) == 1 && !strings.HasSuffix(line, " ") {
		prefix := strings.Join(words, "")
		return slices.DeleteFunc(p.CommandNames(), func(name string) bool { return !strings.HasPrefix(name, prefix) })
	}
	prefix := ""
	if !strings.HasSuffix(line, " ") {
		prefix = words[len(words)-1]
	}
	if words[0] == "man" {
		return slices.DeleteFunc(p.CommandNames(), func(name string) bool { return !strings.HasPrefix(name, prefix) })
	}
	return p.completePath(prefix)
}

func (p *Prompt) completePath(prefix string) []string {
	slash := strings.LastIndexByte(prefix, '/')
	folder, last := prefix[:slash+1], prefix[slash+1:]
	absolute := folder
	if !strings.HasPrefix(prefix, "/") {
		absolute = p.Dir + "/" + folder
	}
	node := p.Root
	for _, part := range split(absolute) {
		if node = node.Child(part); node == nil {
			return nil
		}
	}
	var found []string
	for _, name := range p.sorted(node) {
		if !strings.HasPrefix(name, last) {
			continue
		}
		candidate := folder + name
		if child := node.Child(name); child != nil && child.IsDir() {
			candidate += "/"
		}
		found = append(found, candidate)
	}
	return found
}
