package wire_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/internal/wire"
)

// TestPrimitives writes one of each and reads it again.
func TestPrimitives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i8, i16, u16 := rapid.Int8().Draw(t, "i8"), rapid.Int16().Draw(t, "i16"), rapid.Uint16().Draw(t, "u16")
		i32, u32, i64 := rapid.Int32().Draw(t, "i32"), rapid.Uint32().Draw(t, "u32"), rapid.Int64().Draw(t, "i64")
		f, yes, id := rapid.Float64().Draw(t, "f"), rapid.Bool().Draw(t, "bool"), wire.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "uuid"))

		b := wire.AppendInt8(nil, i8)
		b = wire.AppendInt16(b, i16)
		b = wire.AppendUint16(b, u16)
		b = wire.AppendInt32(b, i32)
		b = wire.AppendUint32(b, u32)
		b = wire.AppendInt64(b, i64)
		b = wire.AppendFloat64(b, f)
		b = wire.AppendBool(b, yes)
		b = wire.AppendUUID(b, id)
		b = wire.AppendUvarint(b, u32)
		b = wire.AppendVarint(b, i32)
		b = wire.AppendVarlong(b, i64)

		r := wire.NewReader(b)
		got := fmt.Sprint(r.Int8(), r.Int16(), r.Uint16(), r.Int32(), r.Uint32(), r.Int64(), r.Float64(), r.Bool(), r.UUID(), r.Uvarint(), r.Varint(), r.Varlong())
		if want := fmt.Sprint(i8, i16, u16, i32, u32, i64, f, yes, id, u32, i32, i64); got != want {
			t.Fatalf("got %s\nwant %s", got, want)
		}
		if r.Err() != nil || r.Remaining() != 0 || r.Pos() != len(b) {
			t.Fatalf("%v, %d bytes left", r.Err(), r.Remaining())
		}
		if n := wire.SizeUvarint(u32) + wire.SizeVarint(i32) + wire.SizeVarlong(i64); n != len(b)-(1+2+2+4+4+8+8+1+16) {
			t.Fatalf("sizes add up to %d", n)
		}
	})
}

// TestCompact does the same for what has a length.
func TestCompact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, raw := rapid.String().Draw(t, "text"), rapid.SliceOf(rapid.Byte()).Draw(t, "raw")
		null := wire.NullString{Valid: rapid.Bool().Draw(t, "valid")}
		if null.Valid {
			null.String = text
		}
		ints, texts := rapid.SliceOf(rapid.Int32()).Draw(t, "ints"), rapid.SliceOf(rapid.StringN(0, 9, -1)).Draw(t, "texts")
		ids := make([]wire.UUID, rapid.IntRange(0, 5).Draw(t, "ids"))

		b := wire.AppendString(nil, text)
		b = wire.AppendNullString(b, null)
		b = wire.AppendBytes(b, raw)
		b = wire.AppendInt32s(b, ints)
		b = wire.AppendStrings(b, texts)
		b = wire.AppendUUIDs(b, ids)

		var arena wire.Arena
		r := wire.NewReader(nil)
		if rapid.Bool().Draw(t, "arena") {
			r.UseArena(&arena)
		}
		for range 3 {
			r.Reset(b)
			same := r.CompactString("text") == text && r.CompactNullString("null") == null && bytes.Equal(r.CompactBytes("raw"), raw) &&
				slices.Equal(r.Int32s("ints"), ints) && slices.Equal(r.Strings("texts"), texts) && slices.Equal(r.UUIDs("ids"), ids)
			if !same || r.Err() != nil || r.Remaining() != 0 {
				t.Fatalf("not what was written: %v, %d bytes left", r.Err(), r.Remaining())
			}
		}
	})
}

func TestNull(t *testing.T) {
	r := wire.NewReader(make([]byte, 3))
	if s, i, u := r.CompactNullString("s"), r.NullInt32s("i"), r.NullUUIDs("u"); s.Valid || i != nil || u != nil || r.Err() != nil {
		t.Errorf("%v %v %v %v", s, i, u, r.Err())
	}
	var arena wire.Arena
	r = wire.NewReader([]byte{1, 1, 1})
	r.UseArena(&arena)
	if s, i, u := r.CompactNullString("s"), r.NullInt32s("i"), r.NullUUIDs("u"); !s.Valid || i == nil || u == nil || r.Err() != nil {
		t.Errorf("empty is not null: %v %v %v %v", s, i, u, r.Err())
	}
}

