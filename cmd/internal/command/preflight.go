package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/inspect/verify"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/preflight"
)

// allReleases is the value of --kafka-version that asks about every release.
const allReleases = "all"

// preflightOptions are the flags of preflight.
type preflightOptions struct {
	kafkaVersion, config, output string
	quiet                        bool
}

func newPreflight(app *App) *cobra.Command {
	var opts preflightOptions
	cmd := &cobra.Command{
		Use:   "preflight DIR... --kafka-version RELEASE",
		Short: "Tell whether a Kafka release can load a metadata directory, before an upgrade or a downgrade",
		Long: `Judge whether a release can load a node's log directory: which records, record versions and feature levels stop it, and at
which offset; what the node's own log will say; which files the release ignores or misreads; and what to do about it: levels
to lower while the present release still runs, with what that costs, and what cannot be undone at all.

Only what the release would load counts: its newest snapshot and the log after it. Every feature level in there counts, not
only the last one: a level that was set and lowered again stops an older release until a snapshot covers it.
For an upgrade it also tells which levels can be raised afterwards, and which of them cannot be lowered again.

DIR is a log directory, a directory with several below it, an archive of one, or a backup. Nothing is locked or written, and
the node may be running. With --config, the configuration is judged as the release would, and roles and voters are known: what
a node would begin an empty log with does not count for brokers, nor for controllers that join a quorum.
With --kafka-version all, every release is asked, a line each: its verdict, and the first finding that the verdict rests on.

The verdict is in the first line: "loads", "LOADS, BUT IGNORES SOMETHING", "IS DAMAGED" (some file is, and nothing else stands
in the way), or "DOES NOT LOAD".

The rules come from starts of the released servers, 3.3.2 … 4.4.0.

Exit codes: 0 the release loads every directory; 1 it does not, or ignores something that matters, or a file is damaged;
2 the arguments or the input cannot be used.`,
		Example: `  kraftctl preflight /var/lib/kafka --kafka-version 4.4
  kraftctl preflight backup.tar.zst --kafka-version 3.9
  kraftctl preflight /var/lib/kafka --kafka-version all
  kraftctl preflight /var/lib/kafka -c server.properties --kafka-version 4.0 --output json | jq -r '.reports[].verdict'`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := checkOutput(opts.output); err != nil {
				return err
			}
			return runPreflight(app, args, &opts)
		},
	}
	cmd.Flags().StringVar(&opts.kafkaVersion, "kafka-version", "",
		fmt.Sprintf("the `release` that would load the directory, %s … %s, or all", release.Oldest(), release.Newest()))
	cmd.Flags().StringVarP(&opts.config, "config", "c", "", "the node's server.properties `file`, to be judged too")
	cmd.Flags().StringVar(&opts.output, "output", outputText, "text or json")
	cmd.Flags().BoolVarP(&opts.quiet, "quiet", "q", false, "show no progress")
	_ = cmd.MarkFlagRequired("kafka-version") // the flag is there
	return cmd
}

func runPreflight(app *App, paths []string, opts *preflightOptions) (err error) {
	releases := release.All()
	if opts.kafkaVersion != allReleases {
		r, err := parseKafkaVersion(opts.kafkaVersion)
		if err != nil {
			return err
		}
		releases = []release.Release{r}
	}
	t, err := openNodeDirs(app, paths)
	defer func() { err = errors.Join(err, t.close()) }()
	if err != nil {
		return err
	}
	logs, err := t.logs()
	if err != nil {
		return err
	}
	bar := newProgress(app, t, opts.quiet)
	reports, err := preflightAll(app, logs, releases, opts, bar.add)
	bar.done()
	if err != nil {
		return err
	}
	if err := writePreflight(app, reports, len(releases), opts.output == outputJSON); err != nil {
		return &ExitError{Code: ExitFailure, Err: err}
	}
	for _, r := range reports {
		if r.Verdict != preflight.Loads {
			return &ExitError{Code: ExitFindings}
		}
	}
	return nil
}

