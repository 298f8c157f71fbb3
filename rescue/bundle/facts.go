package bundle

import (
	"bytes"
	"reflect"
	"strings"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
)

// Marker stands where a secret was.
const Marker = release.Redacted

// Every field of a record that inspect hides is replaced (metadata.Secrets), and so are more values of configurations. What is
// not a secret has been looked at, too: publicFields in facts_test.go has every other text and bytes of every type, and a test
// fails when a new schema brings one that is neither there nor secret.
//
// A DelegationTokenRecord holds no secret: the HMAC of a token, which is its password, is made of the token's ID and the key
// that brokers have in their configuration (org.apache.kafka.server.security.DelegationTokenManager.createHmac).

// secretFields are the JSON names of the fields of a record that are secrets.
func secretFields(rec metadata.Record) []string {
	if c, ok := rec.(*metadata.ConfigRecord); ok && (!knownResources[c.ResourceType] || revealing(c.Value.String)) {
		return []string{"value"}
	}
	return metadata.Secrets(rec)
}

// knownResources are the types of resources that have configurations (org.apache.kafka.common.config.ConfigResource.Type).
var knownResources = map[int8]bool{2: true, 4: true, 8: true, 16: true, 32: true}

// replace puts the marker in place of a field's value, which has the given name in JSON, and returns what it was; nil when there
// is no value, or it is the marker already.
func replace(rec metadata.Record, name string) []byte {
	field := reflect.ValueOf(rec).Elem().FieldByName(strings.ToUpper(name[:1]) + name[1:])
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
