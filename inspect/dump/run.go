package dump

import (
	"io"
	"slices"
	"sync/atomic"

	"github.com/kraftctl/kraftctl/metalog"
)

// chunkSize is how much of a file a printer works on at a time, in bytes: what it prints, about five times as much, still
// fits the cache.
const chunkSize = 256 << 10

// run is one dump.
type run struct {
	opts Options
	out  io.Writer
	// damaged is told of all damage, in order.
	damaged func(*metalog.Damage)

	printed atomic.Int64
	current *metalog.File
	began   bool // something was printed of the current file, its heading at least
	objects bool // a JSON object was printed
}

// Run prints the files one after the other. What is damaged is told to damaged, if it is not nil, in order and not
// concurrently. The error is one of reading, of writing, or of the query.
func Run(files []*metalog.File, opts Options, out io.Writer, damaged func(*metalog.Damage)) error {
	r := &run{opts: opts, out: out, damaged: damaged}
	if err := r.open(); err != nil {
		return err
	}
	if opts.Reverse {
		files = slices.Clone(files)
		slices.Reverse(files)
	}
	for _, f := range files {
		if err := r.file(f); err != nil {
			return err
		}
		if r.left() == 0 {
			break
		}
	}
	return r.close()
}

func (r *run) open() error {
	if r.opts.Format == JSON {
		return write(r.out, []byte("["))
	}
	return nil
}

func (r *run) close() error {
	if r.opts.Format == JSON {
		return write(r.out, []byte("]\n"))
	}
	return nil
}

// left is how many records may still be printed; -1 is any number.
func (r *run) left() int64 {
	if r.opts.Limit <= 0 {
		return -1
	}
	return max(0, r.opts.Limit-r.printed.Load())
}

// file prints one file.
func (r *run) file(f *metalog.File) error {
	switch kind := f.Name.Kind; {
	case kind == metalog.OffsetIndex || kind == metalog.TimeIndex:
		return r.index(f)
	case kind != metalog.Other && !kind.Records():
		return &WrongFileError{Path: f.Path, Kind: kind}
	}
	pos, err := r.begin(f)
	if err != nil {
		return err
	}
	chunks, err := f.Chunks(pos, chunkSize)
	if err != nil {
		return err
	}
	if r.opts.Reverse {
		return r.backward(f, chunks)
	}
	return r.print(chunks)
}

// begin turns to a file and tells where its first batch is that can be selected, or one before it.
func (r *run) begin(f *metalog.File) (int64, error) {
	r.current, r.began = f, false
	if !r.opts.Filter.records() && r.opts.Filter.Epoch == nil {
		if err := r.heading(); err != nil {
			return 0, err
		}
	}
	switch filter := &r.opts.Filter; {
	case filter.Offsets != nil && filter.Offsets.From > 0:
		return f.SeekOffset(filter.Offsets.From)
	case filter.Times != nil:
		return f.SeekTime(filter.Times.From)
	}
	return 0, nil
}

func (r *run) print(chunks *metalog.ChunkReader) error {
	return metalog.Work(r.printers(), func() (*metalog.Chunk, func(*metalog.Chunk), error) {
		c, err := chunks.Next()
		return c, chunks.Release, err
	})
}

// printers are the workers. A limit counts records in order, so that one alone must do it.
func (r *run) printers() []*printer {
	n := max(1, r.opts.Workers)
	if r.opts.Limit > 0 {
		n = 1
	}
	workers := make([]*printer, n)
	for i := range workers {
		workers[i] = &printer{run: r}
	}
	return workers
}

// deliver writes what a printer has printed.
func (r *run) deliver(p *printer) (bool, error) {
	if len(p.out) > 0 {
		if err := r.heading(); err != nil {
			return false, err
		}
	}
	out := p.out
	if r.opts.Format == JSON && !r.objects && len(out) > 0 {
		out = out[1:]
	}
	r.objects = r.objects || len(out) > 0
	if err := write(r.out, out); err != nil {
		return false, err
	}
	if r.damaged != nil {
		for _, d := range p.damage {
			r.damaged(d)
		}
	}
	r.printed.Add(p.count)
	return r.left() != 0 && !p.beyond, nil
}

// heading prints the lines that stand before the first line of a file.
func (r *run) heading() error {
	if r.began || r.opts.Format != Text {
		return nil
	}
	r.began = true
	return write(r.out, appendHeading(nil, r.current))
}

func appendHeading(dst []byte, f *metalog.File) []byte {
	dst = append(append(append(dst, "Dumping "...), f.Path...), '\n')
	switch f.Name.Kind {
	case metalog.Segment:
		dst = append(appendInt(append(dst, "Log starting offset: "...), f.Name.Offset), '\n')
	case metalog.Snapshot:
		dst = appendInt(append(dst, "Snapshot end offset: "...), f.Name.Offset)
		dst = append(appendInt(append(dst, ", epoch: "...), int64(f.Name.Epoch)), '\n')
	case metalog.Bootstrap:
		dst = append(dst, "KRaft bootstrap snapshot\n"...)
	}
	return dst
}
