package dump

import (
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/metadata"
)

func TestSensitive(t *testing.T) {
	for name, want := range map[string]bool{
		"ssl.keystore.password": true, "ssl.key.password": true, "sasl.jaas.config": true,
		"listener.name.internal.ssl.keystore.password":          true,
		"listener.name.internal.scram-sha-256.sasl.jaas.config": true,
		"listener.name.internal.ssl.keystore.location":          false,
		"log.retention.ms":                   false,
		"retention.ms":                       false,
		"password.encoder.secret":            true,
		"password.encoder.iterations":        false,
		"my.plugin.api.key":                  true,
		"my.plugin.Password":                 true,
		"my.plugin.timeout":                  false,
		"delegation.token.max.lifetime.ms":   false,
		"delegation.token.secret.key":        true,
		"listener.name.":                     false,
		"confluent.license.secret.somewhere": true,
	} {
		if got := Sensitive(name); got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

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
