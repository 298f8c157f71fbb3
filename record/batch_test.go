package record_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/record"
)

// kindOf is the kind of an error of the package; 0 for another one.
func kindOf(err error) record.Kind {
	var e *record.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Kind
}

// sample is a small valid batch.
func sample() []byte {
	return record.AppendBatch(nil, record.NewBatch(18, 4, 1700000000000), []record.Record{
		{Value: []byte("first")},
		{OffsetDelta: 1, TimestampDelta: 5, Key: []byte("k"), Value: []byte{}, Headers: []record.Header{{Key: "h", Value: []byte("v")}}},
	})
}

func TestNewBatch(t *testing.T) {
	b, data, err := record.Parse(sample())
	if err != nil {
		t.Fatal(err)
	}
	want := record.Batch{
		BaseOffset: 18, Length: int32(len(data) - 12), LeaderEpoch: 4, Magic: 2, CRC: b.CRC, LastOffsetDelta: 1, BaseTimestamp: 1700000000000,
		MaxTimestamp: 1700000000000, ProducerID: -1, ProducerEpoch: -1, BaseSequence: -1, Count: 2,
	}
	if b != want {
		t.Errorf("got %+v\nwant %+v", b, want)
	}
	if b.LastSequence() != -1 || b.Sequence(&record.Record{OffsetDelta: 3}) != -1 {
		t.Error("a batch without a producer has a sequence")
	}
	b.BaseSequence = math.MaxInt32
	if got := b.Sequence(&record.Record{OffsetDelta: 1}); got != 0 {
		t.Errorf("sequence %d after the greatest one, expected 0", got)
	}
}

func TestAttributes(t *testing.T) {
	b := record.Batch{Attributes: 0x7F, BaseTimestamp: 7, MaxTimestamp: 9}
	horizon, ok := b.DeleteHorizon()
	if !b.Control() || !b.Transactional() || !b.LogAppendTime() || !ok || horizon != 7 || b.Timestamp(&record.Record{TimestampDelta: 5}) != 9 {
		t.Errorf("%+v", b)
	}
	if c := b.Compression(); c.Known() || c.String() != "unknown" {
		t.Errorf("codec 7 is %s", c)
	}
	if b.Attributes = record.ControlAttributes; !b.Control() || b.Transactional() || b.Compression() != record.Uncompressed {
		t.Error("control attributes")
	}
}

