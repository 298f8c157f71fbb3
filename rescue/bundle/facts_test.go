package bundle

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/metadata"
)

// textFields are the paths of all fields of a struct that can hold text or bytes.
func textFields(t reflect.Type, prefix string) []string {
	var paths []string
	for f := range t.Fields() {
		path, of := prefix+"."+f.Name, f.Type
		for of.Kind() == reflect.Slice && of.Elem().Kind() != reflect.Uint8 {
			of = of.Elem()
		}
		switch {
		case of == reflect.TypeFor[metadata.Tag]():
			// UnknownTags: overwritten wherever they are.
		case of.Kind() == reflect.String, of.Kind() == reflect.Slice, of == reflect.TypeFor[metadata.NullString]():
			paths = append(paths, path)
		case of.Kind() == reflect.Struct:
			paths = append(paths, textFields(of, path)...)
		}
	}
	return paths
}

func TestEveryTextFieldIsClassified(t *testing.T) {
	classified := append(slices.Clone(publicFields), "ConfigRecord.Value")
	for _, k := range metadata.Types() {
		for _, name := range k.Secrets {
			classified = append(classified, k.Name+"."+strings.ToUpper(name[:1])+name[1:])
		}
	}
	var all []string
	for _, k := range metadata.Types() {
		all = append(all, textFields(reflect.TypeOf(k.New()).Elem(), k.Name)...)
	}
	for _, k := range metadata.ControlTypes() {
		all = append(all, textFields(reflect.TypeOf(k.New()).Elem(), k.Name)...)
	}
	for _, path := range all {
		if !slices.Contains(classified, path) {
			t.Errorf("%q,", path)
		}
	}
	for _, path := range classified {
		if !slices.Contains(all, path) {
			t.Errorf("%s is no field of a record", path)
		}
	}
}

// publicFields are the fields that hold no secrets: names, addresses, principals. A field that is new belongs here, or is
// to be marked as secret in its schema, once somebody has looked at what Kafka keeps in it.
var publicFields = []string{
	"RegisterBrokerRecord.EndPoints.Name",
	"RegisterBrokerRecord.EndPoints.Host",
	"RegisterBrokerRecord.Features.Name",
	"RegisterBrokerRecord.Rack",
	"TopicRecord.Name",
	"ConfigRecord.ResourceName",
	"ConfigRecord.Name", // decides whether the value is a secret
	"AccessControlRecord.ResourceName",
	"AccessControlRecord.Principal",
	"AccessControlRecord.Host",
	"DelegationTokenRecord.Owner",
	"DelegationTokenRecord.Requester",
	"DelegationTokenRecord.Renewers",
	"DelegationTokenRecord.TokenId", // names the token; its HMAC, which is its password, is not in the log
	"UserScramCredentialRecord.Name",
	"FeatureLevelRecord.Name",
	"ClientQuotaRecord.Entity.EntityType",
	"ClientQuotaRecord.Entity.EntityName", // a user, client ID or address
	"ClientQuotaRecord.Key",
	"AccessControlEntryRecord.ResourceName",
	"AccessControlEntryRecord.Principal",
	"AccessControlEntryRecord.Host",
	"RemoveUserScramCredentialRecord.Name",
	"BeginTransactionRecord.Name",
	"AbortTransactionRecord.Reason",       // a sentence that the controller writes
	"RemoveDelegationTokenRecord.TokenId", // as above
	"RegisterControllerRecord.EndPoints.Name",
	"RegisterControllerRecord.EndPoints.Host",
	"RegisterControllerRecord.Features.Name",
	"ClearElrRecord.TopicName",
	"VotersRecord.Voters.Endpoints.Name",
	"VotersRecord.Voters.Endpoints.Host",
}

func TestSecretConfigurations(t *testing.T) {
	const topic, broker, unheardOf = 2, 4, 99
	tests := []struct {
		resource    int8
		name, value string
		want        bool
	}{
		{topic, "retention.ms", "1000", false},
		{broker, "ssl.keystore.password", "changeit", true},
		{broker, "listener.name.internal.scram-sha-256.sasl.jaas.config", "x", true},
		{broker, "my.plugin.api.key", "x", true},
		{broker, "my.plugin.url", "https://reporter:hunter2@metrics.example.org/in", true},
		{broker, "my.plugin.url", "https://metrics.example.org/in", false},
		{broker, "my.plugin.options", `user=kafka password="hunter2"`, true},
		{broker, "my.plugin.options", `user=kafka password="${file:/etc/kafka/secrets:pw}"`, false},
		{unheardOf, "mode", "fast", true},
	}
	for _, test := range tests {
		rec := &metadata.ConfigRecord{ResourceType: test.resource, Name: test.name, Value: metadata.Str(test.value)}
		if got := len(secretFields(rec)) > 0; got != test.want {
			t.Errorf("resource type %d, %s=%s: %t", test.resource, test.name, test.value, got)
		}
	}
}

func TestReplaceLeavesWhatHoldsNothing(t *testing.T) {
	for value, want := range map[metadata.NullString]metadata.NullString{
		{}:                                    {},
		metadata.Str(""):                      metadata.Str(""),
		metadata.Str(Marker):                  metadata.Str(Marker),
		metadata.Str("${file:/etc/pw:key}"):   metadata.Str("${file:/etc/pw:key}"),
		metadata.Str("a${file:/etc/pw:key}b"): metadata.Str(Marker + "${file:/etc/pw:key}" + Marker),
		metadata.Str("hunter2"):               metadata.Str(Marker),
		metadata.Str("${PASSWORD:-hunter2}"):  metadata.Str(Marker),
	} {
		rec := &metadata.ConfigRecord{Value: value}
		old := replace(rec, "value")
		if rec.Value != want || (old != nil) != (value != want) {
			t.Errorf("%v became %v, old %q; want %v", value, rec.Value, old, want)
		}
	}
}

func TestUnknownTagsAreOverwrittenWhereverTheyAre(t *testing.T) {
	data := []byte("a field of tomorrow")
	rec := &metadata.RegisterBrokerRecord{EndPoints: []metadata.BrokerEndpoint{{UnknownTags: []metadata.Tag{{Number: 9, Data: data}}}}}
	if n := unknownTags(rec); n == 0 || string(rec.EndPoints[0].UnknownTags[0].Data) != "(redacted)(redacted"[:len(data)] {
		t.Errorf("%d bytes, %q", n, rec.EndPoints[0].UnknownTags[0].Data)
	}
	if string(data) != "a field of tomorrow" {
		t.Error("the bytes that were read were changed")
	}
	if n := unknownTags(rec); n != 0 {
		t.Errorf("overwritten again: %d", n)
	}
}
