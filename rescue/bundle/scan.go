package bundle

import (
	"bytes"
	"fmt"
)

// Hit is a secret that was found in what was to be written.
type Hit struct {
	// File is the file of the bundle, Position the byte where the secret begins: in the file, or in the decompressed records of
	// a batch, if Decompressed.
	File         string `json:"file"`
	Position     int64  `json:"position"`
	Decompressed bool   `json:"decompressed,omitempty"`
	// Secret says where the secret was found first; its value is nowhere told.
	Secret string `json:"secret"`
}

// Error says that a secret was found, and where.
func (h *Hit) Error() string {
	place := fmt.Sprintf("byte %d", h.Position)
	if h.Decompressed {
		place += " of the decompressed records of a batch"
	}
	return fmt.Sprintf("%s, %s: it still has a secret, which was found first as %s", h.File, place, h.Secret)
}

// find is the first pattern that occurs in data at or after from, and where; -1 when there is none.
func (p *patterns) find(data []byte, from int) (at int, found *needle) {
	if len(p.list) == 0 {
		return -1, nil
	}
	for i := from; i+minScan <= len(data); i++ {
		h := head(data[i:])
		slot := spread(h) >> p.shift
		if p.heads[slot/64]&(1<<(slot%64)) == 0 {
			continue
		}
		for _, n := range p.byHead[h] {
			if bytes.HasPrefix(data[i:], p.list[n].text) {
				return i, &p.list[n]
			}
		}
	}
	return -1, nil
}

// mask puts the marker in place of every pattern in data.
func (p *patterns) mask(data []byte) []byte {
	var out []byte
	for from := 0; ; {
		at, found := p.find(data, from)
		if found == nil {
			return append(out, data[from:]...)
		}
		out = append(out, data[from:at]...)
		out = append(out, Marker...)
		from = at + len(found.text)
	}
}

// scanner searches a stream for patterns. Write collects hits; Flush searches what is left.
type scanner struct {
	patterns *patterns
	file     string
	hits     func(*Hit)

	buf []byte
	// at is the position of buf in the stream, from where in buf to go on.
	at   int64
	from int
}

// scanWindow is how much is gathered before it is searched, in bytes.
const scanWindow = 1 << 20

// Write takes more of the stream.
func (s *scanner) Write(data []byte) (int, error) {
	s.buf = append(s.buf, data...)
	if len(s.buf) >= max(scanWindow, 4*s.patterns.longest) {
		s.search()
		keep := min(len(s.buf), max(0, s.patterns.longest-1))
		drop := len(s.buf) - keep
		s.at += int64(drop)
		s.from = max(0, s.from-drop)
		s.buf = append(s.buf[:0], s.buf[drop:]...)
	}
	return len(data), nil
}

// flush searches the end of the stream.
func (s *scanner) flush() { s.search() }

func (s *scanner) search() {
	for {
		at, found := s.patterns.find(s.buf, s.from)
		if found == nil {
			return
		}
		s.hits(&Hit{File: s.file, Position: s.at + int64(at), Secret: found.where})
		s.from = at + 1
	}
}
