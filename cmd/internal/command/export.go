package command

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/export"
	"github.com/kraftctl/kraftctl/rescue/stage"

	"github.com/kraftctl/kraftctl/internal/wording"
)

// The forms of an export.
const (
	formYAML     = "yaml"
	formJSON     = outputJSON
	formCommands = "commands"
)

// exportKinds are the kinds of objects that each word of export stands for.
var exportKinds = map[string][]export.Kind{
	"topics":  {export.KindTopic},
	"configs": {export.KindConfig},
	"acls":    {export.KindACL},
	"quotas":  {export.KindQuota},
	"users":   {export.KindUser, export.KindToken},
	"all":     {export.KindTopic, export.KindConfig, export.KindQuota, export.KindUser, export.KindToken, export.KindACL},
}

var exportWords = []string{"topics", "configs", "acls", "quotas", "users", "all"}

// exportFlags are the flags of export.
type exportFlags struct {
	form, at, out, kafka     string
	bootstrap, commandConfig string
	secrets, internal        bool
	factorOnly               bool
}

func newExport(app *App) *cobra.Command {
	var flags exportFlags
	cmd := &cobra.Command{
		Use:   "export topics|configs|acls|quotas|users|all DIR|FILE",
		Short: "Write the objects of a cluster as YAML, or as the commands that create them",
		Long: `Write topics, configurations, ACLs, quotas and users, as a metadata log, snapshot, segment, backup or archive describes them.

  topics   topics with their IDs, replicas and configurations
  configs  configurations of brokers, of all brokers, of groups and of client metrics
  acls     access control entries
  quotas   quotas of users, client IDs and IP addresses, and the defaults
  users    SCRAM users, and delegation tokens

Forms (--format):
  yaml      one document for each object, in an order that depends on nothing but the state
  json      an object of the kind List with the same documents as items
  commands  a shell script of kafka-topics.sh, kafka-configs.sh, kafka-acls.sh and kafka-reassign-partitions.sh that creates
            the objects in another cluster. The brokers must have the same IDs, or use --replication-factor-only; a broker with
            configurations of its own must be running. What no command can create is told in comments that begin with
            "# cannot be recreated:", and counted on standard error: IDs of topics, SCRAM users (the log has keys made from the
            password, and the command wants the password), secrets that were not asked for, delegation tokens, and what the
            tools of the release do not take. 'kraftctl backup' and 'kraftctl restore' keep all of it.

SCRAM keys and secret configuration values are left out unless --show-secrets is given; a mask never stands in the place of a
value. Those that an incident bundle has as (redacted) stay out in any case, and standard error says so. A file of --out with secrets has the mode 0600 from its beginning; send them to standard output only where nobody else can
read it. --kafka-version is the release of the tools and of the cluster that is to run the commands.

What it reads is a log directory, a segment, a snapshot, a backup, or a directory or archive of one cluster's copies, of which the
one that goes furthest is used. Nothing is written but the result: standard output, or a new file that appears whole (--out).

Exit codes: 0 done; 1 done, but the log is damaged, lacks its beginning, or has records that are not known or do not fit, and objects
may be missing (standard error tells where, and the result begins with a comment, or has "complete": false); 2 the arguments or the
input cannot be used; 3 the file of --out is there already; 4 writing failed or was interrupted.`,
		Example: `  kraftctl export all /var/lib/kafka > cluster.yaml
  kraftctl export topics backup.tar.zst --format commands --kafka-version 3.9 -o topics.sh
  kraftctl export acls /var/lib/kafka --format json | jq -r '.items[] | select(.kind=="ACL").spec.principal' | sort -u
  diff <(kraftctl export all a/) <(kraftctl export all b/)`,
		Args: cobra.ExactArgs(2),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveDefault
			}
			return exportWords, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error { return runExport(app, args[0], args[1], &flags) },
	}
	flags.register(cmd)
	return cmd
}

func (f *exportFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.form, "format", formYAML, "yaml, json or commands")
	flags.StringVarP(&f.out, "out", "o", "", "a new `file` to write to instead of standard output")
	flags.StringVar(&f.at, "at", "", "the state after an offset, at a time (RFC 3339) or so long ago (-15m); default: the end")
	flags.StringVar(&f.kafka, "kafka-version", release.Newest().String(), "Kafka release whose tools and cluster the commands are for")
	flags.StringVar(&f.bootstrap, "bootstrap-server", "", "commands: `host:port` of a broker; default: the shell's variable BOOTSTRAP_SERVER")
	flags.StringVar(&f.commandConfig, "command-config", "", "commands: a `file` with the client's configuration, for --command-config")
	flags.BoolVar(&f.factorOnly, "replication-factor-only", false, "commands: let the cluster place the replicas")
	flags.BoolVar(&f.internal, "include-internal", false, "commands: create internal topics, too, which brokers make by themselves")
	flags.BoolVar(&f.secrets, "show-secrets", false, "put SCRAM keys and secret configuration values into the result")
}

