package metadata_test

import (
	"bufio"
	"bytes"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/record"
)

// TestGoldenJSON compares the JSON of every record of the corpus with what kafka-dump-log printed for it.
func TestGoldenJSON(t *testing.T) {
	files := corpus.Load(t, "../testdata/corpus")
	compared := 0
	for name, f := range files {
		dir, base := path.Split(name)
		if path.Base(dir) != "oracle" || !strings.HasSuffix(base, ".dump.txt") || strings.Contains(base, ".printdata.") {
			continue
		}
		golden, source := payloads(f.Data)
		log, err := fs.ReadFile(files, source)
		if err != nil || len(golden) == 0 {
			continue
		}
		ours := dump(t, log)
		for offset, want := range golden {
			compared++
			if got, ok := ours[offset]; !ok || got != want {
				t.Fatalf("%s, offset %d:\n got %s\nwant %s", name, offset, got, want)
			}
		}
	}
	if compared < 20_000 {
		t.Errorf("only %d payloads compared", compared)
	}
	t.Logf("%d payloads", compared)
}

// payloads are the JSON texts of a dump by offset, and the file that was dumped.
func payloads(text []byte) (byOffset map[int64]string, source string) {
	byOffset = map[int64]string{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		line := lines.Text()
		if dumping, ok := strings.CutPrefix(line, "Dumping "); ok {
			source = dumping
		}
		rest, ok := strings.CutPrefix(line, "| offset: ")
		if !ok {
			continue
		}
		number, _, _ := strings.Cut(rest, " ")
		offset, err := strconv.ParseInt(number, 10, 64)
		_, json, found := strings.Cut(rest, "headerKeys: [] ")
		json = strings.TrimPrefix(json, "payload: ")
		if i := strings.IndexByte(json, '{'); err == nil && found && i >= 0 && !strings.HasPrefix(json, "Error") {
			byOffset[offset] = json[i:]
		}
	}
	return byOffset, source
}

// dump is our JSON of every record of a log by offset.
func dump(t *testing.T, log []byte) map[int64]string {
	t.Helper()
	byOffset := map[int64]string{}
	var dec metadata.Decoder
	var it record.Iterator
	for len(log) > 0 {
		b, data, err := record.Parse(log)
		if err != nil {
			t.Fatal(err)
		}
		it.Start(&b, data)
		for it.Next() {
			rec := it.Record()
			if b.Control() {
				_, controlType, _ := record.ParseControlKey(rec.Key)
				body, err := dec.DecodeControl(controlType, rec.Value)
				if err != nil {
					t.Fatal(err)
				}
				byOffset[b.Offset(rec)] = string(body.AppendJSON(nil, metadata.ControlVersion))
				continue
			}
			m, version, err := dec.Decode(rec.Value)
			if err != nil {
				t.Fatal(err)
			}
			byOffset[b.Offset(rec)] = string(metadata.AppendDump(nil, m, version))
		}
		log = log[len(data):]
	}
	return byOffset
}
