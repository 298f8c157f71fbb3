package backup

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"path"
	"strings"

	"github.com/kraftctl/kraftctl/metalog"
)

// extent is how far a log goes that was read from its first batch on.
type extent struct {
	// next is the offset after the last batch, -1 when there is none.
	next int64
	// epoch and time are those of the last batch; time is in ms.
	epoch int32
	time  int64
	// epochs are the leader epochs, with their first offsets.
	epochs []metalog.EpochStart
	// ends are how far each segment goes, in bytes, and sums what was read of it.
	ends map[string]int64
	sums map[string]hash.Hash
	// stop is what ended it before the last byte; nil for nothing.
	stop *metalog.Damage
}

// place is where to stop reading a log: at a batch of a segment.
type place struct {
	file     string
	position int64
	why      *metalog.Damage
}

// scan reads all batches of a log, up to the first that is not sound or the place to stop at, which may be nil.
func scan(log *metalog.Log, until *place, progress func(int64)) (*extent, error) {
	x := &extent{next: -1, epoch: -1, time: -1, ends: map[string]int64{}, sums: map[string]hash.Hash{}}
	for b, err := range log.Batches(0) {
		var damage *metalog.Damage
		switch {
		case errors.As(err, &damage):
			x.stop = damage
			return x, nil
		case err != nil:
			return nil, err
		case until != nil && b.File.Path == until.file && b.Position >= until.position:
			x.stop = until.why
			return x, nil
		}
		x.add(&b)
		if progress != nil {
			progress(int64(len(b.Data)))
		}
	}
	return x, nil
}

func (x *extent) add(b *metalog.Batch) {
	base := b.File.Name.Base
	if x.sums[base] == nil {
		x.sums[base] = sha256.New()
	}
	x.sums[base].Write(b.Data)
	x.ends[base] += int64(len(b.Data))
	if b.LeaderEpoch != x.epoch || len(x.epochs) == 0 {
		x.epochs = append(x.epochs, metalog.EpochStart{Epoch: b.LeaderEpoch, Offset: b.BaseOffset})
	}
	x.next, x.epoch, x.time = b.NextOffset(), b.LeaderEpoch, b.MaxTimestamp
}

// cut shortens the segments to what was read, and drops those behind. It returns what is left of them, and how many bytes were
// left out.
func (x *extent) cut(segments []*File) (kept []*File, left int64) {
	for _, f := range segments {
		base := path.Base(f.Name)
		end := x.ends[base]
		left += f.Size - end
		if end == 0 && x.stop != nil && len(kept) > 0 {
			continue
		}
		one := *f
		one.Size = end
		sum := sha256.Sum256(nil)
		if x.sums[base] != nil {
			x.sums[base].Sum(sum[:0])
		}
		one.sum = &sum
		kept = append(kept, &one)
	}
	return kept, left
}

// checkpoint is the leader-epoch-checkpoint of the log (LeaderEpochCheckpointFile).
func (x *extent) checkpoint() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "0\n%d\n", len(x.epochs))
	for _, e := range x.epochs {
		fmt.Fprintf(&b, "%d %d\n", e.Epoch, e.Offset)
	}
	return []byte(b.String())
}
