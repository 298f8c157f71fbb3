package dumplog

import (
	"fmt"
	"math"
	"strings"
)

// chunkSize is how much of a segment is read at a time, in bytes.
const chunkSize = 256 << 10

// dumpSegment prints a segment or a snapshot.
func (t *tool) dumpSegment(path javaPath) error {
	if t.opts.LogProblem != nil {
		return t.opts.LogProblem
	}
	for _, note := range t.opts.Notes {
		fmt.Fprintln(t.out, note)
	}
	title, err := Title(path.name())
	if err != nil {
		return err
	}
	fmt.Fprintln(t.out, title)
	whole, err := t.openSegment(string(path))
	if err != nil {
		return err
	}
	defer whole.file.Close()
	part, err := whole.slice(0, t.opts.MaxBytes)
	if err != nil {
		return err
	}
	w := newWalker(part)
	seen, err := t.batches(w)
	if err != nil {
		return err
	}
	t.jumps.add(path.absolute(t.env.Dir), seen.found(t.manners)...)
	if rest := part.end - w.pos; rest > 0 && t.opts.MaxBytes == math.MaxInt32 {
		fmt.Fprintf(t.out, "Found %d invalid bytes at the end of %s\n", rest, path.name())
	}
	return nil
}

// Title is the line that begins the dump of a segment or snapshot of the given name. The error is an [*Exception].
func Title(name string) (string, error) {
	if strings.HasSuffix(name, logSuffix) {
		stem, _, _ := strings.Cut(name, ".")
		offset, err := parseNumber(stem, 64)
		return fmt.Sprintf("Log starting offset: %d", offset), err
	}
	if name == "bootstrap.checkpoint" {
		return "KRaft bootstrap snapshot", nil
	}
	const offsetWidth, epochWidth = 20, 10
	text, err := substring(name, 0, offsetWidth)
	if err != nil {
		return "", err
	}
	offset, err := parseNumber(text, 64)
	if err != nil {
		return "", err
	}
	if text, err = substring(name, offsetWidth+1, offsetWidth+1+epochWidth); err != nil {
		return "", err
	}
	epoch, err := parseNumber(text, 32)
	return fmt.Sprintf("Snapshot end offset: %d, epoch: %d", offset, epoch), err
}

// batches prints all batches, on several processors when there are many.
func (t *tool) batches(w *walker) (*jumps, error) {
	if t.env.Workers > 1 && w.end-w.pos > 2*chunkSize {
		return t.concurrently(w)
	}
	var failed error
	p := newPrinter(t.opts, w.segmentFile)
	p.spill = func(full []byte) []byte {
		if _, err := t.out.Write(full); err != nil && failed == nil {
			failed = err
		}
		return full[:0]
	}
	buf := make([]byte, min(chunkSize, max(w.end-w.pos, 1)))
	for !w.done {
		c := w.fill(buf)
		err := p.chunk(c)
		p.out = p.spill(p.out)
		if err != nil {
			return nil, err
		}
		if failed != nil {
			return nil, failed
		}
	}
	return &p.jumps, w.err
}

// chunk prints the batches of a chunk.
func (p *printer) chunk(c chunk) error {
	for at := 0; at < c.size; {
		size := int(batchSize(c.data[at:]))
		if err := p.batch(c.data[at:], size, c.base+int64(at)); err != nil {
			return err
		}
		at += size
	}
	if c.huge {
		return p.huge(c.data[c.size:])
	}
	return nil
}
