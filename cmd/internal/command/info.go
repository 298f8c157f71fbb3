package command

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/nodeconf"
)

// infoJSON is the stable JSON form of info, version 1.
type infoJSON struct {
	Version      int                 `json:"version"`
	KafkaVersion string              `json:"kafkaVersion"`
	NodeID       int32               `json:"nodeId"`
	Directories  []infoDirectoryJSON `json:"directories"`
	// Problems are what Kafka's tool reports.
	Problems []string `json:"problems"`
	// Warnings are what it does not report although the node would not start.
	Warnings []string `json:"warnings"`
}

type infoDirectoryJSON struct {
	Path  string `json:"path"`
	State string `json:"state"`
	// Reason says why a directory is unreadable.
	Reason      string  `json:"reason,omitempty"`
	Format      *int    `json:"format,omitempty"`
	ClusterID   *string `json:"clusterId,omitempty"`
	NodeID      *int32  `json:"nodeId,omitempty"`
	DirectoryID string  `json:"directoryId,omitempty"`
}

func newInfo(app *App) *cobra.Command {
	o := &configOptions{}
	var output string
	cmd := &cobra.Command{
		Use:   "info -c FILE",
		Short: "Tell what a node's log directories are formatted for",
		Long: `Print what the meta.properties files in a node's log directories say, and what is wrong with them, as Kafka's tool does.
What Kafka's tool keeps to itself although the node would not start with it (the ID of another node, a directory ID given
twice) is a warning on standard error, or in the JSON.

Exit codes: 0 all directories are formatted; 1 something is missing or wrong; 2 the configuration cannot be used; 4 a file
could not be read.`,
		Example: `  kraftctl info -c /etc/kafka/server.properties
  kraftctl info -c server.properties --output json | jq -r '.directories[].state'`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := checkOutput(output); err != nil {
				return err
			}
			node, err := o.node(app)
			if err != nil {
				return err
			}
			return runInfo(app, node, output)
		},
	}
	o.register(cmd)
	registerOutput(cmd, &output)
	return cmd
}

func runInfo(app *App, node *nodeconf.Node, output string) error {
	dirs := nodeDirectories(node)
	info, err := metaprops.Inspect(fsx.OS{}, node.Release, node.Roles != nodeconf.Roles{}, dirs)
	if err != nil {
		return &ExitError{Code: ExitFailure, Err: err, Hint: "run as a user who may read the log directories"}
	}
	ensemble := metaprops.Load(fsx.OS{}, dirs)
	warnings := unreported(node, ensemble, info)
	if output == outputJSON {
		err = writeJSON(app.Out, infoReport(node, ensemble, info, warnings))
	} else {
		warn(app, warnings)
		_, err = fmt.Fprint(app.Out, info.Text())
	}
	switch {
	case err != nil:
		return &ExitError{Code: ExitFailure, Err: err}
	case len(info.Problems) > 0:
		return &ExitError{Code: ExitFindings}
	}
	return nil
}

// nodeDirectories are the log directories and the metadata directory, each once.
func nodeDirectories(node *nodeconf.Node) []string {
	var dirs []string
	for _, dir := range append(slices.Clone(node.LogDirs), node.MetadataLogDir) {
		if !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// unreported is what would keep the node from starting and is no problem to Kafka's info.
func unreported(node *nodeconf.Node, ensemble metaprops.Ensemble, info *metaprops.Info) []string {
	if len(info.Problems) > 0 {
		return nil
	}
	for _, dir := range ensemble {
		if dir.State != metaprops.Formatted {
			continue
		}
		var mismatch *metaprops.Mismatch
		if errors.As(ensemble.Verify(node.Release, dir.Properties.ClusterID, node.NodeID), &mismatch) {
			return []string{mismatch.Message}
		}
		return nil
	}
	return nil
}

func infoReport(node *nodeconf.Node, ensemble metaprops.Ensemble, info *metaprops.Info, warnings []string) infoJSON {
	report := infoJSON{
		Version: 1, KafkaVersion: node.Release.String(), NodeID: node.NodeID,
		Directories: []infoDirectoryJSON{},
		Problems:    append([]string{}, info.Problems...),
		Warnings:    append([]string{}, warnings...),
	}
	for _, dir := range ensemble {
		report.Directories = append(report.Directories, infoDirectory(dir))
	}
	return report
}

func infoDirectory(dir metaprops.Directory) infoDirectoryJSON {
	report := infoDirectoryJSON{Path: dir.Path, State: dir.State.String()}
	p := dir.Properties
	switch dir.State {
	case metaprops.Empty:
		report.State = "unformatted"
	case metaprops.Unreadable:
		report.Reason = dir.Err.Error()
	case metaprops.Formatted:
		report.Format = &p.Version
		if !p.NoClusterID {
			report.ClusterID = &p.ClusterID
		}
		if !p.NoNodeID {
			report.NodeID = &p.NodeID
		}
		if p.DirectoryID != nil {
			report.DirectoryID = p.DirectoryID.String()
		}
	}
	return report
}
