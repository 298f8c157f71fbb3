package command

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/inspect/listing"
	"github.com/kraftctl/kraftctl/metalog"
)

func newInspectLs(app *App) *cobra.Command {
	var output string
	var types bool
	cmd := &cobra.Command{
		Use:   "ls PATH...",
		Short: "List segments and snapshots and what they hold",
		Long: `List the segments and snapshots of metadata logs: offsets, leader epochs, time range, batches, records by type, size, and
the state of each: sealed, active (a node appends to it), deleted (waits for its removal), partial (a snapshot that was not
finished) or damaged.`,
		Example: `  kraftctl inspect ls /var/lib/kafka
  kraftctl inspect ls /var/lib/kafka --types`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if output != "text" && output != "json" {
				return usageError(fmt.Errorf("unknown output format %q", output), "it is one of text, json")
			}
			return runLs(app, args, output == "json", types)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "text", "text or json")
	cmd.Flags().BoolVar(&types, "types", false, "count all types of records, not only the three most frequent ones")
	return cmd
}

func runLs(app *App, paths []string, asJSON, types bool) (err error) {
	t, err := openTargets(app, paths)
	defer func() { err = errors.Join(err, t.close()) }()
	if err != nil {
		return err
	}
	opts := listing.Options{Workers: runtime.GOMAXPROCS(0)}
	var files []listing.File
	for _, one := range t.list {
		listed, err := listTarget(t, one, opts)
		if err != nil {
			return &ExitError{Code: ExitFailure, Err: err}
		}
		files = append(files, listed...)
	}
	if asJSON {
		err = writeJSON(app.Out, lsJSON(files))
	} else {
		err = writeList(app.Out, files, types)
	}
	if err != nil {
		return &ExitError{Code: ExitFailure, Err: err}
	}
	return nil
}

func listTarget(t *targets, one target, opts listing.Options) ([]listing.File, error) {
	var files []listing.File
	if one.file != "" {
		f, err := t.open(metalog.OpenFile(one.src.FS, one.file, one.src.Path(one.file)))
		if err != nil {
			return nil, err
		}
		s, err := listing.Summarize(f, opts)
		if err != nil {
			return nil, err
		}
		files = append(files, listing.File{Summary: s, State: listing.StateOf(&metalog.Log{}, f.Name, s)})
	}
	for _, log := range one.logs {
		listed, err := listing.List(log, opts)
		if err != nil {
			return nil, err
		}
		files = append(files, listed...)
	}
	return files, nil
}

// writeList writes a table for each directory.
func writeList(w io.Writer, files []listing.File, types bool) error {
	out := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	dir := ""
	for i, f := range files {
		if d := path.Dir(f.Path); i == 0 || d != dir {
			if i > 0 {
				fmt.Fprintln(out)
			}
			dir = d
			fmt.Fprintf(out, "%s\nFILE\tSTATE\tOFFSETS\tEPOCHS\tFROM\tTO\tBATCHES\tRECORDS\tSIZE\tTYPES\n", d)
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%s\t%s\n", path.Base(f.Path), f.State, span(f.FirstOffset, f.NextOffset-1),
			epochSpan(f.Epochs), shortTime(f.FirstTime), shortTime(f.LastTime), f.Batches, f.Records, byteSize(f.Size), typeCounts(f.Types, types))
	}
	return out.Flush()
}

// span is a range of numbers; a dash when it is empty.
func span(first, last int64) string {
	switch {
	case first < 0:
		return "-"
	case first == last:
		return fmt.Sprint(first)
	}
	return fmt.Sprintf("%d-%d", first, last)
}

func epochSpan(epochs []listing.Epoch) string {
	if len(epochs) == 0 {
		return "-"
	}
	return span(int64(epochs[0].Epoch), int64(epochs[len(epochs)-1].Epoch))
}

func shortTime(ms int64) string {
	if ms < 0 {
		return "-"
	}
	return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05Z")
}

// byteSize is a size in the largest unit of which there is one at least.
func byteSize(n int64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	value, units := float64(n)/unit, "KMGT"
	for value >= unit && len(units) > 1 {
		value, units = value/unit, units[1:]
	}
	return fmt.Sprintf("%.1f %ciB", value, units[0])
}

// fewTypes is how many types are listed unless all are asked for.
const fewTypes = 3

// typeCounts lists types, the most frequent one first.
func typeCounts(counts map[string]int64, all bool) string {
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	var parts []string
	for i, name := range names {
		if i == fewTypes && !all {
			parts = append(parts, fmt.Sprintf("+%d more", len(names)-i))
			break
		}
		parts = append(parts, fmt.Sprintf("%s:%d", strings.TrimSuffix(name, "_RECORD"), counts[name]))
	}
	return strings.Join(parts, " ")
}

// listJSON is the stable JSON form of a list, version 1; docs/inspect-ls.md describes it.
type listJSON struct {
	Version int          `json:"version"`
	Files   []listedJSON `json:"files"`
}

type listedJSON struct {
	File        string           `json:"file"`
	Kind        string           `json:"kind"`
	State       string           `json:"state"`
	Size        int64            `json:"size"`
	Batches     int64            `json:"batches"`
	Records     int64            `json:"records"`
	FirstOffset *int64           `json:"firstOffset"`
	LastOffset  *int64           `json:"lastOffset"`
	FirstTimeMs *int64           `json:"firstTimeMs"`
	LastTimeMs  *int64           `json:"lastTimeMs"`
	EndOffset   *int64           `json:"snapshotEndOffset,omitempty"`
	EndEpoch    *int64           `json:"snapshotEpoch,omitempty"`
	Epochs      []epochJSON      `json:"epochs"`
	Types       map[string]int64 `json:"types"`
	Damage      int64            `json:"damage"`
}

type epochJSON struct {
	Epoch       int32 `json:"epoch"`
	FirstOffset int64 `json:"firstOffset"`
}

func lsJSON(files []listing.File) listJSON {
	out := listJSON{Version: 1, Files: []listedJSON{}}
	for _, f := range files {
		one := listedJSON{
			File: f.Path, Kind: f.Name.Kind.String(), State: string(f.State), Size: f.Size, Batches: f.Batches, Records: f.Records,
			FirstOffset: known(f.FirstOffset), LastOffset: known(f.NextOffset - 1), FirstTimeMs: known(f.FirstTime), LastTimeMs: known(f.LastTime),
			Epochs: []epochJSON{}, Types: f.Types, Damage: f.DamageCount,
		}
		if f.Name.Kind == metalog.Snapshot {
			one.EndOffset, one.EndEpoch = known(f.Name.Offset), known(int64(f.Name.Epoch))
		}
		for _, e := range f.Epochs {
			one.Epochs = append(one.Epochs, epochJSON{e.Epoch, e.Offset})
		}
		out.Files = append(out.Files, one)
	}
	return out
}
