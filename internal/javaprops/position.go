package javaprops

// Position is a place in a properties file as an editor shows it: both numbers start at 1.
// The column counts characters of a UTF-8 file, so an editor's cursor agrees with it although Java
// reads the same bytes as Latin-1. The zero Position means "nowhere in the file".
type Position struct{ Line, Column int }

// IsZero tells whether p is no place in a file.
func (p Position) IsZero() bool { return p.Line == 0 }

// cursor walks the bytes of a file and knows the position of the next one.
type cursor struct {
	data []byte
	off  int
	pos  Position
	// ended is set when the logical line has been read to its end, until the next one is begun.
	ended bool
}

func newCursor(data []byte) cursor { return cursor{data: data, pos: Position{1, 1}} }

func (c *cursor) done() bool { return c.off >= len(c.data) }

func (c *cursor) peek() byte { return c.data[c.off] }

// next consumes one byte. CR LF is one line end, whose LF still belongs to the line it ends.
func (c *cursor) next() byte {
	b := c.data[c.off]
	c.off++
	switch {
	case b == '\n', b == '\r' && (c.done() || c.peek() != '\n'):
		c.pos = Position{c.pos.Line + 1, 1}
	case b&0xC0 != 0x80: // the bytes after the first of a UTF-8 character take no column
		c.pos.Column++
	}
	return b
}

// endOfLine consumes a line end: LF, CR or CR LF.
func (c *cursor) endOfLine() {
	if c.next() == '\r' && !c.done() && c.peek() == '\n' {
		c.next()
	}
}
