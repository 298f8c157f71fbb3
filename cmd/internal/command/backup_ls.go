package command

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/rescue/archive"
	"github.com/kraftctl/kraftctl/rescue/backup"
)

func newBackupLs(app *App) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "ls FILE...",
		Short: "Tell what backups hold",
		Long: `Tell of each backup FILE (- is standard input) whose it is, when it was taken, up to which offset it goes and what the cluster had then, and list its files.
Nothing is replayed: it is in the backup's manifest. The archive is verified while it is read, the log in it is not: see
kraftctl backup verify. Incident bundles are listed in the same way.

Exit codes: 0 listed; 2 a file cannot be used: it is truncated, damaged, tampered with, of a later format, or not from kraftctl; 4 a
file could not be read to its end.`,
		Example: `  kraftctl backup ls controller1.tar.zst
  kraftctl backup ls *.tar.zst --output json | jq -r '.backups[] | [.file, .details.endOffset] | @tsv'`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := checkOutput(output); err != nil {
				return err
			}
			return runBackupLs(app, args, output == outputJSON)
		},
	}
	cmd.Flags().StringVar(&output, "output", outputText, "text or json")
	return cmd
}

// listedBackup is an archive by its manifest. Its JSON form is stable, version 1 of the list.
type listedBackup struct {
	File string `json:"file"`
	*archive.Manifest
}

type listedBackups struct {
	Version int            `json:"version"`
	Backups []listedBackup `json:"backups"`
}

func runBackupLs(app *App, paths []string, asJSON bool) error {
	out := listedBackups{Version: 1, Backups: []listedBackup{}}
	var unusable []error
	for _, path := range paths {
		m, err := readManifest(app, path)
		if err != nil {
			unusable = append(unusable, err)
			continue
		}
		out.Backups = append(out.Backups, listedBackup{path, m})
	}
	var err error
	if asJSON {
		err = writeJSON(app.Out, out)
	} else {
		err = writeBackups(app.Out, out.Backups)
	}
	if err != nil {
		return &ExitError{Code: ExitFailure, Err: err}
	}
	return joined(unusable)
}

func writeBackups(w io.Writer, backups []listedBackup) error {
	out := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for i, one := range backups {
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "%s: %s of %s by %s, digest %s\n", one.File, one.Kind, one.Created, one.Tool, one.Digest)
		if d, err := backup.ParseDetails(one.Manifest); err == nil {
			for _, line := range d.Lines() {
				fmt.Fprintf(out, "  %s\n", line)
			}
		}
		fmt.Fprintf(out, "FILE\tMODE\tMODIFIED\tSIZE\tSHA-256\n")
		for _, f := range one.Files {
			fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\n", f.Name, f.Mode, f.Modified, byteSize(f.Size), f.SHA256)
		}
	}
	return out.Flush()
}
