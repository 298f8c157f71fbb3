package argparse

import (
	"errors"
	"os"
	"strings"
	"testing"
)

func TestWidthLeavesTheMarginOrFallsBack(t *testing.T) {
	for columns, want := range map[string]int{"80": 75, "40": 35, "6": 1, "5": 75, "-3": 75, "": 75, "wide": 75, "99999999999": 75} {
		if got := Width(columns); got != want {
			t.Errorf("Width(%q) = %d, want %d", columns, got, want)
		}
	}
}

func TestParseKeepsWhatWasGiven(t *testing.T) {
	result, err := shape("newest").Parse([]string{"for", "-gc", "first", "--conf=last", "-t=-id", "-f", "a=1", "-fb=2", "-r", "-1"})
	if err != nil {
		t.Fatal(err)
	}
	if result.Command != "format" || !result.Has("ignore-formatted") || result.Has("standalone") {
		t.Errorf("got %+v", result)
	}
	for name, want := range map[string]string{"config": "last", "cluster-id": "-id", "release-version": "-1"} {
		if got, given := result.Last(name); got != want || !given {
			t.Errorf("%s: got %q, %v, want %q", name, got, given, want)
		}
	}
	if got := strings.Join(result.All("feature"), " "); got != "a=1 b=2" {
		t.Errorf("feature: got %q", got)
	}
	if _, given := result.Last("add-scram"); given {
		t.Error("add-scram was not given")
	}
}

func TestUsageErrorCarriesSuggestions(t *testing.T) {
	_, err := shape("newest").Parse([]string{"fromat"})
	var usage *UsageError
	if !errors.As(err, &usage) {
		t.Fatalf("got %v", err)
	}
	if got := strings.Join(usage.Suggestions, " "); got != "format" {
		t.Errorf("suggestions: got %q", got)
	}
	if !strings.HasSuffix(usage.Text(), "\nDid you mean:\n\tformat\n") {
		t.Errorf("text: got %q", usage.Text())
	}
}

func TestArgumentFiles(t *testing.T) {
	p := shape("newest")
	p.ReadFile = func(name string) ([]byte, error) {
		switch name {
		case "self":
			return []byte("@self\n"), nil
		case "mixed":
			return []byte("info\r\n-c\rF\xff"), nil
		case "empty":
			return nil, nil
		}
		return nil, os.ErrNotExist
	}
	for _, test := range []struct{ word, want string }{
		{"@self", "more than 1000 files of arguments; does 'self' name itself?"},
		{"@gone", "Could not read arguments from file 'gone'"},
		{"@empty", "too few arguments"},
	} {
		if _, err := p.Parse([]string{test.word}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.word, err, test.want)
		}
	}
	result, err := p.Parse([]string{"@mixed"})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := result.Last("config"); got != "F\uFFFD" {
		t.Errorf("config: got %q", got)
	}
}

// FuzzParse holds that no command line and no argument file can do worse than fail.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "format\x00-gc\x00F", "@args\x00--", "-\x00--=x", "info\x00@args\x00@args", "format\x00--cl=\x00-1", "\xff\x00-\xff"} {
		f.Add(seed, "-c\nF\n", uint8(40))
	}
	f.Fuzz(func(t *testing.T, line, file string, width uint8) {
		p := shape("newest")
		p.Width = int(width)
		p.ReadFile = func(string) ([]byte, error) { return []byte(file), nil }
		result, err := p.Parse(strings.Split(line, "\x00"))
		var usage *UsageError
		var asked *HelpError
		switch {
		case err == nil && result.Command == "":
			t.Error("accepted without a command")
		case errors.As(err, &usage) && (usage.Text() == "" || usage.Message == ""):
			t.Error("a usage error without text")
		case errors.As(err, &asked) && asked.Text == "":
			t.Error("help without text")
		}
	})
}

// FuzzWrap holds that wrapping changes nothing but blanks and line ends.
func FuzzWrap(f *testing.F) {
	f.Add("kafka-storage: error: invalid choice: 'füü' (choose from 'info', 'format')\n", uint8(20), uint8(3))
	f.Fuzz(func(t *testing.T, text string, width, column uint8) {
		bare := func(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }
		text = strings.ToValidUTF8(text, "?")
		if got := wrap(text, int(width), int(column), "    "); bare(got) != bare(text) {
			t.Errorf("wrap(%q) = %q", text, got)
		}
	})
}
