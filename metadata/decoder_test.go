package metadata_test

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
)

// TestRoundTripAll encodes random records of every type and version, decodes them, and encodes them again.
func TestRoundTripAll(t *testing.T) {
	var shared metadata.Decoder
	rapid.Check(t, func(t *rapid.T) {
		typ := rapid.SampledFrom(metadata.Types()).Draw(t, "type")
		version := rapid.Int16Range(0, typ.Highest()).Draw(t, "version")
		rec := filler{rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))}.record(&typ)
		value := metadata.AppendFramed(nil, rec, version)
		for name, decode := range map[string]func([]byte) (metadata.Record, int16, error){"new": metadata.Decode, "shared": shared.Decode} {
			got, v, err := decode(value)
			if err != nil || v != version || got.APIKey() != typ.APIKey {
				t.Fatalf("%s: type %d version %d: %v", name, got.APIKey(), v, err)
			}
			if again := metadata.AppendFramed(nil, got, version); string(again) != string(value) {
				t.Fatalf("%s %s version %d:\n got %x\nwant %x", name, typ.Name, version, again, value)
			}
			if version == typ.Highest() && !same(reflect.ValueOf(rec), reflect.ValueOf(got)) {
				t.Fatalf("%s %s:\n got %+v\nwant %+v", name, typ.Name, got, rec)
			}
		}
	})
}

