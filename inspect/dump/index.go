package dump

import (
	"fmt"
	"iter"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
)

// WrongFileError is a file that has no records to print.
type WrongFileError struct {
	Path string
	Kind metalog.Kind
}

// Error says what the file is.
func (e *WrongFileError) Error() string {
	return fmt.Sprintf("%s: this is a %s file, which has no records", e.Path, e.Kind)
}

// index prints the entries of an index, as kafka-dump-log does. Of the filters, those by offset and time apply, and the limit.
func (r *run) index(f *metalog.File) error {
	r.current, r.began = f, false
	if err := r.heading(); err != nil {
		return err
	}
	p := &printer{run: r, file: f}
	var err error
	if f.Name.Kind == metalog.OffsetIndex {
		err = each(p, metalog.ReadIndex(f, f.Name.Offset), p.indexEntry)
	} else {
		err = each(p, metalog.ReadTimeIndex(f, f.Name.Offset), p.timeIndexEntry)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", f.Path, err)
	}
	_, err = r.deliver(p)
	return err
}

// each prints entries, and writes what is printed whenever it has become as much as of a chunk.
func each[T any](p *printer, entries iter.Seq2[T, error], print func(T)) error {
	p.limit = p.run.left()
	for e, err := range entries {
		if err != nil {
			return err
		}
		if p.limit == 0 {
			break
		}
		if print(e); len(p.out) > chunkSize {
			if _, err := p.run.deliver(p); err != nil {
				return err
			}
			p.out, p.count = p.out[:0], 0
		}
	}
	return nil
}

func (p *printer) indexEntry(e metalog.IndexEntry) {
	o := &p.run.opts
	if !o.Filter.Offsets.Contains(e.Offset) {
		return
	}
	if o.Format == Text {
		p.out = appendInt(append(appendInt(append(p.out, "offset: "...), e.Offset), " position: "...), e.Position)
		p.out = append(p.out, '\n')
	} else {
		p.out = metadata.AppendJSONString(append(p.separate(), `{"file":`...), p.file.Path)
		p.out = appendInt(append(p.out, `,"offset":`...), e.Offset)
		p.out = append(appendInt(append(p.out, `,"position":`...), e.Position), "}\n"...)
	}
	p.printed()
}

func (p *printer) timeIndexEntry(e metalog.TimeIndexEntry) {
	o := &p.run.opts
	if !o.Filter.Offsets.Contains(e.Offset) || !o.Filter.Times.Contains(e.Timestamp) {
		return
	}
	if o.Format == Text {
		p.out = appendInt(append(appendInt(append(p.out, "timestamp: "...), e.Timestamp), " offset: "...), e.Offset)
		p.out = append(p.out, '\n')
	} else {
		p.out = metadata.AppendJSONString(append(p.separate(), `{"file":`...), p.file.Path)
		p.out = p.same.stamp.append(appendInt(append(p.out, `,"offset":`...), e.Offset), e.Timestamp)
		p.out = append(p.out, "}\n"...)
	}
	p.printed()
}
