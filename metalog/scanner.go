package metalog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/kraftctl/kraftctl/record"
)

// scanner finds the batches of one file, with their damage, in order.
type scanner struct {
	framer
	seq  sequence
	file *File

	// queue has frames that were read and not yet returned.
	queue []frame
}

func newScanner(f *File, pos, end int64) *scanner {
	s := &scanner{file: f}
	if pos == 0 && f.Name.Kind.Records() {
		s.seq = sequence{started: true, next: f.Name.firstOffset(), epoch: -1}
	}
	s.framer = framer{window: window{r: f, end: end}, path: f.Path, pos: pos, allowance: allowanceStart}
	return s
}

// advance is the next frame; false at the end. A batch out of sequence comes after a frame of no bytes that has the damage.
func (s *scanner) advance() (frame, bool, error) {
	if len(s.queue) > 0 {
		fr := s.queue[0]
		s.queue = append(s.queue[:0], s.queue[1:]...)
		return fr, true, nil
	}
	fr, ok, err := s.framer.next()
	if !ok || err != nil {
		return frame{}, false, err
	}
	if !fr.batch {
		return fr, true, s.region(&fr)
	}
	head, err := s.peek(fr.pos)
	if err != nil {
		return frame{}, false, err
	}
	here := placeOf(head)
	if fr.damage != nil {
		fr.damage.FirstOffset, fr.damage.LastOffset = here.base, here.last
	}
	d := s.seq.step(s.path, here, fr.pos)
	if d == nil {
		return fr, true, nil
	}
	s.queue = append(s.queue, fr)
	return frame{pos: fr.pos, damage: d}, true, nil
}

// plain appends the frames of the batches that lie in the window one after the other, as advance would return them, up to the
// first one that needs a closer look. It is a short cut: nearly all of a log goes this way.
func (s *scanner) plain(frames []frame) []frame {
	pos := s.pos - s.at
	if pos < 0 || pos >= int64(len(s.buf)) || !s.seq.started {
		return frames
	}
	for size := possible(s.buf[pos:]); size > 0; {
		behind := pos + size
		if behind+record.HeaderSize > int64(len(s.buf)) {
			break
		}
		following := possible(s.buf[behind:])
		here := placeOf(s.buf[pos:])
		if following == 0 || s.at+behind+following > s.end || here.base != s.seq.next || here.epoch < s.seq.epoch {
			break
		}
		s.seq.next, s.seq.epoch = here.last+1, here.epoch
		frames = append(frames, frame{pos: s.at + pos, size: size, batch: true})
		pos, size = behind, following
	}
	s.allowance = min(allowanceStart, s.allowance+allowancePerB*(s.at+pos-s.pos))
	s.pos = s.at + pos
	return frames
}

// back gives back a frame that was just read.
func (s *scanner) back(fr frame) { s.queue = slices.Insert(s.queue, 0, fr) }

// Entry is one step through a file: a batch, damage, or both.
type Entry struct {
	// Batch is the batch; Data is nil when there is none.
	Batch Batch
	// Damage is what is wrong, or nil.
	Damage *Damage
}

// problem is the damage as an error, nil when there is none.
func (e *Entry) problem() error {
	if e.Damage == nil {
		return nil
	}
	return e.Damage
}

// each yields what the scanner finds, up to the end or an I/O error; false when yield did not want more.
func (s *scanner) each(yield func(Batch, error) bool) bool {
	var e Entry
	for {
		fr, ok, err := s.advance()
		var data []byte
		if err == nil && ok && fr.batch {
			data, err = s.view(fr.pos, fr.size)
		}
		if err == nil && ok {
			err = e.complete(s.file, &fr, data)
		}
		if err != nil {
			yield(Batch{}, err)
			return false
		}
		if !ok {
			return true
		}
		if !yield(e.Batch, e.problem()) {
			return false
		}
	}
}