// same is reflect.DeepEqual, but an empty slice is the same as none, and so is every NaN.
func same(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Pointer:
		return same(a.Elem(), b.Elem())
	case reflect.Struct:
		for i := range a.NumField() {
			if !same(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !same(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Float64:
		return a.Float() == b.Float() || a.Float() != a.Float() && b.Float() != b.Float()
	}
	return a.Interface() == b.Interface()
}

// TestControlRoundTrip does the same for the bodies of control records.
func TestControlRoundTrip(t *testing.T) {
	for _, typ := range metadata.ControlTypes() {
		for seed := range uint64(50) {
			body := typ.New()
			filler{rand.New(rand.NewPCG(seed, 1))}.fill(reflect.ValueOf(body).Elem())
			value := body.Append(nil, metadata.ControlVersion)
			got, err := metadata.DecodeControl(typ.Number, value)
			if err != nil || got.ControlType() != typ.Number {
				t.Fatalf("%s: %v", typ.Name, err)
			}
			if again := got.Append(nil, metadata.ControlVersion); string(again) != string(value) {
				t.Fatalf("%s:\n got %x\nwant %x", typ.Name, again, value)
			}
			for cut := range value {
				if _, err := metadata.DecodeControl(typ.Number, value[:cut]); err == nil {
					t.Errorf("%s: %d of %d bytes decode", typ.Name, cut, len(value))
				}
			}
		}
	}
}

func TestUnknown(t *testing.T) {
	for name, c := range map[string]struct{ value, text, json string }{
		"type":    {"\x01\x7e\x03body", "unknown record type 126 version 3 (4 bytes)", `{"type":"UNKNOWN_126","version":3,"data":{"raw":"Ym9keQ=="}}`},
		"version": {"\x01\x02\x01body", "TopicRecord of unknown version 1 (4 bytes)", `{"type":"TOPIC_RECORD","version":1,"data":{"raw":"Ym9keQ=="}}`},
	} {
		rec, version, err := metadata.Decode([]byte(c.value))
		u, ok := rec.(*metadata.Unknown)
		if err != nil || !ok {
			t.Fatalf("%s: %T, %v", name, rec, err)
		}
		if u.String() != c.text {
			t.Errorf("%s: %s", name, u)
		}
		if json := string(metadata.AppendDump(nil, rec, version)); json != c.json {
			t.Errorf("%s: %s", name, json)
		}
		if again := metadata.AppendFramed(nil, rec, version); string(again) != c.value {
			t.Errorf("%s: %q", name, again)
		}
	}
	body, err := metadata.DecodeControl(9, []byte("body"))
	if err != nil || body.ControlType() != 9 || string(body.Append(nil, 0)) != "body" || string(body.AppendJSON(nil, 0)) != `{"raw":"Ym9keQ=="}` {
		t.Errorf("control type 9: %+v, %v", body, err)
	}
}

func TestDecodeErrors(t *testing.T) {
	for name, c := range map[string]struct {
		value, text string
		problem     metadata.Problem
		pos         int
	}{
		"empty":         {"", "frame version of the record: byte 0: needs 1 bytes, only 0 are left", metadata.BadHeader, 0},
		"frame 2":       {"\x02\x02\x00", "byte 0: frame version 2 of the record, only 1 is known", metadata.BadFrame, 0},
		"no version":    {"\x01\x02", "version of the record: byte 2: needs", metadata.BadHeader, 2},
		"endless type":  {"\x01\xff\xff\xff\xff\xff", "type of the record: byte 1: variable-length integer runs past 5 bytes", metadata.BadHeader, 1},
		"large version": {"\x01\x02\x80\x80\x02", "byte 2: version 32768 of the record is larger than 32767", metadata.LargeHeader, 2},
		"null name":     {"\x01\x02\x00\x00", "TopicRecord version 0: byte 3 (field name): null, where null is not allowed", metadata.BadBody, 3},
		"long name":     {"\x01\x02\x00\x81\x80\x02", "byte 3 (field name): string of 32768 bytes, at most 32767", metadata.BadBody, 3},
		"short id":      {"\x01\x02\x00\x02ab", "byte 5: needs 16 bytes, only 1 are left", metadata.BadBody, 5},
		"garbage":       {"\x01\x14\x00\x00xyz", "byte 4: 3 bytes are left after NoOpRecord version 0", metadata.Garbage, 4},
		"count":         {"\x01\x0e\x00\x7f", "byte 3 (field entity): collection of 126 elements, but only 0 bytes are left", metadata.BadBody, 3},
		"early tag":     {"\x01\x11\x00" + strings.Repeat("\x00", 12) + "\x01\x01\x01\x01", "tagged field 1 does not exist in version 0", metadata.BadBody, 18},
	} {
		_, _, err := metadata.Decode([]byte(c.value))
		var e *metadata.DecodeError
		if !errors.As(err, &e) || e.Problem != c.problem || e.Pos != c.pos || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v at %+v", name, err, e)
		}
	}
	_, err := metadata.DecodeControl(2, nil)
	if err == nil || !strings.Contains(err.Error(), "LeaderChangeMessage version 0: byte 0: needs 2 bytes") {
		t.Error(err)
	}
}

func TestTypes(t *testing.T) {
	if n := len(metadata.Types()); n != 28 {
		t.Errorf("%d types", n)
	}
	for _, typ := range metadata.Types() {
		if got, ok := metadata.TypeOf(typ.APIKey); !ok || got.Name != typ.Name || typ.New().APIKey() != typ.APIKey {
			t.Errorf("%s is not type %d", typ.Name, typ.APIKey)
		}
		for _, name := range []string{typ.Name, typ.DumpName, strings.ToLower(typ.DumpName), strings.TrimSuffix(typ.Name, "Record")} {
			if got, ok := metadata.TypeNamed(name); !ok || got.APIKey != typ.APIKey {
				t.Errorf("%q is not %s", name, typ.Name)
			}
		}
	}
	for _, key := range []int16{-1, 13, 16, 30, 32767} {
		if typ, ok := metadata.TypeOf(key); ok {
			t.Errorf("type %d is %s", key, typ.Name)
		}
	}
	if _, ok := metadata.TypeNamed("record"); ok {
		t.Error("a type without a name was found")
	}
	for _, typ := range metadata.ControlTypes() {
		if typ.New().ControlType() != typ.Number || typ.Highest() < metadata.ControlVersion {
			t.Errorf("control type %s", typ.Name)
		}
	}
}

func TestHighestIn(t *testing.T) {
	for _, c := range []struct {
		name string
		in   release.Release
		want int16
		ok   bool
	}{
		{"RegisterBroker", release.V3_3, 1, true},
		{"RegisterBroker", release.V3_6, 2, true},
		{"RegisterBroker", release.V4_4, 4, true},
		{"PartitionRecord", release.V3_7, 2, true},
		{"ClearElr", release.V3_9, 0, false},
		{"UnregisterController", release.V4_4, 0, true},
		{"AccessControl", release.V3_4, 0, true},
		{"AccessControl", release.V3_5, 0, false},
	} {
		typ, ok := metadata.TypeNamed(c.name)
		if !ok {
			t.Fatal(c.name)
		}
		if got, ok := typ.HighestIn(c.in); ok != c.ok || ok && got != c.want {
			t.Errorf("%s in %s: %d, %t", c.name, c.in, got, ok)
		}
	}
}

func TestDefaults(t *testing.T) {
	change := metadata.NewPartitionChangeRecord()
	if change.Leader != -2 || change.LeaderRecoveryState != -1 || change.Isr != nil {
		t.Errorf("%+v", change)
	}
	json := string(metadata.AppendDump(nil, change, 2))
	if want := `{"type":"PARTITION_CHANGE_RECORD","version":2,"data":{"partitionId":-1,"topicId":"AAAAAAAAAAAAAAAAAAAAAA"}}`; json != want {
		t.Errorf("got %s", json)
	}
	if !metadata.NewRegisterBrokerRecord().Fenced {
		t.Error("a broker is not fenced by default")
	}
}
