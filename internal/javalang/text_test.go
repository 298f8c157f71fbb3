package javalang_test

import (
	"slices"
	"testing"

	"github.com/kraftctl/kraftctl/internal/javalang"
)

func TestTrim(t *testing.T) {
	for in, want := range map[string]string{" a b\t\n": "a b", "\u00a0a ": "\u00a0a", "\x00x\x1f": "x", "": ""} {
		if got := javalang.Trim(in); got != want {
			t.Errorf("Trim(%q) = %q; want %q", in, got, want)
		}
	}
}

// The expectations are those of String.split on OpenJDK 17.
func TestSplit(t *testing.T) {
	tests := []struct {
		in   string
		want []string
	}{
		{"", []string{""}},
		{",", nil},
		{"a,,", []string{"a"}},
		{",a", []string{"", "a"}},
		{"a,,b", []string{"a", "", "b"}},
	}
	for _, test := range tests {
		if got := javalang.Split(test.in, ","); !slices.Equal(got, test.want) {
			t.Errorf("Split(%q) = %q; want %q", test.in, got, test.want)
		}
	}
}

func TestSplitBlank(t *testing.T) {
	tests := []struct {
		in   string
		want []string
	}{
		{"", []string{""}},
		{" ", nil},
		{" a", []string{"", "a"}},
		{"a \t b ", []string{"a", "b"}},
	}
	for _, test := range tests {
		if got := javalang.SplitBlank(test.in); !slices.Equal(got, test.want) {
			t.Errorf("SplitBlank(%q) = %q; want %q", test.in, got, test.want)
		}
	}
}

func TestParseInt(t *testing.T) {
	for in, want := range map[string]int64{"0": 0, "+7": 7, "-1": -1, "007": 7, "32767": 32767} {
		if got, err := javalang.ParseInt(in, 16); err != nil || got != want {
			t.Errorf("ParseInt(%q) = %d, %v; want %d", in, got, err, want)
		}
	}
	for _, in := range []string{"", " 1", "1_0", "0x1", "32768", "1.0", "--1"} {
		if _, err := javalang.ParseInt(in, 16); err == nil || err.Error() != `For input string: "`+in+`"` {
			t.Errorf("ParseInt(%q) error = %v", in, err)
		}
	}
}

// Java compares UTF-16 units: the surrogates of U+1F600 come before U+FF5E, though the code point comes after.
func TestSortedSet(t *testing.T) {
	got := javalang.SortedSet([]string{"\uff5e", "\U0001f600", "b", "a", "b"})
	if want := []string{"a", "b", "\U0001f600", "\uff5e"}; !slices.Equal(got, want) {
		t.Errorf("SortedSet = %q; want %q", got, want)
	}
}
