package metadata_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/kraftctl/kraftctl/metadata"
)

// FuzzDecode decodes anything as every type: no panic, JSON that parses, and an encoding that decodes to the same.
func FuzzDecode(f *testing.F) {
	random := filler{rand.New(rand.NewPCG(5, 6))}
	for _, typ := range metadata.Types() {
		for version := int16(0); version <= typ.Highest(); version++ {
			f.Add(metadata.AppendFramed(nil, random.record(&typ), version))
		}
	}
	strict, loose := metadata.Decoder{}, metadata.Decoder{AnyVersion: true}
	f.Fuzz(func(t *testing.T, value []byte) {
		if rec, version, err := loose.Decode(value); err == nil {
			checkJSON(t, loose.AppendDump(nil, rec, version))
		}
		rec, version, err := strict.Decode(value)
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without a text")
			}
			return
		}
		text := metadata.AppendDump(nil, rec, version)
		checkJSON(t, text)
		encoded := metadata.AppendFramed(nil, rec, version)
		again, v, err := metadata.Decode(encoded)
		if err != nil || v != version {
			t.Fatalf("the encoding %x does not decode: %v", encoded, err)
		}
		if same := metadata.AppendDump(nil, again, v); !bytes.Equal(same, text) {
			t.Errorf("got %s\nwant %s", same, text)
		}
		if same := metadata.AppendFramed(nil, again, v); !bytes.Equal(same, encoded) {
			t.Errorf("got %x\nwant %x", same, encoded)
		}
	})
}

// FuzzDecodeControl does the same for control records.
func FuzzDecodeControl(f *testing.F) {
	for _, typ := range metadata.ControlTypes() {
		f.Add(typ.Number, typ.New().Append(nil, 0))
	}
	f.Add(int16(6), (&metadata.VotersRecord{Voters: []metadata.Voter{{VoterId: 1, Endpoints: []metadata.VoterEndpoint{{Name: "C", Host: "h"}}}}}).Append(nil, 0))
	f.Fuzz(func(t *testing.T, number int16, value []byte) {
		body, err := metadata.DecodeControl(number, value)
		if err != nil {
			return
		}
		text := body.AppendJSON(nil, 0)
		checkJSON(t, text)
		again, err := metadata.DecodeControl(number, body.Append(nil, 0))
		if err != nil || !bytes.Equal(again.AppendJSON(nil, 0), text) {
			t.Errorf("%s does not survive encoding: %v", text, err)
		}
	})
}

func checkJSON(t *testing.T, text []byte) {
	t.Helper()
	if !json.Valid(text) {
		t.Errorf("no JSON: %s", text)
	}
}
