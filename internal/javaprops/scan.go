// Package javaprops reads and writes the properties format exactly as java.util.Properties does
// when it loads a byte stream, and remembers where in the file every key and value stands.
//
// A file is bytes in Latin-1. Natural lines end with LF, CR or CR LF; a line whose last backslash
// is not itself escaped goes on in the next one, whose leading blanks are dropped. What results is:
//
//	blanks  key  blanks  = or :  blanks  value
//	        |    `-------- optional -----'   |
//	        ends at the first unescaped      everything up to the end of the line,
//	        blank, = or :                    trailing blanks included
//
// A line whose first character is # or ! is a comment and never goes on; inside a continued line the
// same character is text. Blanks are space, tab and form feed. The escapes are \t \n \r \f \uXXXX,
// and a backslash before anything else is dropped.
//
// Source: java.util.Properties.load(InputStream) of JDK 17.
package javaprops

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// Entry is one key and value in the order of the file. A key given twice makes two entries.
type Entry struct {
	// Key and Value are the texts Java sees. A lone surrogate, which no Go string can hold, becomes U+FFFD.
	Key, Value string
	// KeyPos and ValuePos are where each begins; an empty value begins where it would have begun.
	KeyPos, ValuePos Position

	rawValue cursor
}

// MalformedEscapeError says that \u is not followed by four hexadecimal digits. Java refuses the whole file.
type MalformedEscapeError struct {
	// Pos is the place of the backslash.
	Pos Position
	// Key is the key on that line as far as it could be read.
	Key string
	// Sequence is what stands in the file from the backslash on, at most six characters.
	Sequence string
}

// Error is Java's own text; the place is in Pos.
func (e *MalformedEscapeError) Error() string { return "Malformed \\uxxxx encoding." }

// Describe names the escape and the line, which Java's text leaves out.
func (e *MalformedEscapeError) Describe() string {
	return fmt.Sprintf("line %d, column %d: %q is not \\u and four hexadecimal digits", e.Pos.Line, e.Pos.Column, e.Sequence)
}

// Scan reads all entries of data. The error is a *MalformedEscapeError for the first bad escape;
// the entries before and after it are returned all the same.
func Scan(data []byte) ([]Entry, error) {
	var entries []Entry
	var first error
	c := newCursor(data)
	for c.skipToEntry() {
		entry, err := c.entry()
		if err != nil {
			if first == nil {
				first = err
			}
			continue
		}
		entries = append(entries, entry)
	}
	return entries, first
}

// skipToEntry passes blank lines and comments; it reports false at the end of the data. A line that is
// nothing but a continued nothing is blank as well, unless the file ends with it: Java then sees an empty key.
func (c *cursor) skipToEntry() bool {
	c.ended = false
	for !c.done() {
		switch b := c.peek(); {
		case isBlank(b) || isEOL(b):
			c.next()
		case b == '#' || b == '!':
			for !c.done() && !isEOL(c.peek()) {
				c.next()
			}
		case b == '\\' && c.off+2 < len(c.data) && isEOL(c.data[c.off+1]):
			c.next()
			c.endOfLine()
		default:
			return true
		}
	}
	return false
}

// entry reads one logical line, which begins at the cursor, up to and with its line end.
func (c *cursor) entry() (Entry, error) {
	var e Entry
	var text decoder
	e.KeyPos = c.pos
	for c.more() && !isBlank(c.peek()) && c.peek() != '=' && c.peek() != ':' {
		c.unit(&text)
	}
	e.Key = text.finish()
	e.rawValue = c.separator()
	e.ValuePos = e.rawValue.pos
	for c.more() {
		c.unit(&text)
	}
	e.Value = text.finish()
	if text.bad != nil {
		text.bad.Key = e.Key
		return e, text.bad
	}
	return e, nil
}

