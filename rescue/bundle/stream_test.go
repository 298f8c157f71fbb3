package bundle

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
)

const segment = "00000000000000000000.log"

// redacted runs a file through a stream, twice as a bundle does, and returns what it became.
func redacted(t fataler, name string, data []byte, keepUnknown bool) ([]byte, *notes, *secrets) {
	t.Helper()
	found := &secrets{}
	first, noted, end := pass(t, name, data, keepUnknown, found.add, -1)
	second, _, _ := pass(t, name, data, keepUnknown, func(secret []byte, where string) {
		if !found.has(secret) {
			t.Fatalf("a secret that the first pass did not see: %s", where)
		}
	}, end)
	if !bytes.Equal(first, second) {
		t.Fatalf("the passes differ: %d and %d bytes", len(first), len(second))
	}
	return first, noted, found
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func pass(t fataler, name string, data []byte, keepUnknown bool, found func([]byte, string), end int64) ([]byte, *notes, int64) {
	t.Helper()
	f := open(t, name, data)
	defer f.Close()
	s := &stream{redactor: &redactor{keepUnknown: keepUnknown, found: found, where: name}, end: end, notes: &notes{}}
	var out bytes.Buffer
	if err := s.copy(f, &out); err != nil {
		t.Fatalf("copy: %v", err)
	}
	return out.Bytes(), s.notes, s.pos
}

func open(t fataler, name string, data []byte) *metalog.File {
	t.Helper()
	f, err := metalog.OpenFile(fstest.MapFS{name: {Data: data}}, name, name)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return f
}

// shape is what must not change: everything in the headers of sound batches but length and CRC, and the damage between them.
func shape(t fataler, name string, data []byte) (sound []record.Batch, damage []string) {
	t.Helper()
	f := open(t, name, data)
	defer f.Close()
	for b, err := range f.Batches(0) {
		var d *metalog.Damage
		if errors.As(err, &d) {
			damage = append(damage, d.Kind.String())
		} else if err != nil {
			t.Fatalf("read: %v", err)
		}
		if b.Data == nil || d != nil && d.Kind == metalog.BadCRC {
			continue
		}
		h := b.Batch
		h.Length, h.CRC = 0, 0
		sound = append(sound, h)
	}
	return sound, damage
}

// alike tells whether the same batches are sound; of offsets that cannot be meant others may have taken the place.
func alike(was, is []record.Batch) bool {
	return slices.EqualFunc(was, is, func(a, b record.Batch) bool {
		if a.BaseOffset < 0 || a.BaseOffset >= maxOffset {
			a.BaseOffset = b.BaseOffset
		}
		return a == b
	})
}

// plainOf is a file with the decompressed records of its batches behind it, read without the code under test.
func plainOf(t fataler, name string, data []byte) []byte {
	t.Helper()
	f := open(t, name, data)
	defer f.Close()
	all := bytes.Clone(data)
	var d record.Decompressor
	for b, err := range f.Batches(0) {
		if b.Data == nil || err != nil && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if records, err := d.Records(&b.Batch, b.Data); err == nil {
			all = append(all, records...)
		}
	}
	return all
}

// leaks searches for any piece of a secret, and for the usual forms of all of it.
func leaks(all []byte, secret string) bool {
	const piece = 8
	for i := 0; i+piece <= len(secret); i++ {
		if bytes.Contains(all, []byte(secret[i:i+piece])) {
			return true
		}
	}
	for _, form := range []string{
		hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))),
		base64.RawStdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
	} {
		if bytes.Contains(all, []byte(form)) {
			return true
		}
	}
	return false
}

// writer writes random logs with secrets in them.
type writer struct {
	*rapid.T
	secrets []string
	offset  int64
}

func (w *writer) secret() string {
	s := fmt.Sprintf("%s#%04d", rapid.StringMatching(`[A-Z0-9~^]{12,40}`).Draw(w.T, "secret"), len(w.secrets))
	w.secrets = append(w.secrets, s)
	return s
}

