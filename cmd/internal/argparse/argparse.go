// Package argparse reads command lines the way argparse4j 0.7.0 does, the Java library behind most of
// Kafka's tools, and words its answers likewise: sub-commands and long options may be shortened to any
// unique prefix, short flags may be joined (-gc FILE), values may be attached (--opt=V, -cV, -c=V), a
// value that looks like an option is refused unless it is attached, @FILE is replaced by the lines of
// FILE, and a mistake is answered with a usage line, an error line and perhaps a "Did you mean:" block.
//
// A Parser is data: callers fill in tables of commands and options and get a Result or an error whose
// text is what Kafka's user would have read. Nothing is printed here and no file is opened except
// through Parser.ReadFile.
package argparse

import "strings"

// Action is what giving an option does.
type Action int8

const (
	// Store keeps the option's value; of several the last one counts.
	Store Action = iota
	// Append keeps every value in the order given.
	Append
	// StoreTrue takes no value and notes that the option was given.
	StoreTrue
	// help takes no value and ends parsing with a *HelpError; every parser has one option like this.
	help
)

// takesValue reports whether an option with the action is followed by a value.
func (a Action) takesValue() bool { return a == Store || a == Append }

// Option is one named argument of a command.
type Option struct {
	// Flags are the ways to write the option, such as "--config" and "-c", in the order messages name them.
	Flags []string
	// Action is what giving the option does.
	Action Action
	// Help is the option's text on the help screen; it may be empty.
	Help string
	// Required makes leaving the option out an error.
	Required bool
	// Exclusive names the set of options of which at most one may be given; empty means no such set.
	Exclusive string
}

// Name is the option's key in a Result: its first flag without dashes, such as "config".
func (o *Option) Name() string { return strings.TrimLeft(o.Flags[0], "-") }

// label is how error messages call the option, such as "--config/-c".
func (o *Option) label() string { return strings.Join(o.Flags, "/") }

// metavar stands for the option's value in usage and help, such as "CLUSTER_ID".
func (o *Option) metavar() string {
	return strings.ToUpper(strings.ReplaceAll(o.Name(), "-", "_"))
}

// syntax is one flag as it is written in usage and help, followed by its value's placeholder if it takes one.
func (o *Option) syntax(flag string) string {
	if o.Action.takesValue() {
		return flag + " " + o.metavar()
	}
	return flag
}

// Command is one sub-command.
type Command struct {
	Name    string
	Help    string
	Options []Option
}

// Parser describes a program.
type Parser struct {
	// Program is the name usage and error lines begin with.
	Program string
	// Description is the sentence below the usage on the program's help screen.
	Description string
	// Commands are the sub-commands in the order help and messages list them.
	Commands []Command
	// FilePrefix is the character that marks an argument as the name of a file of arguments, such as "@";
	// empty turns the expansion off.
	FilePrefix string
	// ReadFile reads a file of arguments. It is needed if FilePrefix is set.
	ReadFile func(name string) ([]byte, error)
	// Width is the number of columns usage, help and error lines are wrapped to; see Width.
	Width int
}

// Result is a command line that could be read.
type Result struct {
	// Command is the full name of the sub-command.
	Command string
	values  map[string][]string
}

// All lists the values given for the option called name, in order; nil if it was not given.
func (r *Result) All(name string) []string { return r.values[name] }

// Last is the value that counts for a Store option, and whether it was given at all.
func (r *Result) Last(name string) (string, bool) {
	given := r.values[name]
	if len(given) == 0 {
		return "", false
	}
	return given[len(given)-1], true
}

// Has reports whether the option called name was given.
func (r *Result) Has(name string) bool { return len(r.values[name]) > 0 }

// level is one of the parsers a command line passes through: the program itself, then a sub-command.
type level struct {
	parser  *Parser
	command *Command // nil for the program itself
	options []Option // -h/--help first
}

func (p *Parser) level(command *Command) *level {
	options := []Option{{Flags: []string{"-h", "--help"}, Action: help, Help: "show this help message and exit"}}
	if command != nil {
		options = append(options, command.Options...)
	}
	return &level{parser: p, command: command, options: options}
}

// byFlag is the option written exactly as flag, or nil.
func (l *level) byFlag(flag string) *Option {
	for i := range l.options {
		for _, own := range l.options[i].Flags {
			if own == flag {
				return &l.options[i]
			}
		}
	}
	return nil
}
