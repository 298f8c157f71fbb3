package metadata

import (
	"fmt"

	"github.com/kraftctl/kraftctl/internal/wire"
)

// UUID identifies a topic, directory, incarnation or ACL entry; it prints as base64url like in Kafka.
type UUID = wire.UUID

// NullString is a string that may be null.
type NullString = wire.NullString

// Tag is a tagged field that the schema does not know.
type Tag = wire.Tag

// Str is the non-null string s.
func Str(s string) NullString { return wire.Str(s) }

// Record is a metadata record: one of the generated types, or [*Unknown].
type Record interface {
	// APIKey numbers the type.
	APIKey() int16
	// Append appends the body of the record, without its frame, at the given version.
	// Fields the version does not have are left out.
	Append(dst []byte, version int16) []byte
	// AppendJSON appends the fields of the record as Kafka prints them at the given version.
	AppendJSON(dst []byte, version int16) []byte

	decode(rd *wire.Reader, version int16)
}

// Control is the body of a control record: one of the generated types, or [*UnknownControl].
type Control interface {
	// ControlType numbers the type; it is in the record's key.
	ControlType() int16
	// Append appends the body at the given version of its schema.
	Append(dst []byte, version int16) []byte
	// AppendJSON appends the fields as Kafka prints them at the given version of the schema.
	AppendJSON(dst []byte, version int16) []byte

	decode(rd *wire.Reader, version int16)
}

// ControlVersion is the schema version at which Kafka writes and reads every control record to this day
// (ControlRecordUtils.*_CURRENT_VERSION).
const ControlVersion int16 = 0

// frameVersion begins every metadata record since Kafka 3.0.
const frameVersion = 1

// AppendFramed appends the record as the value of a log record: frame version, API key, version, body.
func AppendFramed(dst []byte, rec Record, version int16) []byte {
	dst = append(dst, frameVersion)
	dst = wire.AppendUvarint(dst, uint32(int32(rec.APIKey())))
	dst = wire.AppendUvarint(dst, uint32(int32(version)))
	return rec.Append(dst, version)
}

// AppendDump appends the record as kafka-dump-log prints its payload: {"type":…,"version":…,"data":{…}}.
func AppendDump(dst []byte, rec Record, version int16) []byte {
	return appendDump(dst, rec, version, version)
}

func appendDump(dst []byte, rec Record, version, schema int16) []byte {
	dst = append(dst, `{"type":"`...)
	dst = append(dst, DumpName(rec.APIKey())...)
	dst = append(dst, `","version":`...)
	dst = appendInt(dst, int64(version))
	dst = append(dst, `,"data":`...)
	dst = rec.AppendJSON(dst, schema)
	return append(dst, '}')
}

// Unknown is a metadata record whose type or version this package does not know.
type Unknown struct {
	// Key is the API key.
	Key int16
	// Version is the version it was written at.
	Version int16
	// Raw is the body, after the frame.
	Raw []byte
}

// APIKey is the key that was read.
func (x *Unknown) APIKey() int16 { return x.Key }

// Append appends the body as it was read, whatever the version.
func (x *Unknown) Append(dst []byte, _ int16) []byte { return append(dst, x.Raw...) }

// AppendJSON appends {"raw":…} with the body in base64.
func (x *Unknown) AppendJSON(dst []byte, _ int16) []byte { return appendRaw(dst, x.Raw) }

// String names the record, such as "unknown record type 126 version 0 (12 bytes)".
func (x *Unknown) String() string {
	if t, ok := TypeOf(x.Key); ok {
		return fmt.Sprintf("%s of unknown version %d (%d bytes)", t.Name, x.Version, len(x.Raw))
	}
	return fmt.Sprintf("unknown record type %d version %d (%d bytes)", x.Key, x.Version, len(x.Raw))
}

func (x *Unknown) decode(rd *wire.Reader, version int16) {
	x.Version, x.Raw = version, rd.Rest()
}

// UnknownControl is a control record whose type this package does not know, or one of a transaction
// (abort 0, commit 1), which a metadata log does not hold.
type UnknownControl struct {
	// Number is the control type.
	Number int16
	// Raw is the body.
	Raw []byte
}

// ControlType is the number that was read.
func (x *UnknownControl) ControlType() int16 { return x.Number }

// Append appends the body as it was read, whatever the version.
func (x *UnknownControl) Append(dst []byte, _ int16) []byte { return append(dst, x.Raw...) }

// AppendJSON appends {"raw":…} with the body in base64.
func (x *UnknownControl) AppendJSON(dst []byte, _ int16) []byte { return appendRaw(dst, x.Raw) }

func (x *UnknownControl) decode(rd *wire.Reader, _ int16) { x.Raw = rd.Rest() }
