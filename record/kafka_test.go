package record_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/kraftctl/kraftctl/record"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/kafka/" + name + ".bin")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestKafkaBatches reads what Kafka wrote with every codec.
func TestKafkaBatches(t *testing.T) {
	var it record.Iterator
	for codec, count := range map[string]int{"none": 20, "gzip": 500, "snappy": 500, "lz4": 500, "zstd": 500} {
		t.Run(codec, func(t *testing.T) {
			data := read(t, "v2-"+codec)
			b, whole, err := record.Parse(data)
			if err != nil || len(whole) != len(data) || b.Size() != len(data) {
				t.Fatalf("%d of %d bytes, %v", len(whole), len(data), err)
			}
			if err := record.CheckCRC(data); err != nil {
				t.Error(err)
			}
			checkHeader(t, &b, codec, count)
			it.Start(&b, data)
			for i := range count {
				if !it.Next() {
					t.Fatalf("record %d: %v", i, it.Err())
				}
				checkRecord(t, &b, it.Record(), i)
			}
			if it.Leftover() != 0 || it.Next() || it.Err() != nil {
				t.Errorf("%d bytes left, %v", it.Leftover(), it.Err())
			}
		})
	}
}

func checkHeader(t *testing.T, b *record.Batch, codec string, count int) {
	t.Helper()
	got := fmt.Sprintln(b.BaseOffset, b.LastOffset(), b.NextOffset(), b.Count, b.LeaderEpoch, b.Magic, b.Compression(), b.ProducerID, b.ProducerEpoch,
		b.BaseSequence, b.LogAppendTime(), b.Transactional(), b.Control(), b.MaxTimestamp)
	want := fmt.Sprintln(100, 99+count, 100+count, count, 5, 2, codec, 7, 3, math.MaxInt32-10, false, false, false, 1700000000000+3*int64(count-1))
	if got != want {
		t.Errorf("header\n got %s\nwant %s", got, want)
	}
	// Sequences wrap around: DefaultRecordBatch.incrementSequence.
	if want := int32(count - 1 - 10 - 1); b.LastSequence() != want {
		t.Errorf("last sequence %d, expected %d", b.LastSequence(), want)
	}
	if _, ok := b.DeleteHorizon(); ok {
		t.Error("delete horizon")
	}
}

func checkRecord(t *testing.T, b *record.Batch, r *record.Record, i int) {
	t.Helper()
	key, value := []byte(fmt.Sprint("key-", i)), []byte(fmt.Sprint("value-", i*31))
	if i%3 == 0 {
		key = nil
	}
	if i%7 == 0 {
		value = nil
	}
	if (key == nil) != (r.Key == nil) || !bytes.Equal(r.Key, key) || (value == nil) != (r.Value == nil) || !bytes.Equal(r.Value, value) {
		t.Errorf("record %d: key %q, value %q", i, r.Key, r.Value)
	}
	if b.Offset(r) != int64(100+i) || b.Timestamp(r) != 1700000000000+3*int64(i) {
		t.Errorf("record %d: offset %d, timestamp %d", i, b.Offset(r), b.Timestamp(r))
	}
	want := "[]"
	if i%5 == 0 {
		want = fmt.Sprintf("[{h%d []} {trace [1 2]}]", i)
	}
	if got := fmt.Sprint(r.Headers); got != want {
		t.Errorf("record %d: headers %s", i, got)
	}
}

// TestKafkaLegacy names what Kafka wrote in the formats before 0.11.
func TestKafkaLegacy(t *testing.T) {
	for _, magic := range []int8{0, 1} {
		for _, codec := range []string{"none", "gzip", "snappy", "lz4"} {
			name := fmt.Sprintf("v%d-%s", magic, codec)
			t.Run(name, func(t *testing.T) {
				data := read(t, name)
				for i := 0; len(data) > 0; i++ {
					m, err := record.ParseLegacy(data)
					if err != nil {
						t.Fatal(err)
					}
					if !m.Valid() || m.Magic != magic || m.Compression().String() != codec || m.LogAppendTime() != (magic == 1) {
						t.Errorf("message %d: %+v", i, m)
					}
					if codec == "none" {
						checkLegacy(t, &m, i)
					} else if m.Offset != 599 && m.Offset != 499 || m.Key != nil || len(m.Value) == 0 {
						t.Errorf("compressed message: offset %d, key %q, value of %d bytes", m.Offset, m.Key, len(m.Value))
					}
					data = data[m.Size():]
				}
			})
		}
	}
}

func checkLegacy(t *testing.T, m *record.Legacy, i int) {
	t.Helper()
	timestamp := int64(record.None)
	if m.Magic == 1 {
		timestamp = 1700000000000
	}
	if m.Offset != int64(100+i) || m.Timestamp != timestamp {
		t.Errorf("message %d: offset %d, timestamp %d", i, m.Offset, m.Timestamp)
	}
	if i%3 != 0 && string(m.Key) != fmt.Sprint("key-", i) || i%7 == 0 && m.Value != nil {
		t.Errorf("message %d: key %q, value %q", i, m.Key, m.Value)
	}
}

func TestLegacyDamage(t *testing.T) {
	whole := read(t, "v1-none")
	first, err := record.ParseLegacy(whole)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		kind   record.Kind
		damage func([]byte) []byte
	}{
		"prefix cut off": {record.Truncated, func(b []byte) []byte { return b[:16] }},
		"cut off":        {record.Truncated, func(b []byte) []byte { return b[:first.Size()-1] }},
		"magic 2":        {record.BadMagic, func(b []byte) []byte { b[16] = 2; return b }},
		"length 13":      {record.BadLength, func(b []byte) []byte { b[11] = 13; return b }},
		"key too long":   {record.RecordStructure, func(b []byte) []byte { b[26] = 1; return b }},
	} {
		_, err := record.ParseLegacy(c.damage(bytes.Clone(whole)))
		var e *record.Error
		if !errors.As(err, &e) || e.Kind != c.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	flipped := bytes.Clone(whole)
	flipped[first.Size()-1] ^= 1
	if m, err := record.ParseLegacy(flipped); err != nil || m.Valid() {
		t.Errorf("a flipped bit passes the CRC (%v)", err)
	}
}
