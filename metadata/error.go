package metadata

import (
	"errors"
	"fmt"

	"github.com/kraftctl/kraftctl/internal/wire"
)

// Problem says which part of a record's value could not be read.
type Problem uint8

// The parts of a value that can be wrong.
const (
	// BadHeader: a number before the body is cut off or does not end.
	BadHeader Problem = iota + 1
	// LargeHeader: a number before the body is larger than 32767; it is in Value.
	LargeHeader
	// BadFrame: the frame version, in Value, is not 1.
	BadFrame
	// BadBody: the body does not follow the schema; Err tells where.
	BadBody
	// Garbage: bytes are left after the body; Value counts them.
	Garbage
)

// The numbers before the body, as Kafka names them in messages.
const (
	frameField   = "frame version"
	apiKeyField  = "type"
	versionField = "version"
)

// DecodeError says why the value of a record could not be decoded.
type DecodeError struct {
	// Problem is what is wrong.
	Problem Problem
	// Pos is where, in bytes from the start of the value.
	Pos int
	// Control says that the record is a control record, and APIKey its control type.
	Control bool
	// APIKey and Version are the record's, as far as they were read.
	APIKey, Version int16
	// Field is the number before the body that is wrong: "frame version", "type" or "version".
	Field string
	// Value is the wrong number or count, by Problem.
	Value int64
	// Err is the cause in the bytes, an error of the cursor, or nil.
	Err error
}

// Error says what is wrong and at which byte of the value.
func (e *DecodeError) Error() string {
	switch e.Problem {
	case BadHeader:
		return fmt.Sprintf("%s of the record: %v", e.Field, e.Err)
	case LargeHeader:
		return fmt.Sprintf("byte %d: %s %d of the record is larger than 32767", e.Pos, e.Field, e.Value)
	case BadFrame:
		return fmt.Sprintf("byte %d: frame version %d of the record, only 1 is known", e.Pos, e.Value)
	case Garbage:
		return fmt.Sprintf("byte %d: %d bytes are left after %s version %d", e.Pos, e.Value, e.name(), e.Version)
	case BadBody:
		return fmt.Sprintf("%s version %d: %v", e.name(), e.Version, e.Err)
	}
	return "malformed record"
}

// Unwrap is the cause in the bytes.
func (e *DecodeError) Unwrap() error { return e.Err }

func (e *DecodeError) name() string {
	if !e.Control {
		if t, ok := TypeOf(e.APIKey); ok {
			return t.Name
		}
		return fmt.Sprintf("record type %d", e.APIKey)
	}
	if t, ok := ControlTypeOf(e.APIKey); ok {
		return t.Name
	}
	return fmt.Sprintf("control type %d", e.APIKey)
}

// KafkaMessage is the message of the MetadataParseException that Kafka throws, which kafka-dump-log prints
// after "skipping. " (AbstractApiMessageSerde.read).
func (e *DecodeError) KafkaMessage() string {
	switch e.Problem {
	case BadHeader:
		return "Error while reading " + e.Field
	case LargeHeader:
		return "Value for " + e.Field + " was too large."
	case Garbage:
		return fmt.Sprintf("Found %d byte(s) of garbage after %d", e.Value, e.APIKey)
	case BadBody:
		return fmt.Sprintf("Failed to deserialize record with type %d", e.APIKey)
	case BadFrame:
		if e.Value == 0 {
			return "Could not deserialize metadata record with frame version 0. " +
				"Note that upgrades from the preview release of KRaft in 2.8 to newer versions are not supported."
		}
		return fmt.Sprintf("Could not deserialize metadata record due to unknown frame version %d"+
			"(only frame version 1 is supported)", e.Value)
	}
	return e.Error()
}

// KafkaMessage is what kafka-dump-log prints after "skipping. " for a record of unknown type. Records of an unknown
// version it decodes all the same (see [Decoder.AnyVersion]).
func (x *Unknown) KafkaMessage() string {
	return fmt.Sprintf("org.apache.kafka.common.errors.UnsupportedVersionException: Unknown metadata id %d", x.Key)
}

// errPos is where the cursor failed.
func errPos(err error) int {
	var at *wire.Error
	if errors.As(err, &at) {
		return at.Pos
	}
	return 0
}
