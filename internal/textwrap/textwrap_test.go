package textwrap_test

import (
	"slices"
	"testing"

	"github.com/kraftctl/kraftctl/internal/textwrap"
)

func TestLines(t *testing.T) {
	for text, want := range map[string][]string{
		"":                {""},
		"one":             {"one"},
		"one two three":   {"one two", "three"},
		"one  two\nthree": {"one two", "three"},
		"öne zwö drei":    {"öne zwö", "drei"},
		"a-long-word b":   {"a-long-word", "b"},
		"b a-long-word b": {"b", "a-long-word", "b"},
	} {
		if got := textwrap.Lines(text, 7); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
