package dumplog

import (
	"encoding/binary"
	"errors"

	"github.com/kraftctl/kraftctl/internal/wire"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/record"
)

// The control types that are not of the Raft layer (ControlRecordType).
const (
	abortMarker  = 0
	commitMarker = 1
	leaderChange = 2
	kraftVersion = 5
	kraftVoters  = 6
)

// controlKeySize is the size of a control record's key, in bytes.
const controlKeySize = 4

// appendControl appends what a control record says.
func (r *Renderer) appendControl(dst []byte, rec *record.Record) ([]byte, error) {
	number, err := r.controlType(rec.Key)
	if err != nil {
		return dst, err
	}
	switch number {
	case abortMarker:
		return r.appendMarker(dst, "ABORT", rec.Value)
	case commitMarker:
		return r.appendMarker(dst, "COMMIT", rec.Value)
	}
	t, known := metadata.ControlTypeOf(number)
	known = known && (number != kraftVersion && number != kraftVoters || r.manners.has(printsVoters))
	if !known || number == leaderChange && !r.manners.has(printsLeaderChange) {
		name := "UNKNOWN"
		if known {
			name = t.DumpName
		}
		dst = append(append(dst, " controlType: "...), name...)
		return append(appendInt(append(dst, '('), int64(number)), ')'), nil
	}
	if rec.Value == nil {
		return dst, nullCall("slice", "data")
	}
	body, err := r.meta.DecodeControl(number, rec.Value)
	if err != nil {
		return dst, decodeException(err)
	}
	dst = append(append(dst, ' '), t.Label...)
	if number == leaderChange {
		dst = append(dst, ':')
	}
	return body.AppendJSON(append(dst, ' '), printedVersion(body)), nil
}

// printedVersion is the version of the schema that the tool prints a control record by: it takes the field of that name, which
// is 0 in all that Kafka writes, for it. Only the schema of LeaderChange has a later version.
func printedVersion(body metadata.Control) int16 {
	if leader, ok := body.(*metadata.LeaderChangeMessage); ok {
		return leader.Version
	}
	return metadata.ControlVersion
}

// controlType is the type that the key of a control record holds (ControlRecordType.parseTypeId).
func (r *Renderer) controlType(key []byte) (int16, error) {
	what, call := "control record key", "duplicate"
	if r.manners.has(endControlKey) {
		what, call = "end control record key", "remaining"
	}
	if key == nil {
		return 0, nullCall(call, "key")
	}
	if len(key) < controlKeySize {
		return 0, throw(invalidRecord, "Invalid value size found for %s. Must have at least %d bytes, but found only %d", what, controlKeySize, len(key))
	}
	version, number, _ := record.ParseControlKey(key)
	if version < 0 {
		return 0, throw(invalidRecord, "Invalid version found for control record: %d. May indicate data corruption", version)
	}
	return number, nil
}

// appendMarker appends the end of a transaction (EndTransactionMarker).
func (r *Renderer) appendMarker(dst []byte, name string, value []byte) ([]byte, error) {
	const size = 6
	switch {
	case value == nil && r.manners.has(measuresMarker):
		return dst, nullCall("remaining", "value")
	case value == nil:
		return dst, nullCall("getShort", "value")
	case len(value) < size && r.manners.has(measuresMarker):
		return dst, throw(invalidRecord, "Invalid value size found for end transaction marker. Must have at least %d bytes, but found only %d", size, len(value))
	case len(value) < 2:
		return dst, throwNull(bufferUnderflow)
	}
	if version := int16(binary.BigEndian.Uint16(value)); version < 0 {
		return dst, throw(invalidRecord, "Invalid version found for end transaction marker: %d. May indicate data corruption", version)
	}
	if len(value) < size {
		return dst, throwNull(bufferUnderflow)
	}
	dst = append(append(dst, " endTxnMarker: "...), name...)
	return appendInt(append(dst, " coordinatorEpoch: "...), int64(int32(binary.BigEndian.Uint32(value[2:])))), nil
}

// nullCall is the NullPointerException of calling a method of java.nio.ByteBuffer on a variable that is null.
func nullCall(method, variable string) *Exception {
	return throw(nullPointer, `Cannot invoke "java.nio.ByteBuffer.%s()" because "%s" is null`, method, variable)
}

// decodeException is what Kafka's generated reader throws at the bytes (ByteBufferAccessor and the messages' read methods).
func decodeException(err error) *Exception {
	var at *wire.Error
	if !errors.As(err, &at) {
		return throw(runtimeException, "%s", err.Error())
	}
	switch at.Kind {
	case wire.UnexpectedNull:
		return throw(runtimeException, "non-nullable field %s was serialized as null", at.Field)
	case wire.LongString:
		return throw(runtimeException, "string field %s had invalid length %d", at.Field, at.Want)
	case wire.LargeCount:
		return throw(runtimeException, "Tried to allocate a collection of size %d, but there are only %d bytes remaining.", at.Want, at.Have)
	case wire.LongVarint:
		return throw(illegalArgument, "Varint is too long, the most significant bit in the 5th byte is set, converted value: %x", at.Want)
	case wire.TagVersion:
		return throw(runtimeException, "Tag %d is not valid for version %d", at.Want, at.Have)
	}
	if at.Field != "" {
		return throw(runtimeException, "Error reading byte array of %d byte(s): only %d byte(s) available", at.Want, at.Have)
	}
	return throwNull(bufferUnderflow)
}
