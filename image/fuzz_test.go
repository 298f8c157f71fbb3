package image_test

import (
	"encoding/binary"
	"testing"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
)

// FuzzReplay applies any records in any order; data is values of records, each after its length. Whatever they say, the image can be
// walked through and compared, and says nothing of records that are left out.
func FuzzReplay(f *testing.F) {
	for _, rec := range realRecords(f) {
		f.Add(rec)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var dec metadata.Decoder
		opts := image.DefaultOptions()
		opts.OnProblem = func(p image.Problem) {
			if p.Error() == "" {
				t.Error("a problem without words")
			}
		}
		b := image.NewBuilder(opts)
		for offset := int64(0); len(data) >= 2; offset++ {
			n := min(int(binary.BigEndian.Uint16(data)), len(data)-2)
			rec, version, err := dec.Decode(data[2 : 2+n])
			data = data[2+n:]
			if err == nil {
				b.Apply(&metalog.Record{Offset: offset, Epoch: 1, Timestamp: offset, Record: rec, Version: version})
			}
		}
		b.Finish()
		leaves := 0
		for range b.Image().Root().Walk("/") {
			leaves++
		}
		if leaves == 0 || len(image.Diff(b.Image(), b.Image())) != 0 {
			t.Errorf("%d leaves", leaves)
		}
		image.Diff(image.New(), b.Image())
	})
}

// realRecords are some stretches of a real log, in the form FuzzReplay takes.
func realRecords(f *testing.F) [][]byte {
	log := openLog(f, corpus.Load(f, archives, "combined-1node"), "combined-1node/4.3.1/node1")
	var stretches [][]byte
	var stretch []byte
	n := 0
	for r, err := range log.Records(image.End) {
		if err != nil || r.Record == nil {
			continue
		}
		value := metadata.AppendFramed(nil, r.Record, r.Version)
		stretch = append(binary.BigEndian.AppendUint16(stretch, uint16(len(value))), value...)
		if n++; n%40 == 0 {
			stretches, stretch = append(stretches, stretch), nil
		}
	}
	return stretches
}
