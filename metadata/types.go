package metadata

import (
	"slices"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// Type is what is known of one metadata record type.
type Type struct {
	// Name is the name of the class in Kafka and of the struct here, such as "PartitionRecord".
	Name string
	// DumpName is the name in Kafka's MetadataRecordType, which kafka-dump-log prints, such as "PARTITION_RECORD".
	DumpName string
	// APIKey numbers the type.
	APIKey int16
	// Releases are the first release line of each version, from version 0 on; the first line is 3.3, or an earlier one.
	Releases []release.Release
	// Until is the last release line that knows the type.
	Until release.Release
	// New makes a record of default values.
	New func() Record
	// Secrets are the JSON names of fields that should not be shown unless asked for.
	Secrets []string
}

// Highest is the highest version known. The lowest is 0 for every type.
func (t *Type) Highest() int16 { return int16(len(t.Releases) - 1) }

// HighestIn is the highest version that a release knows; false when it does not know the type.
func (t *Type) HighestIn(r release.Release) (int16, bool) {
	if r > t.Until {
		return 0, false
	}
	v := highestIn(t.Releases, r)
	return v, v >= 0
}

// ControlType is what is known of one control record type.
type ControlType struct {
	// Name is the name of the class in Kafka and of the struct here, such as "VotersRecord".
	Name string
	// DumpName is the name in Kafka's ControlRecordType, such as "KRAFT_VOTERS".
	DumpName string
	// Label is what kafka-dump-log prints before the JSON, such as "KRaftVoters".
	Label string
	// Number is the type in the record's key.
	Number int16
	// Releases are the first release line of each schema version, from version 0 on.
	Releases []release.Release
	// New makes a body of default values.
	New func() Control
}

// Highest is the highest schema version known. Kafka writes [ControlVersion] nevertheless.
func (t *ControlType) Highest() int16 { return int16(len(t.Releases) - 1) }

func highestIn(releases []release.Release, r release.Release) int16 {
	v := int16(-1)
	for i, since := range releases {
		if since <= r {
			v = int16(i)
		}
	}
	return v
}

// Types are all metadata record types by API key.
func Types() []Type { return slices.Clone(types) }

// ControlTypes are all control record types by number.
func ControlTypes() []ControlType { return slices.Clone(controlTypes) }

// TypeOf is the metadata record type with the given API key.
func TypeOf(apiKey int16) (*Type, bool) {
	if apiKey < 0 || int(apiKey) >= len(typeByKey) || typeByKey[apiKey] == nil {
		return nil, false
	}
	return typeByKey[apiKey], true
}

// TypeNamed is the metadata record type with the given name: as Kafka's class, with or without "Record", or as
// kafka-dump-log prints it; upper and lower case are alike.
func TypeNamed(name string) (*Type, bool) {
	plain := plainName(name)
	for i := range types {
		if plainName(types[i].Name) == plain {
			return &types[i], true
		}
	}
	return nil, false
}

func plainName(name string) string {
	return strings.TrimSuffix(strings.ToLower(strings.ReplaceAll(name, "_", "")), "record")
}

// ControlTypeOf is the control record type with the given number.
func ControlTypeOf(number int16) (*ControlType, bool) {
	for i := range controlTypes {
		if controlTypes[i].Number == number {
			return &controlTypes[i], true
		}
	}
	return nil, false
}

// DumpName is how kafka-dump-log names a record type; "UNKNOWN_n" for one that is not known.
func DumpName(apiKey int16) string {
	if t, ok := TypeOf(apiKey); ok {
		return t.DumpName
	}
	return "UNKNOWN_" + strconv.Itoa(int(apiKey))
}

// typeByKey has the types at the index of their API key.
var typeByKey = func() []*Type {
	byKey := make([]*Type, types[len(types)-1].APIKey+1)
	for i := range types {
		byKey[types[i].APIKey] = &types[i]
	}
	return byKey
}()
