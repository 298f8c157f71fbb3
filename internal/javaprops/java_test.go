package javaprops

import (
	"bufio"
	"compress/gzip"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// readGolden reads a table testdata/Golden.java wrote; each row is the hexadecimal input and the columns after it.
func readGolden(t *testing.T, name string) [][]string {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	lines := bufio.NewScanner(unzipped)
	for lines.Scan() {
		rows = append(rows, strings.Split(lines.Text(), "\t"))
	}
	if len(rows) == 0 {
		t.Fatal("the table is empty")
	}
	return rows
}

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	data, err := hex.DecodeString(strings.TrimPrefix(text, "x"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestScanLikeJava compares with what java.util.Properties.load made of hand-picked and random files. A lone
// surrogate, which Java holds and writes as ?, is U+FFFD here.
func TestScanLikeJava(t *testing.T) {
	for _, row := range readGolden(t, "load.tsv.gz") {
		input := unhex(t, row[0])
		props, err := Parse(input)
		if row[1] == "!" {
			if err == nil || err.Error() != row[2] {
				t.Errorf("%q: error %v, Java says %s", input, err, row[2])
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v, Java reads it", input, err)
			continue
		}
		var want, have []string
		for i := 2; i+1 < len(row); i += 2 {
			if key := string(unhex(t, row[i])); !strings.Contains(key, "?") { // lone surrogates make keys equal here
				want = append(want, key+"→"+string(unhex(t, row[i+1])))
			}
		}
		for _, e := range props.Deciding() {
			if !strings.ContainsAny(e.Key, "?\uFFFD") {
				have = append(have, e.Key+"→"+strings.ReplaceAll(e.Value, "\uFFFD", "?"))
			}
		}
		slices.Sort(want)
		slices.Sort(have)
		if !slices.Equal(want, have) {
			t.Errorf("%q\n Java: %q\n ours: %q", input, want, have)
		}
	}
}

// TestEscapeLikeJava compares with what java.util.Properties.store wrote.
func TestEscapeLikeJava(t *testing.T) {
	for _, row := range readGolden(t, "store.tsv.gz") {
		text := string(unhex(t, row[0]))
		for i, escaping := range []Escaping{ToWriter, ToStream} {
			want := string(unhex(t, row[i+1]))
			if have := EscapeKey(text, escaping) + "=" + EscapeValue(text, escaping); have != want {
				t.Errorf("%q: wrote %q, Java %q", text, have, want)
			}
		}
	}
}

// TestEscapeRoundTrip reads back what was escaped for a stream.
func TestEscapeRoundTrip(t *testing.T) {
	for _, row := range readGolden(t, "store.tsv.gz") {
		text := string(unhex(t, row[0]))
		entries, err := Scan([]byte(EscapeKey(text, ToStream) + "=" + EscapeValue(text, ToStream) + "\n"))
		if err != nil || len(entries) != 1 || entries[0].Key != text || entries[0].Value != text {
			t.Errorf("%q came back as %+v, %v", text, entries, err)
		}
	}
}
