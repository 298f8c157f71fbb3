package javaprops

import (
	"bytes"
	"testing"

	"github.com/magiconair/properties"
)

// loadLibrary reads data with magiconair/properties set up as close to Java as it goes.
func loadLibrary(data []byte) (map[string]string, error) {
	loader := properties.Loader{Encoding: properties.ISO_8859_1, DisableExpansion: true}
	p, err := loader.LoadBytes(data)
	if err != nil {
		return nil, err
	}
	return p.Map(), nil
}

func ours(data []byte) (map[string]string, error) {
	p, err := Parse(data)
	all := make(map[string]string)
	for _, e := range p.Deciding() {
		all[e.Key] = e.Value
	}
	return all, err
}

// TestDivergences pins where the library differs from Java, which is why files are scanned here and the library
// is only the store behind. When one of these fails the library has come closer.
func TestDivergences(t *testing.T) {
	for name, text := range map[string]string{
		"CRLF after a continuation": "a=b\\\r\nc=d\r\n",
		"continuation in a key":     "a\\\nb=c\n",
		"backslash at the end":      "a=b\\",
		"empty key":                 "=b\n",
		"surrogate pair":            `a=\uD83D\uDE00`,
	} {
		t.Run(name, func(t *testing.T) {
			mine, err := ours([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			theirs, err := loadLibrary([]byte(text))
			if err == nil && equal(mine, theirs) {
				t.Errorf("no longer differs: %q", mine)
			}
		})
	}
}

func equal(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if w, ok := b[k]; !ok || v != w {
			return false
		}
	}
	return true
}

// common tells whether data stays within what Java and the library read alike: no continuation and no odd end,
// no surrogate, no form feed and no empty key.
func common(data []byte) bool {
	if bytes.ContainsAny(data, "\f\r\x00") || bytes.Contains(data, []byte("\\\n")) || bytes.HasSuffix(data, []byte("\\")) ||
		bytes.Contains(data, []byte(`\u`)) {
		return false
	}
	mine, err := ours(data)
	_, emptyKey := mine[""]
	return err == nil && !emptyKey
}

// FuzzAgainstLibrary holds both readers to one result on the common subset, and ours to reading anything.
func FuzzAgainstLibrary(f *testing.F) {
	for _, seed := range []string{"a=b\n", "a b\nc:d # x\n! y\n", "k\\ ey = va\\tlue\\\\ \n", "a=b\\\r\n c", "a=\\u00e9", "\\\n#", "x=${y}\ny=1"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		mine, _ := ours(data)
		entries, _ := Scan(data)
		for _, e := range entries {
			if e.KeyPos.Line < 1 || e.ValuePos.Line < e.KeyPos.Line || e.PositionAt(0).Line < e.ValuePos.Line {
				t.Fatalf("places of %+v", e)
			}
		}
		if !common(data) {
			return
		}
		theirs, err := loadLibrary(data)
		if err != nil {
			t.Fatalf("the library: %v", err)
		}
		if !equal(mine, theirs) {
			t.Fatalf("ours %q, the library's %q", mine, theirs)
		}
	})
}
