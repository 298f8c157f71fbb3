package command

import (
	"fmt"
	"strings"

	"github.com/kraftctl/kraftctl/cmd/internal/argparse"
	"github.com/kraftctl/kraftctl/release"
)

// shellArgs is the command line of kafka-metadata-shell.
type shellArgs struct {
	snapshot    string
	hasSnapshot bool
	command     []string
}

// shellGrammar words the answers to a command line: the parser of argparse4j for one option and the words of a command.
type shellGrammar struct {
	program, description, help string
	required                   bool
	width                      int
}

func newShellGrammar(rel release.Release, columns string) shellGrammar {
	g := shellGrammar{
		program: "metadata-tool", description: "The Apache Kafka metadata tool", help: "The snapshot file to read.",
		width: argparse.Width(columns),
	}
	if rel >= release.V3_7 {
		g.program, g.description = "kafka-metadata-shell", "The Apache Kafka metadata shell"
	}
	if rel >= release.V4_1 {
		g.help, g.required = "The metadata snapshot file to read.", true
	}
	return g
}

// parseShellArgs reads the command line; text is the help screen, and the error all there is to print, if there was a mistake.
func parseShellArgs(rel release.Release, columns string, args []string) (given shellArgs, text string, err error) {
	g := newShellGrammar(rel, columns)
	for i := 0; i < len(args); i++ {
		if args[i] == "--" {
			given.command = append(given.command, args[i+1:]...)
			break
		}
		if !looksLikeOption(args[i]) {
			given.command = append(given.command, args[i])
			continue
		}
		flag, value, attached := g.option(args[i])
		switch {
		case flag == "--help":
			return given, g.helpText(), nil
		case flag == "":
			return given, "", g.fail("unrecognized arguments: '" + args[i] + "'")
		case !attached && (i+1 == len(args) || looksLikeOption(args[i+1])):
			return given, "", g.fail("argument --snapshot/-s: expected one argument")
		case !attached:
			i++
			value = args[i]
		}
		given.snapshot, given.hasSnapshot = value, true
	}
	if g.required && !given.hasSnapshot {
		return given, "", g.fail("argument --snapshot/-s is required")
	}
	return given, "", nil
}

// looksLikeOption reports whether a word begins with a dash and is neither a dash nor a negative number.
func looksLikeOption(word string) bool {
	rest, dash := strings.CutPrefix(word, "-")
	return dash && rest != "" && strings.Trim(rest, "0123456789") != ""
}

// option finds the option that a word means, by its name or the beginning of it, and the value attached to it.
func (g shellGrammar) option(word string) (flag, value string, attached bool) {
	name, value, attached := strings.Cut(word, "=")
	for _, o := range []string{"--snapshot", "--help"} {
		if strings.HasPrefix(o, name) && len(name) > 2 {
			return o, value, attached
		}
	}
	switch {
	case word == "-h":
		return "--help", "", false
	case name == "-s":
		return "--snapshot", value, attached
	case strings.HasPrefix(word, "-s") && !strings.HasPrefix(word, "--"):
		return "--snapshot", word[2:], true
	}
	return "", "", false
}

func (g shellGrammar) fail(message string) error {
	return fmt.Errorf("%s%s: error: %s\n", g.usage(), g.program, message) //nolint:staticcheck // all that is printed
}

func (g shellGrammar) usage() string {
	text := "usage: " + g.program
	indent := strings.Repeat(" ", len(text))
	column := len(text)
	option := "[--snapshot SNAPSHOT]"
	if g.required {
		option = "--snapshot SNAPSHOT"
	}
	for i, item := range []string{"[-h]", option, "[command [command ...]]"} {
		if i > 0 && column+len(item)+1 > g.width {
			text += "\n" + indent
			column = len(indent)
		}
		text += " " + item
		column += 1 + len(item)
	}
	return text + "\n"
}

func (g shellGrammar) helpText() string {
	return g.usage() + `
` + g.description + `

positional arguments:
  command                The command to run.

optional arguments:
  -h, --help             show this help message and exit
  --snapshot SNAPSHOT, -s SNAPSHOT
                         ` + g.help + "\n"
}

// shellCommands are the commands that need no terminal, and whether they want a target.
var shellCommands = []struct {
	name  string
	needs bool
	since release.Release
}{{"cat", true, release.V3_3}, {"find", false, release.V3_3}, {"ls", false, release.V3_3}, {"tree", true, release.V3_5}}

// parseShellCommand reads the words of a command as the shell does; without a command, answer is all there is to print.
func parseShellCommand(rel release.Release, words []string) (command string, targets []string, answer string) {
	for len(words) > 0 && words[len(words)-1] == "" {
		words = words[:len(words)-1]
	}
	if len(words) == 0 {
		return "", nil, ""
	}
	var found, names []string
	needs := false
	for _, c := range shellCommands {
		if c.since > rel {
			continue
		}
		names = append(names, "'"+c.name+"'")
		if strings.HasPrefix(c.name, words[0]) {
			found, needs = append(found, c.name), c.needs
		}
	}
	targets = words[1:]
	for _, t := range targets {
		if looksLikeOption(t) {
			return "", nil, "unrecognized arguments: '" + t + "'\n"
		}
	}
	switch {
	case looksLikeOption(words[0]):
		return "", nil, "unrecognized arguments: '" + words[0] + "'\n"
	case len(found) != 1:
		return "", nil, "invalid choice: '" + words[0] + "' (choose from " + strings.Join(names, ", ") + ")\n"
	case needs && len(targets) == 0:
		return "", nil, "too few arguments\n"
	case found[0] != words[0]:
		return "", nil, "invalid choice: '" + words[0] + "': did you mean '" + found[0] + "'?\n"
	}
	return found[0], targets, ""
}
