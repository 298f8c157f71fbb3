package command

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// The forms of --output.
const (
	outputText = "text"
	outputJSON = "json"
)

// registerOutput adds the flag that chooses between text and JSON.
func registerOutput(cmd *cobra.Command, into *string) {
	cmd.Flags().StringVarP(into, "output", "o", outputText, "text or json")
}

func checkOutput(output string) error {
	if output != outputText && output != outputJSON {
		return usageError(fmt.Errorf("--output %q: text or json", output), "")
	}
	return nil
}

// printLines prints lines to standard output.
func printLines(app *App, lines []string) error {
	if _, err := fmt.Fprintln(app.Out, strings.Join(lines, "\n")); err != nil {
		return &ExitError{Code: ExitFailure, Err: err}
	}
	return nil
}
