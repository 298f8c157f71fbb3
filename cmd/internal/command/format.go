package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/format"
	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/nodeconf"
)

// formatOptions are the flags format and ensure share.
type formatOptions struct {
	config             configOptions
	clusterID          string
	releaseVersion     string
	features           []string
	scram              []string
	scramFiles         []string
	scramPlaces        []string
	ignoreFormatted    bool
	standalone         bool
	initialControllers string
	noInitial          bool
	portable           bool
	dryRun             bool
	output             string
}

func (o *formatOptions) register(cmd *cobra.Command) {
	o.config.register(cmd)
	f := cmd.Flags()
	f.StringVarP(&o.clusterID, "cluster-id", "t", "", "the cluster's `ID`, the same on every node (kraftctl random-uuid makes one)")
	f.StringVarP(&o.releaseVersion, "release-version", "r", "", "the release whose metadata.version and features the new cluster starts with")
	f.StringArrayVarP(&o.features, "feature", "f", nil, "a feature level, as `NAME=LEVEL` (repeatable)")
	f.StringArrayVarP(&o.scram, "add-scram", "S", nil, "a SCRAM `user`, as 'SCRAM-SHA-256=[name=alice,password=…]' (repeatable; everyone can read it in the process list)")
	f.StringArrayVar(&o.scramFiles, "add-scram-file", nil, "a `file` with one --add-scram argument a line; - is standard input")
	f.BoolVarP(&o.standalone, "standalone", "s", false, "make this controller the only voter of a new dynamic quorum")
	f.StringVarP(&o.initialControllers, "initial-controllers", "I", "", "the first `voters` of a new dynamic quorum, as ID@HOST:PORT:DIRECTORY-ID,…")
	f.BoolVarP(&o.noInitial, "no-initial-controllers", "N", false, "this controller joins a dynamic quorum that exists already")
	f.BoolVar(&o.portable, "portable", false, "write files that mean the same to every release that can read them")
	f.BoolVar(&o.dryRun, "dry-run", false, "print the plan and write nothing")
	registerOutput(cmd, &o.output)
	_ = cmd.MarkFlagRequired("cluster-id") // the flag is there
	cmd.MarkFlagsMutuallyExclusive("standalone", "initial-controllers", "no-initial-controllers")
}

// request turns the flags into a request.
func (o *formatOptions) request(app *App, cmd *cobra.Command) (format.Request, error) {
	if err := checkOutput(o.output); err != nil {
		return format.Request{}, err
	}
	if err := checkClusterID(cmd, o.clusterID); err != nil {
		return format.Request{}, err
	}
	node, err := o.config.node(app)
	if err != nil {
		return format.Request{}, err
	}
	scram, err := o.scramArguments(app)
	if err != nil {
		return format.Request{}, err
	}
	req := format.Request{
		Release:              node.Release,
		Node:                 node,
		ClusterID:            o.clusterID,
		Features:             o.features,
		Scram:                scram,
		IgnoreFormatted:      o.ignoreFormatted,
		Standalone:           o.standalone,
		NoInitialControllers: o.noInitial,
		Portable:             o.portable,
	}
	if cmd.Flags().Changed("release-version") {
		req.ReleaseVersion = &o.releaseVersion
	}
	if cmd.Flags().Changed("initial-controllers") {
		req.InitialControllers = &o.initialControllers
	}
	return req, nil
}

// checkClusterID refuses what a shell variable without a value leaves of -t "$ID" and of -t $ID --dry-run. Kafka since 3.7
// formats with both.
func checkClusterID(cmd *cobra.Command, id string) error {
	if id == "" {
		return usageError(errors.New("--cluster-id is empty; nothing was formatted"), newClusterID)
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(id, "--"), "=")
	long := strings.HasPrefix(id, "--") && cmd.Flags().Lookup(name) != nil
	short := len(id) == 2 && id[0] == '-' && cmd.Flags().ShorthandLookup(id[1:]) != nil
	if long || short {
		return usageError(fmt.Errorf("--cluster-id has no value: the flag %s follows it; nothing was formatted", id), newClusterID)
	}
	return nil
}

const newClusterID = "give the cluster's ID; kraftctl random-uuid makes one for a new cluster"

// scramArguments are the users of --add-scram and of the files, in that order; it remembers where each is from.
func (o *formatOptions) scramArguments(app *App) ([]string, error) {
	all := append([]string{}, o.scram...)
	o.scramPlaces = make([]string, len(all))
	for _, name := range o.scramFiles {
		lines, err := readLines(app, name)
		if err != nil {
			return nil, usageError(fmt.Errorf("--add-scram-file: %w", err), "")
		}
		for i, line := range lines {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				all = append(all, line)
				o.scramPlaces = append(o.scramPlaces, located(name, i+1))
			}
		}
	}
	return all, nil
}

