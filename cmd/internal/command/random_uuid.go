package command

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/clusterid"
)

func newRandomUUID(app *App) *cobra.Command {
	var count int
	cmd := &cobra.Command{
		Use:   "random-uuid",
		Short: "Print random IDs, for clusters and log directories",
		Long: `Print random UUIDs in the form Kafka writes them: 22 characters of base64url, never beginning with a dash.

One of them, made once and given to every node, is a cluster's ID (format --cluster-id). Others can name the log directories
of the first voters (format --initial-controllers).`,
		Example: `  kraftctl random-uuid
  kraftctl random-uuid -n 3`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if count < 1 {
				return usageError(fmt.Errorf("--count %d: at least 1", count), "")
			}
			return printIDs(app, count)
		},
	}
	cmd.Flags().IntVarP(&count, "count", "n", 1, "how many to print, one a line")
	return cmd
}

// printIDs prints random IDs, one a line.
func printIDs(app *App, count int) error {
	for range count {
		id, err := clusterid.New(app.Rand)
		if err != nil {
			return &ExitError{Code: ExitFailure, Err: err}
		}
		if _, err := fmt.Fprintln(app.Out, id); err != nil {
			return &ExitError{Code: ExitFailure, Err: err}
		}
	}
	return nil
}
