package bundle

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func compiled(texts ...string) *patterns {
	s := &secrets{}
	for i, text := range texts {
		s.add([]byte(text), fmt.Sprintf("place %d", i))
	}
	return s.compile()
}

func TestFormsAreFound(t *testing.T) {
	const secret = "Zq9~\"<é>\\ 7x!"
	p := compiled(secret)
	b := []byte(secret)
	for name, text := range map[string]string{
		"raw":            secret,
		"hex":            fmt.Sprintf("%x", b),
		"HEX":            fmt.Sprintf("%X", b),
		"json":           `{"v":"Zq9~\"\u003cé\u003e\\ 7x!"}`,
		"json, plain":    `{"v":"Zq9~\"<é>\\ 7x!"}`,
		"properties":     `k=Zq9~"<\u00E9>\\ 7x\!`,
		"base64":         base64.StdEncoding.EncodeToString(b),
		"base64url":      base64.URLEncoding.EncodeToString(b),
		"in base64":      base64.StdEncoding.EncodeToString([]byte("a" + secret + "bc")),
		"in base64 at 2": base64.URLEncoding.EncodeToString([]byte("ab" + secret + "bc")),
		"in base64 at 3": base64.StdEncoding.EncodeToString([]byte("abc" + secret)),
	} {
		if at, found := p.find([]byte("… "+text+" …"), 0); found == nil || found.where != "place 0" {
			t.Errorf("%s: %q is not found (%d)", name, text, at)
		}
	}
	if at, found := p.find([]byte("Zq9~\"<é>\\ 7x"), 0); found != nil {
		t.Errorf("less than the secret is found at %d: %q", at, found.text)
	}
}

func TestWhatCannotBeSearchedForIsTold(t *testing.T) {
	p := compiled("short", "password", "KeyStore", "longer#1", Marker, "")
	if fmt.Sprint(p.short) != "[place 0]" || fmt.Sprint(p.common) != "[place 1 place 2]" {
		t.Errorf("too short %v, too common %v", p.short, p.common)
	}
	if _, found := p.find([]byte("a password, short, in a KeyStore: (redacted)"), 0); found != nil {
		t.Errorf("%q is found", found.text)
	}
}

func TestSecretsKeepTheFirstPlace(t *testing.T) {
	s := &secrets{}
	s.add([]byte("secret#1"), "first")
	s.add([]byte("secret#1"), "second")
	if s.places["secret#1"] != "first" || !s.has([]byte("secret#1")) || s.has([]byte("secret#2")) || !s.has(nil) || !s.has([]byte(Marker)) {
		t.Errorf("%v", s.places)
	}
}

func TestMaskTakesTheLongestSecret(t *testing.T) {
	p := compiled("abcdef#", "abcdef#ghi")
	if got := string(p.mask([]byte("<abcdef#><abcdef#ghi>"))); got != "<(redacted)><(redacted)>" {
		t.Error(got)
	}
	if got := p.mask(nil); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

// However the stream is cut, the scanner finds exactly what is there.
func TestScannerFindsWhatIsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfNDistinct(rapid.StringMatching(`[xyz]{6,9}#`), 1, 5, rapid.ID[string]).Draw(t, "secrets")
		data := []byte(rapid.StringMatching(`[xyz#]{0,300}`).Draw(t, "data"))
		p := compiled(texts...)
		var hits []int64
		s := &scanner{patterns: p, file: "f", hits: func(h *Hit) { hits = append(hits, h.Position) }}
		for rest := data; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			if _, err := s.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		s.flush()
		var want []int64
		for i := range data {
			if slices.ContainsFunc(texts, func(s string) bool { return bytes.HasPrefix(data[i:], []byte(s)) }) {
				want = append(want, int64(i))
			}
		}
		if !slices.Equal(hits, want) {
			t.Fatalf("found at %v, are at %v", hits, want)
		}
	})
}

// Over the borders of its windows, too, and with little memory.
func TestScannerOverWindows(t *testing.T) {
	secret := strings.Repeat("S", 3000) + "!"
	p := compiled(secret)
	rng := rand.New(rand.NewPCG(1, 2))
	data := bytes.Repeat([]byte{'.'}, 5<<20)
	var want []int64
	for at := 100; at+len(secret) < len(data); at += 700_000 + rng.IntN(5000) {
		copy(data[at:], secret)
		want = append(want, int64(at))
	}
	var hits []int64
	s := &scanner{patterns: p, hits: func(h *Hit) { hits = append(hits, h.Position) }}
	for len(data) > 0 {
		n := min(len(data), 1+rng.IntN(40_000))
		_, _ = s.Write(data[:n])
		data = data[n:]
	}
	s.flush()
	if !slices.Equal(hits, want) || len(want) < 5 {
		t.Errorf("found at %v, are at %v", hits, want)
	}
	if cap(s.buf) > 4<<20 {
		t.Errorf("%d bytes of memory", cap(s.buf))
	}
}

func TestHitNeverTellsTheSecret(t *testing.T) {
	h := &Hit{File: "node-1/x.log", Position: 12, Decompressed: true, Secret: "node-1/x.log offset 3: the SCRAM salt of a user"}
	want := "node-1/x.log, byte 12 of the decompressed records of a batch: it still has a secret, which was found first as node-1/x.log offset 3: the SCRAM salt of a user"
	if h.Error() != want {
		t.Error(h.Error())
	}
}