// refused words why nothing was planned, with the line of the file that is to blame.
func (o *formatOptions) refused(err error, node *nodeconf.Node) error {
	var refusal *format.Refusal
	if errors.As(err, &refusal) && refusal.Credential > 0 {
		if place := o.scramPlaces[refusal.Credential-1]; place != "" {
			return usageError(fmt.Errorf("%s: %w", place, err), refusal.Hint)
		}
	}
	return refused(err, node)
}

// readLines reads the lines of a file, or of standard input for "-".
func readLines(app *App, name string) ([]string, error) {
	in := app.In
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	var lines []string
	scanner := bufio.NewScanner(in)
	for scanner.Scan() {
		lines = append(lines, scanner.Text())
	}
	return lines, scanner.Err()
}

func newFormat(app *App) *cobra.Command {
	o := &formatOptions{}
	cmd := &cobra.Command{
		Use:   "format -c FILE -t ID",
		Short: "Format a node's log directories, as kafka-storage format does",
		Long: `Format the log directories of a node, so that it can start: meta.properties in every directory, and the bootstrap
records (metadata.version, features, SCRAM users) where the release keeps them.

Everything is decided and checked before the first byte is written. Every file is written under a temporary name, synced and
renamed, meta.properties last: whatever happens, a directory is either unformatted or wholly formatted. A directory that
is formatted already is never written to.

Exit codes: 0 formatted (or, with --ignore-formatted, nothing to do); 2 arguments or configuration cannot be used; 3 a directory
is formatted already, belongs to another cluster or node, or is in use; 4 writing failed or was interrupted.`,
		Example: `  id=$(kraftctl random-uuid)
  kraftctl format -c server.properties -t $id
  kraftctl format -c server.properties -t $id --kafka-version 3.9 --dry-run
  kraftctl format -c controller.properties -t $id --standalone
  kraftctl format -c server.properties -t $id --add-scram-file users.txt`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runFormat(app, cmd, o) },
	}
	o.register(cmd)
	cmd.Flags().BoolVarP(&o.ignoreFormatted, "ignore-formatted", "g", false, "leave directories alone that are formatted, and format the others")
	return cmd
}

func runFormat(app *App, cmd *cobra.Command, o *formatOptions) error {
	req, err := o.request(app, cmd)
	if err != nil {
		return err
	}
	plan, err := format.NewPlan(req, app.surroundings())
	if err != nil {
		return o.refused(err, req.Node)
	}
	return o.carryOut(app, plan)
}

// carryOut prints the plan or applies it.
func (o *formatOptions) carryOut(app *App, plan *format.Plan) error {
	warn(app, plan.Warnings)
	if o.dryRun {
		return renderPlan(app, plan, o.output)
	}
	text := app.Out
	if o.output == "json" {
		text = io.Discard
	}
	for _, line := range plan.Lines() {
		fmt.Fprintln(text, line)
	}
	ctx, stop := interruptible()
	defer stop()
	printLine := func(event format.Event) {
		if event.Line != "" {
			fmt.Fprintln(text, event.Line)
		}
	}
	if err := format.Apply(ctx, fsx.OS{}, plan.Directories, printLine); err != nil {
		return applyError(err)
	}
	if o.output == "json" {
		return writeJSON(app.Out, planReport(plan, len(plan.Directories) > 0))
	}
	return nil
}

func (app *App) surroundings() format.Surroundings {
	return format.Surroundings{FS: fsx.OS{}, Now: app.Now(), Rand: app.Rand}
}

func warn(app *App, warnings []string) {
	for _, warning := range warnings {
		fmt.Fprintf(app.Err, "kraftctl: warning: %s\n", warning)
	}
}

// applyError maps what stopped an Apply to an exit code.
func applyError(err error) error {
	var locked *fsx.LockedError
	var held *fsx.HeldError
	switch {
	case errors.As(err, &locked), errors.As(err, &held):
		return &ExitError{Code: ExitConflict, Err: err}
	case errors.Is(err, context.Canceled):
		return &ExitError{Code: ExitFailure, Err: fmt.Errorf("interrupted: %w", err), Hint: "run it again to finish: kraftctl ensure formats what is missing"}
	}
	return &ExitError{Code: ExitFailure, Err: err, Hint: "mend the cause and run it again: kraftctl ensure formats what is missing"}
}
