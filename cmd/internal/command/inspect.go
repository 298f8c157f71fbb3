package command

import "github.com/spf13/cobra"

func newInspect(app *App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "inspect",
		Short: "Look into metadata logs and snapshots",
		Long: `Look into the metadata of a node: its log, its snapshots and the small files around them.

PATH is a file, a directory, an archive (.tar, .tar.gz, .zip), or - for standard input. A directory may be a
__cluster_metadata-0, the log directory of a node, or one that has the directories of several nodes below it.
Nothing is ever written and no lock is taken: the node may be running.`,
	}
	cmd.AddCommand(newInspectDump(app))
	return cmd
}
