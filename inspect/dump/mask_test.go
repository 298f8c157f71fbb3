package dump

import (
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/metadata"
)

func TestMask(t *testing.T) {
	for _, c := range []struct{ in, fields, want string }{
		{`{"name":"a","salt":"b","n":1}`, "salt", `{"name":"a","salt":"(redacted)","n":1}`},
		{`{"value":null}`, "value", `{"value":null}`},
		{`{"value":"a\"b\\","x":{"value":"kept"},"y":[{"value":"kept"}]}`, "value", `{"value":"(redacted)","x":{"value":"kept"},"y":[{"value":"kept"}]}`},
		{`{"name":"value","value":12,"z":true}`, "value", `{"name":"value","value":"(redacted)","z":true}`},
		{`{}`, "value", `{}`},
	} {
		if got := string(mask([]byte("before"+c.in), len("before"), []string{c.fields})); got != "before"+c.want {
			t.Errorf("%s: %s", c.in, got)
		}
	}
}

// TestSecretFields hides every field the schema calls secret, whatever is in it.
func TestSecretFields(t *testing.T) {
	rec := &metadata.UserScramCredentialRecord{Name: "alice", Salt: []byte("AAAA"), StoredKey: []byte("AAAA"), ServerKey: []byte("AAAA")}
	r := row{record: rec, key: rec.APIKey()}
	if got := string(r.appendData(nil, false)); strings.Contains(got, "QUFBQQ") || strings.Count(got, "(redacted)") != 3 {
		t.Error(got)
	}
	if got := string(r.appendData(nil, true)); strings.Count(got, "QUFBQQ") != 3 {
		t.Error(got)
	}
	r.record = &metadata.ConfigRecord{Name: "ssl.key.password", Value: metadata.Str("hunter2")}
	if got := string(r.appendData(nil, false)); strings.Contains(got, "hunter2") {
		t.Error(got)
	}
}

// FuzzMask masks the values of whatever JSON a configuration can become.
func FuzzMask(f *testing.F) {
	f.Add("name", "value")
	f.Add(`"`, `\"`)
	f.Fuzz(func(t *testing.T, name, value string) {
		rec := &metadata.ConfigRecord{Name: name + ".password", ResourceName: name, Value: metadata.Str("hunter2" + value)}
		r := row{record: rec, key: rec.APIKey()}
		got := string(r.appendData(nil, false))
		if !strings.HasSuffix(got, `,"value":"(redacted)"}`) {
			t.Error(got)
		}
	})
}
