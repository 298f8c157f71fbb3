package javabase64_test

import (
	"encoding/base64"
	"testing"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/internal/javabase64"
)

// The expectations were printed by java.util.Base64 of OpenJDK 17.0.15 (jshell, Base64.getDecoder().decode(X)).
func TestDecodeAsJava(t *testing.T) {
	tests := []struct{ text, want, fault string }{
		{"", "", ""},
		{"QQ==", "A", ""},
		{"QQ", "A", ""},
		{"QR", "A", ""},
		{"QUI=", "AB", ""},
		{"QUI", "AB", ""},
		{"QUJD", "ABC", ""},
		{"Q", "", "Input byte[] should at least have 2 bytes for base64 bytes"},
		{"QUJDQ", "", "Last unit does not have enough valid bits"},
		{"Q===", "", "Last unit does not have enough valid bits"},
		{"QQ=", "", "Input byte array has wrong 4-byte ending unit"},
		{"QQ=x", "", "Input byte array has wrong 4-byte ending unit"},
		{"====", "", "Input byte array has wrong 4-byte ending unit"},
		{"QQ==QQ==", "", "Input byte array has incorrect ending byte at 4"},
		{"Q Q=", "", "Illegal base64 character 20"},
		{"Qé==", "", "Illegal base64 character -17"},
		{"Q😀==", "", "Illegal base64 character 3f"},
		{"Q_==", "", "Illegal base64 character 5f"},
	}
	for _, test := range tests {
		got, err := javabase64.Decode(test.text, javabase64.Standard)
		fault := ""
		if err != nil {
			fault = err.Error()
		}
		if string(got) != test.want || fault != test.fault {
			t.Errorf("Decode(%q) = %q, %q; want %q, %q", test.text, got, fault, test.want, test.fault)
		}
	}
}

func TestDecodeAgreesWithGoOnValidText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOf(rapid.Byte()).Draw(t, "raw")
		for _, enc := range []struct {
			text     string
			alphabet javabase64.Alphabet
		}{
			{base64.StdEncoding.EncodeToString(raw), javabase64.Standard},
			{base64.RawStdEncoding.EncodeToString(raw), javabase64.Standard},
			{base64.URLEncoding.EncodeToString(raw), javabase64.URL},
			{base64.RawURLEncoding.EncodeToString(raw), javabase64.URL},
		} {
			got, err := javabase64.Decode(enc.text, enc.alphabet)
			if err != nil || string(got) != string(raw) {
				t.Fatalf("Decode(%q) = %x, %v; want %x", enc.text, got, err, raw)
			}
		}
	})
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{"", "Q", "QQ==", "QQ=x", "é", "A-_B"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := javabase64.Decode(text, javabase64.URL)
		if err == nil && base64.RawURLEncoding.EncodedLen(len(got)) > len(text) {
			t.Errorf("Decode(%q) gave %d bytes, more than the text can hold", text, len(got))
		}
	})
}