// complete parses the header of the batch whose bytes are data, and checks its CRC unless that is done already.
func (e *Entry) complete(f *File, fr *frame, data []byte) error {
	e.Damage = fr.damage
	if !fr.batch {
		e.Batch = Batch{}
		return nil
	}
	if int64(len(data)) < fr.size {
		return fmt.Errorf("%s@%d: the file was cut off while it was read", f.Path, fr.pos)
	}
	data = data[:fr.size:fr.size]
	b, err := record.ParseHeader(data)
	if err != nil {
		return err
	}
	e.Batch.Batch, e.Batch.File, e.Batch.Position, e.Batch.Data = b, f, fr.pos, data
	if fr.checked {
		return nil
	}
	if err := record.CheckCRC(data); err != nil {
		e.Damage = &Damage{
			File: f.Path, Position: fr.pos, Length: fr.size, Kind: BadCRC,
			FirstOffset: b.BaseOffset, LastOffset: b.LastOffset(), Err: plain(err),
		}
	}
	return nil
}

// region completes the damage of a region with the offsets that must have been in it.
func (s *scanner) region(fr *frame) error {
	d := fr.damage
	tail, err := s.tail(fr)
	if err != nil {
		return err
	}
	d.Tail = tail
	if d.FirstOffset < 0 && s.seq.started {
		d.FirstOffset = s.seq.next
	}
	if fr.pos+fr.size >= s.end {
		return nil
	}
	head, err := s.peek(fr.pos + fr.size)
	if err != nil {
		return err
	}
	if b, err := record.ParseHeader(head); err == nil {
		if d.FirstOffset >= 0 && b.BaseOffset > d.FirstOffset {
			d.LastOffset = b.BaseOffset - 1
		}
		s.seq.next = max(s.seq.next, b.BaseOffset)
	}
	return nil
}

// tail reports whether a region is what a node leaves that is writing, or died at it: zeros, or the first part of the batch
// that comes next.
func (s *scanner) tail(fr *frame) (bool, error) {
	if !s.file.Active || fr.pos+fr.size < s.end {
		return false, nil
	}
	if fr.damage.Kind != Truncated {
		return fr.damage.Kind == ZeroTail, nil
	}
	head, err := s.peek(fr.pos)
	if err != nil || len(head) < 8 || !s.seq.started {
		return err == nil, err
	}
	return int64(binary.BigEndian.Uint64(head)) == s.seq.next, nil
}

// plain is the text of a record error without its position in the batch.
func plain(err error) error {
	var e *record.Error
	if errors.As(err, &e) && e.Kind == record.BadCRC {
		return fmt.Errorf("CRC mismatch: %08x is stored, the bytes give %08x", uint32(e.Want), uint32(e.Have))
	}
	return err
}

// sequence follows offsets and epochs from batch to batch.
type sequence struct {
	started bool
	next    int64
	epoch   int32
}

// place is where in the log a batch belongs.
type place struct {
	base, last int64
	epoch      int32
}

// placeOf reads it from the header of a batch.
func placeOf(head []byte) place {
	_ = head[record.HeaderSize-1]
	base := int64(binary.BigEndian.Uint64(head))
	return place{base: base, last: base + int64(int32(binary.BigEndian.Uint32(head[23:]))), epoch: int32(binary.BigEndian.Uint32(head[12:]))}
}

// step compares the batch at pos with those before and moves on behind it.
func (q *sequence) step(path string, b place, pos int64) *Damage {
	before := *q
	*q = sequence{started: true, next: b.last + 1, epoch: b.epoch}
	if !before.started || b.base == before.next && b.epoch >= before.epoch {
		return nil
	}
	return before.broken(path, b, pos)
}

// broken says how the batch at pos does not go on from q.
func (q *sequence) broken(path string, b place, pos int64) *Damage {
	d := &Damage{File: path, Position: pos}
	switch {
	case b.base > q.next:
		d.Kind, d.FirstOffset, d.LastOffset = Gap, q.next, b.base-1
		d.Err = fmt.Errorf("offsets %d to %d are missing", d.FirstOffset, d.LastOffset)
		if d.FirstOffset == d.LastOffset {
			d.Err = fmt.Errorf("offset %d is missing", d.FirstOffset)
		}
	case b.base < q.next:
		d.Kind, d.FirstOffset, d.LastOffset = Overlap, b.base, min(b.last, q.next-1)
		d.Err = fmt.Errorf("batch begins at offset %d, but offset %d comes next", b.base, q.next)
	default:
		d.Kind, d.FirstOffset, d.LastOffset = EpochBack, b.base, b.last
		d.Err = fmt.Errorf("leader epoch goes back from %d to %d", q.epoch, b.epoch)
	}
	return d
}