// preflightAll asks about every log, and about every release for each.
func preflightAll(app *App, logs []*metalog.Log, releases []release.Release, opts *preflightOptions, progress func(int64)) ([]*preflight.Report, error) {
	var reports []*preflight.Report
	for _, log := range logs {
		verified := verify.Log(log, verify.Options{Workers: runtime.GOMAXPROCS(0), Progress: progress})
		for _, r := range releases {
			o := preflight.Options{Release: r, Verified: verified}
			if err := judgeConfig(app, opts.config, &o); err != nil {
				return nil, err
			}
			report, err := preflight.Check(log, o)
			if err != nil {
				return nil, &ExitError{Code: ExitFailure, Err: err}
			}
			reports = append(reports, report)
		}
	}
	return reports, nil
}

// judgeConfig reads the configuration as the release would and tells what follows from it.
func judgeConfig(app *App, file string, o *preflight.Options) error {
	if file == "" {
		return nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return unreadableConfig(err)
	}
	verdict := nodeconf.Judge(text, app.judgeOptions(file, o.Release, nil))
	if p := verdict.Refusal; p != nil {
		o.Config = []preflight.Finding{{
			ID: "config", Effect: preflight.Stops, Role: preflight.AnyRole, File: file,
			Message: fmt.Sprintf("%s refuses the configuration: %s", o.Release, p.Error()), Log: []string{p.Error()},
			Fix: "kraftctl validate " + file + " --kafka-version " + o.Release.String() + " says what to change",
		}}
	}
	if node := verdict.Node; node != nil {
		o.Roles = node.List("process.roles")
		o.Unstable = node.Bool("unstable.feature.versions.enable")
		for _, v := range node.Voters {
			o.Voters = append(o.Voters, v.ID)
		}
		o.Bootstrapped = len(node.Voters) == 0 && len(node.List("controller.quorum.bootstrap.servers")) > 0
	}
	return nil
}

func writePreflight(app *App, reports []*preflight.Report, releases int, asJSON bool) error {
	if asJSON {
		return writeJSON(app.Out, struct {
			Version int                 `json:"version"`
			Reports []*preflight.Report `json:"reports"`
		}{1, reports})
	}
	for i, r := range reports {
		var err error
		switch {
		case releases == 1 && i > 0:
			if _, err = fmt.Fprintln(app.Out); err == nil {
				err = preflight.WriteText(app.Out, r)
			}
		case releases == 1:
			err = preflight.WriteText(app.Out, r)
		default:
			if i%releases == 0 {
				if _, err = fmt.Fprintln(app.Out, r.Directory); err != nil {
					return err
				}
			}
			err = preflight.WriteLine(app.Out, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// openNodeDirs is openTargets for log directories, of which one may have nothing but a meta.properties: that of a broker which
// 4.4 formatted and which has not run.
func openNodeDirs(app *App, paths []string) (*targets, error) {
	t := &targets{}
	for _, path := range paths {
		bare, err := openBare(app, path)
		if err != nil {
			return t, err
		}
		if bare != nil {
			t.list = append(t.list, *bare)
			continue
		}
		one, err := openTargets(app, []string{path})
		t.list = append(t.list, one.list...)
		if err != nil {
			return t, err
		}
	}
	return t, nil
}

// openBare opens a directory that has a meta.properties and no metadata log; nil when it is not one.
func openBare(app *App, path string) (*target, error) {
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return nil, nil //nolint:nilerr // openTargets says what is wrong with it
	}
	src, err := openSource(app, path, whatPath)
	if err != nil {
		return nil, err
	}
	dirs, findErr := metalog.Find(src.FS, ".")
	if _, err := fs.Stat(src.FS, metaprops.Name); findErr != nil || err != nil || len(dirs) > 0 {
		return nil, src.Close()
	}
	log, err := metalog.OpenLog(src.FS, ".", src.Shown)
	if err != nil {
		return nil, errors.Join(usageError(err, ""), src.Close())
	}
	return &target{src: src, logs: []*metalog.Log{log}}, nil
}
