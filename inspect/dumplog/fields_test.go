package dumplog

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/kraftctl/kraftctl/internal/wire"
	"github.com/kraftctl/kraftctl/record"
)

// The texts are those of DefaultRecord.readFrom of 4.3.1.
func TestRecordFailures(t *testing.T) {
	for name, c := range map[string]struct {
		size int
		body string
		want string
	}{
		"sound":            {7, "\x00\x02\x04\x02k\x01\x00", ""},
		"null key":         {6, "\x00\x00\x00\x01\x01\x00", ""},
		"short buffer":     {9, "\x00\x00\x00", "Invalid record size: expected 9 bytes in record payload, but instead the buffer has only 3 remaining bytes."},
		"negative size":    {-1, "\x00\x00\x00\x01\x01\x00", "Invalid record size: expected to read -1 bytes in record payload, but instead read 6"},
		"wrong size":       {5, "\x00\x00\x00\x01\x01\x00", "Invalid record size: expected to read 5 bytes in record payload, but instead read 6"},
		"long key":         {4, "\x00\x00\x00\x20", "Found invalid record structure"},
		"endless varint":   {9, "\x00\x00\xff\xff\xff\xff\xff\xff\xff", "Found invalid record structure"},
		"endless varlong":  {12, "\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "Found invalid record structure"},
		"negative headers": {6, "\x00\x00\x00\x01\x01\x03", "Found invalid number of record headers -2"},
		"many headers":     {6, "\x00\x00\x00\x01\x01\x08", "Found invalid number of record headers. 4 is larger than the remaining size of the buffer"},
		"header key":       {8, "\x00\x00\x00\x01\x01\x02\x01\x01", "Invalid negative header key size -1"},
		"header value":     {9, "\x00\x00\x00\x01\x01\x02\x02h\x20", "Found invalid record structure"},
	} {
		rd := reader{buf: []byte(c.body)}
		var rec record.Record
		rd.record(c.size, &rec)
		got := ""
		if rd.bad.fault != sound {
			got = rd.bad.exception().Message
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestVarints(t *testing.T) {
	for _, v := range []int32{0, 1, -1, 63, 64, -65, 8191, 1 << 20, math.MaxInt32, math.MinInt32} {
		rd := reader{buf: wire.AppendVarint(nil, v)}
		if got := rd.varint(); got != v || rd.remaining() != 0 || rd.bad.fault != sound {
			t.Errorf("varint %d is read as %d", v, got)
		}
	}
	for _, v := range []int64{0, -1, 300, math.MaxInt64, math.MinInt64} {
		rd := reader{buf: wire.AppendVarlong(nil, v)}
		if got := rd.varlong(); got != v || rd.remaining() != 0 || rd.bad.fault != sound {
			t.Errorf("varlong %d is read as %d", v, got)
		}
	}
	rd := reader{buf: []byte("\xff\xff\xff\xff\xff")}
	if rd.varint(); rd.bad.fault != longVarint || varintException(rd.bad.have).Message !=
		"Varint is too long, the most significant bit in the 5th byte is set, converted value: ffffffff" {
		t.Errorf("%v", rd.bad)
	}
}

// The vectors are those of the xxHash specification and the lz4 tool.
func TestXXH32(t *testing.T) {
	long := make([]byte, 101)
	prime := uint32(2654435761)
	for i := range long {
		long[i] = byte(prime >> 24)
		prime *= prime
	}
	for text, want := range map[string]uint32{
		"": 0x02CC5D05, "a": 0x550d7456, "abc": 0x32d153ff, string(long[:14]): 0xe5aa0ab4, string(long): 0x1f1aa412,
	} {
		if got := xxh32([]byte(text)); got != want {
			t.Errorf("xxh32 of %d bytes is %#x, want %#x", len(text), got, want)
		}
	}
}

func TestGzipHeader(t *testing.T) {
	fixed := "\x1f\x8b\x08%\x00\x00\x00\x00\x00\x00"
	head := func(flags byte, rest string) []byte {
		b := []byte(fixed + rest)
		b[3] = flags
		return b
	}
	for name, c := range map[string]struct {
		in         []byte
		rest, want string
	}{
		"plain":         {head(0, "data"), "data", ""},
		"reserved bits": {head(0xe0, "data"), "data", ""},
		"everything":    {head(gzipExtra|gzipName|gzipComment, "\x02\x00xyname\x00comment\x00data"), "data", ""},
		"magic":         {[]byte("PK"), "", "java.util.zip.ZipException: Not in GZIP format"},
		"method":        {[]byte("\x1f\x8b\x07"), "", "java.util.zip.ZipException: Unsupported compression method"},
		"short":         {[]byte("\x1f\x8b\x08\x00"), "", "java.io.EOFException"},
		"extra cut":     {head(gzipExtra, "\x05\x00abc"), "", "java.io.EOFException"},
		"name cut":      {head(gzipName, "abc"), "", "java.io.EOFException"},
		"checksum":      {head(gzipHeaderCRC, "abdata"), "", "java.util.zip.ZipException: Corrupt GZIP header"},
		"checksum cut":  {head(gzipHeaderCRC, "a"), "", "java.io.EOFException"},
	} {
		rest, err := gzipHeader(c.in)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if string(rest) != c.rest || got != c.want {
			t.Errorf("%s: %q %q", name, rest, got)
		}
	}
}

// Complaints of Lz4BlockInputStream and the classes in Lz4BlockOutputStream of 4.3.1.
func TestLZ4Frames(t *testing.T) {
	frame := func(flags, descriptor byte, rest string) []byte {
		b := binary.LittleEndian.AppendUint32(nil, lz4Magic)
		b = append(b, flags, descriptor)
		b = append(b, byte(xxh32(b[4:])>>8))
		return append(b, rest...)
	}
	raw := func(text string) string {
		return string(binary.LittleEndian.AppendUint32(nil, uint32(len(text))|lz4RawBlock)) + text
	}
	const end = "\x00\x00\x00\x00"
	for name, c := range map[string]struct {
		in              []byte
		out, fail, want string
	}{
		"raw blocks":       {frame(0x60, 0x40, raw("ab")+raw("cd")+end+"ignored"), "abcd", "", ""},
		"no end":           {frame(0x60, 0x40, raw("ab")), "ab", "java.io.IOException: Stream ended prematurely", ""},
		"large block":      {frame(0x60, 0x40, "\x01\x00\x01\x00"), "", "java.io.IOException: Block size 65537 exceeded max: 65536", ""},
		"bad block":        {frame(0x60, 0x40, "\x02\x00\x00\x00\xff\xff"), "", "java.io.IOException: net.jpountz.lz4.LZ4Exception: Error decoding input buffer", ""},
		"block checksum":   {frame(0x70, 0x40, raw("ab")+"\x00\x00\x00\x00"), "", "java.io.IOException: Block checksum mismatch", ""},
		"short":            {[]byte("\x04\x22\x4d\x18"), "", "", "java.io.IOException: Stream ended prematurely"},
		"magic":            {[]byte("\x04\x22\x4d\x19ab"), "", "", "java.io.IOException: Stream unsupported (invalid magic bytes)"},
		"version":          {frame(0xa0, 0x40, ""), "", "", "java.lang.RuntimeException: Version 2 is unsupported"},
		"dependent blocks": {frame(0x40, 0x40, ""), "", "", "java.lang.RuntimeException: Dependent block stream is unsupported"},
		"block size":       {frame(0x60, 0x30, ""), "", "", "java.lang.RuntimeException: Block size value must be between 4 and 7"},
		"descriptor":       {append(frame(0x60, 0x40, "")[:6], 0), "", "", "java.io.IOException: Stream frame descriptor corrupted"},
	} {
		var f lz4Frame
		out, failed, err := f.open(nil, c.in, false)
		fail, want := "", ""
		if failed != nil {
			fail = failed.Error()
		}
		if err != nil {
			want = err.Error()
		}
		if c.want != "" {
			c.want = "org.apache.kafka.common.KafkaException: " + c.want
		}
		if string(out) != c.out || fail != c.fail || want != c.want {
			t.Errorf("%s: %q, fails with %q, %q", name, out, fail, want)
		}
	}
}
