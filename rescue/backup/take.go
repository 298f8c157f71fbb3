package backup

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"path"

	"github.com/kraftctl/kraftctl/rescue/archive"
)

// attempts is how often a node's files are looked at before giving up: a node rolls segments and writes snapshots within
// milliseconds, and has minutes of rest between.
const attempts = 10

// Take plans a backup of the log in the directory dir of fsys, whose root messages call shown, and hands the plan to use, which
// may call [Plan.Write] and [Plan.Check]. When anything of this fails with a *ChangedError, all of it is done again, use
// included. Damage is believed when it is seen twice in the same place: the first time it may be a log that is being truncated.
// Errors are *SourceError, *DamageError, *UnsoundError, *ChangedError, those of the file system, and those of use.
func Take(fsys fs.FS, dir, shown string, o Options, use func(*Plan) error) error {
	last := ""
	for attempt := 1; ; attempt++ {
		if attempt > 1 && o.Pause != nil {
			o.Pause(attempt)
		}
		err := once(fsys, dir, shown, o, use)
		var changed *ChangedError
		var damaged *DamageError
		var unsound *UnsoundError
		wrong := errors.As(err, &damaged) || errors.As(err, &unsound)
		switch {
		case wrong && err.Error() == last:
			return err
		case wrong && attempt < attempts:
		case errors.As(err, &changed) && attempt < attempts:
		case errors.As(err, &changed):
			return &ChangedError{What: changed.What, Attempts: attempts}
		default:
			return err
		}
		last = err.Error()
	}
}

func once(fsys fs.FS, dir, shown string, o Options, use func(*Plan) error) (err error) {
	p, err := newPlan(fsys, dir, shown, o)
	defer func() {
		if closed := p.close(); err == nil {
			err = closed
		}
	}()
	if err != nil {
		return err
	}
	return use(p)
}

// Write writes the backup. head tells the tool and the time. The error is a *ChangedError when the files are no longer what the
// plan was made of.
func (p *Plan) Write(w io.Writer, head archive.Manifest) (archive.Manifest, error) {
	head.Kind = archive.Backup
	out, err := archive.NewWriter(w, head)
	if err != nil {
		return archive.Manifest{}, err
	}
	for _, f := range p.Files {
		content := &counted{r: io.NewSectionReader(f.r, 0, f.Size), progress: p.opts.Progress}
		err := out.Add(f.Name, f.Mode, f.Modified, f.Size, content)
		if err != nil && content.read < f.Size && errors.Is(err, io.ErrUnexpectedEOF) {
			return archive.Manifest{}, &ChangedError{What: p.log.Path(path.Base(f.Name)) + " became shorter"}
		}
		if err != nil {
			return archive.Manifest{}, err
		}
	}
	m, err := out.Close(p.Details)
	if err != nil {
		return m, err
	}
	for i, f := range p.Files {
		if f.sum != nil && hex.EncodeToString(f.sum[:]) != m.Files[i].SHA256 {
			return m, &ChangedError{What: p.log.Path(path.Base(f.Name)) + " has other bytes than before"}
		}
	}
	return m, p.same()
}

// same checks that the directory still is that of the same node.
func (p *Plan) same() error {
	name := p.beside("meta.properties")
	_, data, err := p.reader.small(name, "meta.properties")
	if err != nil {
		return err
	}
	if !bytes.Equal(data, p.identity) {
		return &ChangedError{What: p.reader.path(name) + " is another"}
	}
	return nil
}

// Check reads back what [Plan.Write] wrote: the archive, and the log in it. The error is an *UnsoundError where the log in it is not
// sound.
func (p *Plan) Check(r io.Reader, shown string, o archive.Options) (*archive.Manifest, error) {
	a, err := archive.Read(r, shown, o)
	if err != nil {
		return nil, err
	}
	findings, err := Check(a, shown, p.opts.Workers)
	err = errors.Join(err, a.Close())
	switch {
	case err != nil:
		return nil, err
	case len(findings.Problems) > 0:
		return nil, &UnsoundError{findings.Problems[0]}
	}
	return &a.Manifest, nil
}

// counted counts what is read.
type counted struct {
	r        io.Reader
	read     int64
	progress func(bytes int64)
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.read += int64(n)
	if c.progress != nil && n > 0 {
		c.progress(int64(n))
	}
	return n, err
}
