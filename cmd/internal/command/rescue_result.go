package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/rescue/stage"
)

// tell prints what was done, or would be: the text, or the value as JSON.
func tell(app *App, output, text string, value any) error {
	var err error
	if output == outputJSON {
		err = writeJSON(app.Out, value)
	} else {
		_, err = io.WriteString(app.Out, text)
	}
	if err != nil {
		return &ExitError{Code: ExitFailure, Err: err}
	}
	return nil
}

// newFileError maps what stopped the making of a file to an exit code. Nothing is left of it.
func newFileError(err error) error {
	var exists *stage.ExistsError
	var locked *fsx.LockedError
	switch {
	case errors.As(err, &exists):
		return &ExitError{Code: ExitConflict, Err: err, Hint: "choose another name with -o or --report, or move it away"}
	case errors.As(err, &locked):
		return &ExitError{Code: ExitConflict, Err: err}
	case errors.Is(err, context.Canceled):
		return &ExitError{Code: ExitFailure, Err: errors.New("interrupted; nothing was written")}
	}
	return &ExitError{Code: ExitFailure, Err: err}
}

// stageError maps what stopped the making of a directory to an exit code, and says what to do next.
func stageError(err error) error {
	var full *stage.NotEmptyError
	var other *stage.OtherPlanError
	var exists *stage.ExistsError
	var held *fsx.HeldError
	var locked *fsx.LockedError
	conflict := func(hint string) error { return &ExitError{Code: ExitConflict, Err: err, Hint: hint} }
	switch {
	case err == nil:
		return nil
	case errors.As(err, &full) && full.Incomplete:
		return conflict("move those files away and run the same command again, or remove the directory")
	case errors.As(err, &full):
		return conflict("name a directory that is missing or empty")
	case errors.As(err, &other):
		return conflict("finish it with the command it was begun with, or remove the directory")
	case errors.As(err, &exists):
		return conflict("name another, or move it away")
	case errors.As(err, &held), errors.As(err, &locked):
		return conflict("")
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.ENAMETOOLONG):
		return usageError(err, "name another directory")
	case errors.Is(err, context.Canceled):
		return &ExitError{Code: ExitFailure, Err: fmt.Errorf("interrupted: %w", err), Hint: "run the same command again to finish"}
	}
	return &ExitError{Code: ExitFailure, Err: err, Hint: "mend the cause and run the same command again to finish"}
}
