// Package wire reads and writes the primitive encodings that Kafka's binary formats are made of:
// big-endian integers, variable-length integers, "compact" strings, bytes and arrays (length plus one
// as an unsigned varint, zero for null; KIP-482), UUIDs, and tagged fields.
//
// Reading goes through [Reader], a cursor over a byte slice that never copies: strings and byte slices it
// returns alias its input. The first failure sticks; every later read returns zero values, so a decoder
// reads all its fields in a row and asks [Reader.Err] once. Lengths and counts are checked against the bytes
// that are left before anything is allocated, so hostile input costs no more memory than its own size
// times a small constant.
//
// Writing goes through append-style functions that extend a byte slice and return it.
package wire