// value is a random record.
func (w *writer) value() []byte {
	switch rapid.IntRange(0, 6).Draw(w.T, "kind") {
	case 0:
		return metadata.AppendFramed(nil, &metadata.UserScramCredentialRecord{
			Name: "alice", Mechanism: 1, Salt: []byte(w.secret()), StoredKey: []byte(w.secret()), ServerKey: []byte(w.secret()), Iterations: 4096,
		}, 0)
	case 1:
		name := rapid.SampledFrom([]string{"ssl.key.password", "sasl.jaas.config", "listener.name.a.ssl.keystore.password"}).Draw(w.T, "name")
		return metadata.AppendFramed(nil, &metadata.ConfigRecord{ResourceType: 4, ResourceName: "1", Name: name, Value: metadata.Str(w.secret())}, 0)
	case 2:
		return metadata.AppendFramed(nil, &metadata.ConfigRecord{ResourceType: 2, ResourceName: "t", Name: "retention.ms", Value: metadata.Str("1000")}, 0)
	case 3:
		return metadata.AppendFramed(nil, &metadata.Unknown{Key: 126, Version: 1, Raw: []byte(w.secret())}, 1)
	case 4:
		return append([]byte{0x77}, w.secret()...)
	case 5:
		return metadata.AppendFramed(nil, &metadata.TopicRecord{Name: "t", UnknownTags: []metadata.Tag{{Number: 40, Data: []byte(w.secret())}}}, 0)
	}
	return metadata.AppendFramed(nil, &metadata.NoOpRecord{}, 0)
}

func (w *writer) batch() []byte {
	b := record.NewBatch(w.offset, int32(w.offset/20), 1_700_000_000_000+w.offset)
	b.Attributes = int16(rapid.IntRange(0, 4).Draw(w.T, "compression"))
	var records []record.Record
	for i := range rapid.IntRange(1, 6).Draw(w.T, "records") {
		rec := record.Record{OffsetDelta: int64(i), TimestampDelta: int64(i % 3), Value: w.value()}
		if rapid.IntRange(0, 9).Draw(w.T, "header") == 0 {
			rec.Headers = []record.Header{{Key: w.secret(), Value: []byte(w.secret())}}
			rec.Key = []byte(w.secret())
		}
		records = append(records, rec)
	}
	if rapid.IntRange(0, 5).Draw(w.T, "control") == 0 {
		b.Attributes |= record.ControlAttributes
		leader := (&metadata.LeaderChangeMessage{LeaderId: 3}).Append(nil, 0)
		records = []record.Record{{Key: record.ControlKey(2), Value: append(leader, w.secret()...)}, {
			OffsetDelta: 1, Key: append(record.ControlKey(77), w.secret()...), Value: []byte(w.secret()),
		}}
	}
	w.offset += int64(len(records))
	return record.AppendBatch(nil, b, records)
}

func (w *writer) log() []byte {
	var data []byte
	for range rapid.IntRange(1, 12).Draw(w.T, "batches") {
		data = append(data, w.batch()...)
	}
	return data
}

// damage breaks a log in one of the ways that logs break.
func damage(t *rapid.T, data []byte) []byte {
	data = append(bytes.Clone(data), 0)
	at := rapid.IntRange(0, len(data)-1).Draw(t, "at")
	end := min(len(data), at+rapid.IntRange(1, 200).Draw(t, "length"))
	switch rapid.IntRange(0, 4).Draw(t, "damage") {
	case 0:
		data[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
	case 1:
		clear(data[at:end])
	case 2:
		return data[:max(1, at)]
	case 3:
		return append(data[:at:at], data[end:]...)
	case 4:
		return append(data, make([]byte, 100)...)
	}
	return data
}

func TestOffsetsEpochsCountsAndCRCsStayRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &writer{T: t}
		data := w.log()
		out, noted, found := redacted(t, segment, data, false)
		was, _ := shape(t, segment, data)
		is, broken := shape(t, segment, out)
		if !alike(was, is) || len(broken) > 0 {
			t.Fatalf("batches were\n%v\nand are\n%v\nwith damage %v", was, is, broken)
		}
		all := plainOf(t, segment, out)
		for _, s := range w.secrets {
			if leaks(all, s) {
				t.Fatalf("%q is still there", s)
			}
		}
		if changes := noted.Secrets + noted.Unknown + noted.Undecodable; len(w.secrets) > 0 != (changes > 0) {
			t.Fatalf("%d secrets, %d changes told", len(w.secrets), changes)
		}
		if at, p := found.compile().find(all, 0); p != nil {
			t.Fatalf("the scan finds one at %d", at)
		}
		again, _, _ := redacted(t, segment, out, false)
		if !bytes.Equal(again, out) {
			t.Fatalf("redacting again changes it")
		}
	})
}

