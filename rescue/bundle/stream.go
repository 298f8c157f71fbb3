package bundle

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
)

// errChanged tells that a file is not what it was in the first pass.
var errChanged = errors.New("it changed while it was read")

// stream copies a file of records without its secrets.
type stream struct {
	redactor *redactor
	// end is where to stop in the file; -1 is at the last whole batch.
	end int64
	// plain is given the decompressed records of compressed batches; it may be nil.
	plain func(records []byte) error
	// progress is told of bytes that were read.
	progress func(int64)

	notes *notes
	out   io.Writer
	file  *metalog.File
	// pos is how far the file was read, written how much was written.
	pos, written int64
	// expected is the offset that comes next, next the same, but -1 before the first batch.
	expected, next int64
	// first is the first offset, epoch the last leader epoch.
	first int64
	epoch int32
}

// copy copies the file. The error is one of reading or writing.
func (s *stream) copy(f *metalog.File, out io.Writer) error {
	s.file, s.out, s.next = f, out, -1
	if f.Name.Kind == metalog.Segment {
		s.expected = f.Name.Offset
	}
	for b, err := range f.Batches(0) {
		done, err := s.step(&b, err)
		if err != nil {
			return err
		}
		if done {
			break
		}
	}
	if s.end >= 0 && s.pos != s.end {
		return fmt.Errorf("%s: %w", f.Path, errChanged)
	}
	return nil
}

// step goes on over a batch or over damage; true when the rest is not wanted.
func (s *stream) step(b *metalog.Batch, err error) (bool, error) {
	var damage *metalog.Damage
	if err != nil && !errors.As(err, &damage) {
		return false, err
	}
	if b.Data == nil {
		return s.damage(damage)
	}
	if s.end >= 0 && b.Position >= s.end {
		return true, nil
	}
	if b.Position != s.pos {
		return false, fmt.Errorf("%s: the batch at byte %d does not follow the one that ends at %d", s.file.Path, b.Position, s.pos)
	}
	s.notes.position = s.written
	badCRC := damage != nil && damage.Kind == metalog.BadCRC
	var data []byte
	if badCRC {
		s.notes.overwritten(b, metalog.BadCRC.String())
		data = s.redactor.unsound(b, s.expected)
	} else {
		data = s.redactor.batch(b, s.expected, s.notes)
	}
	if err := s.decompressed(b, data, badCRC); err != nil {
		return false, err
	}
	s.follow(data)
	return false, s.write(data, int64(len(b.Data)))
}

// follow goes on behind a batch that was written.
func (s *stream) follow(data []byte) {
	b, err := record.ParseHeader(data)
	if err != nil {
		return
	}
	if s.next < 0 {
		s.first = b.BaseOffset
	}
	s.next, s.expected, s.epoch = b.NextOffset(), b.NextOffset(), b.LeaderEpoch
}

// decompressed hands on what a compressed batch holds now.
func (s *stream) decompressed(b *metalog.Batch, data []byte, badCRC bool) error {
	if s.plain == nil || badCRC || b.Compression() == record.Uncompressed {
		return nil
	}
	records, err := s.redactor.plain.Records(&b.Batch, data)
	if err != nil {
		return nil //nolint:nilerr // its records were overwritten, because they do not decompress
	}
	return s.plain(records)
}

// damage overwrites a region that is no batch. The end of a file that is being written to is left out.
func (s *stream) damage(d *metalog.Damage) (bool, error) {
	if d == nil || d.Length == 0 {
		return false, nil
	}
	if s.end >= 0 && d.Position >= s.end {
		return true, nil
	}
	if d.Tail {
		s.notes.cut(d)
		return true, nil
	}
	if d.Position != s.pos {
		return false, fmt.Errorf("%s: the damage at byte %d does not follow the batch that ends at %d", s.file.Path, d.Position, s.pos)
	}
	s.notes.position = s.written
	s.notes.region(d)
	if d.Kind == metalog.ZeroTail {
		return false, s.repeat([]byte{0}, d.Length)
	}
	head := make([]byte, min(d.Length, record.PrefixSize))
	if _, err := s.file.ReadAt(head, d.Position); err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	if err := s.write(region(head, s.expected), int64(len(head))); err != nil {
		return false, err
	}
	return false, s.repeat([]byte(Marker), d.Length-int64(len(head)))
}

// repeat writes a text over and over, in place of as many bytes.
func (s *stream) repeat(text []byte, size int64) error {
	const step = 64 << 10
	block := bytes.Repeat(text, step/len(text))
	for size > 0 {
		n := min(size, int64(len(block)))
		if err := s.write(block[:n], n); err != nil {
			return err
		}
		size -= n
	}
	return nil
}

// write writes what took the place of so many bytes.
func (s *stream) write(data []byte, read int64) error {
	n, err := s.out.Write(data)
	s.written += int64(n)
	s.pos += read
	if s.progress != nil {
		s.progress(read)
	}
	return err
}
