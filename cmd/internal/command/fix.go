package command

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/cmd/internal/render"
	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/validate"

	"github.com/kraftctl/kraftctl/internal/wording"
)

// fixOptions are the flags of validate that mend files.
type fixOptions struct{ fix, write bool }

func (o *fixOptions) register(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.fix, "fix", false, "instead of the report, show as a diff what can be mended mechanically")
	cmd.Flags().BoolVar(&o.write, "write", false, "with --fix, write the files")
}

// check refuses flags that make no sense.
func (o *fixOptions) check(output string) error {
	switch {
	case o.write && !o.fix:
		return usageError(errors.New("--write goes with --fix"), "")
	case o.fix && output != outputText:
		return usageError(fmt.Errorf("--fix prints a diff, and --output %s is none", output), "")
	}
	return nil
}

// fixFiles shows what can be mended, and writes it when asked. The result is the report of what is left.
func (app *App) fixFiles(o fixOptions, sources []validate.Source, report *validate.Report, opts validate.Options) (*validate.Report, error) {
	fixes := validate.Fixes(sources, report.Findings)
	var text strings.Builder
	mended := 0
	for i := range fixes {
		text.WriteString(fixes[i].Diff())
		mended += len(fixes[i].Findings)
	}
	shown := render.Diff(text.String(), render.Colored(app.Out, app.LookupEnv))
	if o.write {
		if err := writeFixes(fixes); err != nil {
			return nil, err
		}
		report = validate.Check(mendedSources(sources, fixes), opts)
		shown += fmt.Sprintf("mended %s in %s; %d remain\n", wording.Count(mended, "finding"), wording.Count(len(fixes), "file"), len(report.Findings))
	} else {
		shown += fmt.Sprintf("%s in %s can be mended, of %d; add --write to do it\n", wording.Count(mended, "finding"), wording.Count(len(fixes), "file"), len(report.Findings))
	}
	if left := inManifests(sources); left > 0 {
		shown += fmt.Sprintf("%s read from Compose files or manifests left alone: --fix mends .properties files\n", wording.Count(left, "node"))
	}
	if _, err := io.WriteString(app.Out, shown); err != nil {
		return nil, &ExitError{Code: ExitFailure, Err: err}
	}
	return report, nil
}

// inManifests counts the sources whose text was made of another file's.
func inManifests(sources []validate.Source) int {
	count := 0
	for i := range sources {
		if sources[i].Lines != nil {
			count++
		}
	}
	return count
}

// writeFixes writes all files, or says which could not be.
func writeFixes(fixes []validate.Fix) error {
	for i := range fixes {
		path := fixes[i].Path
		if path == "-" {
			return usageError(errors.New("standard input cannot be written"), "leave --write out, or name the file")
		}
		resolved, err := filepath.EvalSymlinks(path)
		if err == nil {
			err = fixes[i].Write(fsx.OS{}, resolved)
		}
		if err != nil {
			return &ExitError{
				Code: ExitFailure, Err: fmt.Errorf("%s was not mended: %w", path, err),
				Hint: wording.Count(i, "file") + " written before it; run again when the cause is gone",
			}
		}
	}
	return nil
}

// mendedSources are the sources with their new text, to be judged again.
func mendedSources(sources []validate.Source, fixes []validate.Fix) []validate.Source {
	after := map[string][]byte{}
	for _, f := range fixes {
		after[f.Path] = f.After
	}
	again := make([]validate.Source, len(sources))
	for i, s := range sources {
		if text, ok := after[s.Path]; ok {
			s.Text, s.Verdict = text, nil
		}
		again[i] = s
	}
	return again
}
