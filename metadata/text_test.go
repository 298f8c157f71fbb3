package metadata_test

import (
	"strings"
	"testing"
	"testing/quick"

	"github.com/kraftctl/kraftctl/metadata"
)

// The expectations are what `new String(bytes, UTF_8)` of JDK 17 gives.
func TestAppendText(t *testing.T) {
	for in, want := range map[string]string{
		"":                      "",
		"plain \"text\" \n\x00": "plain \"text\" \n\x00",
		"Zürich \U0001F600":     "Zürich \U0001F600",
		"\xff":                  "\uFFFD",
		"a\xc3":                 "a\uFFFD",
		"\xed\xa0\x80b":         "\uFFFDb",
		"\xe2\x82c":             "\uFFFDc",
		"\xf0\x9f\x98":          "\uFFFD",
		"\xc0\x80":              "\uFFFD\uFFFD",
		"\xf8\x88\x80\x80\x80":  "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD",
	} {
		if got := string(metadata.AppendText([]byte(">"), in)); got != ">"+want {
			t.Errorf("AppendText(%q) = %q, want %q", in, got[1:], want)
		}
	}
}

// Text in quotes is the same text with escapes.
func TestAppendTextAgreesWithJSON(t *testing.T) {
	plain := strings.NewReplacer(`"`, "", `\`, "")
	if err := quick.Check(func(b []byte) bool {
		in := strings.Map(func(r rune) rune {
			if r < ' ' {
				return -1
			}
			return r
		}, plain.Replace(string(metadata.AppendText(nil, string(b)))))
		return string(metadata.AppendJSONString(nil, in)) == `"`+in+`"`
	}, nil); err != nil {
		t.Error(err)
	}
}
