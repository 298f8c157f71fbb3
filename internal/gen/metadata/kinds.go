package main

import (
	"strings"
	"unicode"
)

// kind is how a primitive type is written in Go. In the expressions %[1]s is the field, %[2]s its JSON name.
type kind struct {
	goType string
	read   string
	append string
	json   string
	// set is true when the field has another value than its default, %[3]s.
	set  string
	zero string
}

const (
	appendInt = "strconv.AppendInt(dst, int64(%[1]s), 10)"
	notEqual  = "%[1]s != %[3]s"
	notEmpty  = "len(%[1]s) > 0"
	notNil    = "%[1]s != nil"
)

// kinds has every primitive type; those that may be null end in "?".
var kinds = map[string]kind{
	"bool":     {"bool", "rd.Bool()", "wire.AppendBool(dst, %[1]s)", "strconv.AppendBool(dst, %[1]s)", notEqual, "false"},
	"int8":     {"int8", "rd.Int8()", "wire.AppendInt8(dst, %[1]s)", appendInt, notEqual, "0"},
	"int16":    {"int16", "rd.Int16()", "wire.AppendInt16(dst, %[1]s)", appendInt, notEqual, "0"},
	"uint16":   {"uint16", "rd.Uint16()", "wire.AppendUint16(dst, %[1]s)", appendInt, notEqual, "0"},
	"int32":    {"int32", "rd.Int32()", "wire.AppendInt32(dst, %[1]s)", appendInt, notEqual, "0"},
	"int64":    {"int64", "rd.Int64()", "wire.AppendInt64(dst, %[1]s)", "strconv.AppendInt(dst, %[1]s, 10)", notEqual, "0"},
	"float64":  {"float64", "rd.Float64()", "wire.AppendFloat64(dst, %[1]s)", "appendDouble(dst, %[1]s)", notEqual, "0"},
	"string":   {"string", "rd.CompactString(%[2]q)", "wire.AppendString(dst, %[1]s)", "AppendJSONString(dst, %[1]s)", notEqual, `""`},
	"string?":  {"NullString", "rd.CompactNullString(%[2]q)", "wire.AppendNullString(dst, %[1]s)", "appendNullString(dst, %[1]s)", "%[1]s.Valid", "NullString{}"},
	"bytes":    {"[]byte", "rd.CompactBytes(%[2]q)", "wire.AppendBytes(dst, %[1]s)", "appendBase64(dst, %[1]s)", notEmpty, "nil"},
	"uuid":     {"UUID", "rd.UUID()", "wire.AppendUUID(dst, %[1]s)", "appendUUID(dst, %[1]s)", notEqual, "UUID{}"},
	"[]int32":  {"[]int32", "rd.Int32s(%[2]q)", "wire.AppendInt32s(dst, %[1]s)", "appendInt32s(dst, %[1]s)", notEmpty, "nil"},
	"[]int32?": {"[]int32", "rd.NullInt32s(%[2]q)", "wire.AppendInt32s(dst, %[1]s)", "appendInt32s(dst, %[1]s)", notNil, "nil"},
	"[]uuid":   {"[]UUID", "rd.UUIDs(%[2]q)", "wire.AppendUUIDs(dst, %[1]s)", "appendUUIDs(dst, %[1]s)", notEmpty, "nil"},
	"[]uuid?":  {"[]UUID", "rd.NullUUIDs(%[2]q)", "wire.AppendUUIDs(dst, %[1]s)", "appendUUIDs(dst, %[1]s)", notNil, "nil"},
	"[]string": {"[]string", "rd.Strings(%[2]q)", "wire.AppendStrings(dst, %[1]s)", "appendStrings(dst, %[1]s)", notEmpty, "nil"},
}

func (f *field) kindKey() string {
	if f.Nullable {
		return f.Type + "?"
	}
	return f.Type
}

// isArray reports whether the field is an array of structures or primitives.
func (f *field) isArray() bool { return strings.HasPrefix(f.Type, "[]") }

// structName is the Go type of the structure the field holds.
func (f *field) structName() string {
	if f.Go != "" {
		return f.Go
	}
	return strings.TrimPrefix(f.Type, "[]")
}

// goType is the field's type in Go.
func (f *field) goType() string {
	switch {
	case f.Fields != nil && f.isArray():
		return "[]" + f.structName()
	case f.Fields != nil:
		return f.structName()
	}
	return kinds[f.kindKey()].goType
}

// zero is the field's default as a Go expression.
func (f *field) zero() string {
	switch {
	case f.Default != "":
		return f.Default
	case f.Fields != nil && f.isArray():
		return "nil"
	case f.Fields != nil:
		return f.structName() + "{}"
	}
	return kinds[f.kindKey()].zero
}

// jsonName is the name Kafka's JSON converters give a field: the schema's, with a small first letter.
func (f *field) jsonName() string { return strings.ToLower(f.Name[:1]) + f.Name[1:] }

// dumpName is the name of a record type in Kafka's MetadataRecordType, such as PARTITION_CHANGE_RECORD.
func dumpName(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}
