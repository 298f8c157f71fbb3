package metadata

import (
	"math"

	"github.com/kraftctl/kraftctl/internal/wire"
	"github.com/kraftctl/kraftctl/release"
)

// Decoder decodes records one after the other into memory that it reuses: what a call returns is valid until the next
// call, and aliases the decoded bytes. The zero value is ready to use. It is not safe for concurrent use.
type Decoder struct {
	// AnyVersion makes a record of a version that is not known decode as the highest version that is, which is what
	// kafka-dump-log does, instead of becoming [Unknown].
	AnyVersion bool

	// highest is the highest version known of a type, if any; nil stands for Type.Highest.
	highest func(*Type) (int16, bool)
	// schema is the version at which the last record was decoded.
	schema int16

	rd       wire.Reader
	arena    wire.Arena
	records  []Record
	controls []Control
	unknown  Unknown
	other    UnknownControl
}

// NewDumpDecoder is a decoder that sees what kafka-dump-log of a release sees: only the types the release has, and any
// version of them.
func NewDumpDecoder(r release.Release) *Decoder {
	return &Decoder{AnyVersion: true, highest: func(t *Type) (int16, bool) { return t.HighestIn(r) }}
}

// Decode decodes the value of a metadata record into a record of its own and tells the version it was written at.
// A type or version that is not known gives [*Unknown]; the error is a [*DecodeError].
func Decode(value []byte) (Record, int16, error) {
	var d Decoder
	return d.Decode(value)
}

// DecodeControl decodes the value of a control record of the given type into a body of its own.
// A type that is not known gives [*UnknownControl]; the error is a [*DecodeError].
func DecodeControl(controlType int16, value []byte) (Control, error) {
	var d Decoder
	return d.DecodeControl(controlType, value)
}

// Decode is like the function [Decode], with the memory of d.
func (d *Decoder) Decode(value []byte) (Record, int16, error) {
	d.rd.UseArena(&d.arena)
	d.rd.Reset(value)
	if err := d.frame(); err != nil {
		return nil, 0, err
	}
	key, err := d.header(apiKeyField)
	if err != nil {
		return nil, 0, err
	}
	version, err := d.header(versionField)
	if err != nil {
		return nil, 0, err
	}
	rec := d.record(key, version)
	rec.decode(&d.rd, d.schema)
	if err := d.rd.Err(); err != nil {
		return nil, version, &DecodeError{Problem: BadBody, Pos: errPos(err), APIKey: key, Version: version, Err: err}
	}
	if n := d.rd.Remaining(); n > 0 {
		return nil, version, &DecodeError{Problem: Garbage, Pos: d.rd.Pos(), APIKey: key, Version: version, Value: int64(n)}
	}
	return rec, version, nil
}

// frame reads the frame version.
func (d *Decoder) frame() error {
	v, err := d.header(frameField)
	if err == nil && v != frameVersion {
		return &DecodeError{Problem: BadFrame, Value: int64(v)}
	}
	return err
}

// header reads one of the three numbers before the body. Like Kafka it refuses those above 32767 and cuts off the
// rest to 16 bits (AbstractApiMessageSerde.unsignedIntToShort).
func (d *Decoder) header(field string) (int16, error) {
	pos := d.rd.Pos()
	v := int32(d.rd.Uvarint())
	if err := d.rd.Err(); err != nil {
		return 0, &DecodeError{Problem: BadHeader, Pos: pos, Field: field, Err: err}
	}
	if v > math.MaxInt16 {
		return 0, &DecodeError{Problem: LargeHeader, Pos: pos, Field: field, Value: int64(v)}
	}
	return int16(v), nil
}

// record is the memory to decode into, and settles the version to decode at.
func (d *Decoder) record(key, version int16) Record {
	highest, ok := d.known(key)
	if !ok || !d.AnyVersion && (version < 0 || version > highest) {
		d.unknown.Key, d.schema = key, version
		return &d.unknown
	}
	d.schema = min(version, highest)
	d.rd.SetVersion(version, highest)
	if d.records == nil {
		d.records = make([]Record, len(typeByKey))
	}
	if d.records[key] == nil {
		d.records[key] = typeByKey[key].New()
	}
	return d.records[key]
}

// known is the highest version known of a type.
func (d *Decoder) known(key int16) (int16, bool) {
	t, ok := TypeOf(key)
	if !ok {
		return 0, false
	}
	if d.highest != nil {
		return d.highest(t)
	}
	return t.Highest(), true
}

// AppendDump is like the function [AppendDump] for the record decoded last: it prints the version the record was written at, and
// the fields of the version it was decoded at, which is an earlier one when AnyVersion made d accept a version unknown to it.
func (d *Decoder) AppendDump(dst []byte, rec Record, version int16) []byte {
	return appendDump(dst, rec, version, d.schema)
}

// DecodeControl is like the function [DecodeControl], with the memory of d. Bytes after the body are ignored, as in Kafka.
func (d *Decoder) DecodeControl(controlType int16, value []byte) (Control, error) {
	d.rd.UseArena(&d.arena)
	d.rd.Reset(value)
	body := d.control(controlType)
	d.rd.SetVersion(ControlVersion, ControlVersion)
	body.decode(&d.rd, ControlVersion)
	if err := d.rd.Err(); err != nil {
		return nil, &DecodeError{Problem: BadBody, Pos: errPos(err), Control: true, APIKey: controlType, Err: err}
	}
	return body, nil
}

func (d *Decoder) control(controlType int16) Control {
	t, ok := ControlTypeOf(controlType)
	if !ok {
		d.other.Number = controlType
		return &d.other
	}
	if d.controls == nil {
		d.controls = make([]Control, controlTypes[len(controlTypes)-1].Number+1)
	}
	if d.controls[controlType] == nil {
		d.controls[controlType] = t.New()
	}
	return d.controls[controlType]
}
