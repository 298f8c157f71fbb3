package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/internal/source"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/rescue/archive"
	"github.com/kraftctl/kraftctl/rescue/backup"
	"github.com/kraftctl/kraftctl/rescue/stage"
)

// backupFlags are the flags of backup.
type backupFlags struct {
	out         string
	whole       bool
	untilDamage bool
	dryRun      bool
	report      string
	output      string
}

func newBackup(app *App) *cobra.Command {
	var flags backupFlags
	cmd := &cobra.Command{
		Use:   "backup DIR -o FILE.tar.zst",
		Short: "Take a consistent backup of a node's metadata beside the running node",
		Long: `Take a backup of a node's metadata into one file: the newest sound snapshot, the log from the segment that has its end on up to
the last whole batch, quorum-state, meta.properties and bootstrap.checkpoint. The node may be running: nothing is locked,
and nothing in DIR is changed. If the node changes its files in a way that what was read does not fit together (a segment is
gone, a new leader truncated the log), all is read again, up to ten times.

DIR is the log directory of a node that has the metadata log (metadata.log.dir, else the first of log.dirs), its
__cluster_metadata-0, a directory or archive with one such log below it, or a path into an archive.

FILE appears whole or not at all: it is written as FILE.part, read back and verified, the log in it included, and then renamed.
That takes as much room beside FILE, for a moment, as the log has. A crash leaves nothing but FILE.part, which the next run replaces.
Beside it a report is written, FILE.report.txt and FILE.report.json without the .tar.zst. Every inspect command opens FILE,
restore makes a log directory of it, and tar with zstd unpacks it.

The backup holds all the metadata, secrets among them: SCRAM keys and sensitive configurations. Its mode is 0600; keep it
like a password file. What topics contain is not in it, nor is any configuration file.

Records at the end of the log may not have been committed when they were read; a backup of the leader has all that are.

Exit codes: 0 the backup is written, or planned; 1 the log is damaged before its end, see --until-damage, and nothing was written; 2 the
arguments or DIR cannot be used; 3 FILE or a report exists; 4 reading or writing failed, writing was interrupted, or the node
changed its files in every attempt. Nothing is written unless it is 0.`,
		Example: `  kraftctl backup /var/lib/kafka -o controller1.tar.zst
  kraftctl backup /var/lib/kafka --dry-run
  kraftctl backup /var/lib/kafka -o whole.tar.zst --all
  kraftctl backup verify controller1.tar.zst
  kraftctl backup ls controller1.tar.zst`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := checkOutput(flags.output); err != nil {
				return err
			}
			return runBackup(app, args[0], &flags)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&flags.out, "out", "o", "", "the `file` to write, such as controller1.tar.zst")
	f.BoolVar(&flags.whole, "all", false, "take the whole log and all sound snapshots the node keeps, not only what makes up the present state")
	f.BoolVar(&flags.untilDamage, "until-damage", false, "when the log is damaged before its end, take what is before the damage")
	f.BoolVar(&flags.dryRun, "dry-run", false, "read everything, say what would be taken, and write nothing")
	f.StringVar(&flags.report, "report", "", "where the report goes: `PREFIX`.report.txt and PREFIX.report.json (default: --out without .tar.zst)")
	f.StringVar(&flags.output, "output", outputText, "text or json")
	cmd.AddCommand(newBackupVerify(app), newBackupLs(app))
	return cmd
}

// prefix is where the report goes.
func (f *backupFlags) prefix() string {
	if f.report != "" {
		return f.report
	}
	return strings.TrimSuffix(f.out, ".tar.zst")
}

func runBackup(app *App, dir string, flags *backupFlags) (err error) {
	if err := flags.check(dir); err != nil {
		return err
	}
	from, err := openBackupSource(app, dir)
	defer func() { err = errors.Join(err, from.targets.close()) }()
	if err != nil {
		return err
	}
	bar := newProgress(app, from.targets, false)
	run := &backupRun{app: app, flags: flags, source: dir}
	err = backup.Take(from.src.FS, from.dir, from.src.Shown, backup.Options{
		Whole: flags.whole, UntilDamage: flags.untilDamage, Workers: runtime.GOMAXPROCS(0), Progress: passes(3, bar.add),
		Pause: func(attempt int) { time.Sleep(time.Duration(attempt) * 20 * time.Millisecond) },
	}, run.use)
	bar.done()
	if err != nil {
		return backupError(err)
	}
	return tell(app, flags.output, run.text(), run.report())
}

// check refuses a result that cannot be written before anything is read.
func (f *backupFlags) check(dir string) error {
	switch {
	case dir == "":
		return usageError(errors.New("DIR is empty"), "name the log directory of a node")
	case f.out == source.Stdin:
		return usageError(errors.New("a backup cannot go to standard output: it is read back before it is called one"), "name a file, such as -o controller1.tar.zst")
	}
	if f.out == "" {
		if f.dryRun {
			return nil
		}
		return usageError(errors.New("--out is missing"), "say where the backup goes, such as -o controller1.tar.zst, or --dry-run")
	}
	reports := stage.ReportPaths(f.prefix())
	for _, file := range append([]string{f.out}, reports...) {
		if err := outside(file, dir); err != nil {
			return err
		}
	}
	err := stage.CheckFile(fsx.OS{}, f.out, reports...)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.ENAMETOOLONG) {
		return usageError(err, "name a file in a directory that is there")
	}
	if err != nil {
		return backupError(err)
	}
	return nil
}

