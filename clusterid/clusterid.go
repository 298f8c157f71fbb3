// Package clusterid knows Kafka's 16-byte UUID: the form of cluster IDs, directory IDs and topic IDs
// (org.apache.kafka.common.Uuid).
package clusterid

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"unicode/utf16"

	"github.com/google/uuid"

	"github.com/kraftctl/kraftctl/internal/javabase64"
)

// ID is a UUID as Kafka stores it: 16 bytes, big-endian.
type ID [16]byte

// Values with a meaning of their own (org.apache.kafka.common.Uuid, DirectoryId).
var (
	// Zero is the absent ID; as a directory ID it is MIGRATING.
	Zero = ID{}
	// One is reserved by Uuid; it is the topic ID of __cluster_metadata, and as a directory ID UNASSIGNED.
	One = ID{15: 1}
	// Lost is the directory ID of a replica whose directory is offline.
	Lost = ID{15: 2}
)

// maxTextLength is the longest text Kafka tries to decode (org.apache.kafka.common.Uuid.fromString).
const maxTextLength = 24

// New returns a random version-4 UUID from random, drawn again while its text begins with a dash or it is
// reserved, as Uuid.randomUuid does. The error is random's.
func New(random io.Reader) (ID, error) {
	for {
		u, err := uuid.NewRandomFromReader(random)
		if err != nil {
			return ID{}, fmt.Errorf("reading random bytes for an ID: %w", err)
		}
		id := ID(u)
		if id != Zero && id != One && id.String()[0] != '-' {
			return id, nil
		}
	}
}

// NewDirectory returns a random directory ID: 128 random bits (not a version-4 UUID), drawn again while the
// text begins with a dash or the ID is reserved, as org.apache.kafka.common.DirectoryId.random does.
func NewDirectory(random io.Reader) (ID, error) {
	for {
		var id ID
		if _, err := io.ReadFull(random, id[:]); err != nil {
			return ID{}, fmt.Errorf("reading random bytes for a directory ID: %w", err)
		}
		if !id.ReservedDirectory() && id.String()[0] != '-' {
			return id, nil
		}
	}
}

// String is the base64url text without padding, 22 characters.
func (id ID) String() string { return base64.RawURLEncoding.EncodeToString(id[:]) }

// ReservedDirectory reports whether Kafka keeps the value from being a directory's ID: high half zero and
// low half, as a signed number, below 100 (org.apache.kafka.common.DirectoryId.reserved).
func (id ID) ReservedDirectory() bool {
	return binary.BigEndian.Uint64(id[:8]) == 0 && int64(binary.BigEndian.Uint64(id[8:])) < 100
}

// Parse decodes a UUID as org.apache.kafka.common.Uuid.fromString does: base64url with or without padding,
// spare bits of the last character ignored. Errors carry Kafka's text.
func Parse(text string) (ID, error) {
	units := utf16.Encode([]rune(text))
	if len(units) > maxTextLength {
		return ID{}, fmt.Errorf("Input string with prefix `%s` is too long to be decoded as a base64 UUID", //nolint:staticcheck // Kafka's text
			string(utf16.Decode(units[:maxTextLength])))
	}
	raw, err := javabase64.Decode(text, javabase64.URL)
	if err != nil {
		return ID{}, err
	}
	if len(raw) != len(ID{}) {
		return ID{}, fmt.Errorf("Input string `%s` decoded as %d bytes, which is not equal to the expected 16 bytes of a base64-encoded UUID", //nolint:staticcheck // Kafka's text
			text, len(raw))
	}
	return ID(raw), nil
}

// Canonical reports whether text is exactly what String prints for some ID.
func Canonical(text string) bool {
	id, err := Parse(text)
	return err == nil && id.String() == text
}
