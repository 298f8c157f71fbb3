package dump

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
)

// TestRawSecrets hides the bytes of records that cannot be told apart into fields, when their type has secrets.
func TestRawSecrets(t *testing.T) {
	scram := &metadata.UserScramCredentialRecord{Name: "alice", Salt: []byte("AAAA"), StoredKey: []byte("BBBB"), ServerKey: []byte("CCCC")}
	config := &metadata.ConfigRecord{Name: "ssl.key.password", Value: metadata.Str("hunter2")}
	topic := &metadata.TopicRecord{Name: "orders"}
	for name, c := range map[string]struct {
		rec    metadata.Record
		at     int
		to     byte
		hidden bool
	}{
		"credential of a later version":      {scram, 2, 9, true},
		"credential in another frame":        {scram, 0, 5, true},
		"credential with a length too long":  {scram, 3, 0x7f, true},
		"credential in a frame of two bytes": {scram, 0, 0xff, true},
		"configuration of a later version":   {config, 2, 9, true},
		"topic of a later version":           {topic, 2, 9, false},
		"topic in another frame":             {topic, 0, 5, false},
	} {
		value := metadata.AppendFramed(nil, c.rec, 0)
		value[c.at] = c.to
		r := row{file: "a.log", batch: &metalog.Batch{}, rec: &record.Record{Value: value}}
		r.identify()
		r.decode(&metadata.Decoder{})
		for _, show := range []bool{false, true} {
			got := string(r.appendJSON(nil, &Options{ShowSecrets: show}, &repeated{}))
			_, raw, _ := strings.Cut(got, `"raw":"`)
			raw, _, _ = strings.Cut(raw, `"`)
			bytes, err := base64.StdEncoding.DecodeString(raw)
			shown := err == nil && strings.HasSuffix(string(value), string(bytes))
			if want := show || !c.hidden; shown != want || !shown && raw != "(redacted)" {
				t.Errorf("%s (show %t): %s", name, show, got)
			}
		}
	}
}
