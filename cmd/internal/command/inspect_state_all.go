package command

import "github.com/spf13/cobra"

// newInspectStates are the commands that show the state of a cluster: whole, in parts, and between two moments.
func newInspectStates(app *App) []*cobra.Command {
	return append([]*cobra.Command{newInspectState(app), newInspectDiff(app), newInspectShell(app)}, newInspectViews(app)...)
}
