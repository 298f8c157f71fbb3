package metalog

import (
	"slices"
	"sync"
)

// Chunk is a run of batches and damage that lie together in a file.
type Chunk struct {
	// File is where they lie.
	File *File
	// Index counts the chunks of a reader.
	Index int

	at     int64
	buf    []byte
	frames []frame
}

// Entries calls do for every batch and every damage, in order, until it returns false. The batches' CRCs are checked here, so
// that several chunks can be worked on at once.
func (c *Chunk) Entries(do func(e *Entry) bool) error {
	var e Entry
	for i := range c.frames {
		fr := &c.frames[i]
		var data []byte
		if fr.batch {
			data = c.buf[fr.pos-c.at:]
		}
		if err := e.complete(c.File, fr, data); err != nil {
			return err
		}
		if !do(&e) {
			return nil
		}
	}
	return nil
}

// Backward is Entries in the opposite order.
func (c *Chunk) Backward(do func(e *Entry) bool) error {
	slices.Reverse(c.frames)
	return c.Entries(do)
}

// Position is where the chunk begins in its file.
func (c *Chunk) Position() int64 { return c.frames[0].pos }

// ChunkReader cuts a file into chunks.
type ChunkReader struct {
	file   *File
	scan   *scanner
	pool   *sync.Pool
	index  int
	follow bool
}

// Chunks is a reader of the file's chunks of about size bytes, from position pos on, where a batch must begin.
func (f *File) Chunks(pos, size int64) (*ChunkReader, error) {
	end, err := f.Size()
	if err != nil {
		return nil, err
	}
	return f.ChunksBetween(pos, end, size), nil
}

// ChunksBetween is a reader of the chunks between two positions at which batches begin.
func (f *File) ChunksBetween(pos, end, size int64) *ChunkReader {
	r := &ChunkReader{file: f, scan: newScanner(f, pos, end)}
	r.pool = &sync.Pool{New: func() any { return new(Chunk) }}
	r.scan.size = size
	return r
}

// Next is the next chunk, or nil at the end. It is the caller's until it is given back with Release.
func (r *ChunkReader) Next() (*Chunk, error) {
	c := r.pool.Get().(*Chunk)
	c.File, c.Index, c.frames = r.file, r.index, c.frames[:0]
	spare := c.buf
	c.buf = nil
	s := r.scan
	s.fresh = func() []byte { b := spare; spare = nil; return b[:0] }
	for {
		if len(s.queue) == 0 {
			c.frames = s.plain(c.frames)
			s.held = s.held || len(c.frames) > 0
		}
		fr, ok, err := s.advance()
		if err != nil {
			return nil, err
		}
		if ok && fr.batch && s.old == nil {
			if _, err := s.view(fr.pos, fr.size); err != nil {
				return nil, err
			}
		}
		if s.old != nil {
			// The scanner moved on to other memory: what the chunk has is complete, and the frame begins the next one.
			if ok {
				s.back(fr)
			}
			c.buf, c.at, s.old = s.old, s.oldAt, nil
			break
		}
		if ok && r.follow && fr.damage != nil && fr.damage.Tail {
			s.pos, ok = fr.pos, false
		}
		if !ok {
			c.buf, c.at = s.buf, s.at
			s.buf, s.held = nil, false
			break
		}
		c.frames = append(c.frames, fr)
		s.held = s.held || fr.batch
	}
	if len(c.frames) == 0 {
		return nil, nil
	}
	r.index++
	return c, nil
}

// Release gives a chunk back; its batches are no longer valid.
func (r *ChunkReader) Release(c *Chunk) { r.pool.Put(c) }

// Follow makes the reader stop before what is being written at the end of an active segment, so that it can go on later with
// More.
func (r *ChunkReader) Follow() { r.follow = true }

// More looks whether the file has become longer, so that Next may return more. When it has become shorter, because the node
// removed what a new leader does not have, reading goes on from its new end.
func (r *ChunkReader) More() (bool, error) {
	size, err := r.file.Size()
	if err != nil {
		return false, err
	}
	s := r.scan
	if size < s.pos {
		s.pos, s.seq = size, sequence{}
	}
	// What was read up to the old end may have been half of a write.
	s.buf, s.at = s.buf[:0], 0
	s.end = size
	return size > s.pos, nil
}

// NextOffset is the offset after the last batch that was read; false before the first.
func (r *ChunkReader) NextOffset() (int64, bool) { return r.scan.seq.next, r.scan.seq.started }
