package command

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/inspect/dump"
	"github.com/kraftctl/kraftctl/metalog"
)

// followEvery is how often a followed log is looked at.
const followEvery = 200 * time.Millisecond

func newInspectDump(app *App) *cobra.Command {
	var flags dumpFlags
	cmd := &cobra.Command{
		Use:   "dump PATH...",
		Short: "Print the records of metadata logs and snapshots",
		Long: `Print the records of metadata logs and snapshots, as kafka-dump-log does or as JSON, and whatever is damaged.

A directory stands for the bootstrap snapshot, the snapshots and the segments in it; with --from, --to or --epoch,
which mean the log, for its segments alone. Filters combine: a record is printed when all of them select it.
Offsets and times seek: what lies before is not read, or its headers only.

Damage is told on standard error, in JSON also where it is found, and reading goes on behind it. The exit code is
then 1. An unfinished batch at the end of the log of a node is not damage: it may be being written.

Secrets (SCRAM salts and keys, configuration values of type password) are masked unless --show-secrets is given.`,
		Example: `  kraftctl inspect dump /var/lib/kafka
  kraftctl inspect dump /var/lib/kafka --from -15m --type partition-change --output jsonl
  kraftctl inspect dump backup.tar.gz --topic orders --reverse --limit 20
  kraftctl inspect dump /var/lib/kafka --output jsonl --jq 'select(.data.leader == 3) | .offset'`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts, err := flags.options(cmd.Flags(), app.Now())
			if err != nil {
				return err
			}
			return runDump(app, args, opts, flags.follow)
		},
	}
	flags.register(cmd.Flags())
	return cmd
}

func runDump(app *App, paths []string, opts dump.Options, follow bool) (err error) {
	t, err := openTargets(app, paths)
	defer func() { err = errors.Join(err, t.close()) }()
	if err != nil {
		return err
	}
	opts.Workers = runtime.GOMAXPROCS(0)
	if err := learnTopic(t, &opts); err != nil {
		return err
	}
	out := bufio.NewWriterSize(app.Out, 64<<10)
	found := 0
	sink := dump.Sink{Out: out, Flush: out.Flush, Damaged: func(d *metalog.Damage) {
		if d.Tail {
			fmt.Fprintf(app.Err, "kraftctl: note: %v: still being written, or cut off when the node died\n", d)
			return
		}
		fmt.Fprintf(app.Err, "kraftctl: damage: %s: %v\n", d.Kind, d)
		found++
	}}
	if follow {
		err = followLog(t, paths, opts, sink)
	} else {
		err = dumpFiles(t, opts, sink)
	}
	err = errors.Join(err, out.Flush())
	var exit *ExitError
	var wrong *dump.WrongFileError
	switch {
	case errors.As(err, &exit):
		return err
	case errors.As(err, &wrong):
		return usageError(err, "'kraftctl inspect verify' can check it")
	case errors.Is(err, syscall.EPIPE):
		return nil
	case err != nil:
		return &ExitError{Code: ExitFailure, Err: err}
	case found > 0:
		return &ExitError{Code: ExitFindings}
	}
	return nil
}

func dumpFiles(t *targets, opts dump.Options, sink dump.Sink) error {
	files, err := t.openAll(func(log *metalog.Log) []metalog.Name { return dump.Files(log, &opts.Filter) })
	if err != nil {
		return err
	}
	return dump.Run(files, opts, sink.Out, sink.Damaged)
}

// followLog prints what the target has and then what is appended, until the process is interrupted.
func followLog(t *targets, paths []string, opts dump.Options, sink dump.Sink) error {
	if len(t.list) != 1 || len(t.list[0].logs) != 1 {
		return usageError(errors.New("--follow takes one directory with one metadata log"), "")
	}
	if info, err := os.Stat(paths[0]); err != nil || !info.IsDir() {
		return usageError(fmt.Errorf("--follow takes a directory, and %s is an archive: nothing is appended to it", paths[0]), "leave --follow out")
	}
	ctx, stop := interruptible()
	defer stop()
	log := t.list[0].logs[0]
	earlier := dump.Files(log, &opts.Filter)
	for i, n := range earlier {
		if len(log.Segments) > 0 && n == log.Segments[len(log.Segments)-1] {
			earlier = earlier[:i]
			break
		}
	}
	files, err := t.openAll(func(*metalog.Log) []metalog.Name { return earlier })
	if err != nil {
		return err
	}
	return dump.Follow(ctx, files, log, opts, followEvery, sink)
}

// learnTopic looks up the IDs of the topic that is asked for, in all files of the logs.
func learnTopic(t *targets, opts *dump.Options) error {
	topic := opts.Filter.Topic
	if topic == nil {
		return nil
	}
	everything := func(log *metalog.Log) []metalog.Name { return dump.Files(log, &dump.Filter{}) }
	files, err := t.openAll(everything)
	if err != nil {
		return err
	}
	for _, one := range t.list {
		if one.file == "" {
			continue
		}
		// The topic may have been created in an earlier segment beside the file.
		log, err := metalog.OpenLog(one.src.FS, path.Dir(one.file), one.src.Path(path.Dir(one.file)))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		for _, n := range everything(log) {
			f, err := t.open(log.Open(n))
			if err != nil {
				return err
			}
			files = append(files, f)
		}
	}
	return dump.Learn(files, topic, opts.Workers)
}