func TestParseDamage(t *testing.T) {
	whole := sample()
	for name, c := range map[string]struct {
		kind   record.Kind
		text   string
		damage func([]byte) []byte
	}{
		"empty":       {record.Truncated, "needs 17 bytes, only 0", func([]byte) []byte { return nil }},
		"cut off":     {record.Truncated, "only 80 are there", func(b []byte) []byte { return b[:80] }},
		"magic 1":     {record.BadMagic, "byte 16: batch format (magic) 1", func(b []byte) []byte { b[16] = 1; return b }},
		"length 48":   {record.BadLength, "byte 8: batch length 48", func(b []byte) []byte { b[11] = 48; return b }},
		"length -1":   {record.BadLength, "length -1", func(b []byte) []byte { binary.BigEndian.PutUint32(b[8:], math.MaxUint32); return b }},
		"length 2^31": {record.Truncated, "cut off", func(b []byte) []byte { binary.BigEndian.PutUint32(b[8:], math.MaxInt32); return b }},
	} {
		_, _, err := record.Parse(c.damage(bytes.Clone(whole)))
		if kindOf(err) != c.kind || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := record.ParseHeader(whole[:60]); kindOf(err) != record.Truncated {
		t.Errorf("half a header: %v", err)
	}
	if err := record.CheckCRC(whole[:60]); kindOf(err) != record.Truncated {
		t.Errorf("CRC of half a header: %v", err)
	}
}

func TestCRC(t *testing.T) {
	whole := sample()
	for i := 17; i < len(whole); i++ {
		whole[i] ^= 0x40
		if err := record.CheckCRC(whole); kindOf(err) != record.BadCRC {
			t.Errorf("a flipped bit in byte %d: %v", i, err)
		}
		whole[i] ^= 0x40
	}
	for _, outside := range []int{0, 11, 12, 16} {
		whole[outside] ^= 0x40
		if err := record.CheckCRC(whole); err != nil {
			t.Errorf("byte %d is not covered: %v", outside, err)
		}
		whole[outside] ^= 0x40
	}
}

func TestIteratorDamage(t *testing.T) {
	const first = record.HeaderSize
	for name, c := range map[string]struct {
		kind   record.Kind
		kafka  string
		damage func(b []byte)
	}{
		"count too large":  {record.Premature, "Incorrect declared batch size, premature EOF reached", func(b []byte) { b[60] = 3 }},
		"count too small":  {record.Leftover, "Incorrect declared batch size, records still remaining in file", func(b []byte) { b[60] = 1 }},
		"count negative":   {record.BadCount, "Found invalid record count -1 in magic v2 batch", func(b []byte) { copy(b[57:], "\xff\xff\xff\xff") }},
		"record too large": {record.RecordSize, "Invalid record size: expected 60 bytes in record payload, but instead the buffer has only 23 remaining bytes.", func(b []byte) { b[first] = 120 }},
		"record too small": {record.RecordLength, "Invalid record size: expected to read 10 bytes in record payload, but instead read 11", func(b []byte) { b[first] = 20 }},
		"value too long":   {record.RecordStructure, "Found invalid record structure", func(b []byte) { b[first+5] = 120 }},
		"varint endless":   {record.RecordStructure, "Found invalid record structure", func(b []byte) { copy(b[first:], "\xff\xff\xff\xff\xff\xff") }},
		"headers -1":       {record.HeaderCount, "Found invalid number of record headers -1", func(b []byte) { b[first+11] = 1 }},
		"headers 60":       {record.HeaderCount, "Found invalid number of record headers. 60 is larger than the remaining size of the buffer", func(b []byte) { b[first+11] = 120 }},
		"header key -1":    {record.HeaderKey, "Invalid negative header key size -1", func(b []byte) { b[len(b)-4] = 1 }},
		"codec 7":          {record.BadCompression, "Unknown compression type id: 7", func(b []byte) { b[22] = 7 }},
	} {
		t.Run(name, func(t *testing.T) {
			data := sample()
			c.damage(data)
			b, err := record.ParseHeader(data)
			if err != nil {
				t.Fatal(err)
			}
			var it record.Iterator
			it.Start(&b, data)
			for it.Next() {
			}
			var e *record.Error
			if !errors.As(it.Err(), &e) || e.Kind != c.kind || e.KafkaMessage() != c.kafka {
				t.Errorf("%v", it.Err())
			}
			if it.Next() {
				t.Error("goes on after an error")
			}
			if !strings.HasPrefix(fmt.Sprint(it.Err()), "byte ") {
				t.Errorf("no position: %v", it.Err())
			}
		})
	}
}

func TestControlKey(t *testing.T) {
	key := record.ControlKey(6)
	if !bytes.Equal(key, []byte{0, 0, 0, 6}) {
		t.Errorf("%x", key)
	}
	if version, controlType, ok := record.ParseControlKey(key); version != 0 || controlType != 6 || !ok {
		t.Errorf("%d %d %t", version, controlType, ok)
	}
	if _, _, ok := record.ParseControlKey(key[:3]); ok {
		t.Error("a key of three bytes was accepted")
	}
}

// TestRoundTrip encodes random batches with every codec and reads them again.
func TestRoundTrip(t *testing.T) {
	bytesOrNil := rapid.Custom(func(t *rapid.T) []byte {
		if rapid.Bool().Draw(t, "null") {
			return nil
		}
		return rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "bytes")
	})
	header := rapid.Custom(func(t *rapid.T) record.Header {
		return record.Header{Key: rapid.String().Draw(t, "key"), Value: bytesOrNil.Draw(t, "value")}
	})
	rapid.Check(t, func(t *rapid.T) {
		b := record.NewBatch(rapid.Int64().Draw(t, "offset"), rapid.Int32().Draw(t, "epoch"), rapid.Int64().Draw(t, "time"))
		b.Attributes = int16(rapid.SampledFrom([]record.Compression{0, 1, 2, 3, 4}).Draw(t, "codec"))
		var records []record.Record
		for i := range rapid.IntRange(0, 20).Draw(t, "records") {
			records = append(records, record.Record{
				Attributes: rapid.Int8().Draw(t, "attributes"), OffsetDelta: int64(i), TimestampDelta: rapid.Int64().Draw(t, "delta"),
				Key: bytesOrNil.Draw(t, "key"), Value: bytesOrNil.Draw(t, "value"), Headers: rapid.SliceOfN(header, 0, 3).Draw(t, "headers"),
			})
		}
		prefix := []byte("before")
		data := record.AppendBatch(prefix, b, records)[len(prefix):]
		got, whole, err := record.Parse(append(data, "after"...))
		if err != nil || len(whole) != len(data) || record.CheckCRC(whole) != nil {
			t.Fatalf("%d of %d bytes: %v", len(whole), len(data), err)
		}
		var it record.Iterator
		it.Start(&got, whole)
		for i := range records {
			if !it.Next() {
				t.Fatalf("record %d: %v", i, it.Err())
			}
			if got, want := show(it.Record()), show(&records[i]); got != want {
				t.Fatalf("record %d:\n got %s\nwant %s", i, got, want)
			}
		}
		if it.Next() || it.Err() != nil {
			t.Fatal(it.Err())
		}
	})
}

// show has everything of a record but its size.
func show(r *record.Record) string {
	text := fmt.Sprintf("%d %d %d %#v %#v", r.Attributes, r.TimestampDelta, r.OffsetDelta, r.Key, r.Value)
	for _, h := range r.Headers {
		text += fmt.Sprintf(" %q=%#v", h.Key, h.Value)
	}
	return text
}
