package metalog

import (
	"errors"
	"io"
)

// chunk is how much is read at a time, in bytes. Larger reads are not faster: see docs/performance-log.md.
const chunk = 1 << 20

// window is a reused piece of memory that shows parts of a file.
type window struct {
	r   io.ReaderAt
	end int64 // where reading stops: the size of the file when it was last looked at

	buf []byte
	at  int64 // position of buf[0] in the file

	// size is how much is read at a time; 0 is chunk.
	size int64
	// held keeps buf from being overwritten: the next read goes to other memory, and buf moves to old.
	held  bool
	old   []byte
	oldAt int64
	fresh func() []byte
}

// view is the bytes from pos on, n of them at least unless the file ends before. They are valid until the next call.
func (w *window) view(pos, n int64) ([]byte, error) {
	n = min(n, w.end-pos)
	if n <= 0 {
		return nil, nil
	}
	if w.shows(pos, n) {
		return w.buf[pos-w.at:], nil
	}
	if w.held {
		w.old, w.oldAt, w.held = w.buf, w.at, false
		w.buf = w.fresh()
	}
	want := int(min(max(n, w.step()), w.end-pos))
	if cap(w.buf) < want {
		w.buf = make([]byte, want)
	}
	read, err := w.r.ReadAt(w.buf[:want], pos)
	w.buf, w.at = w.buf[:read], pos
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if read < want {
		// The file became shorter since its size was asked: a node truncates its log when it follows a new leader.
		w.end = pos + int64(read)
	}
	return w.buf, nil
}

func (w *window) step() int64 {
	if w.size > 0 {
		return w.size
	}
	return chunk
}

// shows reports whether n bytes at pos can be viewed without reading.
func (w *window) shows(pos, n int64) bool {
	from := pos - w.at
	return from >= 0 && from+n <= int64(len(w.buf))
}
