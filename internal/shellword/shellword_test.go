package shellword_test

import (
	"os/exec"
	"testing"

	"github.com/kraftctl/kraftctl/internal/shellword"
)

func TestQuote(t *testing.T) {
	for text, want := range map[string]string{
		"":                 "''",
		"/var/lib/kafka-1": "/var/lib/kafka-1",
		"a b":              "'a b'",
		"=a":               "'=a'",
		"it's":             `'it'\''s'`,
		"$(rm -rf x)":      "'$(rm -rf x)'",
		"é":                "'é'",
		"a\nb":             "'a\nb'",
	} {
		got := shellword.Quote(text)
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
		sh, err := exec.LookPath("sh")
		if err != nil {
			continue
		}
		if out, err := exec.Command(sh, "-c", "printf %s "+got).Output(); err != nil || string(out) != text {
			t.Errorf("the shell makes %q of %s, %v", out, got, err)
		}
	}
}
