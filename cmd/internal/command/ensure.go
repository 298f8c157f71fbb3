package command

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/format"
)

func newEnsure(app *App) *cobra.Command {
	o := &formatOptions{}
	cmd := &cobra.Command{
		Use:   "ensure -c FILE -t ID",
		Short: "Format what is not formatted yet, and nothing else: safe to run any number of times",
		Long: `Bring a node's log directories to the formatted state, for init containers and configuration management.

Directories that do not exist or have no meta.properties are formatted; directories of this cluster and node are left as they are.
Anything else is a conflict, and then nothing at all is written: another cluster or node, a configuration or a file that cannot be
read, two directories with one ID, a directory without formatting that a running node holds. A node that runs on formatted
directories needs nothing, so ensure may be run beside it.

Exit codes: 0 done, or nothing to do; 2 arguments cannot be used; 3 conflict; 4 writing failed or was interrupted
(run it again: it goes on where it stopped).`,
		Example: `  kraftctl ensure -c /etc/kafka/server.properties -t "$CLUSTER_ID"
  kraftctl ensure -c server.properties -t "$CLUSTER_ID" --output json | jq .changed
  kraftctl ensure -c server.properties -t "$CLUSTER_ID" --set node.id="${HOSTNAME##*-}"`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runEnsure(app, cmd, o) },
	}
	o.register(cmd)
	return cmd
}

func runEnsure(app *App, cmd *cobra.Command, o *formatOptions) error {
	req, err := o.request(app, cmd)
	var unusable *configError
	if errors.As(err, &unusable) {
		return o.unusable(app, err)
	}
	if err != nil {
		return err
	}
	a, err := format.Ensure(req, app.surroundings())
	if err != nil {
		return o.refused(err, req.Node)
	}
	if conflicts := a.Conflicts(); len(conflicts) > 0 {
		return o.conflict(app, req, a, conflicts)
	}
	if a.Plan == nil {
		return o.nothingToDo(app, req, a)
	}
	return o.carryOut(app, a.Plan)
}

// ensureJSON is the JSON form of an outcome in which nothing was written, version 1; the fields are those of a plan.
type ensureJSON struct {
	Version  int  `json:"version"`
	Changed  bool `json:"changed"`
	Conflict bool `json:"conflict"`
	// Reason is why there is a conflict where no directory is to blame: the configuration cannot be read.
	Reason       string          `json:"reason,omitempty"`
	KafkaVersion string          `json:"kafkaVersion"`
	ClusterID    string          `json:"clusterId"`
	NodeID       int32           `json:"nodeId"`
	Directories  []directoryJSON `json:"directories"`
}

func ensureReport(req format.Request, a *format.Assessment) ensureJSON {
	report := ensureJSON{
		Version: 1, Conflict: len(a.Conflicts()) > 0, KafkaVersion: req.Release.String(),
		ClusterID: req.ClusterID, NodeID: req.Node.NodeID, Directories: []directoryJSON{},
	}
	for _, f := range a.Findings {
		report.Directories = append(report.Directories, directoryJSON{
			Path: f.Directory, State: string(f.State), Reason: f.Reason, DirectoryID: f.DirectoryID,
		})
	}
	return report
}

// unusable is the conflict of a configuration that cannot be read: what the node's directories are is then unknown, and
// nothing is formatted.
func (o *formatOptions) unusable(app *App, err error) error {
	conflict := &ExitError{Code: ExitConflict, Err: fmt.Errorf("conflict, nothing was changed: %w", err)}
	var usage *ExitError
	if errors.As(err, &usage) {
		conflict.Hint = usage.Hint
	}
	if o.output != "json" {
		return conflict
	}
	report := ensureJSON{Version: 1, Conflict: true, Reason: err.Error(), ClusterID: o.clusterID, Directories: []directoryJSON{}}
	if writeErr := writeJSON(app.Out, report); writeErr != nil {
		return writeErr
	}
	return conflict
}

func (o *formatOptions) nothingToDo(app *App, req format.Request, a *format.Assessment) error {
	if o.output == "json" {
		return writeJSON(app.Out, ensureReport(req, a))
	}
	_, err := fmt.Fprintln(app.Out, "All of the log directories are already formatted.")
	return err
}

func (o *formatOptions) conflict(app *App, req format.Request, a *format.Assessment, conflicts []format.Finding) error {
	if o.output == "json" {
		if err := writeJSON(app.Out, ensureReport(req, a)); err != nil {
			return err
		}
	}
	lines := make([]string, len(conflicts))
	for i, f := range conflicts {
		lines[i] = fmt.Sprintf("%s: %s", f.Directory, f.Reason)
	}
	return &ExitError{
		Code: ExitConflict,
		Err:  fmt.Errorf("conflict, nothing was changed:\n  %s", strings.Join(lines, "\n  ")),
		Hint: "check --cluster-id, node.id and log.dirs against these directories (kraftctl info -c FILE shows them)",
	}
}
