package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kraftctl/kraftctl/cmd/internal/render"
	"github.com/kraftctl/kraftctl/inspect/compare"
	"github.com/kraftctl/kraftctl/inspect/timeline"
)

// timelineFlags are the flags of inspect timeline as they were given.
type timelineFlags struct {
	output, from, to, html string
	kinds                  []string
	fold                   time.Duration
	showSecrets            bool
}

func newInspectTimeline(app *App) *cobra.Command {
	var flags timelineFlags
	cmd := &cobra.Command{
		Use:   "timeline DIR...",
		Short: "Tell what happened to a cluster, event by event",
		Long: `Tell the metadata log as the events an operator thinks in: controllers elected, brokers registered, fenced, unfenced or in
controlled shutdown, log directories failed, ISRs shrunk and expanded, leaders moved (unclean ones in red), topics created and
deleted, configurations, access rules, quotas and users changed, features upgraded, voters added and removed, reassignments,
snapshots, the stages of a migration from ZooKeeper.

Changes of partitions of the same kind that come within a second of each other are one line; --fold sets how long that is.

Of several copies, the one that goes furthest tells what happened. What a copy alone has after it parted from the others is
told with its name. A snapshot's time is that of the last record in it.

The page that --html writes needs no network: it has a lane for every controller and broker, plots of epochs and of partitions
that are not well, search and filters.`,
		Example: `  kraftctl inspect timeline /var/lib/kafka --from -1h
  kraftctl inspect timeline controller1 controller2 controller3 --html incident.html
  kraftctl inspect timeline backup.tar.gz --kind leader-unclean,partition-offline --output jsonl`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			opts, err := flags.options(app.Now())
			if err != nil {
				return err
			}
			return runTimeline(app, args, &flags, opts)
		},
	}
	flags.register(cmd.Flags())
	return cmd
}

func (f *timelineFlags) register(flags *pflag.FlagSet) {
	flags.StringVarP(&f.output, "output", "o", outputText, "text or jsonl (one object a line)")
	flags.StringVar(&f.from, "from", "", "begin at an offset, at a time (RFC 3339) or so long ago (-15m)")
	flags.StringVar(&f.to, "to", "", "end after an offset, a time or so long ago")
	flags.StringSliceVar(&f.kinds, "kind", nil, "only events of these kinds, such as leader-unclean,broker-fenced")
	flags.DurationVar(&f.fold, "fold", time.Second, "how close changes of partitions must be to be one event; 0 keeps each apart")
	flags.StringVar(&f.html, "html", "", "write a page to look at in a browser to this file, - for standard output")
	flags.BoolVar(&f.showSecrets, "show-secrets", false, "print secrets instead of masking them")
}

func (f *timelineFlags) options(now time.Time) (timeline.Options, error) {
	opts := timeline.Everything()
	opts.Fold, opts.ShowSecrets = f.fold, f.showSecrets
	if f.output != outputText && f.output != "jsonl" {
		return opts, usageError(fmt.Errorf("unknown output format %q", f.output), "it is one of text, jsonl")
	}
	if f.fold < 0 {
		return opts, usageError(fmt.Errorf("--fold %s is negative", f.fold), "")
	}
	for _, k := range f.kinds {
		if !slices.Contains(timeline.Kinds(), timeline.Kind(k)) {
			return opts, usageError(fmt.Errorf("unknown kind of event %q", k), fmt.Sprintf("kinds are %v", timeline.Kinds()))
		}
	}
	for _, bound := range []struct {
		name, text string
		offset, ms *int64
	}{{"--from", f.from, &opts.From, &opts.FromTime}, {"--to", f.to, &opts.To, &opts.ToTime}} {
		if err := parseBound(bound.text, now, bound.offset, bound.ms); err != nil {
			return opts, usageError(fmt.Errorf("%s: %w", bound.name, err), "give an offset (1295), a time (2026-01-31T12:00:00Z), or how long ago (-15m)")
		}
	}
	return opts, nil
}

// parseBound reads one end of a range: an offset or a time. An empty text leaves both as they are.
func parseBound(text string, now time.Time, offset, ms *int64) error {
	if text == "" {
		return nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n >= 0 {
		*offset = n
		return nil
	}
	at, err := parseTime(text, now)
	if err != nil {
		return err
	}
	*ms = at.UnixMilli()
	return nil
}

func runTimeline(app *App, paths []string, flags *timelineFlags, opts timeline.Options) (err error) {
	t, err := openTargets(app, paths)
	defer func() { err = errors.Join(err, t.close()) }()
	if err != nil {
		return err
	}
	logs, err := t.logs()
	if err != nil {
		return err
	}
	bar := newProgress(app, t, false)
	opts.Progress = bar.add
	line, err := timeline.Read(logs, opts)
	bar.done()
	switch {
	case errors.Is(err, compare.ErrForeign):
		return usageError(err, "give copies of one cluster")
	case err != nil:
		return &ExitError{Code: ExitFailure, Err: err}
	}
	line.Only(flags.kinds)
	switch {
	case flags.html != "":
		err = writeTo(app, flags.html, func(w io.Writer) error { return timeline.WriteHTML(w, line) })
	case flags.output == "jsonl":
		err = timeline.WriteJSONLines(app.Out, line)
	default:
		err = timeline.WriteText(app.Out, line, render.Colored(app.Out, app.LookupEnv))
	}
	if err != nil {
		return &ExitError{Code: ExitFailure, Err: err}
	}
	return nil
}

// writeTo writes to a file, or to standard output for "-".
func writeTo(app *App, name string, write func(io.Writer) error) (err error) {
	if name == "-" {
		return write(app.Out)
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return write(f)
}
