package command

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/cmd/internal/render"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/validate"
)

// validateOptions are the flags of validate.
type validateOptions struct {
	kafkaVersion, upgradeTo    string
	profile, failLevel, output string
	clusterID                  string
	settings, baseline         string
	writeBaseline              bool
	disk, listRules, partial   bool
	fixOptions
}

func newValidate(app *App) *cobra.Command {
	var o validateOptions
	cmd := &cobra.Command{
		Use:   "validate PATH…",
		Short: "Judge the configurations of a cluster's nodes, one by one and together",
		Long: `Reads the server.properties of nodes, judges each as the chosen Kafka release would, and all of them together as
an experienced operator would: voters that differ, listeners that do not fit, IDs given twice, practices that bite
later. Every finding names a rule ("kraftctl explain RULE" tells all about it), the line, and what to do.

PATH is a file, a directory to look through for *.properties, *.yaml and *.yml, a pattern, or - for standard input. In
YAML it finds the Kafka nodes of Compose files, Kubernetes manifests and Strimzi resources; docs/inputs.md tells how.
Files that belong to no node, such as those of Kafka Connect, are left out of directories, and a note says so. Nodes
are taken for one cluster unless it is certain that there are several. A meta.properties below X/ belongs to the node
whose configuration is X/server.properties or X.properties; --disk reads those in the configured log directories as
well.

The release is --kafka-version, or that of image tags, or what .kraftctl.yaml says, or that of
libs/kafka-clients-*.jar beside the configurations, or the newest. Config providers (config.providers) are resolved
with this process's environment and files; a value that has none here is taken as unknown.

To accept a finding, write a comment "# kraftctl:ignore RULE reason" in the file, list it in .kraftctl.yaml, or
accept all of today's with --baseline FILE --write-baseline.

Exit codes: 0 nothing at the fail level, 1 findings, 2 wrong usage or a file that cannot be read (the others are
judged all the same).`,
		Example: `  kraftctl validate /etc/kafka/server.properties
  kraftctl validate --profile production --kafka-version 3.9 configs/
  kraftctl validate --upgrade-to 4.3 --kafka-version 3.9 configs/
  kraftctl validate --output sarif configs/ > findings.sarif
  kraftctl validate --list-rules`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if o.listRules {
				return listRules(app, o.output)
			}
			if len(paths) == 0 {
				return usageError(fmt.Errorf("requires at least 1 arg(s): a file, a directory, a pattern or -"), "run 'kraftctl validate --help' for examples")
			}
			return app.validate(&o, cmd.Flags().Changed, paths)
		},
	}
	o.register(cmd)
	return cmd
}

func (o *validateOptions) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	registerKafkaVersion(cmd, &o.kafkaVersion)
	flags.StringVar(&o.upgradeTo, "upgrade-to", "", "tell what another Kafka `release` would newly refuse, ignore or report")
	flags.StringVar(&o.profile, "profile", "", "rules to apply: default, or production for the practices of production as well")
	flags.StringVar(&o.failLevel, "fail-level", "error", "the least severity that fails the run: error, warning or info")
	flags.StringVarP(&o.output, "output", "o", outputText, "how to print: "+strings.Join(render.Names(), ", "))
	flags.StringVar(&o.clusterID, "cluster-id", "", "the `ID` every meta.properties should have; says as well that all files are of one cluster")
	flags.StringVar(&o.settings, "settings", "", "the settings `file` (default: .kraftctl.yaml in the working directory, if there is one)")
	flags.StringVar(&o.baseline, "baseline", "", "a `file` of accepted findings, which are left out")
	flags.BoolVar(&o.writeBaseline, "write-baseline", false, "write today's findings to the --baseline file instead of reporting them")
	flags.BoolVar(&o.disk, "disk", false, "read meta.properties in the configured log directories of this machine, too")
	flags.BoolVar(&o.partial, "partial", false, "the files are some of a cluster's: say nothing of nodes that are not among them")
	o.fixOptions.register(cmd)
	flags.BoolVar(&o.listRules, "list-rules", false, "list the rules and exit")
}