func (f *exportFlags) check(word string) (release.Release, error) {
	if exportKinds[word] == nil {
		return 0, usageError(fmt.Errorf("there is no %q to export", word), "it is one of "+strings.Join(exportWords, ", "))
	}
	if !slices.Contains([]string{formYAML, formJSON, formCommands}, f.form) {
		return 0, usageError(fmt.Errorf("unknown format %q", f.form), "it is one of yaml, json, commands")
	}
	if f.form != formCommands && (f.bootstrap != "" || f.commandConfig != "" || f.factorOnly || f.internal) {
		return 0, usageError(errors.New("--bootstrap-server, --command-config, --replication-factor-only and --include-internal are for commands"),
			"give --format commands, too; the other forms hold everything")
	}
	return parseKafkaVersion(f.kafka)
}

func runExport(app *App, word, path string, f *exportFlags) (err error) {
	rel, err := f.check(word)
	if err != nil {
		return err
	}
	if f.out != "" {
		if err := stage.CheckFile(fsx.OS{}, f.out); err != nil {
			return exportFailed(err)
		}
	}
	h, err := openChronicle(app, path, release.Newest().String())
	defer func() { err = errors.Join(err, h.close()) }()
	if err != nil {
		return err
	}
	end, err := h.end(f.at)
	if err != nil {
		return err
	}
	h.checkBeginning()
	img, err := h.load(end)
	if err != nil {
		return nothingToExport(err)
	}
	if f.secrets {
		tellRedacted(app, path, img)
	}
	o := export.CommandOptions{
		Options: export.Options{
			Kinds: exportKinds[word], ShowSecrets: f.secrets, Origin: path, Tool: "kraftctl " + versionText(), Damaged: h.gaps(),
		},
		Tools: export.Tools{Release: rel}, Bootstrap: f.bootstrap, CommandConfig: f.commandConfig,
		Internal: f.internal, FactorOnly: f.factorOnly,
	}
	if err := writeExport(app, img, f, o); err != nil {
		return err
	}
	return h.incomplete()
}

// tellRedacted says on standard error that secrets which were asked for are not there.
func tellRedacted(app *App, path string, img *image.Image) {
	if what := img.Redacted(); what != "" {
		fmt.Fprintf(app.Err, "kraftctl: %s: it is from an incident bundle, in which secrets were replaced by %s (%s): they stay hidden\n", path, release.Redacted, what)
	}
}

// nothingToExport makes a file of which nothing can be read one that cannot be used; there is no result that damage could be told of.
func nothingToExport(err error) error {
	var exit *ExitError
	if errors.As(err, &exit) && exit.Code == ExitFindings {
		exit.Code = ExitUsage
	}
	return err
}

// checkBeginning counts it as damage that a single segment is not the first: what was before is missing.
func (h *chronicle) checkBeginning() {
	if n := metalog.ParseName(h.path); h.log == nil && n.Kind == metalog.Segment && n.Offset > 0 {
		h.damages++
		h.tell("%s: it begins at offset %d, and what was before is not told; give the directory it lies in", h.path, n.Offset)
	}
}

// gaps counts what may have made the state incomplete: damage, and records that do not fit the others, or are not known.
func (h *chronicle) gaps() int { return h.damages + h.problems }

// incomplete is the error for gaps that were found, if any, told so that they are not overlooked.
func (h *chronicle) incomplete() error {
	if h.gaps() == 0 {
		return nil
	}
	return &ExitError{
		Code: ExitFindings, Err: fmt.Errorf("%s: it is damaged, or lacks something; objects may be missing, or older than they were", h.path),
		Hint: "'kraftctl inspect verify --replay' tells where; another node's copy, or a snapshot, may be whole",
	}
}

// writeExport writes the form that was asked for to where it was asked for.
func writeExport(app *App, img *image.Image, f *exportFlags, o export.CommandOptions) error {
	var result export.Result
	write := func(out io.Writer) (err error) {
		switch f.form {
		case formYAML:
			return export.WriteYAML(out, img, o.Options)
		case formJSON:
			return export.WriteJSON(out, img, o.Options)
		}
		result, err = export.WriteCommands(out, img, o)
		return err
	}
	if f.out == "" {
		if err := write(app.Out); err != nil {
			return failWrite(err)
		}
	} else {
		ctx, stop := interruptible()
		defer stop()
		file := stage.Result{Path: f.out, Mode: stage.Shared, Write: write}
		if f.secrets {
			file.Mode = stage.Secret
		}
		if err := stage.NewFile(ctx, fsx.OS{}, file); err != nil {
			return exportFailed(err)
		}
	}
	if f.form == formCommands {
		tellLosses(app, result)
	}
	return nil
}

// tellLosses says on standard error what the commands do and what they do not.
func tellLosses(app *App, result export.Result) {
	fmt.Fprintf(app.Err, "kraftctl: %s\n", wording.Count(result.Commands, "command"))
	for _, loss := range result.Losses {
		fmt.Fprintf(app.Err, "kraftctl: cannot be recreated: %s\n", loss)
	}
}

// exportFailed maps what kept a file from being written to an exit code.
func exportFailed(err error) error {
	var exists *stage.ExistsError
	if errors.As(err, &exists) {
		return &ExitError{Code: ExitConflict, Err: err, Hint: "give --out the name of a file that is not there; nothing is overwritten"}
	}
	return newFileError(err)
}