// outside refuses a file that is to be made in what a backup is taken of: the log directory of a node, or where its log lies.
func outside(file, dir string) error {
	for _, at := range []string{dir, logParent(dir), filepath.Join(dir, metalog.PartitionDir)} {
		inside, err := liesIn(file, at)
		if err != nil {
			return usageError(err, "")
		}
		if inside {
			return usageError(fmt.Errorf("%s lies in %s, which is not written to", file, at), "choose a place outside of it, at best on another disk")
		}
	}
	return nil
}

// liesIn reports whether a file that is to be made lies in a directory.
func liesIn(file, dir string) (bool, error) {
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		return false, nil //nolint:nilerr // what is no directory has nothing in it; opening it tells what is wrong
	}
	at, err := filepath.Abs(file)
	if err != nil {
		return false, err
	}
	for up := filepath.Dir(at); ; up = filepath.Dir(up) {
		if other, err := os.Stat(up); err == nil && os.SameFile(info, other) {
			return true, nil
		}
		if up == filepath.Dir(up) {
			return false, nil
		}
	}
}

// passes makes of progress over every byte several times progress over each once.
func passes(n int64, add func(bytes int64)) func(bytes int64) {
	left := int64(0)
	return func(bytes int64) {
		left += bytes
		add(left / n)
		left %= n
	}
}

// backupRun is a backup under way.
type backupRun struct {
	app      *App
	flags    *backupFlags
	source   string
	plan     *backup.Plan
	manifest archive.Manifest
}

// use writes a plan, or keeps it to be shown.
func (r *backupRun) use(plan *backup.Plan) error {
	r.plan = plan
	if r.flags.dryRun {
		return nil
	}
	ctx, stop := interruptible()
	defer stop()
	head := archive.Manifest{Tool: "kraftctl " + versionText(), Created: r.app.Now().UTC().Format(time.RFC3339)}
	write := func(w io.Writer) (err error) {
		r.manifest, err = plan.Write(w, head)
		return err
	}
	check := func(open func() (io.ReadCloser, error)) error {
		in, err := open()
		if err != nil {
			return err
		}
		defer in.Close()
		m, err := plan.Check(in, r.flags.out+".part", archive.Options{TempDir: filepath.Dir(r.flags.out)})
		if err == nil && m.Digest != r.manifest.Digest {
			err = fmt.Errorf("%s.part: digest %s was written, and %s is read", r.flags.out, r.manifest.Digest, m.Digest)
		}
		return err
	}
	reports := func() ([]stage.Report, error) {
		return stage.Reports(r.flags.prefix(), r.text(), r.report())
	}
	return stage.NewFile(ctx, fsx.OS{}, stage.Result{Path: r.flags.out, Mode: stage.Secret, Write: write, Check: check, Reports: reports})
}

// backupJSON is the stable JSON form of what was done, version 1.
type backupJSON struct {
	Version int             `json:"version"`
	Source  string          `json:"source"`
	Archive string          `json:"archive,omitempty"`
	DryRun  bool            `json:"dryRun"`
	Created string          `json:"created,omitempty"`
	Digest  string          `json:"digest,omitempty"`
	Details *backup.Details `json:"details"`
	Files   []backupFile    `json:"files"`
}

type backupFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256,omitempty"`
}

func (r *backupRun) report() backupJSON {
	out := backupJSON{
		Version: 1, Source: r.source, Archive: r.flags.out, DryRun: r.flags.dryRun, Created: r.manifest.Created,
		Digest: r.manifest.Digest, Details: &r.plan.Details, Files: []backupFile{},
	}
	for i, f := range r.plan.Files {
		one := backupFile{Name: f.Name, Size: f.Size}
		if i < len(r.manifest.Files) {
			one.SHA256 = r.manifest.Files[i].SHA256
		}
		out.Files = append(out.Files, one)
	}
	return out
}

func (r *backupRun) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "backup of %s\n", r.source)
	for _, line := range r.plan.Details.Lines() {
		fmt.Fprintf(&b, "  %s\n", line)
	}
	for _, f := range r.plan.Files {
		fmt.Fprintf(&b, "  %12d  %s\n", f.Size, f.Name)
	}
	if r.flags.dryRun {
		b.WriteString("nothing was written\n")
		return b.String()
	}
	fmt.Fprintf(&b, "written and verified: %s\ndigest %s\n", r.flags.out, r.manifest.Digest)
	return b.String()
}

// backupError maps what stopped a backup to an exit code.
func backupError(err error) error {
	var source *backup.SourceError
	var damage *backup.DamageError
	var unsound *backup.UnsoundError
	var changed *backup.ChangedError
	switch {
	case errors.As(err, &source):
		return usageError(err, source.Hint)
	case errors.As(err, &damage) && damage.End >= 0:
		return &ExitError{Code: ExitFindings, Err: err, Hint: "another node may have a sound copy: back that up; --until-damage takes what is before the damage"}
	case errors.As(err, &damage):
		return &ExitError{Code: ExitFindings, Err: err, Hint: "another node may have a sound copy: back that up; kraftctl inspect verify tells what is damaged"}
	case errors.As(err, &unsound):
		return &ExitError{Code: ExitFindings, Err: fmt.Errorf("nothing was written: %w", err), Hint: "kraftctl inspect verify tells what is wrong; another node may have a sound copy"}
	case errors.As(err, &changed):
		return &ExitError{Code: ExitFailure, Err: fmt.Errorf("nothing was written: %w", err), Hint: "run it again; kraftctl inspect verify tells whether the log is sound"}
	}
	return newFileError(err)
}
