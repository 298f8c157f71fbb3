package command

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/rescue/recovery"
)

// recoverOptions are the flags of recover.
type recoverOptions struct {
	dead       []int32
	standalone bool
	endpoints  []string
	from       string
	node       int32
	config     string
	brokers    []string
	out        string
	apply      string
	plan       string
	report     string
	output     string
}

func newRecover(app *App) *cobra.Command {
	o := &recoverOptions{}
	cmd := &cobra.Command{
		Use:   "recover COPY... --dead IDS [-o NEWDIR]",
		Short: "Make a new quorum of what is left of one that lost its majority",
		Long: `Prepare what is left of a quorum for a new beginning: rank the copies of the metadata log, say whether committed records may
be missing and which, and make of the best copy a log directory (the seed) from which one node leads alone. The others
are added back to it; the plan prints the steps for this cluster.

COPY is a node's log directory, its __cluster_metadata-0, a backup or other archive of either, or ID=COPY where no
meta.properties tells whose it is. Give all there are, those of dead voters and of brokers too: a copy that goes further
may hold what the others have lost. Name the voters that are gone for good with --dead, also where their disks can be
read. The copy of every other voter must be given.

Without --apply nothing is written: the plan is printed, and its hash. --apply HASH with the same arguments carries out
exactly that plan into the new directory NEWDIR, and refuses if anything it rests on has changed since. The copies are
never modified. Reports of it are written beside NEWDIR, as text and JSON.

Nothing that was committed is missing when whole copies of enough voters are here: when those that are missing are fewer
than a majority, or, where the voters are in the log, fewer than half. A copy is whole when it can be read to its end, is
no backup, and is of the disk that votes. Otherwise the plan says from which offset on committed records may be missing.

Static voters (controller.quorum.voters, kraft.version 0): the log stays as it is; the new controller.quorum.voters is
printed, and quorum-state is written so that Kafka accepts it. --set-endpoint and --config tell the addresses in it.
Voters in the log (kraft.version 1): --force-standalone appends a voter set of the seed's node alone; --set-endpoint,
without it, appends the same voters at new addresses, for a quorum that lives and whose nodes do not find each other any
more.

Where a majority of the voters lives, nothing is done: two quorums would split the cluster.

Exit codes: 0 the plan is made, or carried out; 1 the plan is made, and committed records may be missing; 2 the arguments
or copies cannot be used; 3 refused, nothing written: a majority lives, the plan has changed, a copy is in use, NEWDIR is
not empty; 4 writing failed or was interrupted: run it again to finish.`,
		Example: `  kraftctl recover controller1 --dead 2,3 --force-standalone
  kraftctl recover controller1 broker4 --dead 2,3 --broker-dir broker4 --force-standalone -o seed
  kraftctl recover controller1 --dead 2,3 --force-standalone -o seed --apply HASH
  kraftctl recover controller1 controller2 controller3 --set-endpoint 2=CONTROLLER://10.0.0.2:9093
  kraftctl recover backup1.tar.zst --dead 2,3 --config controller1.properties
  kraftctl recover broker4 --dead 1,2,3 --node 1 --set-endpoint 1=CONTROLLER://new:9093 --force-standalone`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return runRecover(app, args, o) },
	}
	o.register(cmd)
	return cmd
}

func (o *recoverOptions) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Int32SliceVar(&o.dead, "dead", nil, "IDs of the voters that are gone for good, such as 2,3")
	f.BoolVar(&o.standalone, "force-standalone", false, "make the seed's node the only voter")
	f.StringArrayVar(&o.endpoints, "set-endpoint", nil, "new address of a voter, ID=LISTENER://host:port; repeat it for more listeners or voters")
	f.StringVar(&o.from, "from", "", "take this copy, by its path or node ID, although it is not the best")
	f.Int32Var(&o.node, "node", -1, "ID of the node the seed is for, when it is not the owner of the best copy")
	f.StringVar(&o.config, "config", "", "configuration of a node, to learn the controllers' addresses from its controller.quorum.voters")
	f.StringArrayVar(&o.brokers, "broker-dir", nil, "log directory of a broker, to tell which partitions it would put out of use; a metadata log in it counts as a copy")
	f.StringVarP(&o.out, "out", "o", "", "directory to be made")
	f.StringVar(&o.apply, "apply", "", "carry out the plan with this hash")
	f.StringVar(&o.plan, "plan", "", "plan as --output json printed it earlier, to be told what differs when --apply refuses")
	f.StringVar(&o.report, "report", "", "prefix of the two reports (default NEWDIR)")
	f.StringVar(&o.output, "output", outputText, "text or json")
}

func runRecover(app *App, args []string, o *recoverOptions) (err error) {
	opts, err := o.options(app, args)
	if err != nil {
		return err
	}
	work := &recoverWork{app: app, apply: o.apply != ""}
	defer func() { err = errors.Join(err, work.close()) }()
	plan, err := work.plan(args, o, opts)
	if err != nil {
		return err
	}
	if o.apply != "" {
		return work.carryOut(plan, o)
	}
	if o.output == outputJSON {
		err = writeJSON(app.Out, plan)
	} else {
		_, err = fmt.Fprint(app.Out, recovery.Text(plan))
	}
	if err == nil && o.output == outputText {
		_, err = fmt.Fprintf(app.Out, "Nothing was written. To carry this out: %s -o %s --apply %s\n", opts.Command, orPlaceholder(o.out), plan.Hash)
	}
	switch {
	case err != nil:
		return &ExitError{Code: ExitFailure, Err: err}
	case !plan.Loss.Safe:
		return &ExitError{Code: ExitFindings}
	}
	return nil
}

func orPlaceholder(dir string) string {
	if dir == "" {
		return "NEWDIR"
	}
	return dir
}

// recoverError maps why there is no plan to an exit code.
func recoverError(err error) error {
	var refusal *recovery.Refusal
	var held *fsx.HeldError
	switch {
	case errors.As(err, &refusal) && refusal.Usage:
		return usageError(err, refusal.Hint)
	case errors.As(err, &refusal):
		return &ExitError{Code: ExitConflict, Err: err, Hint: refusal.Hint}
	case errors.As(err, &held):
		return &ExitError{Code: ExitConflict, Err: err, Hint: "stop the node, and make the plan anew: what it wrote since is not in it"}
	}
	return &ExitError{Code: ExitFailure, Err: err}
}
