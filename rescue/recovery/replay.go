package recovery

import (
	"errors"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metalog"
)

// replayed is the state at the end of an extent: what a node that starts from the seed loads.
type replayed struct {
	state *image.Image
	// open is the offset at which a transaction begins that does not end, -1 for none.
	open int64
	// undecodable counts records that cannot be read, although the batch checks out.
	undecodable int
}

// replay applies the records of an extent: those of its newest snapshot, and of its pieces from there on.
func replay(log *metalog.Log, e *Extent) (replayed, error) {
	out := replayed{open: -1}
	b := image.NewBuilder(image.Options{Release: image.DefaultOptions().Release})
	from := int64(0)
	if len(e.Snapshots) > 0 {
		s := e.Snapshots[0]
		from = s.Offset
		if err := out.apply(b, log, s, 0, 0, image.End); err != nil {
			return out, err
		}
	}
	for i, one := range e.run.pieces {
		end := e.End
		if i+1 < len(e.run.pieces) {
			end = e.run.pieces[i+1].base
		}
		if end <= from {
			continue
		}
		if err := out.apply(b, log, one.segment, one.from, from, end); err != nil {
			return out, err
		}
	}
	if at, ok := b.InTransaction(); ok {
		out.open = at
	}
	b.Finish()
	out.state = b.Image()
	return out, nil
}

// apply applies the records between two offsets of a file, which has them from position pos on. Those of a snapshot get the offset
// and epoch that it stands for.
func (out *replayed) apply(b *image.Builder, log *metalog.Log, n metalog.Name, pos, from, end int64) (err error) {
	f, err := log.Open(n)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for r, err := range f.Records(pos) {
		if err != nil {
			d, ok := asDamage(err)
			if !ok {
				return err
			}
			if d.Kind == metalog.Undecodable {
				out.undecodable++
			}
			continue
		}
		switch {
		case n.Kind == metalog.Snapshot:
			r.Offset, r.Epoch = n.Offset-1, n.Epoch
		case r.Offset < from:
			continue
		case r.Offset >= end:
			return nil
		}
		b.Apply(&r)
	}
	return nil
}
