package record_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/record"
)

const corpusDir = "../testdata/corpus"

// sound are the scenarios whose files have no deliberate damage.
var sound = []string{
	"combined-1node", "dynamic-initial-controllers", "dynamic-standalone", "jbod", "quorum-3c2b", "snapshots", "upgrade", "zk-migration",
}

// TestCorpusRoundTrip decodes every batch, record and metadata record that real clusters wrote and encodes it again.
func TestCorpusRoundTrip(t *testing.T) {
	files := corpus.Load(t, corpusDir, sound...)
	var dec metadata.Decoder
	var it record.Iterator
	count := 0
	for path, f := range files {
		if !corpus.IsRecords(path) {
			continue
		}
		var again []byte
		for rest := f.Data; len(rest) > 0; {
			b, data, err := record.Parse(rest)
			if err != nil {
				t.Fatalf("%s at %d: %v", path, len(f.Data)-len(rest), err)
			}
			if err := record.CheckCRC(data); err != nil {
				t.Errorf("%s at %d: %v", path, len(f.Data)-len(rest), err)
			}
			var records []record.Record
			it.Start(&b, data)
			for it.Next() {
				rec := *it.Record()
				rec.Headers = slices.Clone(rec.Headers)
				rec.Value = reencode(t, &dec, &b, rec)
				records = append(records, rec)
				count++
			}
			if err := it.Err(); err != nil {
				t.Errorf("%s at %d: %v", path, len(f.Data)-len(rest), err)
			}
			again = record.AppendBatch(again, b, records)
			rest = rest[len(data):]
		}
		if !bytes.Equal(again, f.Data) {
			t.Errorf("%s: encoding what was decoded gives %d other bytes (of %d)", path, len(again), len(f.Data))
		}
	}
	if count < 10_000 {
		t.Errorf("only %d records in the corpus", count)
	}
	t.Logf("%d records", count)
}

// reencode is the value of rec, decoded and encoded.
func reencode(t *testing.T, dec *metadata.Decoder, b *record.Batch, rec record.Record) []byte {
	t.Helper()
	if b.Control() {
		_, controlType, ok := record.ParseControlKey(rec.Key)
		if !ok {
			t.Fatalf("control key %x", rec.Key)
		}
		body, err := dec.DecodeControl(controlType, rec.Value)
		if err != nil {
			t.Fatal(err)
		}
		if _, unknown := body.(*metadata.UnknownControl); unknown {
			t.Errorf("unknown control type %d", controlType)
		}
		return body.Append(nil, metadata.ControlVersion)
	}
	m, version, err := dec.Decode(rec.Value)
	if err != nil {
		t.Fatalf("offset %d: %v", b.Offset(&rec), err)
	}
	if u, unknown := m.(*metadata.Unknown); unknown {
		t.Errorf("offset %d: %v", b.Offset(&rec), u)
	}
	return metadata.AppendFramed(nil, m, version)
}
