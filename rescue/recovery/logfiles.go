package recovery

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/rescue/stage"
)

// part is a file of records of the seed: a range of a file of the chosen copy, and bytes after it.
type part struct {
	log      *metalog.Log
	from     metalog.Name
	pos, end int64
	more     []byte
}

// logFiles are the segments and snapshots of the seed.
func (p *planner) logFiles(appended []byte) error {
	log, e := p.chosen.Copy.Log, p.chosen.extent
	for _, s := range e.Snapshots {
		size, err := sizeOf(log, s)
		if err != nil {
			return err
		}
		if err := p.addPart(s.Base, part{log: log, from: s, end: size}); err != nil {
			return err
		}
	}
	pieces := e.run.pieces
	for i, one := range pieces {
		f := part{log: log, from: one.segment, pos: one.from, end: one.to}
		if i == len(pieces)-1 {
			f.more = appended
		}
		if err := p.addPart(segmentName(one.base), f); err != nil {
			return err
		}
	}
	if len(pieces) == 0 && len(appended) > 0 {
		p.add(segmentName(e.End), appended)
	}
	return nil
}

func segmentName(base int64) string { return fmt.Sprintf("%020d.log", base) }

func sizeOf(log *metalog.Log, n metalog.Name) (int64, error) {
	f, err := log.OpenAt(n)
	if err != nil {
		return 0, err
	}
	size, err := f.Size()
	return size, errors.Join(err, f.Close())
}

func (p *planner) addPart(base string, f part) error {
	size, sum, err := f.digest(p.opts.Progress)
	if err != nil {
		return err
	}
	p.work = append(p.work, stage.File{Path: metadataFolder + base, Mode: fileMode, Size: size, Sum: sum, Open: f.open})
	return nil
}

// open reads the part.
func (f part) open() (io.ReadCloser, error) {
	file, err := f.log.OpenAt(f.from)
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(io.NewSectionReader(file, f.pos, f.end-f.pos), bytes.NewReader(f.more)), file}, nil
}

func (f part) digest(progress func(int64)) (size int64, sum [sha256.Size]byte, err error) {
	r, err := f.open()
	if err != nil {
		return 0, sum, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	h := sha256.New()
	size, err = io.Copy(h, counted{r, progress})
	copy(sum[:], h.Sum(nil))
	if err == nil && size != f.end-f.pos+int64(len(f.more)) {
		err = fmt.Errorf("%s: it became shorter while it was read", f.log.Path(f.from.Base))
	}
	return size, sum, err
}

// counted tells how many bytes were read.
type counted struct {
	io.Reader
	progress func(int64)
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	if c.progress != nil {
		c.progress(int64(n))
	}
	return n, err
}
