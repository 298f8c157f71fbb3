package command

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"

	"github.com/kraftctl/kraftctl/inspect/compare"
	"github.com/kraftctl/kraftctl/inspect/timeline"
	"github.com/kraftctl/kraftctl/inspect/verify"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/rescue/bundle"
)

// bundledReport is a report in a bundle: make returns its text form and its JSON form.
type bundledReport struct {
	name, json string
	make       func(t *targets, logs []*metalog.Log, progress func(int64)) (text, asJSON []byte, err error)
}

var bundledReports = []bundledReport{
	{name: "verify", json: ".json", make: verifyReport},
	{name: "timeline", json: ".jsonl", make: timelineReport},
	{name: "compare", json: ".json", make: compareReport},
}

// maxBundledOffsets is of how many offsets, the last ones, the timeline in a bundle tells. The bundle has the log to make the
// whole of.
const maxBundledOffsets = 200_000

// errOneCopy tells that there is nothing to compare.
var errOneCopy = errors.New("there is only one copy")

// addReports adds what the other inspect commands say of the original files. One that cannot be made leaves its reason instead.
func addReports(app *App, t *targets, b *bundle.Bundle) {
	logs, err := t.logs()
	for _, r := range bundledReports {
		var text, asJSON []byte
		if err == nil {
			bar := newProgress(app, t, false)
			text, asJSON, err = r.make(t, logs, bar.add)
			bar.done()
		}
		switch {
		case errors.Is(err, errOneCopy):
		case err != nil:
			fmt.Fprintf(app.Err, "kraftctl: warning: the report of %s was not made: %v\n", r.name, err)
			b.AddReport(r.name+".txt", fmt.Appendf(nil, "This report was not made: %v\n", err))
		default:
			b.AddReport(r.name+".txt", text)
			b.AddReport(r.name+r.json, asJSON)
		}
		err = nil
	}
}

// both writes the two forms of a report.
func both(text, asJSON func(io.Writer) error) ([]byte, []byte, error) {
	var t, j bytes.Buffer
	err := errors.Join(text(&t), asJSON(&j))
	return t.Bytes(), j.Bytes(), err
}

func verifyReport(t *targets, _ []*metalog.Log, progress func(int64)) (text, asJSON []byte, err error) {
	r, err := verifyTargets(t, verify.Options{Workers: runtime.GOMAXPROCS(0), Progress: progress})
	if err != nil {
		return nil, nil, err
	}
	return both(
		func(w io.Writer) error { return writeVerdicts(w, r, false) },
		func(w io.Writer) error { return writeJSON(w, verifyJSON(r)) },
	)
}

func timelineReport(_ *targets, logs []*metalog.Log, progress func(int64)) (text, asJSON []byte, err error) {
	opts := timeline.Everything()
	opts.Progress = progress
	for _, log := range logs {
		end, err := tipOf(log)
		if err != nil {
			return nil, nil, err
		}
		opts.From = max(opts.From, end.end-maxBundledOffsets)
	}
	line, err := timeline.Read(logs, opts)
	if err != nil {
		return nil, nil, err
	}
	if opts.From > 0 {
		line.Notes = append(line.Notes, fmt.Sprintf("events before offset %d are left out here; 'kraftctl inspect timeline' of the bundle tells them", opts.From))
	}
	return both(
		func(w io.Writer) error { return timeline.WriteText(w, line, false) },
		func(w io.Writer) error { return timeline.WriteJSONLines(w, line) },
	)
}

func compareReport(_ *targets, logs []*metalog.Log, progress func(int64)) (text, asJSON []byte, err error) {
	if len(logs) < 2 {
		return nil, nil, errOneCopy
	}
	copies, err := compare.Read(logs, progress)
	if err != nil {
		return nil, nil, err
	}
	r, err := compare.Copies(copies, compare.Options{})
	if err != nil {
		return nil, nil, err
	}
	return both(
		func(w io.Writer) error { return compare.WriteText(w, r) },
		func(w io.Writer) error { return writeJSON(w, r) },
	)
}
