package wire

import "fmt"

// Kind says what was wrong with the bytes a [Reader] met.
type Kind uint8

// The ways in which bytes can fail to be what a reader expects.
const (
	// Short means that the value needs more bytes than there are.
	Short Kind = iota + 1
	// LongVarint means that a varint does not end where its type must end (5 bytes, or 10 for 64 bits).
	LongVarint
	// UnexpectedNull means that a field that cannot be null was written as null.
	UnexpectedNull
	// LongString means that a string claims more than 32767 bytes.
	LongString
	// LargeCount means that a collection claims more elements than bytes are left.
	LargeCount
	// TagVersion means that a tagged field appears in a version that does not have it.
	TagVersion
	// StructVersion means that a nested structure is not defined at the version being read.
	StructVersion
)

// Error is the first failure of a [Reader].
type Error struct {
	// Kind is what went wrong.
	Kind Kind
	// Pos is where, in bytes from the start of the reader's input, the value that failed begins.
	Pos int
	// Field is the name of the field being read, in the spelling of Kafka's schema; "" when the reader was not told.
	Field string
	// Want is what the bytes claim: a length in bytes, a count, a tag or a version, by Kind.
	Want int64
	// Have is what there is: bytes left, or the version being read, by Kind.
	Have int64
}

// Error says what is wrong and at which byte.
func (e *Error) Error() string {
	where := fmt.Sprintf("byte %d", e.Pos)
	if e.Field != "" {
		where += fmt.Sprintf(" (field %s)", e.Field)
	}
	return where + ": " + e.what()
}

func (e *Error) what() string {
	switch e.Kind {
	case Short:
		return fmt.Sprintf("needs %d bytes, only %d are left", e.Want, e.Have)
	case LongVarint:
		return fmt.Sprintf("variable-length integer runs past %d bytes", e.Want)
	case UnexpectedNull:
		return "null, where null is not allowed"
	case LongString:
		return fmt.Sprintf("string of %d bytes, at most 32767 are allowed", e.Want)
	case LargeCount:
		return fmt.Sprintf("collection of %d elements, but only %d bytes are left", e.Want, e.Have)
	case TagVersion:
		return fmt.Sprintf("tagged field %d does not exist in version %d", e.Want, e.Have)
	case StructVersion:
		return fmt.Sprintf("structure is not defined at version %d", e.Have)
	}
	return "malformed"
}
