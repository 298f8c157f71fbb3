package dump

import (
	"context"
	"io"
	"time"

	"github.com/kraftctl/kraftctl/metalog"
)

// Files are the names of the files of a log that are printed for it: the bootstrap snapshot, the snapshots, the segments. With
// a filter by offset, time or epoch, which mean the log, there are only the segments that can have what is selected.
func Files(log *metalog.Log, filter *Filter) []metalog.Name {
	var names []metalog.Name
	if filter.Offsets == nil && filter.Times == nil && filter.Epoch == nil {
		if log.Bootstrap.Kind == metalog.Bootstrap {
			names = append(names, log.Bootstrap)
		}
		return append(append(names, log.Snapshots...), log.Segments...)
	}
	for i, n := range log.Segments {
		if r := filter.Offsets; r != nil {
			last := i == len(log.Segments)-1
			if n.Offset > r.To || !last && log.Segments[i+1].Offset <= r.From {
				continue
			}
		}
		names = append(names, n)
	}
	return names
}

// Follow prints the earlier files and the log's active segment, as Run does, and then what a node appends to it, also to
// segments that come after it, until ctx is done. It looks for more every so often.
func Follow(ctx context.Context, earlier []*metalog.File, log *metalog.Log, opts Options, every time.Duration, sink Sink) error {
	r := &run{opts: opts, out: sink.Out, damaged: sink.Damaged}
	for _, f := range earlier {
		if err := r.file(f); err != nil {
			return err
		}
	}
	for r.left() != 0 {
		next, err := r.follow(ctx, log, every, sink.Flush)
		if err != nil || next == nil {
			return err
		}
		log = next
	}
	return nil
}

// Sink is where output goes.
type Sink struct {
	// Out gets what is printed.
	Out io.Writer
	// Flush is called whenever all there is so far is printed.
	Flush func() error
	// Damaged is told of damage, in order.
	Damaged func(*metalog.Damage)
}

// follow prints the active segment until there is another one, and returns the log as it is then; nil when it is over.
func (r *run) follow(ctx context.Context, log *metalog.Log, every time.Duration, flush func() error) (*metalog.Log, error) {
	if len(log.Segments) == 0 {
		return r.await(ctx, log, -1, every)
	}
	active := log.Segments[len(log.Segments)-1]
	f, err := log.Open(active)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	f.Active = true
	pos, err := r.begin(f)
	if err != nil {
		return nil, err
	}
	chunks, err := f.Chunks(pos, chunkSize)
	if err != nil {
		return nil, err
	}
	chunks.Follow()
	for {
		if err := r.print(chunks); err != nil {
			return nil, err
		}
		if err := flush(); err != nil || r.left() == 0 {
			return nil, err
		}
		again, err := log.Again()
		if err != nil {
			return nil, err
		}
		// Look for more after looking for a new segment: nothing is appended to a segment that has a successor.
		more, err := chunks.More()
		if err != nil {
			return nil, err
		}
		if more {
			continue
		}
		if n := len(again.Segments); n > 0 && again.Segments[n-1].Offset > active.Offset {
			return after(again, active.Offset), nil
		}
		if !pause(ctx, every) {
			return nil, nil
		}
	}
}

// after is the log up to the first segment behind offset, which is the next one to be followed.
func after(log *metalog.Log, offset int64) *metalog.Log {
	for i, n := range log.Segments {
		if n.Offset > offset {
			log.Segments = log.Segments[:i+1]
			break
		}
	}
	return log
}

// await waits until the log has a segment.
func (r *run) await(ctx context.Context, log *metalog.Log, offset int64, every time.Duration) (*metalog.Log, error) {
	for pause(ctx, every) {
		again, err := log.Again()
		if err != nil {
			return nil, err
		}
		if len(again.Segments) > 0 {
			return after(again, offset), nil
		}
	}
	return nil, nil
}

// pause waits; false when ctx is done.
func pause(ctx context.Context, every time.Duration) bool {
	timer := time.NewTimer(every)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
