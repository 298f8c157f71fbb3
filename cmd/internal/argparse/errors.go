package argparse

import "strings"

// HelpError says that help was asked for; it is not a mistake of the user.
type HelpError struct {
	// Text is the help screen.
	Text string
}

func (e *HelpError) Error() string { return "help requested" }

// UsageError is a command line that cannot be read.
type UsageError struct {
	// Usage is the usage block of the program or sub-command that could not go on.
	Usage string
	// Message is the bare message, such as "too few arguments", without program name and not wrapped.
	Message string
	// Suggestions are options or sub-commands the user may have meant; it may be empty.
	Suggestions []string
	line        string
}

func (e *UsageError) Error() string { return e.Message }

// Text is all that is to be printed: usage, error line, suggestions.
func (e *UsageError) Text() string {
	var text strings.Builder
	text.WriteString(e.Usage)
	text.WriteString(e.line)
	if len(e.Suggestions) > 0 {
		text.WriteString("\nDid you mean:\n")
		for _, suggestion := range e.Suggestions {
			text.WriteString("\t" + suggestion + "\n")
		}
	}
	return text.String()
}

// fail is the error with the given message at this level.
func (l *level) fail(message string) *UsageError {
	width := l.parser.Width
	return &UsageError{
		Usage:   l.usage(),
		Message: message,
		line:    wrap(l.parser.Program+": error: "+message+"\n", width, 0, ""),
	}
}

// failAt is an error about one option.
func (l *level) failAt(option *Option, message string) *UsageError {
	return l.fail("argument " + option.label() + ": " + message)
}

// unrecognizedRest is the error for the current argument and all that follow it.
func (l *level) unrecognizedRest(s *state) *UsageError {
	return l.fail("unrecognized arguments: '" + strings.Join(s.args[s.index:], " ") + "'" + s.fileTip())
}
