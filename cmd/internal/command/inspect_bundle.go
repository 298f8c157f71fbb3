package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/internal/source"
	"github.com/kraftctl/kraftctl/rescue/archive"
	"github.com/kraftctl/kraftctl/rescue/bundle"
	"github.com/kraftctl/kraftctl/rescue/stage"
)

// bundleFlags are the flags of inspect bundle as they were given.
type bundleFlags struct {
	out, report, output                        string
	configs                                    []string
	dryRun, noReports, keepUnknown, acceptHits bool
}

// bundleLong is the help of inspect bundle.
const bundleLong = `Pack logs, snapshots, quorum-state, meta.properties, the other small files and configurations of the given nodes into one
archive (tar in zstd), with the reports of verify, timeline (of the last 200000 offsets) and compare, to be handed to somebody
who looks into an incident. Every inspect command opens it, and FILE/node-1 is the copy of node 1 in it; its README.txt says
what is what.

Secrets are replaced by (redacted): salts and keys of SCRAM users, values of secret configurations in the log, and passwords in
configuration files, with the comments that speak of them. The records that hold them are written anew, with right lengths and
CRCs; offsets, epochs, timestamps, batches, the number of records and compression stay. What cannot be proven clean is
overwritten: records of types and versions that are not known (unless --keep-unknown), records that cannot be decoded, batches
with a bad CRC, bytes that are no batch, and small files or lines of meta.properties that make no sense. inspect verify still
tells the damage, at its place, though maybe as another kind; the reports in the bundle are of the original files.

Every byte to be written, and the decompressed records, are then searched for every secret that was found: as it is, in base64,
in hexadecimal, and escaped. When one is still there, nothing is written. Secrets of less than 6 bytes and those that are a part
of a name Kafka uses ("password") cannot be searched for; the report names the places where they were. --dry-run does not search.

Nothing is locked, and the nodes may be running: a log that is written to is cut at its last whole batch. Names of configurations
decide what is secret; a value that no release knows the name of stays, unless name or value look like a secret's (a password in
a URL, a token). A configuration is a properties file, or a file of a container's variables (KAFKA_NODE_ID=1); YAML, JAAS files,
keys and keystores are never taken.

The report goes beside the bundle, as PREFIX.report.txt and PREFIX.report.json: what was replaced, by file and offset, what was
left out, and what the search found.

Exit codes: 0 the bundle is written, or planned; 2 the arguments cannot be used, such as a file that is no configuration; 3 FILE or a
report exists; 4 reading or writing failed, writing was interrupted, or a secret was still found. Nothing is written unless it is 0.`

func newInspectBundle(app *App) *cobra.Command {
	var flags bundleFlags
	cmd := &cobra.Command{
		Use:   "bundle DIR... [CONFIG...] -o FILE",
		Short: "Pack the metadata of several nodes, without the secrets in it, to hand it to somebody else",
		Long:  bundleLong,
		Example: `  kraftctl inspect bundle /var/lib/kafka /etc/kafka/server.properties -o incident.tar.zst
  kraftctl inspect bundle controller1 controller2 controller3 -o incident.tar.zst --dry-run
  kraftctl inspect state incident.tar.zst/node-2`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := checkOutput(flags.output); err != nil {
				return err
			}
			return runBundle(app, args, &flags)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&flags.out, "out", "o", "", "where the bundle goes: `FILE`, such as incident.tar.zst")
	f.StringArrayVar(&flags.configs, "config", nil, "a node's configuration `FILE` (repeatable); like an argument that ends in .properties or .env")
	f.BoolVar(&flags.dryRun, "dry-run", false, "read everything, say what would be written and replaced, and write nothing")
	f.StringVar(&flags.report, "report", "", "where the report goes: `PREFIX`.report.txt and PREFIX.report.json (default: --out without .tar.zst)")
	f.BoolVar(&flags.noReports, "no-reports", false, "leave out the reports of verify, timeline and compare")
	f.BoolVar(&flags.keepUnknown, "keep-unknown", false, "keep records of unknown types, versions and fields, though they may hold secrets")
	f.BoolVar(&flags.acceptHits, "accept-hits", false, "write the bundle although secrets are still found; the report tells where")
	f.StringVar(&flags.output, "output", outputText, "text or json")
	_ = cmd.MarkFlagRequired("out") // the flag is there
	return cmd
}

// prefix is where the report goes.
func (f *bundleFlags) prefix() string {
	if f.report != "" {
		return f.report
	}
	return strings.TrimSuffix(strings.TrimRight(f.out, "/"), ".tar.zst")
}

// check refuses a result that cannot be written before anything is read.
func (f *bundleFlags) check(paths []string) error {
	if f.out == source.Stdin {
		return usageError(errors.New("a bundle cannot go to standard output: it is read back before it is called one"), "name a file, such as -o incident.tar.zst")
	}
	reports := stage.ReportPaths(f.prefix())
	for _, file := range append([]string{f.out}, reports...) {
		for _, path := range paths {
			if err := outside(file, path); err != nil {
				return err
			}
		}
	}
	if err := stage.CheckFile(fsx.OS{}, f.out, reports...); err != nil {
		return bundleError(err)
	}
	return nil
}