func TestFailures(t *testing.T) {
	long := wire.AppendUvarint(nil, math.MaxInt16+2)
	for name, c := range map[string]struct {
		in   string
		read func(*wire.Reader)
		kind wire.Kind
		text string
	}{
		"int32":            {"abc", func(r *wire.Reader) { r.Int32() }, wire.Short, "byte 0: needs 4 bytes, only 3 are left"},
		"bool":             {"", func(r *wire.Reader) { r.Bool() }, wire.Short, "byte 0: needs 1 bytes"},
		"uuid":             {"abc", func(r *wire.Reader) { r.Int8(); r.UUID() }, wire.Short, "byte 1: needs 16 bytes, only 2 are left"},
		"bytes -1":         {"abc", func(r *wire.Reader) { r.Bytes(-1) }, wire.Short, "byte 0"},
		"uvarint cut":      {"\xff\xff", func(r *wire.Reader) { r.Uvarint() }, wire.Short, "byte 0: needs 3 bytes, only 2"},
		"uvarint long":     {"\xff\xff\xff\xff\xff\x01", func(r *wire.Reader) { r.Uvarint() }, wire.LongVarint, "runs past 5 bytes"},
		"varlong cut":      {"\xff", func(r *wire.Reader) { r.Varlong() }, wire.Short, "byte 0"},
		"varlong long":     {strings.Repeat("\xff", 11), func(r *wire.Reader) { r.Varlong() }, wire.LongVarint, "runs past 10 bytes"},
		"null string":      {"\x00", func(r *wire.Reader) { r.CompactString("name") }, wire.UnexpectedNull, "byte 0 (field name): null, where"},
		"null bytes":       {"\x00", func(r *wire.Reader) { r.CompactBytes("salt") }, wire.UnexpectedNull, "(field salt)"},
		"null array":       {"\x00", func(r *wire.Reader) { r.Int32s("isr") }, wire.UnexpectedNull, "(field isr)"},
		"null strings":     {"\x00", func(r *wire.Reader) { r.Strings("renewers") }, wire.UnexpectedNull, "(field renewers)"},
		"short string":     {"\x05abc", func(r *wire.Reader) { r.CompactString("name") }, wire.Short, "byte 1 (field name): needs 4 bytes, only 3"},
		"long string":      {string(long), func(r *wire.Reader) { r.CompactString("name") }, wire.LongString, "string of 32768 bytes"},
		"long null":        {string(long), func(r *wire.Reader) { r.CompactNullString("rack") }, wire.LongString, "(field rack)"},
		"hostile count":    {"\xff\xff\xff\xff\x07", func(r *wire.Reader) { r.Int32s("isr") }, wire.LargeCount, "collection of 2147483646 elements, but only 0"},
		"count of null":    {"\x7f", func(r *wire.Reader) { r.NullUUIDs("dirs") }, wire.LargeCount, "(field dirs)"},
		"ints too many":    {"\x03abcdefg", func(r *wire.Reader) { r.Int32s("isr") }, wire.Short, "needs 8 bytes, only 7"},
		"uuids too many":   {"\x02abcdefg", func(r *wire.Reader) { r.UUIDs("dirs") }, wire.Short, "needs 16 bytes, only 7"},
		"tag too long":     {"abc", func(r *wire.Reader) { r.UnknownTag(nil, 1, 4) }, wire.Short, "needs 4 bytes, only 3"},
		"tag of later":     {"abc", func(r *wire.Reader) { r.SetVersion(0, 2); r.EarlyTag(7, 1, "x") }, wire.TagVersion, "tagged field 7 does not exist in version 0"},
		"version of later": {"abc", func(r *wire.Reader) { r.SetVersion(3, 2); r.CheckStruct("x") }, wire.StructVersion, "not defined at version 3"},
	} {
		r := wire.NewReader([]byte(c.in))
		c.read(&r)
		var e *wire.Error
		if !errors.As(r.Err(), &e) || e.Kind != c.kind || !strings.Contains(e.Error(), c.text) {
			t.Errorf("%s: %v", name, r.Err())
			continue
		}
		if r.Int64() != 0 || r.CompactString("later") != "" || r.Varint() != 0 || r.Varlong() != 0 || r.UUID() != (wire.UUID{}) || r.Int32s("later") != nil ||
			r.Strings("later") != nil || r.UUIDs("later") != nil || r.Remaining() != 0 || !r.Failed() {
			t.Errorf("%s: reads on after the error", name)
		}
		if !errors.Is(r.Err(), e) {
			t.Errorf("%s: a later error took the place of the first: %v", name, r.Err())
		}
	}
}

