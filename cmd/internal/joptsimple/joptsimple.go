// Package joptsimple reads command lines as joptsimple 5.0.4 does, the library behind most of Kafka's tools, in the way
// Kafka uses it: long options that cannot be abbreviated.
//
//	--files a          a required argument is the next word, whatever it looks like
//	--files=a          or what follows the equals sign, even nothing
//	--key-decoder x    an optional argument is the next word unless that begins with a dash
//	-files a           one dash does as well for a name that is known
//	--                 all that follows is no option; like every other such word it is accepted and ignored
//
// Values are looked at only when the tool asks for them, and so are their errors.
package joptsimple

import (
	"fmt"
	"strings"

	"github.com/kraftctl/kraftctl/internal/javalang"
)

// Argument says whether an option takes an argument.
type Argument uint8

// The ways to take an argument.
const (
	None Argument = iota
	Required
	Optional
)

// Option is an option that a tool knows.
type Option struct {
	// Name is the option without its dashes.
	Name string
	// Description is its help text.
	Description string
	// Argument says whether it takes an argument, Type is the Java class of that ("String", "Integer"), and Placeholder what
	// help calls it; it may be empty.
	Argument          Argument
	Type, Placeholder string
	// Default is the value when none is given; "" is none.
	Default string
}

// Error is a joptsimple.OptionException.
type Error struct {
	// Class is the exception's class.
	Class string
	// Message is its text.
	Message string
}

// Error is the message.
func (e *Error) Error() string { return e.Message }

func fail(class, format string, args ...any) *Error {
	return &Error{Class: "joptsimple." + class + "Exception", Message: fmt.Sprintf(format, args...)}
}

// Set is what a command line holds.
type Set struct {
	options map[string]Option
	given   map[string]bool
	values  map[string][]string
}

// Has reports whether an option was given.
func (s *Set) Has(name string) bool { return s.given[name] }

// Value is the value of an option, or its default. The error is an [*Error] when there are several.
func (s *Set) Value(name string) (string, error) {
	switch values := s.values[name]; len(values) {
	case 0:
		return s.options[name].Default, nil
	case 1:
		return values[0], nil
	}
	return "", fail("MultipleArgumentsForOption", "Found multiple arguments for option %s, but you asked for only one", name)
}

// Int is the value of an option as a Java int. The error is an [*Error].
func (s *Set) Int(name string) (int32, error) {
	values := s.values[name]
	if len(values) == 0 {
		values = []string{s.options[name].Default}
	}
	var n int64
	for _, text := range values {
		var err error
		if n, err = javalang.ParseInt(text, 32); err != nil {
			return 0, fail("OptionArgumentConversion", "Cannot parse argument '%s' of option %s", text, name)
		}
	}
	_, err := s.Value(name)
	return int32(n), err
}

// Parse reads a command line. The error is an [*Error].
func Parse(options []Option, args []string) (*Set, error) {
	s := &Set{options: map[string]Option{}, given: map[string]bool{}, values: map[string][]string{}}
	for _, o := range options {
		s.options[o.Name] = o
	}
	for len(args) > 0 {
		word := args[0]
		args = args[1:]
		if word == "--" {
			break
		}
		if !looksLikeOption(word) {
			continue
		}
		var err error
		if args, err = s.option(word, args); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// looksLikeOption reports whether a word begins with a dash; a dash alone does not count.
func looksLikeOption(word string) bool {
	return strings.HasPrefix(word, "-") && word != "-" && word != "--"
}

// option reads the option that word is, and gives the arguments that are left.
func (s *Set) option(word string, args []string) ([]string, error) {
	long := strings.HasPrefix(word, "--")
	name, value, hasValue := strings.Cut(strings.TrimPrefix(word[1:], "-"), "=")
	if !long {
		name, value, hasValue = strings.Cut(word[1:], "=")
	}
	o, ok := s.options[name]
	if !ok {
		if !long { // a cluster of short options, of which there are none
			name = string([]rune(word[1:])[:1])
		}
		return nil, fail("UnrecognizedOption", "%s is not a recognized option", name)
	}
	s.given[name] = true
	switch {
	case o.Argument == None:
	case hasValue:
		s.values[name] = append(s.values[name], value)
	case o.Argument == Required && len(args) == 0:
		return nil, fail("OptionMissingRequiredArgument", "Option %s requires an argument", name)
	case o.Argument == Required, len(args) > 0 && !looksLikeOption(args[0]) && args[0] != "--":
		s.values[name] = append(s.values[name], args[0])
		args = args[1:]
	}
	return args, nil
}
