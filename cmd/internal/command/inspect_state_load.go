package command

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
)

// atHint says how a point of a log is written.
const atHint = "give an offset (1295), a time (2026-01-31T12:00:00Z), or how long ago (-15m)"

// stateFlags say which state of which cluster to look at, and as whom.
type stateFlags struct {
	at, kafka string
	secrets   bool
}

func (f *stateFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.at, "at", "", "the state after an offset, at a time (RFC 3339) or so long ago (-15m); default: the end")
	f.registerRest(cmd)
}

func (f *stateFlags) registerRest(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.kafka, "kafka-version", release.Newest().String(), "Kafka release whose features count as known")
	cmd.Flags().BoolVar(&f.secrets, "show-secrets", false, "print secrets instead of masking them")
}

// chronicle is a log, or a file of records, whose states can be looked at.
type chronicle struct {
	app     *App
	release release.Release
	targets *targets
	// log is nil when path means a single file.
	log  *metalog.Log
	path string
	// damages and problems count what was found while loading.
	damages, problems int
	// quiet keeps them from being told, because they were already.
	quiet bool
}

// openChronicle opens what path means: one log, the one of several copies that goes furthest, or one file. The caller closes it,
// also after an error.
func openChronicle(app *App, path string, kafka string) (*chronicle, error) {
	h := &chronicle{app: app, path: path, targets: &targets{}}
	rel, err := parseKafkaVersion(kafka)
	if err != nil {
		return h, err
	}
	h.release = rel
	if h.targets, err = openTargets(app, []string{path}); err != nil {
		return h, err
	}
	one := h.targets.list[0]
	if one.file != "" {
		return h, nil
	}
	if len(one.logs) > 1 {
		return h, h.furthest(one.logs)
	}
	h.log = one.logs[0]
	return h, nil
}

func (h *chronicle) close() error { return h.targets.close() }

// end is the offset up to which to load for a point: "" for all there is.
func (h *chronicle) end(at string) (int64, error) {
	if at == "" {
		return image.End, nil
	}
	if offset, err := strconv.ParseInt(at, 10, 64); err == nil {
		if offset < 0 {
			return 0, usageError(fmt.Errorf("offset %d is negative", offset), atHint)
		}
		return offset + 1, nil
	}
	moment, err := parseTime(at, h.app.Now())
	if err != nil {
		return 0, usageError(err, atHint)
	}
	if h.log == nil {
		return 0, usageError(fmt.Errorf("%s is a single file: a time cannot be looked up in it", h.path), "give the directory it is in, or an offset")
	}
	end, err := image.EndAt(h.log, moment.UnixMilli())
	if err != nil {
		return 0, usageError(fmt.Errorf("%s: %w", h.path, err), "'kraftctl inspect ls' shows what times the log covers")
	}
	return end, nil
}

// load is the state before an offset.
func (h *chronicle) load(end int64) (*image.Image, error) {
	bar := newProgress(h.app, h.targets, false)
	defer bar.done()
	opts := image.Options{Release: h.release, OnProblem: h.problem, Read: bar.add}
	var img *image.Image
	var err error
	if h.log != nil {
		img, err = image.Load(h.log, end, opts, h.damage)
	} else {
		img, err = h.loadFile(end, opts)
	}
	if err != nil {
		return nil, &ExitError{Code: ExitFailure, Err: err}
	}
	switch nothing := img.Provenance.Offset < 0 && img.Leader.Offset < 0; {
	case nothing && h.damages > 0:
		return nil, &ExitError{
			Code: ExitFindings, Err: fmt.Errorf("%s: no record in it can be read", h.path),
			Hint: "is it a segment or snapshot of a metadata log? 'kraftctl inspect verify' tells what is there",
		}
	case nothing:
		return nil, usageError(fmt.Errorf("%s: it holds no records before that point", h.path), "'kraftctl inspect ls' shows what offsets the log covers")
	}
	if end == image.End && img.Leader.Offset < 0 {
		h.leader(img)
	}
	return img, nil
}

// leader takes the active controller from quorum-state when the part of the log that was read does not tell it.
func (h *chronicle) leader(img *image.Image) {
	if h.log == nil {
		return
	}
	data, err := h.log.ReadFile("quorum-state")
	if err != nil {
		return
	}
	if q, err := metalog.ParseQuorum(data); err == nil && q.LeaderID >= 0 && q.LeaderEpoch >= img.Provenance.Epoch {
		img.Leader = image.Leader{ID: q.LeaderID, Epoch: q.LeaderEpoch, Offset: -1}
	}
}

func (h *chronicle) loadFile(end int64, opts image.Options) (*image.Image, error) {
	one := h.targets.list[0]
	f, err := metalog.OpenFile(one.src.FS, one.file, one.src.Path(one.file))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return image.LoadFile(f, end, opts, h.damage)
}

// most is how many problems are told; the rest is counted.
const most = 20

func (h *chronicle) damage(d *metalog.Damage) {
	if d.Tail {
		return
	}
	h.damages++
	h.tell("damage: %v", d)
}

func (h *chronicle) problem(p image.Problem) {
	h.problems++
	h.tell("%v", &p)
}

func (h *chronicle) tell(format string, args ...any) {
	switch n := h.damages + h.problems; {
	case h.quiet:
	case n <= most:
		fmt.Fprintf(h.app.Err, "kraftctl: "+format+"\n", args...)
	case n == most+1:
		fmt.Fprintln(h.app.Err, "kraftctl: … and more; 'kraftctl inspect verify --replay' tells all")
	}
}

// verdict is the error for damage that was found, if any.
func (h *chronicle) verdict() error {
	if h.damages > 0 {
		return &ExitError{Code: ExitFindings}
	}
	return nil
}

// withState opens a path, loads the state at a point, and lets do print it.
func withState(app *App, path string, f *stateFlags, do func(*image.Image) error) (err error) {
	h, err := openChronicle(app, path, f.kafka)
	defer func() { err = errors.Join(err, h.close()) }()
	if err != nil {
		return err
	}
	end, err := h.end(f.at)
	if err != nil {
		return err
	}
	img, err := h.load(end)
	if err != nil {
		return err
	}
	if err := do(img); err != nil {
		return err
	}
	return h.verdict()
}
