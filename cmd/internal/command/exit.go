package command

import (
	"errors"
	"fmt"
)

// Exit codes of the native commands. A drop-in (kafka-storage, kafka-dump-log, …) exits as Kafka's tool does.
const (
	// ExitOK means done, or nothing to do.
	ExitOK = 0
	// ExitFindings means the command ran and what it examined is not sound: damage, findings, an unformatted directory.
	ExitFindings = 1
	// ExitUsage means the arguments or the configuration cannot be used.
	ExitUsage = 2
	// ExitConflict means that what is on disk contradicts what was asked for; nothing was changed.
	ExitConflict = 3
	// ExitFailure means the work was started and could not be completed: an I/O error, or an interrupt.
	ExitFailure = 4
)

// ExitError is an error that knows the exit code it deserves and what the person can do next.
type ExitError struct {
	// Code is one of the Exit constants.
	Code int
	// Err says what is wrong and where; nil ends the process with Code and no message.
	Err error
	// Hint says what to do next; it may be empty.
	Hint string
}

func (e *ExitError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit code %d", e.Code)
	}
	return e.Err.Error()
}

func (e *ExitError) Unwrap() error { return e.Err }

// usageError is an ExitError for arguments or configuration that cannot be used.
func usageError(err error, hint string) error {
	return &ExitError{Code: ExitUsage, Err: err, Hint: hint}
}

// exitCode maps an error to the exit code of the process.
func exitCode(err error) int {
	var exit *ExitError
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &exit):
		return exit.Code
	}
	return ExitUsage
}
