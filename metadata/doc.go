// Package metadata has every record that a KRaft metadata log or snapshot holds, in all versions from Kafka 3.3 to 4.4:
// metadata records such as [PartitionRecord], and the control records of the Raft layer such as [LeaderChangeMessage].
// The types are generated from the files in schema/; `go generate ./metadata` after a change there.
//
// The value of a metadata record is framed (org.apache.kafka.metadata.MetadataRecordSerde):
//
//	+---------------+---------+---------+------------------------+
//	| frame version | API key | version | body, by API key and   |
//	| uvarint = 1   | uvarint | uvarint | version (see schema/)  |
//	+---------------+---------+---------+------------------------+
//
// A control record has no frame: its key holds the type, its value is the body (see package record).
//
// # Decoding
//
// [Decode] gives an independent record. On hot paths a [Decoder] reuses one record per type, so that decoding and
// AppendJSON allocate nothing; what it returns is valid until its next call. In both cases strings and byte slices
// alias the value that was decoded: keep it unchanged, or decode a clone of it.
//
// Nothing is lost: a type or a version from a later Kafka becomes [Unknown], and tagged fields the schema does not
// know stay in UnknownTags, so that encoding what was decoded gives the same bytes.
//
// # JSON
//
// AppendJSON prints what Kafka's own converters print (and so kafka-dump-log): fields in the order of the schema, fields of
// later versions left out, tagged fields only when set, UUIDs in base64url, bytes in base64, doubles as Java prints them.
package metadata

//go:generate go run ../internal/gen/metadata -dir .
