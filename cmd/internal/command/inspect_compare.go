package command

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/inspect/compare"
	"github.com/kraftctl/kraftctl/metalog"

	"github.com/kraftctl/kraftctl/internal/pattern"
)

func newInspectCompare(app *App) *cobra.Command {
	var output string
	var opts compare.Options
	cmd := &cobra.Command{
		Use:   "compare DIR DIR...",
		Short: "Tell where copies of a metadata log part, and whether everything committed is in them",
		Long: `Hold the copies of several nodes against each other: how far each goes, up to where all agree, the first batch that differs
with both versions of it, what each node knows of leader and vote, how the state of the cluster differs, who could win an
election, what is certainly committed, and whether every committed record is in these copies.

Give one directory for each node, or directories and archives with several nodes below them. Whose copy it is tells the
meta.properties beside it; where that is missing, say it: 3=DIR. The voters are those that the
furthest copy names. A voter of which no copy is given may live; one named by --dead will not vote again, but what its copy
holds counts as long as the copy is given.

A batch that less than a majority has is told not to be committed; that holds for copies made at the same moment, or of nodes
that were stopped. Nothing is locked, and the nodes may be running.

Exit codes: 0 the copies agree, apart from some being behind, and everything committed is certain to be here; 1 they do not, or
it is not; 2 the arguments cannot be used, such as copies of different clusters.`,
		Example: `  kraftctl inspect compare controller1 controller2 controller3
  kraftctl inspect compare 1=a/__cluster_metadata-0 2=b/__cluster_metadata-0
  kraftctl inspect compare backup1.tar.gz backup2.tar.gz --dead 3
  kraftctl inspect compare copies/ --output json | jq -r '.verdict.words[]'`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := checkOutput(output); err != nil {
				return err
			}
			return runCompare(app, args, opts, output == outputJSON)
		},
	}
	registerOutput(cmd, &output)
	cmd.Flags().Int32SliceVar(&opts.Dead, "dead", nil, "IDs of voters that will not vote again, such as 2,3")
	cmd.Flags().BoolVar(&opts.ShowSecrets, "show-secrets", false, "print secrets instead of masking them")
	return cmd
}

// ownedDir is an argument of the form ID=DIR.
var ownedDir = pattern.Lazy(`^(\d{1,9})=(.+)$`)

// owners splits arguments of the form ID=DIR; the ID of others is -1.
func owners(args []string) (paths []string, nodes []int32) {
	for _, arg := range args {
		node := int32(-1)
		if m := ownedDir().FindStringSubmatch(arg); m != nil {
			if id, err := strconv.ParseInt(m[1], 10, 32); err == nil {
				arg, node = m[2], int32(id)
			}
		}
		paths, nodes = append(paths, arg), append(nodes, node)
	}
	return paths, nodes
}

func runCompare(app *App, args []string, opts compare.Options, asJSON bool) (err error) {
	paths, nodes := owners(args)
	t, err := openTargets(app, paths)
	defer func() { err = errors.Join(err, t.close()) }()
	if err != nil {
		return err
	}
	logs, err := t.logs()
	if err != nil {
		return err
	}
	if len(logs) < 2 {
		return usageError(errors.New("there is only one metadata log to compare"), "give the directories of two nodes or more")
	}
	bar := newProgress(app, t, false)
	copies, err := compare.Read(logs, bar.add)
	bar.done()
	if err != nil {
		return &ExitError{Code: ExitFailure, Err: err}
	}
	at := 0
	for i, one := range t.list {
		for range one.logs {
			if nodes[i] >= 0 {
				copies[at].NodeID = nodes[i]
			}
			at++
		}
	}
	report, err := compare.Copies(copies, opts)
	switch {
	case errors.Is(err, compare.ErrForeign):
		return usageError(err, "compare copies of one cluster")
	case errors.Is(err, compare.ErrNoVoter):
		return usageError(err, "--dead takes IDs of voters")
	case err != nil:
		return &ExitError{Code: ExitFailure, Err: err}
	}
	if asJSON {
		err = writeJSON(app.Out, report)
	} else {
		err = compare.WriteText(app.Out, report)
	}
	switch {
	case err != nil:
		return &ExitError{Code: ExitFailure, Err: err}
	case !report.Agree():
		return &ExitError{Code: ExitFindings}
	}
	return nil
}

// logs are the metadata logs of all targets; a single file is none.
func (t *targets) logs() ([]*metalog.Log, error) {
	var logs []*metalog.Log
	for _, one := range t.list {
		if one.file != "" {
			return nil, usageError(fmt.Errorf("%s is a single file", one.src.Path(one.file)), "give the directory of a node, or an archive of it")
		}
		logs = append(logs, one.logs...)
	}
	return logs, nil
}
