package shell

import (
	"bytes"
	"errors"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
	"github.com/kraftctl/kraftctl/release"
)

// replayer takes the batches of a file as the shell of a release reads them.
type replayer interface {
	// metadata is given a record of a metadata batch, control one of a control batch.
	metadata(r *metalog.Record)
	control(r *metalog.Record)
	// batch ends a metadata batch whose last record had the given offset.
	batch(last int64)
	// tree is the tree in the end.
	tree() *image.Node
}

// Load reads a file as the shell of a release does and gives its tree. Records the release does not know are left out.
// Damage is told and skipped, where Kafka's shell hangs or dies.
func Load(f *metalog.File, r release.Release, damaged func(*metalog.Damage)) (*image.Node, error) {
	var to replayer = newLegacy(r)
	if r >= release.V3_5 {
		to = &imageReplayer{
			release: r,
			builder: image.NewBuilder(image.Options{Release: r, ConfigKnown: configFilter(r)}),
		}
	}
	reader := batchReader{dec: metadata.NewDumpDecoder(r), to: to}
	for b, err := range f.Batches(0) {
		var damage *metalog.Damage
		switch {
		case errors.As(err, &damage):
			damaged(damage)
			if damage.Kind == metalog.BadCRC {
				continue
			}
		case err != nil:
			return nil, err
		}
		if b.Data != nil {
			reader.batch(&b)
		}
	}
	return to.tree(), nil
}

// batchReader decodes batches.
type batchReader struct {
	it  record.Iterator
	dec *metadata.Decoder
	to  replayer
}

func (d *batchReader) batch(b *metalog.Batch) {
	d.it.Start(&b.Batch, b.Data)
	r := metalog.Record{File: b.File, Position: b.Position, Epoch: b.LeaderEpoch, Timestamp: b.MaxTimestamp}
	kept := int64(0)
	for d.it.Next() {
		rec := d.it.Record()
		r.Record, r.Control = nil, nil
		if b.Control() {
			r.Offset = b.Offset(rec)
			d.control(rec, &r)
			continue
		}
		var err error
		// What a replayer keeps must outlive the memory of the batch.
		r.Record, r.Version, err = d.dec.Decode(bytes.Clone(rec.Value))
		if _, unknown := r.Record.(*metadata.Unknown); unknown || err != nil {
			continue
		}
		// Kafka numbers the records it could read, not those that are there.
		r.Offset = b.BaseOffset + kept
		kept++
		d.to.metadata(&r)
	}
	if kept > 0 {
		d.to.batch(b.BaseOffset + kept - 1)
	}
}

func (d *batchReader) control(rec *record.Record, r *metalog.Record) {
	_, number, ok := record.ParseControlKey(rec.Key)
	if !ok {
		return
	}
	body, err := d.dec.DecodeControl(number, rec.Value)
	if err != nil {
		return
	}
	r.Control = body
	d.to.control(r)
}

// imageReplayer builds an image.
type imageReplayer struct {
	builder *image.Builder
	release release.Release
}

func (i *imageReplayer) metadata(r *metalog.Record) { i.builder.Apply(r) }

func (i *imageReplayer) control(*metalog.Record) {}

func (i *imageReplayer) batch(int64) {}

func (i *imageReplayer) tree() *image.Node { return KafkaTree(i.builder.Image(), i.release) }
