package command

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/rescue/archive"
	"github.com/kraftctl/kraftctl/rescue/backup"

	"github.com/kraftctl/kraftctl/internal/wording"
)

func newBackupVerify(app *App) *cobra.Command {
	var output string
	var digest digestFlag
	cmd := &cobra.Command{
		Use:   "verify FILE...",
		Short: "Check that backups are whole, unchanged and sound",
		Long: `Read each backup FILE (- is standard input) wholly and check it: its seal and checksums, every file against the manifest, the manifest against its digest,
and that there is nothing else in it; then the log in it as inspect verify does, that nothing is missing between its snapshot
and its end, and that it is the log that the manifest tells of. Incident bundles are checked in the same way.

The digest stands for all there is in a backup. It shows that a file is the one that was written only when it is compared
with what was noted elsewhere: --digest does that.

Exit codes: 0 all is sound; 1 a log in it is not; 2 a file cannot be used: it is truncated, damaged, tampered with, of a later
format, not from kraftctl, or not the one that --digest names; 4 a file could not be read to its end, or there is no room to unpack
it in the system's directory for temporary files (TMPDIR).`,
		Example: `  kraftctl backup verify controller1.tar.zst
  kraftctl backup verify controller1.tar.zst --digest 3b4f…
  kraftctl backup verify backups/*.tar.zst --output json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := checkOutput(output); err != nil {
				return err
			}
			if digest != "" && len(args) > 1 {
				return usageError(errors.New("--digest is of one file"), "verify the files one by one")
			}
			return runBackupVerify(app, args, string(digest), output == outputJSON)
		},
	}
	cmd.Flags().Var(&digest, "digest", "refuse a backup whose digest is not this `SHA-256`")
	cmd.Flags().StringVar(&output, "output", outputText, "text or json")
	return cmd
}

// verifiedJSON is the stable JSON form of what was found out about backups, version 1.
type verifiedJSON struct {
	Version int            `json:"version"`
	Sound   bool           `json:"sound"`
	Backups []verifiedFile `json:"backups"`
}

type verifiedFile struct {
	File   string `json:"file"`
	Usable bool   `json:"usable"`
	Sound  bool   `json:"sound"`
	// Fault is one of those of package archive; empty for a file that can be used, or cannot be read.
	Fault    archive.Fault `json:"fault,omitempty"`
	Error    string        `json:"error,omitempty"`
	Kind     archive.Kind  `json:"kind,omitempty"`
	Digest   string        `json:"digest,omitempty"`
	Files    int           `json:"files,omitempty"`
	Logs     int           `json:"logs,omitempty"`
	Problems []string      `json:"problems"`
	Notes    []string      `json:"notes"`
	err      error
}

func runBackupVerify(app *App, paths []string, digest string, asJSON bool) error {
	out := verifiedJSON{Version: 1, Sound: true}
	var unusable []error
	for _, path := range paths {
		one := verifyBackup(app, path, digest)
		out.Backups = append(out.Backups, one)
		out.Sound = out.Sound && one.Sound
		if one.err != nil {
			unusable = append(unusable, one.err)
		}
	}
	var err error
	if asJSON {
		err = writeJSON(app.Out, out)
	} else {
		err = writeVerified(app, out.Backups)
	}
	switch {
	case err != nil:
		return &ExitError{Code: ExitFailure, Err: err}
	case len(unusable) > 0:
		return joined(unusable)
	case !out.Sound:
		return &ExitError{Code: ExitFindings}
	}
	return nil
}

func verifyBackup(app *App, path, digest string) verifiedFile {
	out := verifiedFile{File: path, Problems: []string{}, Notes: []string{}}
	fail := func(err error) verifiedFile {
		var fault *archive.Error
		if errors.As(err, &fault) {
			out.Fault = fault.Fault
		}
		out.err, out.Error = err, err.Error()
		return out
	}
	a, err := openArchive(app, path)
	if err != nil {
		return fail(err)
	}
	defer a.Close()
	m := &a.Manifest
	out.Kind, out.Digest, out.Files = m.Kind, m.Digest, len(m.Files)
	if digest != "" && digest != m.Digest {
		return fail(usageError(fmt.Errorf("%s: its digest is %s, not %s: it is another archive", path, m.Digest, digest),
			"find out which file is meant; kraftctl backup ls tells what is in it"))
	}
	out.Usable = true
	findings, err := backup.Check(a, path, runtime.GOMAXPROCS(0))
	if err != nil {
		return fail(&ExitError{Code: ExitFailure, Err: err})
	}
	out.Logs = findings.Logs
	out.Problems, out.Notes = append(out.Problems, findings.Problems...), append(out.Notes, findings.Notes...)
	out.Sound = len(findings.Problems) == 0
	return out
}

func writeVerified(app *App, files []verifiedFile) error {
	var lines []string
	for _, f := range files {
		switch {
		case f.err != nil:
			continue
		case f.Sound:
			lines = append(lines, fmt.Sprintf("%s: sound: a %s, %s, %s, digest %s", f.File, f.Kind, wording.Count(f.Files, "file"), wording.Count(f.Logs, "log"), f.Digest))
		default:
			lines = append(lines, fmt.Sprintf("%s: not sound: a %s whose log is damaged, digest %s", f.File, f.Kind, f.Digest))
		}
		for _, p := range f.Problems {
			lines = append(lines, "  "+p)
		}
		for _, n := range f.Notes {
			lines = append(lines, "  note: "+n)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return printLines(app, lines)
}
