package bundle

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/kraftctl/kraftctl/rescue/archive"
)

// maxHits bounds how many hits are told.
const maxHits = 100

// Write writes the bundle as an archive. Every byte of every file, its name, the decompressed records of its batches, and what the
// manifest tells, is searched for the secrets; the first that is found ends the work with a *[Hit], unless hits are accepted.
func (b *Bundle) Write(w io.Writer) error {
	out, err := archive.NewWriter(w, archive.Manifest{Kind: archive.Bundle, Tool: b.opts.Tool, Created: b.summary.Created})
	if err != nil {
		return err
	}
	b.summary.Scan.Hits, b.summary.Scan.HitCount, b.summary.Scan.Bytes, b.summary.Scan.Decompressed = []*Hit{}, 0, 0, 0
	for _, e := range b.entries {
		if err := b.write(out, e); err != nil {
			return err
		}
	}
	for _, e := range b.entries {
		b.scan("the name of a file", []byte(e.name))
	}
	b.summary.Scan.Done = true
	details, err := json.Marshal(&b.summary)
	if err != nil {
		return err
	}
	b.scan(archive.ManifestName, details)
	if err := b.refusal(); err != nil {
		return err
	}
	_, err = out.Close(&b.summary)
	return err
}

// refusal is the first hit, unless hits are accepted.
func (b *Bundle) refusal() error {
	if hits := b.summary.Scan.Hits; len(hits) > 0 && !b.opts.AcceptHits {
		return hits[0]
	}
	return nil
}

// hit notes a secret that was found.
func (b *Bundle) hit(h *Hit) {
	b.summary.Scan.HitCount++
	if len(b.summary.Scan.Hits) < maxHits {
		b.summary.Scan.Hits = append(b.summary.Scan.Hits, h)
	}
}

// scan searches a piece of data that is at hand.
func (b *Bundle) scan(file string, data []byte) {
	s := scanner{patterns: b.patterns, file: file, hits: b.hit}
	_, _ = s.Write(data) // it cannot fail
	s.flush()
	b.summary.Scan.Bytes += int64(len(data))
}

// write adds one file to the archive.
func (b *Bundle) write(out *archive.Writer, e *entry) error {
	if e.open == nil {
		b.scan(e.name, e.data)
		if err := b.refusal(); err != nil {
			return err
		}
		return out.Add(e.name, e.mode, e.modified, e.size, bytes.NewReader(e.data))
	}
	f, err := e.open()
	if err != nil {
		return err
	}
	defer f.Close()
	r, w := io.Pipe()
	second := &secondPass{b: b, entry: e}
	done := make(chan error, 1)
	go func() {
		err := second.run(f.Path, func(s *stream) error { return s.copy(f, w) })
		done <- errors.Join(err, w.CloseWithError(err))
	}()
	scan := &scanner{patterns: b.patterns, file: e.name, hits: b.hit}
	added := out.Add(e.name, e.mode, e.modified, e.size, io.TeeReader(r, scan))
	_ = r.CloseWithError(errStopped) // ends the pass when the archive does not want more
	copied := <-done
	if copied != nil && !errors.Is(copied, errStopped) {
		return copied
	}
	if added != nil {
		return added
	}
	scan.flush()
	b.summary.Scan.Bytes += e.size
	b.summary.Scan.Decompressed += second.decompressed
	for _, h := range second.hits {
		b.hit(h)
	}
	return b.refusal()
}

var errStopped = errors.New("stopped")

// secondPass writes a file of records.
type secondPass struct {
	b            *Bundle
	entry        *entry
	hits         []*Hit
	decompressed int64
	// strange tells that there was a secret which the first pass did not see.
	strange bool
}

// run copies the file with what do does.
func (p *secondPass) run(shown string, do func(*stream) error) error {
	found := func(secret []byte, _ string) { p.strange = p.strange || !p.b.secrets.has(secret) }
	s := &stream{
		redactor: p.b.redactor(p.entry.name, found), end: p.entry.end, notes: &notes{}, plain: p.plain, progress: p.b.opts.Progress,
	}
	if err := do(s); err != nil {
		return err
	}
	if p.strange {
		return fmt.Errorf("%s: %w", shown, errChanged)
	}
	return nil
}

// plain searches the decompressed records of a batch.
func (p *secondPass) plain(records []byte) error {
	s := scanner{patterns: p.b.patterns, file: p.entry.name, hits: func(h *Hit) {
		h.Decompressed = true
		if len(p.hits) < maxHits {
			p.hits = append(p.hits, h)
		}
	}}
	_, err := s.Write(records)
	s.flush()
	p.decompressed += int64(len(records))
	return err
}

// Changed tells whether an error is of a file that changed while it was read, so that another try may do.
func Changed(err error) bool { return errors.Is(err, errChanged) }
