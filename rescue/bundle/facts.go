package bundle

import (
	"bytes"
	"reflect"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
)

// Marker stands where a secret was.
const Marker = "[redacted]"

// secretField is a field of a metadata record type that may hold a secret.
type secretField struct {
	// record is the name of the type, field that of the field in its Go struct.
	record, field string
	// what says what the secret is, for reports.
	what string
	// holds tells whether the field of this record is a secret; nil means always.
	holds func(metadata.Record) bool
}

// secretFields are all fields that may hold secrets. What is not here has been looked at, too: publicFields in facts_test.go has
// every other text and bytes of every type, and a test fails when a new schema brings one that neither has.
//
// A DelegationTokenRecord holds no secret: the HMAC of a token, which is its password, is made of the token's ID and the key
// that brokers have in their configuration (org.apache.kafka.server.security.DelegationTokenManager.createHmac).
var secretFields = []secretField{
	{record: "UserScramCredentialRecord", field: "Salt", what: "the SCRAM salt of a user"},
	{record: "UserScramCredentialRecord", field: "StoredKey", what: "the SCRAM stored key of a user"},
	{record: "UserScramCredentialRecord", field: "ServerKey", what: "the SCRAM server key of a user"},
	{record: "ConfigRecord", field: "Value", what: "a configuration value", holds: secretConfig},
}

// secretConfig tells whether the value of a ConfigRecord is a secret.
func secretConfig(rec metadata.Record) bool {
	c, ok := rec.(*metadata.ConfigRecord)
	return ok && (!knownResources[c.ResourceType] || release.Sensitive(c.Name) || revealing(c.Value.String))
}

// knownResources are the types of resources that have configurations (org.apache.kafka.common.config.ConfigResource.Type).
var knownResources = map[int8]bool{2: true, 4: true, 8: true, 16: true, 32: true}

// fieldsOf are the rows of secretFields by API key.
var fieldsOf = func() map[int16][]secretField {
	rows := map[int16][]secretField{}
	for _, f := range secretFields {
		if t, ok := metadata.TypeNamed(f.record); ok {
			rows[t.APIKey] = append(rows[t.APIKey], f)
		}
	}
	return rows
}()

// replace puts the marker in place of the field's value, and returns what it was; nil when there is no value, or it is the
// marker already.
func (f *secretField) replace(rec metadata.Record) []byte {
	field := reflect.ValueOf(rec).Elem().FieldByName(f.field)
	switch v := field.Addr().Interface().(type) {
	case *[]byte:
		if len(*v) > 0 && string(*v) != Marker {
			old := *v
			*v = []byte(Marker)
			return old
		}
	case *metadata.NullString:
		if v.Valid && v.String != "" {
			if masked := mask(v.String); masked != v.String {
				old := []byte(v.String)
				*v = metadata.Str(masked)
				return old
			}
		}
	}
	return nil
}

// unknownTags overwrites the tagged fields in a record, or in a body, that no schema knows, and returns how many bytes that were.
func unknownTags(rec any) int { return walkTags(reflect.ValueOf(rec).Elem()) }

var tagsType = reflect.TypeFor[[]metadata.Tag]()

func walkTags(v reflect.Value) int {
	n := 0
	for i := range v.NumField() {
		switch field := v.Field(i); {
		case field.Type() == tagsType:
			tags, _ := field.Interface().([]metadata.Tag)
			for j := range tags {
				tags[j].Data = bytes.Clone(tags[j].Data)
				n += fill(tags[j].Data)
			}
		case field.Kind() == reflect.Slice && field.Type().Elem().Kind() == reflect.Struct:
			for j := range field.Len() {
				n += walkTags(field.Index(j))
			}
		case field.Kind() == reflect.Struct:
			n += walkTags(field)
		}
	}
	return n
}

// fill overwrites bytes with the marker over and over, and returns how many it had to change.
func fill(b []byte) int {
	changed := 0
	for i := range b {
		if c := Marker[i%len(Marker)]; b[i] != c {
			b[i] = c
			changed++
		}
	}
	return changed
}
