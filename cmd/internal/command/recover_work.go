package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/kraftctl/kraftctl/inspect/compare"
	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/internal/javaprops"
	"github.com/kraftctl/kraftctl/internal/shellword"
	"github.com/kraftctl/kraftctl/internal/source"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/rescue/archive"
	"github.com/kraftctl/kraftctl/rescue/recovery"
	"github.com/kraftctl/kraftctl/rescue/stage"

	"github.com/kraftctl/kraftctl/internal/pattern"
)

// planHash is what --apply takes.
var planHash = pattern.Lazy(`^[0-9a-f]{64}$`)

// options checks the flags.
func (o *recoverOptions) options(app *App, args []string) (recovery.Options, error) {
	opts := recovery.Options{Dead: o.dead, Standalone: o.standalone, From: o.from, Node: o.node, Out: o.out, Command: o.commandLine(args)}
	if err := checkOutput(o.output); err != nil {
		return opts, err
	}
	switch {
	case o.apply != "" && !planHash().MatchString(o.apply):
		return opts, usageError(fmt.Errorf("--apply %q is not the hash of a plan: 64 hexadecimal digits", o.apply), "run the same command without --apply; the last line has the hash")
	case o.apply != "" && o.out == "":
		return opts, usageError(errors.New("--apply needs -o NEWDIR, the directory to be made"), "")
	case o.node < -1:
		return opts, usageError(fmt.Errorf("--node %d is no node ID", o.node), "")
	case o.plan != "" && o.apply == "":
		return opts, usageError(errors.New("--plan goes with --apply"), "")
	}
	for _, text := range o.endpoints {
		e, err := recovery.ParseEndpoint(text)
		if err != nil {
			return opts, usageError(fmt.Errorf("--set-endpoint: %w", err), "such as 1=CONTROLLER://controller1.example.com:9093")
		}
		opts.Endpoints = append(opts.Endpoints, e)
	}
	if o.config != "" {
		var err error
		if opts.Addresses, err = configuredVoters(app, o.config); err != nil {
			return opts, usageError(err, "")
		}
	}
	for _, dir := range o.brokers {
		opts.Brokers = append(opts.Brokers, recovery.BrokerDir{Name: filepath.ToSlash(dir), FS: os.DirFS(dir)})
	}
	return opts, nil
}

// commandLine is what to type for the same plan.
func (o *recoverOptions) commandLine(args []string) string {
	words := append([]string{"kraftctl", "recover"}, args...)
	flag := func(name string, values ...string) {
		for _, v := range values {
			if v != "" {
				words = append(words, name, v)
			}
		}
	}
	dead := make([]string, len(o.dead))
	for i, id := range o.dead {
		dead[i] = strconv.Itoa(int(id))
	}
	flag("--dead", strings.Join(dead, ","))
	if o.standalone {
		words = append(words, "--force-standalone")
	}
	flag("--set-endpoint", o.endpoints...)
	flag("--from", o.from)
	if o.node >= 0 {
		flag("--node", strconv.Itoa(int(o.node)))
	}
	flag("--config", o.config)
	flag("--broker-dir", o.brokers...)
	for i, w := range words {
		words[i] = shellword.Quote(w)
	}
	return strings.Join(words, " ")
}

// configuredVoters are the controllers' addresses in a configuration; none when it has no controller.quorum.voters.
func configuredVoters(app *App, name string) (map[int32]string, error) {
	var data []byte
	var err error
	if name == "-" {
		data, err = io.ReadAll(app.In)
	} else {
		data, err = os.ReadFile(name)
	}
	if err != nil {
		return nil, fmt.Errorf("--config: %w", err)
	}
	props, err := javaprops.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("--config %s: %w", name, err)
	}
	value, _ := props.Get("controller.quorum.voters")
	voters, err := recovery.ParseStaticVoters(value)
	if err != nil {
		return nil, fmt.Errorf("--config %s: %w", name, err)
	}
	return voters, nil
}

// recoverWork is a recovery on the way, with what it keeps open.
type recoverWork struct {
	app     *App
	apply   bool
	targets *targets
	locks   []io.Closer
}

func (w *recoverWork) close() error {
	var err error
	for _, l := range w.locks {
		err = errors.Join(err, l.Close())
	}
	if w.targets != nil {
		err = errors.Join(err, w.targets.close())
	}
	return err
}

// readings is how often a plan reads a copy: to compare it, to find what of it is sound, to hash it, and to hash the seed.
const readings = 4

// plan reads the copies and makes the plan.
func (w *recoverWork) plan(args []string, o *recoverOptions, opts recovery.Options) (*recovery.Plan, error) {
	paths, nodes := owners(append(append([]string{}, args...), brokerCopies(args, o.brokers)...))
	for i := range paths {
		paths[i] = logDirectory(paths[i])
	}
	var err error
	if w.targets, err = openTargets(w.app, paths); err != nil {
		return nil, err
	}
	logs, err := w.targets.logs()
	if err != nil {
		return nil, err
	}
	if err := o.outside(logs); err != nil {
		return nil, err
	}
	where, err := w.lock(logs)
	if err != nil {
		return nil, recoverError(err)
	}
	bar := newProgress(w.app, w.targets, false)
	defer bar.done()
	opts.Progress = passes(readings, bar.add)
	copies, err := compare.Read(logs, opts.Progress)
	if err != nil {
		return nil, &ExitError{Code: ExitFailure, Err: err}
	}
	sources := make([]recovery.Source, 0, len(copies))
	for i, one := range w.targets.list {
		for range one.logs {
			c := copies[len(sources)]
			if nodes[i] >= 0 {
				c.NodeID = nodes[i]
			}
			sources = append(sources, recovery.Source{Copy: c, Directory: where[len(sources)].directory, Backup: isBackup(one.src), InUse: where[len(sources)].inUse})
		}
	}
	plan, err := recovery.NewPlan(sources, opts)
	switch {
	case errors.Is(err, compare.ErrForeign):
		return nil, usageError(err, "give copies of one cluster")
	case errors.Is(err, compare.ErrNoVoter):
		return nil, usageError(err, "--dead takes IDs of voters")
	case err != nil:
		return nil, recoverError(err)
	}
	return plan, nil
}

