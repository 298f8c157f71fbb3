package metadata_test

import (
	"math/rand/v2"
	"testing"

	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/record"
)

// values are the values of all metadata records of one real log.
func values(tb testing.TB) (all [][]byte, size int) {
	tb.Helper()
	log := corpus.Load(tb, "../testdata/corpus", "quorum-3c2b")["quorum-3c2b/4.3.1/controller1/__cluster_metadata-0/00000000000000000000.log"].Data
	var it record.Iterator
	for len(log) > 0 {
		b, data, err := record.Parse(log)
		if err != nil {
			tb.Fatal(err)
		}
		for it.Start(&b, data); !b.Control() && it.Next(); {
			all = append(all, it.Record().Value)
			size += len(it.Record().Value)
		}
		log = log[len(data):]
	}
	return all, size
}

// TestNoAllocations: decoding and printing any record costs no memory once the decoder has seen its like.
func TestNoAllocations(t *testing.T) {
	all, _ := values(t)
	f := filler{rand.New(rand.NewPCG(3, 4))}
	for _, typ := range metadata.Types() {
		for version := int16(0); version <= typ.Highest(); version++ {
			if typ.Name != "ClientQuotaRecord" { // whose random doubles take more than quotas do
				all = append(all, metadata.AppendFramed(nil, f.record(&typ), version))
			}
		}
	}
	var d metadata.Decoder
	var buf []byte
	run := func() {
		for _, value := range all {
			rec, version, err := d.Decode(value)
			if err != nil {
				t.Fatal(err)
			}
			buf = d.AppendDump(buf[:0], rec, version)
			buf = metadata.AppendFramed(buf[:0], rec, version)
		}
	}
	run()
	if n := testing.AllocsPerRun(10, run); n != 0 {
		t.Errorf("%v allocations for %d records", n, len(all))
	}
}

func TestNoAllocationsControl(t *testing.T) {
	var d metadata.Decoder
	voters := &metadata.VotersRecord{Voters: []metadata.Voter{{VoterId: 1, Endpoints: []metadata.VoterEndpoint{{Name: "C", Host: "h", Port: 1}}}, {VoterId: 2}}}
	value := voters.Append(nil, 0)
	var buf []byte
	run := func() {
		body, err := d.DecodeControl(6, value)
		if err != nil {
			t.Fatal(err)
		}
		buf = body.AppendJSON(buf[:0], 0)
	}
	run()
	if n := testing.AllocsPerRun(10, run); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkDecode(b *testing.B) {
	all, size := values(b)
	b.SetBytes(int64(size))
	b.ReportMetric(float64(len(all)), "records/op")
	var d metadata.Decoder
	for b.Loop() {
		for _, value := range all {
			if _, _, err := d.Decode(value); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkDecodeJSON(b *testing.B) {
	all, size := values(b)
	b.SetBytes(int64(size))
	var d metadata.Decoder
	var buf []byte
	for b.Loop() {
		for _, value := range all {
			rec, version, err := d.Decode(value)
			if err != nil {
				b.Fatal(err)
			}
			buf = d.AppendDump(buf[:0], rec, version)
		}
	}
	b.ReportMetric(float64(len(all)), "records/op")
}