// separator passes the blanks around one optional = or :, and returns where the value begins.
func (c *cursor) separator() cursor {
	seen := false
	for {
		start := *c
		if !c.more() {
			return start
		}
		b := c.peek()
		if !isBlank(b) && (seen || b != '=' && b != ':') {
			return *c
		}
		seen = seen || !isBlank(b)
		c.next()
	}
}

// more tells whether the logical line has another byte, passing line ends that are continued. At the
// end of the logical line it consumes the line end and reports false from then on.
func (c *cursor) more() bool {
	for !c.ended && !c.done() {
		if isEOL(c.peek()) {
			c.endOfLine()
			break
		}
		if c.peek() != '\\' || c.off+1 < len(c.data) && !isEOL(c.data[c.off+1]) {
			return true
		}
		c.next() // the backslash; at the end of the data Java drops it as well
		if c.done() {
			break
		}
		c.endOfLine()
		for !c.done() && isBlank(c.peek()) {
			c.next()
		}
	}
	c.ended = true
	return false
}

// unit decodes one character or escape at the cursor into text.
func (c *cursor) unit(text *decoder) {
	at, start := c.pos, c.off
	b := c.next()
	if b != '\\' {
		text.add(uint16(b))
		return
	}
	switch b = c.next(); b {
	case 't':
		text.add('\t')
	case 'n':
		text.add('\n')
	case 'r':
		text.add('\r')
	case 'f':
		text.add('\f')
	case 'u':
		c.unicode(text, at, start)
	default:
		text.add(uint16(b))
	}
}

// unicode decodes the digits after \u. Java looks for them in the logical line, where a continuation
// has already been folded away.
func (c *cursor) unicode(text *decoder, at Position, start int) {
	var value uint16
	for range 4 {
		digit, ok := uint16(0), false
		if save := *c; c.more() {
			digit, ok = hexDigit(c.peek())
			if !ok {
				*c = save
			}
		} else {
			*c = save
		}
		if !ok {
			text.fail(at, c.data[start:min(start+6, len(c.data))])
			return
		}
		c.next()
		value = value<<4 | digit
	}
	text.add(value)
}

// PositionAt is the place in the file of byte i of the Value; i may be len(Value).
func (e Entry) PositionAt(i int) Position {
	c := e.rawValue
	if c.data == nil {
		return e.ValuePos
	}
	var text decoder
	for {
		before := c.pos
		if !c.more() {
			return before
		}
		before = c.pos
		c.unit(&text)
		if text.size() > i {
			return before
		}
	}
}

// decoder collects UTF-16 code units as Java does and hands them out as one Go string.
type decoder struct {
	buf  []byte
	high uint16 // a high surrogate waiting for its low one
	bad  *MalformedEscapeError
}

func (d *decoder) add(unit uint16) {
	if d.high != 0 {
		pair := utf16.DecodeRune(rune(d.high), rune(unit))
		d.high = 0
		d.buf = utf8.AppendRune(d.buf, pair)
		if pair != utf8.RuneError {
			return
		}
	}
	if unit >= 0xD800 && unit < 0xDC00 {
		d.high = unit
		return
	}
	d.buf = utf8.AppendRune(d.buf, rune(unit))
}

func (d *decoder) size() int { return len(d.buf) }

func (d *decoder) fail(at Position, sequence []byte) {
	if d.bad == nil {
		d.bad = &MalformedEscapeError{Pos: at, Sequence: string(sequence)}
	}
}

func (d *decoder) finish() string {
	if d.high != 0 {
		d.high = 0
		d.buf = utf8.AppendRune(d.buf, utf8.RuneError)
	}
	text := string(d.buf)
	d.buf = d.buf[:0]
	return text
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' || b == '\f' }

func isEOL(b byte) bool { return b == '\n' || b == '\r' }

func hexDigit(b byte) (uint16, bool) {
	switch {
	case b >= '0' && b <= '9':
		return uint16(b - '0'), true
	case b >= 'a' && b <= 'f':
		return uint16(b-'a') + 10, true
	case b >= 'A' && b <= 'F':
		return uint16(b-'A') + 10, true
	}
	return 0, false
}