func TestNothingLeaksFromDamage(t *testing.T) {
	kinds, same := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		w := &writer{T: t}
		data := w.log()
		for range rapid.IntRange(1, 3).Draw(t, "damages") {
			data = damage(t, data)
		}
		out, _, _ := redacted(t, segment, data, false)
		all := plainOf(t, segment, out)
		for _, s := range w.secrets {
			if leaks(all, s) {
				t.Fatalf("%q is still there", s)
			}
		}
		was, before := shape(t, segment, data)
		is, after := shape(t, segment, out)
		if !alike(was, is) || len(before) > 0 != (len(after) > 0) {
			t.Fatalf("batches were\n%v %v\nand are\n%v %v", was, before, is, after)
		}
		kinds++
		if fmt.Sprint(before) == fmt.Sprint(after) {
			same++
		}
	})
	if same*100 < kinds*80 {
		t.Errorf("damage is told alike in %d of %d logs only", same, kinds)
	}
}

// The region that is no batch keeps its length field and its magic, which make the fault, and nothing else that could be a secret.
func TestRegion(t *testing.T) {
	head := []byte("ABCDEFGHIJKLMNOPQ")
	if got, want := string(region(head, 7)), "(redacteIJKLedacQ"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	binary.BigEndian.PutUint64(head, 6)
	binary.BigEndian.PutUint32(head[epochAt:], 3)
	if got := region(head, 7); string(got) != string(head) {
		t.Errorf("%q, want all of it", got)
	}
	if got := string(region(head[:16], 7)); got != "(redacted)(redac" {
		t.Errorf("%q: less than a header says nothing", got)
	}
}

func TestKeepUnknown(t *testing.T) {
	value := metadata.AppendFramed(nil, &metadata.Unknown{Key: 126, Raw: []byte("of tomorrow")}, 0)
	tagged := metadata.AppendFramed(nil, &metadata.TopicRecord{UnknownTags: []metadata.Tag{{Number: 40, Data: []byte("of tomorrow")}}}, 0)
	data := record.AppendBatch(nil, record.NewBatch(0, 1, 0), []record.Record{{Value: value}, {OffsetDelta: 1, Value: tagged}})
	if out, _, _ := redacted(t, segment, data, true); !bytes.Equal(out, data) {
		t.Error("it was not kept")
	}
	out, n, _ := redacted(t, segment, data, false)
	if bytes.Contains(out, []byte("tomorrow")) || len(out) != len(data) || n.Unknown != 2 || fmt.Sprint(n.UnknownOffsets) != "[[0 1]]" {
		t.Errorf("it was kept, or grew: %q, %+v", out, n)
	}
}

// What real Kafka wrote is taken as it is but for its secrets, and reads as before.
func TestRealLogs(t *testing.T) {
	files := corpus.Load(t, "../../testdata/corpus")
	secretsSeen, read := int64(0), 0
	for name, file := range files {
		base := name[strings.LastIndex(name, "/")+1:]
		if kind := metalog.ParseName(base).Kind; !kind.Records() || strings.Contains(name, "/oracle/") {
			continue
		}
		out, n, found := redacted(t, base, file.Data, false)
		was, before := shape(t, base, file.Data)
		is, after := shape(t, base, out)
		if !alike(was, is) || !slices.Equal(before, after) {
			t.Errorf("%s: batches were\n%v %v\nand are\n%v %v", name, was, before, is, after)
		}
		all := plainOf(t, base, out)
		for secret, where := range found.places {
			if len(secret) >= 8 && bytes.Contains(all, []byte(secret)) {
				t.Errorf("%s: a secret is still there: %s", name, where)
			}
		}
		secretsSeen += n.Secrets
		read++
	}
	if read < 50 || secretsSeen < 20 {
		t.Errorf("%d files with %d secrets were read: is the corpus there?", read, secretsSeen)
	}
}

func FuzzRedact(f *testing.F) {
	batch := func(attributes int16, value []byte) []byte {
		b := record.NewBatch(0, 1, 0)
		b.Attributes = attributes
		return record.AppendBatch(nil, b, []record.Record{{Value: value}})
	}
	scram := metadata.AppendFramed(nil, &metadata.UserScramCredentialRecord{Name: "u", Salt: []byte("salt-salt"), StoredKey: []byte("key")}, 0)
	f.Add(batch(0, scram))
	f.Add(append(batch(4, scram), batch(2, scram)[:70]...))
	f.Add(batch(record.ControlAttributes, scram))
	f.Add(append(batch(1, []byte("nothing")), make([]byte, 80)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		out, _, _ := redacted(t, segment, data, false)
		was, _ := shape(t, segment, data)
		is, _ := shape(t, segment, out)
		if len(was) != len(is) {
			t.Fatalf("%d sound batches became %d", len(was), len(is))
		}
		again, n, found := redacted(t, segment, out, false)
		if len(found.places) > 0 || n.Secrets+n.Unknown+n.Undecodable > 0 || len(again) != len(out) {
			t.Fatalf("redacting again finds %+v", n)
		}
	})
}