func runBundle(app *App, args []string, flags *bundleFlags) (err error) {
	paths, configs, err := bundleInputs(args, flags.configs)
	if err != nil {
		return err
	}
	if err := flags.check(paths); err != nil {
		return err
	}
	t, err := openTargets(app, paths)
	defer func() { err = errors.Join(err, t.close()) }()
	if err != nil {
		return err
	}
	nodes, err := t.nodes()
	if err != nil {
		return err
	}
	bar := newProgress(app, t, false)
	b, err := bundle.New(bundle.Options{
		Nodes: nodes, Configs: configs, KeepUnknown: flags.keepUnknown, AcceptHits: flags.acceptHits,
		Tool: "kraftctl " + versionText(), Created: app.Now(), Progress: bar.add,
	})
	bar.done()
	if err != nil {
		return bundleError(err)
	}
	if flags.dryRun {
		return tell(app, flags.output, bundleText(b, flags, ""), bundleReport(b, flags, ""))
	}
	if !flags.noReports {
		addReports(app, t, b)
	}
	digest, err := writeBundle(b, flags)
	if err != nil {
		return bundleError(err)
	}
	return tell(app, flags.output, bundleText(b, flags, digest), bundleReport(b, flags, digest))
}

// configEndings are how the names of files end that are taken for configurations; package bundle refuses what is none.
var configEndings = []string{".properties", ".env", ".conf", ".yaml", ".yml"}

// bundleInputs tells directories and archives from configurations, which it reads.
func bundleInputs(args, configs []string) (paths []string, read []bundle.Config, err error) {
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err == nil && info.Mode().IsRegular() && slices.Contains(configEndings, strings.ToLower(filepath.Ext(arg))) {
			configs = append(configs, arg)
		} else {
			paths = append(paths, arg)
		}
	}
	if len(paths) == 0 {
		return nil, nil, usageError(errors.New("there is no directory of a node"), "give the log directories of the nodes, such as /var/lib/kafka")
	}
	for _, name := range configs {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, nil, usageError(err, "")
		}
		read = append(read, bundle.Config{Source: name, Data: data})
	}
	return paths, read, nil
}

// nodes are the logs of all targets with their file systems; a single file is none.
func (t *targets) nodes() ([]bundle.Node, error) {
	if _, err := t.logs(); err != nil {
		return nil, err
	}
	var nodes []bundle.Node
	for _, one := range t.list {
		for _, log := range one.logs {
			nodes = append(nodes, bundle.Node{Log: log, FS: one.src.FS})
		}
	}
	return nodes, nil
}

// writeBundle writes the archive and its report, and returns the archive's digest.
func writeBundle(b *bundle.Bundle, flags *bundleFlags) (string, error) {
	ctx, stop := interruptible()
	defer stop()
	digest := ""
	check := func(open func() (io.ReadCloser, error)) error {
		r, err := open()
		if err != nil {
			return err
		}
		defer r.Close()
		m, err := archive.Verify(r, nil)
		if err == nil {
			digest = m.Digest
		}
		return err
	}
	reports := func() ([]stage.Report, error) {
		return stage.Reports(flags.prefix(), bundleText(b, flags, digest), bundleReport(b, flags, digest))
	}
	err := stage.NewFile(ctx, fsx.OS{}, stage.Result{Path: flags.out, Mode: stage.Shared, Write: b.Write, Check: check, Reports: reports})
	return digest, err
}

// bundleJSON is the stable JSON form of what was done, version 1.
type bundleJSON struct {
	Archive string            `json:"archive"`
	DryRun  bool              `json:"dryRun"`
	Digest  string            `json:"digest,omitempty"`
	Bundled []bundle.FileSize `json:"bundled"`
	*bundle.Summary
}

func bundleReport(b *bundle.Bundle, flags *bundleFlags, digest string) bundleJSON {
	return bundleJSON{Archive: flags.out, DryRun: flags.dryRun, Digest: digest, Bundled: b.Files(), Summary: b.Summary()}
}

func bundleText(b *bundle.Bundle, flags *bundleFlags, digest string) string {
	files, verb := b.Files(), "wrote"
	if flags.dryRun {
		verb = "would write"
	}
	text := fmt.Sprintf("%s %s: %d files, %d bytes before compression\n", verb, flags.out, len(files), b.Size())
	if digest != "" {
		text += fmt.Sprintf("digest %s\n", digest)
	}
	for _, f := range files {
		text += fmt.Sprintf("  %12d  %s\n", f.Size, f.Name)
	}
	if flags.dryRun && !flags.noReports {
		text += "                reports/ of verify, timeline and compare\n"
	}
	return text + b.Summary().Text()
}

// bundleError maps what stopped a bundle to an exit code.
func bundleError(err error) error {
	var config *bundle.ConfigError
	var hit *bundle.Hit
	switch {
	case errors.As(err, &config):
		return usageError(err, "give the properties file that a node is started with, or its variables (docker exec NODE env > node.env)")
	case errors.As(err, &hit):
		return &ExitError{
			Code: ExitFailure, Err: fmt.Errorf("nothing was written: %w", err),
			Hint: "where that value is no secret but the same text as one, --accept-hits writes the bundle and its report tells all such places",
		}
	case bundle.Changed(err):
		return &ExitError{Code: ExitFailure, Err: fmt.Errorf("nothing was written: %w", err), Hint: "the node is at work on it: run it again"}
	case errors.Is(err, fs.ErrNotExist):
		return usageError(err, "")
	}
	return newFileError(err)
}
