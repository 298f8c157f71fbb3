package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/rescue/archive"
	"github.com/kraftctl/kraftctl/rescue/backup"
	"github.com/kraftctl/kraftctl/rescue/restore"
	"github.com/kraftctl/kraftctl/rescue/stage"
)

// restoreFlags are the flags of restore as they were given.
type restoreFlags struct {
	asNode                       int32
	digest                       digestFlag
	directoryID                  string
	kafkaVersion, report, output string
	dryRun                       bool
}

func newRestore(app *App) *cobra.Command {
	var flags restoreFlags
	cmd := &cobra.Command{
		Use:   "restore FILE DIR",
		Short: "Make a log directory out of a backup, for the same node or another",
		Long: `Make the log directory DIR out of a file that kraftctl backup wrote (- is standard input). DIR must be missing or empty (the lost+found
of a mount point does not count). The whole file is verified before anything is written, and the log in it replayed; with
--digest it must be the very one that is meant.

The directory is for the node the backup is of, or for --as-node ID. Its directory ID is the old one (keep, the default for the
same node), a fresh one (new, the default for --as-node), or the one given. A voter of a dynamic quorum is known by its ID and its
directory ID together: with the old one a node is the voter it was; with another one it is an observer until it is added.
quorum-state is kept for the same node with the same directory ID, so that it does not vote twice in an epoch it voted in; others
begin in the epoch after that of the backup, without leader and vote.

A voter must not forget what it has acknowledged. Restore a voter when the whole quorum is lost, or a static quorum grows back from one
survivor; where a majority of the voters lives, let it catch up from them instead: the plan says how.

meta.properties is made anew, in the form that the release of --kafka-version writes: before 3.7 it has no directory ID.

Files are written under temporary names, synced and renamed, meta.properties last. Until all is done the directory has a file
` + stage.Mark + `; after an interrupt or a power cut, the same command finishes it. What was done, and what to do next, is printed and
kept beside DIR: DIR.report.txt and DIR.report.json, or where --report says.

Exit codes: 0 restored, or planned; 2 the arguments or the file cannot be used (foreign, truncated, damaged, tampered with, or a
bundle), nothing was written; 3 DIR is not empty, or lies in a log directory, or is held by a running node, or unfinished from another restore, or a report is
there already; 4 reading or writing failed or was interrupted.`,
		Example: `  kraftctl restore node1.tar.zst /var/lib/kafka/metadata --dry-run
  kraftctl restore node1.tar.zst /var/lib/kafka/metadata --digest 5f0c…
  kraftctl restore node1.tar.zst /var/lib/kafka/metadata --as-node 2`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkOutput(flags.output); err != nil {
				return err
			}
			if !cmd.Flags().Changed("as-node") {
				flags.asNode = restore.SameNode
			} else if flags.asNode < 0 {
				return usageError(fmt.Errorf("--as-node %d: node IDs begin at 0", flags.asNode), "")
			}
			return runRestore(app, args[0], args[1], &flags)
		},
	}
	f := cmd.Flags()
	f.Int32Var(&flags.asNode, "as-node", 0, "the `ID` of the node the directory is for (default: the node of the backup)")
	f.StringVar(&flags.directoryID, "directory-id", "", "new, keep, or an `ID` (default: keep for the node of the backup, new with --as-node)")
	f.Var(&flags.digest, "digest", "refuse a backup whose digest is not this `SHA-256`")
	f.BoolVar(&flags.dryRun, "dry-run", false, "verify the backup, print the plan and write nothing")
	f.StringVar(&flags.report, "report", "", "where the report goes: `PREFIX`.report.txt and PREFIX.report.json (default: DIR)")
	f.StringVar(&flags.output, "output", outputText, "text or json")
	registerKafkaVersion(cmd, &flags.kafkaVersion)
	return cmd
}

func runRestore(app *App, file, dir string, flags *restoreFlags) (err error) {
	rel, err := parseKafkaVersion(flags.kafkaVersion)
	if err != nil {
		return err
	}
	if dir == "" {
		return usageError(errors.New("DIR is empty"), "name the log directory to make")
	}
	if err := outsideLogDirs(dir); err != nil {
		return err
	}
	a, err := openArchive(app, file)
	if err != nil {
		return restoreError(err)
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	plan, err := restore.NewPlan(a, restore.Options{
		File: file, Dir: dir, Node: flags.asNode, DirectoryID: flags.directoryID, Digest: string(flags.digest), Release: rel,
		Report: strings.TrimRight(flags.report, "/"), Tool: "kraftctl " + versionText(), Now: app.Now(), Rand: app.Rand,
	})
	if err != nil {
		return restoreError(err)
	}
	if err := soundLog(a, file); err != nil {
		return err
	}
	return carryOut(app, plan, a.Manifest.Size(), flags)
}

// carryOut makes the directory of a plan, of size bytes, or prints the plan.
func carryOut(app *App, plan *restore.Plan, size int64, flags *restoreFlags) error {
	work, err := plan.Work(fsx.OS{})
	if err != nil {
		return stageError(err)
	}
	if flags.dryRun {
		if err := stage.Check(fsx.OS{}, work); err != nil {
			return stageError(err)
		}
		dry := plan.Dry()
		return tell(app, flags.output, dry.Text(), dry)
	}
	ctx, stop := interruptible()
	defer stop()
	bar := newByteProgress(app, size, flags.output == outputJSON)
	err = stage.Make(ctx, fsx.OS{}, work, bar.add)
	bar.done()
	if err != nil {
		return stageError(err)
	}
	plan.Restored = true
	return tell(app, flags.output, plan.Text(), plan)
}

// outsideLogDirs refuses a directory within a log directory: Kafka takes one that it does not know there for a failed disk.
func outsideLogDirs(dir string) error {
	at, err := filepath.Abs(dir)
	if err != nil {
		return usageError(err, "")
	}
	for up := filepath.Dir(at); ; up = filepath.Dir(up) {
		if _, err := os.Stat(metaprops.FileIn(up)); err == nil {
			return &ExitError{Code: ExitConflict, Err: fmt.Errorf("%s lies in %s, which is a log directory", dir, up), Hint: "name a directory that is missing or empty, outside of it"}
		}
		if up == filepath.Dir(up) {
			return nil
		}
	}
}

// soundLog refuses a backup whose log a node could not start with. None is written with such a log.
func soundLog(a *archive.Archive, file string) error {
	findings, err := backup.Check(a, file, runtime.GOMAXPROCS(0))
	switch {
	case err != nil:
		return restoreError(err)
	case len(findings.Problems) > 0:
		return usageError(fmt.Errorf("nothing was written: the log in the backup is not sound: %s", findings.Problems[0]),
			"use another backup; kraftctl backup verify tells all that is wrong")
	}
	return nil
}

// restoreError maps what stopped a plan to an exit code.
func restoreError(err error) error {
	var refusal *restore.Refusal
	var exit *ExitError
	said := fmt.Errorf("nothing was written: %w", err)
	switch {
	case errors.As(err, &refusal):
		return usageError(said, refusal.Hint)
	case errors.As(err, &exit):
		return &ExitError{Code: exit.Code, Err: said, Hint: exit.Hint}
	}
	return &ExitError{Code: ExitFailure, Err: said}
}
