package command

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metalog"
)

// replayReport is what replaying a log found: which records do not fit, and which snapshots are not what the log tells. As JSON
// it is version 1.
type replayReport struct {
	Version   int              `json:"version"`
	Log       string           `json:"log"`
	Partition int              `json:"partitions"`
	Snapshots []replaySnapshot `json:"snapshots"`
	Problems  []image.Problem  `json:"problems"`
}

type replaySnapshot struct {
	Name     string       `json:"name"`
	Compared bool         `json:"compared"`
	Changes  []changeJSON `json:"changes"`
}

// verifyReplay replays the logs that the paths mean, after their bytes were verified with the given outcome, and prints what does
// not fit. The error is the worse of the two outcomes.
func verifyReplay(app *App, paths []string, asJSON bool, verified error) (err error) {
	var exit *ExitError
	if verified != nil && (!errors.As(verified, &exit) || exit.Code != ExitFindings) {
		return verified
	}
	t, err := openTargets(app, paths)
	defer func() { err = errors.Join(err, t.close()) }()
	if err != nil {
		return err
	}
	for _, one := range t.list {
		for _, log := range one.logs {
			report, err := replayLog(log)
			if err != nil {
				return &ExitError{Code: ExitFailure, Err: err}
			}
			if err := printReplay(app.Out, report, asJSON); err != nil {
				return failWrite(err)
			}
			if verified == nil && len(report.Problems) > 0 {
				verified = &ExitError{Code: ExitFindings}
			}
		}
	}
	return verified
}

func replayLog(log *metalog.Log) (*replayReport, error) {
	report := &replayReport{Version: 1, Log: log.Path(""), Snapshots: []replaySnapshot{}, Problems: []image.Problem{}}
	opts := image.DefaultOptions()
	opts.OnProblem = func(p image.Problem) { report.Problems = append(report.Problems, p) }
	b := image.NewBuilder(opts)
	if err := image.LoadAll(log, b, nil); err != nil {
		return nil, err
	}
	report.Partition = b.Image().Topics.Partitions()
	checked, err := image.CheckSnapshots(log, opts, nil)
	for _, c := range checked {
		report.Snapshots = append(report.Snapshots, replaySnapshot{Name: c.Name.Base, Compared: c.Compared, Changes: changesJSON(c.Changes, false)})
	}
	return report, err
}

func printReplay(w io.Writer, r *replayReport, asJSON bool) error {
	out := bufio.NewWriter(w)
	if asJSON {
		return errors.Join(writeJSON(out, r), out.Flush())
	}
	compared, differ := 0, 0
	for _, s := range r.Snapshots {
		if s.Compared {
			compared++
		}
		if len(s.Changes) > 0 {
			differ++
		}
	}
	fmt.Fprintf(out, "%s: replayed to %d partitions; %d records do not fit; %d of %d snapshots compared with the log, %d differ\n",
		r.Log, r.Partition, len(r.Problems)-snapshotProblems(r), compared, len(r.Snapshots), differ)
	for i := range r.Problems {
		p := &r.Problems[i]
		fmt.Fprintf(out, "  offset %d, %s: %s: %s\n    nodes: %s\n", p.Offset, p.Kind, p.Path, p.Message, p.Consequence)
	}
	return out.Flush()
}

func snapshotProblems(r *replayReport) int {
	n := 0
	for _, p := range r.Problems {
		if p.Kind == image.SnapshotDiffers {
			n++
		}
	}
	return n
}
