package dump

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/kraftctl/kraftctl/inspect/dumplog"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
)

// printer prints chunks; each runs on its own goroutine.
type printer struct {
	run *run

	out     []byte
	damage  []*metalog.Damage
	count   int64
	limit   int64 // how many may still be printed; -1 is any number
	file    *metalog.File
	err     error
	it      record.Iterator
	dec     metadata.Decoder
	row     row
	same    repeated
	objects repeated // for queries
	object  []byte
	results [][]byte
	kept    []record.Record
	// beyond tells that all of the chunk lies after the last offset that is selected.
	beyond bool
}

// Work prints a chunk into memory.
func (p *printer) Work(c *metalog.Chunk) error {
	p.out, p.damage, p.count, p.file, p.err = p.out[:0], p.damage[:0], 0, c.File, nil
	p.limit = p.run.left()
	offsets := p.run.opts.Filter.Offsets
	p.beyond = offsets != nil && !p.run.opts.Reverse
	each := c.Entries
	if p.run.opts.Reverse {
		each = c.Backward
	}
	err := each(func(e *metalog.Entry) bool {
		p.entry(e)
		p.beyond = p.beyond && e.Batch.Data != nil && e.Batch.BaseOffset > offsets.To
		return p.err == nil && p.limit != 0
	})
	return errors.Join(err, p.err)
}

// Deliver writes what Work printed.
func (p *printer) Deliver() (bool, error) { return p.run.deliver(p) }

// Skip reports whether nothing of the batch can be selected.
func (p *printer) skip(e *metalog.Entry) bool {
	return e.Batch.Data != nil && !p.run.opts.Filter.batch(&e.Batch)
}

func (p *printer) entry(e *metalog.Entry) {
	if p.skip(e) {
		return
	}
	if e.Damage != nil {
		p.broken(e.Damage)
	}
	if e.Batch.Data == nil {
		return
	}
	o := &p.run.opts
	if o.HeadersOnly {
		p.header(e)
		return
	}
	start := len(p.out)
	if o.Format == Text {
		p.out = append(dumplog.AppendBatchLine(p.out, &e.Batch.Batch, e.Batch.Position, e.Damage == nil), '\n')
	}
	before := p.count
	p.records(e)
	if p.count == before && o.Filter.records() {
		p.out = p.out[:start]
	}
}

func (p *printer) header(e *metalog.Entry) {
	o := &p.run.opts
	start := len(p.out)
	if o.Format == Text {
		p.out = append(dumplog.AppendBatchLine(p.out, &e.Batch.Batch, e.Batch.Position, e.Damage == nil), '\n')
	} else {
		p.out = append(appendBatchJSON(p.separate(), p.file.Path, &e.Batch, e.Damage != nil, &p.same.stamp), '\n')
	}
	if o.Filter.Grep != nil && !o.Filter.Grep.Match(p.out[start:]) {
		p.out = p.out[:start]
		return
	}
	p.printed()
}

// broken prints damage, and keeps it for whoever asked for it.
func (p *printer) broken(d *metalog.Damage) {
	p.damage = append(p.damage, d)
	if p.run.opts.Format != Text {
		p.out = append(appendDamageJSON(p.separate(), d), '\n')
	}
}

func (p *printer) records(e *metalog.Entry) {
	r := &p.row
	r.file, r.batch, r.bad = p.file.Path, &e.Batch, e.Damage != nil
	p.it.Start(&e.Batch.Batch, e.Batch.Data)
	done := 0
	for p.limit != 0 && p.it.Next() {
		done++
		r.rec = p.it.Record()
		if p.run.opts.Reverse {
			p.kept = append(p.kept, *r.rec)
			p.kept[len(p.kept)-1].Headers = slices.Clone(r.rec.Headers)
			continue
		}
		p.record()
	}
	for _, kept := range slices.Backward(p.kept) {
		if p.limit == 0 {
			break
		}
		r.rec = &kept
		p.record()
	}
	p.kept = p.kept[:0]
	if err := p.it.Err(); err != nil && e.Damage == nil {
		p.broken(&metalog.Damage{
			File: p.file.Path, Position: e.Batch.Position, Length: int64(len(e.Batch.Data)), Kind: metalog.Undecodable,
			FirstOffset: e.Batch.BaseOffset + int64(done), LastOffset: e.Batch.LastOffset(), Err: fmt.Errorf("within the batch, %w", err),
		})
	}
}

func (p *printer) record() {
	o, r := &p.run.opts, &p.row
	r.identify()
	if !o.Filter.header(r) {
		return
	}
	if !o.NoData || o.Filter.content() {
		r.decode(&p.dec)
		if r.err != nil && !r.bad {
			p.broken(r.undecodable())
		}
		if !o.Filter.fields(r) {
			return
		}
	}
	start := len(p.out)
	if o.Filter.Query != nil && !p.query() {
		return
	}
	switch {
	case o.Format == Text:
		p.out = append(r.appendText(p.out, o, &p.same), '\n')
	case o.Filter.Query != nil:
		for _, result := range p.results {
			p.out = append(append(p.separate(), result...), '\n')
		}
	default:
		p.out = append(r.appendJSON(p.separate(), o, &p.same), '\n')
	}
	if o.Filter.Grep != nil && !o.Filter.Grep.Match(p.out[start:]) {
		p.out = p.out[:start]
		return
	}
	p.printed()
}

// query runs the query on the record; false when nothing of the record is to be printed.
func (p *printer) query() bool {
	o := &p.run.opts
	p.object = p.row.appendJSON(p.object[:0], o, &p.objects)
	p.results, p.err = o.Filter.Query.Run(p.object, p.results[:0])
	if p.err != nil {
		p.err = fmt.Errorf("offset %d: %w", p.row.batch.Offset(p.row.rec), p.err)
		return false
	}
	if o.Format != Text {
		return len(p.results) > 0
	}
	for _, result := range p.results {
		if string(result) != "false" && string(result) != "null" {
			return true
		}
	}
	return false
}

// separate appends what must stand before the next JSON object: a comma at the start of a line in an array.
func (p *printer) separate() []byte {
	if p.run.opts.Format == JSON {
		return append(p.out, ',')
	}
	return p.out
}

func (p *printer) printed() {
	p.count++
	if p.limit > 0 {
		p.limit--
	}
}

// undecodable is the damage of a record that cannot be decoded.
func (r *row) undecodable() *metalog.Damage {
	offset := r.batch.Offset(r.rec)
	return &metalog.Damage{
		File: r.file, Position: r.batch.Position, Length: int64(len(r.batch.Data)), Kind: metalog.Undecodable,
		FirstOffset: offset, LastOffset: offset, Err: fmt.Errorf("record cannot be decoded: %w", r.err),
	}
}

// write writes, unless there is nothing to be written.
func write(w io.Writer, b []byte) error {
	if len(b) == 0 {
		return nil
	}
	_, err := w.Write(b)
	return err
}