// prefix is where the reports go.
func (o *recoverOptions) prefix() string {
	if o.report != "" {
		return o.report
	}
	return strings.TrimRight(o.out, "/")
}

// outside refuses to make the seed, or the reports, within one of the copies.
func (o *recoverOptions) outside(logs []*metalog.Log) error {
	if o.out == "" {
		return nil
	}
	for _, log := range logs {
		dir := filepath.FromSlash(compare.NameOf(log))
		for _, file := range append([]string{o.out}, stage.ReportPaths(o.prefix())...) {
			if err := outside(file, dir); err != nil {
				return err
			}
		}
	}
	return nil
}

// isBackup reports whether a source is an archive that kraftctl backup wrote.
func isBackup(src *source.Source) bool {
	_, err := fs.Stat(src.FS, archive.ManifestName)
	return err == nil
}

// brokerCopies are the broker directories with a metadata log that are no arguments already.
func brokerCopies(args, dirs []string) []string {
	var more []string
	given := map[string]bool{}
	for _, a := range args {
		given[filepath.Clean(a)] = true
	}
	for _, dir := range dirs {
		if _, err := os.Stat(filepath.Join(dir, metalog.PartitionDir)); err == nil && !given[filepath.Clean(dir)] {
			more = append(more, dir)
		}
	}
	return more
}

// logDirectory is the log directory when path is the __cluster_metadata-0 in one: what lies beside it is needed.
func logDirectory(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil || filepath.Base(abs) != metalog.PartitionDir {
		return path
	}
	above := filepath.Join(path, "..")
	if _, err := os.Stat(filepath.Join(above, metaprops.Name)); err != nil {
		return path
	}
	return above
}

// place is where a copy lies.
type place struct {
	// directory tells that it is one of the file system; inUse says which process holds it.
	directory bool
	inUse     string
}

// lock makes sure that no node runs on the copies, or, without --apply, tells which does.
func (w *recoverWork) lock(logs []*metalog.Log) ([]place, error) {
	places := make([]place, len(logs))
	for i, log := range logs {
		dir := filepath.FromSlash(compare.NameOf(log))
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			continue
		}
		places[i].directory = true
		lock, err := fsx.OS{}.LockNode(dir)
		var held *fsx.HeldError
		switch {
		case err == nil && w.apply:
			w.locks = append(w.locks, lock)
		case err == nil:
			err = lock.Close()
		case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
			err = nil // who may not write cannot tell; on a read-only file system no node runs
		case errors.As(err, &held) && !w.apply:
			places[i].inUse, err = "by a running node", nil
			if held.PID > 0 {
				places[i].inUse = fmt.Sprintf("by process %d", held.PID)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return places, nil
}

// carryOut makes the seed, if the plan is the one that was agreed to.
func (w *recoverWork) carryOut(plan *recovery.Plan, o *recoverOptions) error {
	if plan.Hash != o.apply {
		return w.changed(plan, o)
	}
	prefix := o.prefix()
	work, err := plan.Work(o.out, prefix)
	if err != nil {
		return &ExitError{Code: ExitFailure, Err: err}
	}
	ctx, stop := interruptible()
	defer stop()
	size := int64(0)
	for _, f := range plan.Files {
		size += f.Size
	}
	bar := newByteProgress(w.app, size, false)
	err = stage.Make(ctx, fsx.OS{}, work, bar.add)
	bar.done()
	if err != nil {
		return stageError(err)
	}
	if o.output == outputJSON {
		err = writeJSON(w.app.Out, plan)
	} else {
		_, err = fmt.Fprintf(w.app.Out, "Made the seed %s for node %d; reports: %s\nGo on with step 3 of the plan (%s.report.txt): nothing is recovered before that.\n",
			o.out, plan.Seed.NodeID, strings.Join(stage.ReportPaths(prefix), ", "), prefix)
	}
	if err != nil {
		return &ExitError{Code: ExitFailure, Err: err}
	}
	return nil
}

// changed refuses to carry out another plan than the one that was agreed to.
func (w *recoverWork) changed(plan *recovery.Plan, o *recoverOptions) error {
	err := fmt.Errorf("the plan is no longer %.16s…, but %.16s…: something it rests on has changed, or the arguments have; nothing was written", o.apply, plan.Hash)
	hint := "look at the new plan (the same command without --apply); --plan FILE with the earlier one as JSON tells what differs"
	if o.plan != "" {
		earlier, readErr := os.ReadFile(o.plan)
		if readErr != nil {
			return usageError(fmt.Errorf("--plan: %w", readErr), "")
		}
		list, diffErr := recovery.Differences(earlier, plan)
		if diffErr != nil {
			return usageError(fmt.Errorf("--plan %s: %w", o.plan, diffErr), "")
		}
		err = fmt.Errorf("%w: %s", err, strings.Join(list, "; "))
		hint = "look at the new plan: the same command without --apply"
	}
	return &ExitError{Code: ExitConflict, Err: err, Hint: hint}
}
