package command

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newInspect(app *App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "inspect",
		Short: "Look into metadata logs and snapshots",
		Long: `Look into the metadata of a node: its log, its snapshots and the small files around them.

PATH is a file, a directory, an archive (.tar, .tar.gz, .tar.zst, .zip), a path into one such as incident.tar.zst/node-1, or
- for standard input. A directory may be a __cluster_metadata-0, the log directory of a node, or one that has the directories
of several nodes below it. Nothing is ever written and no lock is taken: the node may be running.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return usageError(fmt.Errorf("unknown command %q for %q", args[0], cmd.CommandPath()), "run 'kraftctl inspect --help' for its commands")
		},
	}
	cmd.AddCommand(newInspectDump(app), newInspectLs(app), newInspectVerify(app))
	cmd.AddCommand(newInspectStates(app)...)
	cmd.AddCommand(newInspectCompare(app), newInspectTimeline(app), newInspectHistory(app), newInspectBundle(app))
	return cmd
}
