package wire

import "encoding/base64"

// UUID is Kafka's 16-byte identifier of topics, directories, incarnations and clusters. Kafka prints it as
// unpadded base64url, 22 characters (org.apache.kafka.common.Uuid).
type UUID [16]byte

// String is the UUID as Kafka prints it, such as "AAAAAAAAAAAAAAAAAAAAAQ".
func (u UUID) String() string { return base64.RawURLEncoding.EncodeToString(u[:]) }

// AppendText appends the text of String to dst. It never fails.
func (u UUID) AppendText(dst []byte) ([]byte, error) {
	return base64.RawURLEncoding.AppendEncode(dst, u[:]), nil
}

// IsZero reports whether u is all zeros, which Kafka uses for "none".
func (u UUID) IsZero() bool { return u == UUID{} }

// NullString is a string that may be null. Its zero value is null.
type NullString struct {
	// String is the text; "" when null.
	String string
	// Valid is false for null.
	Valid bool
}

// Str is the non-null string s.
func Str(s string) NullString { return NullString{String: s, Valid: true} }