func TestTags(t *testing.T) {
	r := wire.NewReader([]byte("valuerest"))
	r.SetVersion(1, 2)
	if r.EarlyTag(7, 3, "x") {
		t.Error("a tag of a version that is not known is not unknown")
	}
	if r.CheckStruct("x"); r.Failed() {
		t.Error(r.Err())
	}
	tags := r.UnknownTag([]wire.Tag{{Number: 2, Data: []byte("two")}}, 9, 5)
	if len(tags) != 2 || string(tags[1].Data) != "value" || string(r.Rest()) != "rest" {
		t.Errorf("%v", tags)
	}
	var got []byte
	got, next := wire.AppendTags(got, tags, 0, 5)
	got = append(got, "known"...)
	if got = wire.AppendRemainingTags(got, tags, next); string(got) != "\x02\x03twoknown\x09\x05value" {
		t.Errorf("%q", got)
	}
	if section := wire.AppendTagSection(nil, tags[:1]); string(section) != "\x01\x02\x03two" {
		t.Errorf("%q", section)
	}
	negative := wire.NewReader([]byte("\xff\xff\xff\xff\x0f"))
	if n := negative.TagCount(); n != 0 {
		t.Errorf("%d tags", n)
	}
}

func TestInsertSize(t *testing.T) {
	for _, n := range []int{0, 1, 127, 128, 16384} {
		body := strings.Repeat("x", n)
		got := wire.InsertSize([]byte("before"+body), len("before"))
		if want := string(wire.AppendUvarint([]byte("before"), uint32(n))) + body; string(got) != want {
			t.Errorf("%d bytes: %q…", n, got[:min(len(got), 20)])
		}
	}
}

func TestUUID(t *testing.T) {
	id := wire.UUID{15: 1}
	text, err := id.AppendText([]byte("id="))
	if id.String() != "AAAAAAAAAAAAAAAAAAAAAQ" || string(text) != "id=AAAAAAAAAAAAAAAAAAAAAQ" || err != nil {
		t.Errorf("%s, %q", id, text)
	}
	if id.IsZero() || !(wire.UUID{}).IsZero() {
		t.Error("IsZero")
	}
	if s := wire.Str("x"); !s.Valid || s.String != "x" {
		t.Errorf("%+v", s)
	}
}

func TestExtend(t *testing.T) {
	s := wire.Extend([][]int(nil))
	s[0] = append(s[0], 1, 2, 3)
	if s = wire.Extend(s[:0]); cap(s[0]) < 3 {
		t.Error("memory of the earlier element is lost")
	}
}

// TestUnknownKind keeps the error readable for whatever is added.
func TestUnknownKind(t *testing.T) {
	if text := (&wire.Error{}).Error(); text != "byte 0: malformed" {
		t.Error(text)
	}
}

func BenchmarkReader(b *testing.B) {
	buf := wire.AppendVarlong(wire.AppendString(wire.AppendInt32(nil, 7), "metadata.version"), 1<<40)
	var r wire.Reader
	for b.Loop() {
		r.Reset(buf)
		if r.Int32() != 7 || r.CompactString("s") == "" || r.Varlong() == 0 {
			b.Fatal(r.Err())
		}
	}
}