// validate runs the linter.
func (app *App) validate(o *validateOptions, given func(flag string) bool, paths []string) error {
	write, ok := render.Lookup(o.output)
	if !ok {
		return usageError(fmt.Errorf("--output %q is none of %s", o.output, strings.Join(render.Names(), ", ")), "")
	}
	var failLevel validate.Severity
	if err := failLevel.UnmarshalText([]byte(o.failLevel)); err != nil {
		return usageError(fmt.Errorf("--fail-level: %w", err), "")
	}
	if err := o.fixOptions.check(o.output); err != nil {
		return err
	}
	found, err := validate.FindWith(diskFiles{}, app.LookupEnv, app.In, paths, runtime.GOMAXPROCS(0))
	if err != nil {
		return usageError(err, "name a file, a directory, a pattern in quotes, or -")
	}
	if given("kafka-version") { // it overrules image tags
		for i := range found.Sources {
			found.Sources[i].Release = nil
		}
	}
	opts, from, err := app.validateSetup(o, given, found, paths)
	if err != nil {
		return err
	}
	report := validate.Check(found.Sources, *opts)
	report.ReleaseFrom = from
	report.Notes = append(report.Notes, found.Notes...)
	if o.baseline != "" {
		done, err := app.applyBaseline(o, report)
		if done || err != nil {
			return err
		}
	}
	if o.fix {
		if report, err = app.fixFiles(o.fixOptions, found.Sources, report, *opts); err != nil {
			return err
		}
		return reportExit(report, failLevel)
	}
	colored := app.wantsColor()
	if err := write(app.Out, report, render.Options{Color: colored, Version: versionText(), FailLevel: failLevel}); err != nil {
		return &ExitError{Code: ExitFailure, Err: fmt.Errorf("the report cannot be written: %w", err)}
	}
	return reportExit(report, failLevel)
}

// reportExit is the error that carries the exit code; what is wrong has been printed already.
func reportExit(report *validate.Report, failLevel validate.Severity) error {
	if report.Unreadable() {
		return &ExitError{Code: ExitUsage}
	}
	if len(report.Files) == 0 {
		return usageError(fmt.Errorf("no configuration of a Kafka node was found"), "name the files if they do not end in .properties")
	}
	for _, f := range report.Findings {
		if f.Severity >= failLevel {
			return &ExitError{Code: ExitFindings}
		}
	}
	return nil
}

// validateSetup puts flags, settings and what lies beside the files together. from says where the release was read.
func (app *App) validateSetup(o *validateOptions, given func(string) bool, found *validate.Found, paths []string) (*validate.Options, string, error) {
	settings, err := loadSettings(o.settings)
	if err != nil {
		return nil, "", err
	}
	opts := &validate.Options{
		Reading: app.judgeOptions("", release.Newest(), nil), ClusterID: o.clusterID, Partial: o.partial || found.Partial,
		Metas: found.Metas, Settings: settings, Workers: runtime.GOMAXPROCS(0),
	}
	profile := o.profile
	if !given("profile") && settings != nil {
		profile = settings.Profile
	}
	var ok bool
	if opts.Profile, ok = validate.ParseProfile(profile); !ok {
		return nil, "", usageError(fmt.Errorf("--profile %q is neither default nor production", profile), "")
	}
	version, from := o.kafkaVersion, ""
	if !given("kafka-version") {
		version, from = toldVersion(settings, paths, version)
		if told := found.Told(); told != nil {
			version, from = told.String(), "image tags"
		}
	}
	if opts.Release, err = parseKafkaVersion(version); err != nil {
		return nil, "", err
	}
	if o.upgradeTo != "" {
		to, err := release.Parse(o.upgradeTo)
		if err != nil {
			return nil, "", usageError(fmt.Errorf("--upgrade-to: %w", err), "")
		}
		if to <= opts.Release {
			return nil, "", usageError(fmt.Errorf("--upgrade-to %s is not after %s, the release of the files", to, opts.Release), "give the present release with --kafka-version")
		}
		opts.UpgradeTo = &to
	}
	if o.disk {
		opts.Metas = append(opts.Metas, validate.OnDisk(diskFiles{}, found, opts.Release, opts.Reading)...)
	}
	return opts, from, nil
}

// diskFiles are the files of this machine.
type diskFiles struct{}

func (diskFiles) Stat(name string) (fs.FileInfo, error)      { return os.Stat(name) }
func (diskFiles) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }
func (diskFiles) Open(name string) (io.ReadCloser, error)    { return os.Open(name) }
