package command

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/inspect/verify"
)

func newInspectVerify(app *App) *cobra.Command {
	var output string
	var quiet, replay bool
	cmd := &cobra.Command{
		Use:   "verify PATH...",
		Short: "Check that metadata logs and snapshots are sound",
		Long: `Check everything that can be checked: CRCs and lengths, that every record decodes, that offsets follow each other within
and across segments, that leader epochs rise and agree with leader-epoch-checkpoint, index entries against the log, that
snapshots are whole and fit the log, quorum-state, partition.metadata and meta.properties.

For each problem it says what can no longer be read and what Kafka does about it when it starts.
The exit code is 0 when all is sound, 1 when something is damaged.`,
		Example: `  kraftctl inspect verify /var/lib/kafka
  kraftctl inspect verify backup.tar.gz --output json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if output != "text" && output != "json" {
				return usageError(fmt.Errorf("unknown output format %q", output), "it is one of text, json")
			}
			err := runVerify(app, args, output == "json", quiet)
			if replay {
				return verifyReplay(app, args, output == "json", err)
			}
			return err
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "text", "text or json")
	cmd.Flags().BoolVar(&replay, "replay", false, "also replay the logs: do the records fit, and is each snapshot what its log tells? (JSON: one more object a log)")
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "name only files with problems, and show no progress")
	return cmd
}

func runVerify(app *App, paths []string, asJSON, quiet bool) (err error) {
	t, err := openTargets(app, paths)
	defer func() { err = errors.Join(err, t.close()) }()
	if err != nil {
		return err
	}
	bar := newProgress(app, t, quiet)
	opts := verify.Options{Workers: runtime.GOMAXPROCS(0), Progress: bar.add}
	report, err := verifyTargets(t, opts)
	bar.done()
	if err != nil {
		return &ExitError{Code: ExitFailure, Err: err}
	}
	if asJSON {
		err = writeJSON(app.Out, verifyJSON(report))
	} else {
		err = writeVerdicts(app.Out, report, quiet)
	}
	switch {
	case err != nil:
		return &ExitError{Code: ExitFailure, Err: err}
	case !report.Sound():
		return &ExitError{Code: ExitFindings}
	}
	return nil
}

func verifyTargets(t *targets, opts verify.Options) (*verify.Report, error) {
	all := &verify.Report{}
	for _, one := range t.list {
		if one.file != "" {
			r, err := verify.One(one.src.FS, one.file, one.src.Path(one.file), opts)
			if err != nil {
				return nil, err
			}
			all.Files = append(all.Files, r.Files...)
		}
		for _, log := range one.logs {
			all.Files = append(all.Files, verify.Log(log, opts).Files...)
		}
	}
	return all, nil
}

// writeVerdicts writes a line for each file, its problems and notes below it, and a last line that sums up.
func writeVerdicts(w io.Writer, r *verify.Report, quiet bool) error {
	var b strings.Builder
	count := map[verify.Verdict]int{}
	for _, f := range r.Files {
		count[f.Verdict]++
		if quiet && f.Verdict != verify.Damaged {
			continue
		}
		fmt.Fprintf(&b, "%-10s %s%s\n", f.Verdict, f.Path, contents(f))
		for _, p := range f.Problems {
			fmt.Fprintf(&b, "           %s: %s%s\n", p.Kind, problemPlace(p), p.Message)
			if p.Lost != "" {
				fmt.Fprintf(&b, "             lost: %s\n", p.Lost)
			}
			if p.Kafka != "" {
				fmt.Fprintf(&b, "             Kafka at start-up: %s\n", p.Kafka)
			}
		}
		if more := f.Count - int64(len(f.Problems)); more > 0 {
			fmt.Fprintf(&b, "           … and %d more problems\n", more)
		}
		for _, note := range f.Notes {
			fmt.Fprintf(&b, "           note: %s\n", note)
		}
	}
	fmt.Fprintf(&b, "%d files: %d sound, %d damaged", len(r.Files), count[verify.Sound]+count[verify.Unfinished], count[verify.Damaged])
	if n := count[verify.Ignored]; n > 0 {
		fmt.Fprintf(&b, ", %d ignored", n)
	}
	b.WriteString("\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// contents tells what a file of records holds.
func contents(f *verify.File) string {
	s := f.Summary
	if s == nil || s.FirstOffset < 0 {
		return ""
	}
	return fmt.Sprintf(" (offsets %d to %d, %d batches, %d records)", s.FirstOffset, s.NextOffset-1, s.Batches, s.Records)
}

func problemPlace(p verify.Problem) string {
	var parts []string
	if p.Position >= 0 {
		parts = append(parts, fmt.Sprintf("byte %d", p.Position))
	}
	switch {
	case p.FirstOffset >= 0 && p.LastOffset > p.FirstOffset:
		parts = append(parts, fmt.Sprintf("offsets %d to %d", p.FirstOffset, p.LastOffset))
	case p.FirstOffset >= 0:
		parts = append(parts, fmt.Sprintf("offset %d", p.FirstOffset))
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, ", ") + ": "
}

// verdictJSON is the stable JSON form of a report, version 1; docs/inspect-verify.md describes it.
type verdictJSON struct {
	Version int           `json:"version"`
	Sound   bool          `json:"sound"`
	Files   []fileVerdict `json:"files"`
}

type fileVerdict struct {
	File         string        `json:"file"`
	Kind         string        `json:"kind"`
	Verdict      string        `json:"verdict"`
	Size         *int64        `json:"size,omitempty"`
	FirstOffset  *int64        `json:"firstOffset,omitempty"`
	LastOffset   *int64        `json:"lastOffset,omitempty"`
	Batches      int64         `json:"batches,omitempty"`
	Records      int64         `json:"records,omitempty"`
	ProblemCount int64         `json:"problemCount"`
	Problems     []problemJSON `json:"problems"`
	Notes        []string      `json:"notes"`
}

type problemJSON struct {
	Kind        string `json:"kind"`
	Position    *int64 `json:"position,omitempty"`
	Length      int64  `json:"length,omitempty"`
	FirstOffset *int64 `json:"firstOffset,omitempty"`
	LastOffset  *int64 `json:"lastOffset,omitempty"`
	Message     string `json:"message"`
	Lost        string `json:"lost,omitempty"`
	Kafka       string `json:"kafka,omitempty"`
}

func verifyJSON(r *verify.Report) verdictJSON {
	out := verdictJSON{Version: 1, Sound: r.Sound(), Files: []fileVerdict{}}
	for _, f := range r.Files {
		v := fileVerdict{
			File: f.Path, Kind: f.Kind.String(), Verdict: string(f.Verdict), Size: known(f.Size), ProblemCount: f.Count,
			Problems: []problemJSON{}, Notes: append([]string{}, f.Notes...),
		}
		if s := f.Summary; s != nil && s.FirstOffset >= 0 {
			v.FirstOffset, v.LastOffset, v.Batches, v.Records = known(s.FirstOffset), known(s.NextOffset-1), s.Batches, s.Records
		}
		for _, p := range f.Problems {
			v.Problems = append(v.Problems, problemJSON{
				Kind: p.Kind, Position: known(p.Position), Length: p.Length, FirstOffset: known(p.FirstOffset), LastOffset: known(p.LastOffset),
				Message: p.Message, Lost: p.Lost, Kafka: p.Kafka,
			})
		}
		out.Files = append(out.Files, v)
	}
	return out
}

// known is a number that is left out when it is negative.
func known(n int64) *int64 {
	if n < 0 {
		return nil
	}
	return &n
}
