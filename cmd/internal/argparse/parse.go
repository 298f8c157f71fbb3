package argparse

import (
	"sort"
	"strings"
)

// negativeNumber tells what may follow an option as its value although it begins with a dash.
func negativeNumber(word string) bool {
	digits, dash := strings.CutPrefix(word, "-")
	return dash && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// state is how far a command line has been read. Sub-commands go on where the program stopped.
type state struct {
	parser *Parser
	args   []string
	index  int
	// optionsEnded is set once "--" was passed.
	optionsEnded bool
	// fromFile is the index of the last argument that may have come out of an @FILE; -1 if there was none.
	fromFile int
	// files counts the argument files read.
	files int
}

func (s *state) more() bool { return s.index < len(s.args) }

func (s *state) current() string { return s.args[s.index] }

// Parse reads args, the command line without the program's name. The error is a *HelpError if help was
// asked for, else a *UsageError.
func (p *Parser) Parse(args []string) (*Result, error) {
	s := &state{parser: p, args: args, fromFile: -1}
	result := &Result{values: map[string][]string{}}
	if err := p.parseProgram(s, result); err != nil {
		return nil, err
	}
	return result, nil
}

// parseProgram reads what stands before the sub-command, then the sub-command and what follows it.
func (p *Parser) parseProgram(s *state, result *Result) error {
	program := p.level(nil)
	if err := program.parse(s, result); err != nil {
		return err
	}
	if !s.more() {
		return program.fail("too few arguments")
	}
	if s.optionsEnded {
		return program.unrecognizedRest(s)
	}
	command, err := program.resolveCommand(s.current())
	if err != nil {
		return err
	}
	s.index++
	result.Command = command.Name
	level := p.level(command)
	if err := level.parse(s, result); err != nil {
		return err
	}
	if s.more() {
		return level.unrecognizedRest(s)
	}
	return level.checkRequired(result)
}

// parse reads options until the arguments end or one comes that is no option.
func (l *level) parse(s *state, result *Result) error {
	exclusive := map[string]*Option{}
	for s.more() {
		isOption, err := l.atOption(s)
		if err != nil {
			return err
		}
		switch {
		case !s.more():
			return nil
		case !isOption:
			return nil
		case s.current() == "--":
			s.optionsEnded = true
			s.index++
		default:
			if err := l.parseOption(s, result, exclusive); err != nil {
				return err
			}
		}
	}
	return nil
}

// parseOption reads one argument that looks like an option, and its value.
func (l *level) parseOption(s *state, result *Result, exclusive map[string]*Option) error {
	term := s.current()
	flag, value, attached := strings.Cut(term, "=")
	option, err := l.resolveFlag(flag)
	if err != nil {
		return err
	}
	if option == nil {
		option, value, attached, err = l.parseJoined(s, term, result, exclusive)
		if err != nil {
			return err
		}
	}
	s.index++
	if option == nil {
		return nil
	}
	if err := option.checkExclusive(l, exclusive); err != nil {
		return err
	}
	return l.apply(s, option, value, attached, result)
}

// parseJoined reads short flags written as one word. Those without a value are applied; the first one
// that takes a value is returned with the rest of the word as its value.
func (l *level) parseJoined(s *state, term string, result *Result, exclusive map[string]*Option) (*Option, string, bool, error) {
	unrecognized := func() (*Option, string, bool, error) {
		failure := l.fail("unrecognized arguments: '" + term + "'" + s.fileTip())
		failure.Suggestions = l.suggestFlags(term)
		return nil, "", false, failure
	}
	if strings.HasPrefix(term, "--") {
		return unrecognized()
	}
	letters := []rune(term[1:])
	for i, letter := range letters {
		option := l.byFlag("-" + string(letter))
		if option == nil {
			return unrecognized()
		}
		if option.Action.takesValue() {
			rest := string(letters[i+1:])
			return option, rest, rest != "", nil
		}
		if err := option.checkExclusive(l, exclusive); err != nil {
			return nil, "", false, err
		}
		if err := l.run(option, "", result); err != nil {
			return nil, "", false, err
		}
	}
	return nil, "", false, nil
}

// apply finds the option's value, if it takes one, and runs the option.
func (l *level) apply(s *state, option *Option, value string, attached bool, result *Result) error {
	if !option.Action.takesValue() {
		if attached {
			return l.failAt(option, "ignore implicit argument '"+value+"'")
		}
		return l.run(option, "", result)
	}
	if attached {
		return l.run(option, value, result)
	}
	if s.more() {
		isOption, err := l.atOption(s)
		if err != nil {
			return err
		}
		if !isOption && s.more() {
			value = s.current()
			s.index++
			return l.run(option, value, result)
		}
	}
	return l.failAt(option, "expected one argument")
}

// run notes that an option was given; asking for help ends parsing.
func (l *level) run(option *Option, value string, result *Result) error {
	if option.Action == help {
		return &HelpError{Text: l.helpText()}
	}
	result.values[option.Name()] = append(result.values[option.Name()], value)
	return nil
}

// resolveFlag finds the option a flag means: the one written so, else the only one whose flag begins so.
// Nil without an error means that there is none.
func (l *level) resolveFlag(flag string) (*Option, error) {
	if option := l.byFlag(flag); option != nil {
		return option, nil
	}
	var matches []string
	for i := range l.options {
		for _, own := range l.options[i].Flags {
			if strings.HasPrefix(own, flag) {
				matches = append(matches, own)
			}
		}
	}
	switch len(matches) {
	case 0:
		return nil, nil
	case 1:
		return l.byFlag(matches[0]), nil
	}
	sort.Strings(matches)
	return nil, l.fail("ambiguous option: " + flag + " could match " + strings.Join(matches, ", "))
}

// resolveCommand finds the sub-command a word means, like resolveFlag.
func (l *level) resolveCommand(word string) (*Command, error) {
	commands := l.parser.Commands
	var matches, names []string
	var found *Command
	for i := range commands {
		name := commands[i].Name
		if name == word {
			return &commands[i], nil
		}
		names = append(names, name)
		if word != "" && strings.HasPrefix(name, word) {
			matches = append(matches, name)
			found = &commands[i]
		}
	}
	switch len(matches) {
	case 1:
		return found, nil
	case 0:
		failure := l.fail("invalid choice: '" + word + "' (choose from '" + strings.Join(names, "', '") + "')")
		failure.Suggestions = closest(word, names, names)
		return nil, failure
	}
	sort.Strings(matches)
	return nil, l.fail("ambiguous command: " + word + " could match " + strings.Join(matches, ", "))
}

// checkExclusive refuses an option of a set of which another one was given before.
func (o *Option) checkExclusive(l *level, exclusive map[string]*Option) error {
	if o.Exclusive == "" {
		return nil
	}
	earlier := exclusive[o.Exclusive]
	if earlier != nil && earlier.Flags[0] != o.Flags[0] {
		return l.failAt(o, "not allowed with argument "+earlier.label())
	}
	exclusive[o.Exclusive] = o
	return nil
}

// checkRequired names the last required option that is missing, as argparse4j does.
func (l *level) checkRequired(result *Result) error {
	for i := len(l.options) - 1; i >= 0; i-- {
		option := &l.options[i]
		if option.Required && !result.Has(option.Name()) {
			return l.fail("argument " + option.label() + " is required")
		}
	}
	return nil
}

// looksLikeOption reports whether a word begins with dashes and has something after them.
func looksLikeOption(word string) bool {
	return strings.HasPrefix(word, "-") && strings.TrimLeft(word, "-") != ""
}

// atOption expands argument files at the current argument, then tells whether an option (or "--") stands
// there. Afterwards there may be no current argument any more, because the files were empty.
func (l *level) atOption(s *state) (bool, error) {
	if err := l.expandFiles(s); err != nil {
		return false, err
	}
	if !s.more() || s.optionsEnded {
		return false, nil
	}
	word := s.current()
	return word == "--" || looksLikeOption(word) && !negativeNumber(word), nil
}
