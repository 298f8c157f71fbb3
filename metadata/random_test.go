package metadata_test

import (
	"math"
	"math/rand/v2"
	"reflect"

	"github.com/kraftctl/kraftctl/metadata"
)

// filler sets every field of a record to a random value.
type filler struct{ *rand.Rand }

// texts are strings that are hard to print or to decode.
var texts = []string{
	"", "foo", "__consumer_offsets", "naïve", "日本語", "😀", "a\"b\\c/d", "\x00\x01\b\t\n\f\r\x1f\x7f", "\u2028\u0085",
	"\xff", "a\xc3", "\xc3(", "\xe2\x82", "\xe2\x82(", "\xed\xa0\x80x", "\xf0\x9f", "\xf0\x9f\x98", "\xf0\x9f\x98(", "\xf4\x90\x80\x80",
	"\xc0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xf5\x80\x80\x80", "\xed\xa0", "\xe0\xa0", "�",
}

// doubles are values at the edges of how Java prints them.
var doubles = []float64{
	0, math.Copysign(0, -1), 1, 7, -2.5, 0.1, 0.001, 0.0009999, 1e-5, 9999999, 1e7, 12345678.9, 1.5e300, math.Inf(1), math.Inf(-1),
	math.NaN(), 1048576, 100, 1.0 / 3, 5e-324, math.MaxFloat64,
}

func (f filler) record(t *metadata.Type) metadata.Record {
	rec := t.New()
	f.fill(reflect.ValueOf(rec).Elem())
	return rec
}

func (f filler) fill(v reflect.Value) {
	switch x := v.Addr().Interface().(type) {
	case *metadata.UUID:
		for i := range x {
			x[i] = byte(f.Uint32())
		}
		return
	case *metadata.NullString:
		if f.IntN(3) > 0 {
			*x = metadata.Str(f.text())
		}
		return
	case *[]metadata.Tag:
		for i := range f.IntN(10) / 7 {
			*x = append(*x, metadata.Tag{Number: uint32(100 + i), Data: f.bytes()})
		}
		return
	case *[]byte:
		*x = f.bytes()
		return
	}
	f.fillKind(v)
}

func (f filler) fillKind(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(f.IntN(2) == 0)
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if f.IntN(4) > 0 {
			v.SetInt(int64(f.Uint64()) >> (64 - v.Type().Bits() + f.IntN(v.Type().Bits())))
		}
	case reflect.Uint16:
		v.SetUint(uint64(uint16(f.Uint32())))
	case reflect.Float64:
		v.SetFloat(doubles[f.IntN(len(doubles))])
	case reflect.String:
		v.SetString(f.text())
	case reflect.Slice:
		if f.IntN(4) == 0 {
			return
		}
		n := f.IntN(4)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			f.fill(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	}
}

func (f filler) text() string {
	s := ""
	for range f.IntN(3) + 1 {
		s += texts[f.IntN(len(texts))]
	}
	return s
}

func (f filler) bytes() []byte {
	b := make([]byte, f.IntN(20))
	for i := range b {
		b[i] = byte(f.Uint32())
	}
	return b
}
