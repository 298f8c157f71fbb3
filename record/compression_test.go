package record_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/klauspost/compress/snappy"
	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/record"
)

// compressed is what a batch of the codec holds for src.
func compressed(c record.Compression, src []byte) []byte {
	b := record.NewBatch(0, 0, 0)
	b.Attributes = int16(c)
	return record.AppendBatch(nil, b, []record.Record{{Value: src}})[record.HeaderSize:]
}

var codecs = []record.Compression{record.Gzip, record.Snappy, record.LZ4, record.Zstd}

// TestBombs: data that grows a thousandfold stops at the limit, and costs no more memory than twice it.
func TestBombs(t *testing.T) {
	const limit = 1 << 20
	zeros := make([]byte, 32<<20)
	for _, c := range codecs {
		t.Run(c.String(), func(t *testing.T) {
			bomb := compressed(c, zeros)
			d := record.Decompressor{Limit: limit}
			if _, err := d.Decompress(c, bomb); kindOf(err) != record.TooLarge || !strings.Contains(err.Error(), "more than 1048576") {
				t.Errorf("%d bytes: %v", len(bomb), err)
			}
			small, err := d.Decompress(c, compressed(c, []byte("afterwards")))
			if err != nil || !bytes.Contains(small, []byte("afterwards")) {
				t.Errorf("after a bomb: %q, %v", small, err)
			}
		})
	}
}

// TestSnappyLies: a block that claims a great size is refused before that is allocated.
func TestSnappyLies(t *testing.T) {
	block := binary.AppendUvarint(nil, 60<<20)
	var d record.Decompressor
	if _, err := d.Decompress(record.Snappy, append(block, 0, 'x')); kindOf(err) != record.Undecompressable {
		t.Error(err)
	}
}

func TestSnappyFraming(t *testing.T) {
	var d record.Decompressor
	plain, err := d.Decompress(record.Snappy, snappy.Encode(nil, []byte("without framing")))
	if err != nil || string(plain) != "without framing" {
		t.Errorf("%q, %v", plain, err)
	}
	framed := compressed(record.Snappy, bytes.Repeat([]byte("framed "), 20_000))
	for _, cut := range []int{8, 15, 18, 30, len(framed) - 1} {
		if _, err := d.Decompress(record.Snappy, framed[:cut]); kindOf(err) != record.Undecompressable {
			t.Errorf("cut at %d: %v", cut, err)
		}
	}
}

func TestDecompressErrors(t *testing.T) {
	var d record.Decompressor
	if _, err := d.Decompress(5, nil); kindOf(err) != record.BadCompression {
		t.Error(err)
	}
	if _, err := d.Records(&record.Batch{}, make([]byte, 60)); kindOf(err) != record.Truncated {
		t.Error(err)
	}
	for _, c := range codecs {
		for _, src := range []string{"", "x", "not compressed at all, and long enough for every header"} {
			if src == "" && c == record.Zstd {
				continue // zstd takes nothing for no frames.
			}
			if got, err := d.Decompress(c, []byte(src)); kindOf(err) != record.Undecompressable && len(got) != 0 {
				t.Errorf("%s of %q: %q, %v", c, src, got, err)
			}
		}
		whole := compressed(c, bytes.Repeat([]byte("abc"), 1000))
		if _, err := d.Decompress(c, whole[:len(whole)/2]); kindOf(err) != record.Undecompressable {
			t.Errorf("half of %s: %v", c, err)
		}
	}
}

// TestReuse decompresses at random with one Decompressor.
func TestReuse(t *testing.T) {
	var d record.Decompressor
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(codecs).Draw(t, "codec")
		value := bytes.Repeat(rapid.SliceOfN(rapid.Byte(), 1, 50).Draw(t, "value"), rapid.IntRange(0, 3000).Draw(t, "times"))
		b := record.NewBatch(0, 0, 0)
		b.Attributes = int16(c)
		data := record.AppendBatch(nil, b, []record.Record{{Value: value}})
		b, data, err := record.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		it := record.Iterator{Decompressor: d}
		it.Start(&b, data)
		if !it.Next() || !bytes.Equal(it.Record().Value, value) {
			t.Fatalf("%d bytes are not what they were: %v", len(value), it.Err())
		}
		d = it.Decompressor
	})
}
