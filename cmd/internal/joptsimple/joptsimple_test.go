package joptsimple_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/cmd/internal/joptsimple"
)

var options = []joptsimple.Option{
	{Name: "help", Description: "Print usage information."},
	{Name: "files", Description: "The files, comma-separated.", Argument: joptsimple.Required, Type: "String", Placeholder: "a, b, ..."},
	{Name: "max", Description: "How many.", Argument: joptsimple.Required, Type: "Integer", Default: "7"},
	{Name: "class", Description: "A class.", Argument: joptsimple.Optional, Type: "String", Default: "x.Y"},
}

func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		args                    string
		has, files, class, fail string
	}{
		"nothing":               {"", "", "", "x.Y", ""},
		"next word":             {"--files a", "files", "a", "x.Y", ""},
		"equals":                {"--files=a=b", "files", "a=b", "x.Y", ""},
		"nothing after equals":  {"--files=", "files", "", "x.Y", ""},
		"an option as argument": {"--files --help", "files", "--help", "x.Y", ""},
		"two dashes as well":    {"--files -- --class", "files class", "--", "x.Y", ""},
		"one dash":              {"-files a -class=z", "files class", "a", "z", ""},
		"optional":              {"--class z --files a", "files class", "a", "z", ""},
		"optional left out":     {"--class --files a", "files class", "a", "x.Y", ""},
		"optional and no more":  {"--files a --class", "files class", "a", "x.Y", ""},
		"optional, dash alone":  {"--class - --files a", "files class", "a", "-", ""},
		"optional, end":         {"--class -- --files a", "class", "", "x.Y", ""},
		"argument of a flag":    {"--help=yes", "help", "", "x.Y", ""},
		"other words":           {"a - --help b", "help", "", "x.Y", ""},
		"end of options":        {"--help -- --files a --nonsense", "help", "", "x.Y", ""},
		"unknown":               {"--file a", "", "", "", "UnrecognizedOption: file is not a recognized option"},
		"unknown with value":    {"--x=1", "", "", "", "UnrecognizedOption: x is not a recognized option"},
		"unknown cluster":       {"-abc", "", "", "", "UnrecognizedOption: a is not a recognized option"},
		"not ASCII":             {"-é", "", "", "", "UnrecognizedOption: é is not a recognized option"},
		"nothing but equals":    {"-=x", "", "", "", "UnrecognizedOption: = is not a recognized option"},
		"missing":               {"--help --files", "", "", "", "OptionMissingRequiredArgument: Option files requires an argument"},
		"twice":                 {"--files a --files b", "files", "", "x.Y", "MultipleArgumentsForOption: Found multiple arguments for option files, but you asked for only one"},
	} {
		given, err := joptsimple.Parse(options, strings.Fields(c.args))
		if err == nil {
			var has []string
			for _, o := range []string{"help", "files", "max", "class"} {
				if given.Has(o) {
					has = append(has, o)
				}
			}
			var files, class string
			files, err = given.Value("files")
			class, _ = given.Value("class")
			if !slices.Equal(has, strings.Fields(c.has)) || files != c.files || class != c.class {
				t.Errorf("%s: has %v, files %q, class %q", name, has, files, class)
			}
		}
		if got := text(err); got != c.fail {
			t.Errorf("%s: %q, want %q", name, got, c.fail)
		}
	}
}

func text(err error) string {
	var e *joptsimple.Error
	if !errors.As(err, &e) {
		return ""
	}
	return strings.TrimSuffix(strings.TrimPrefix(e.Class, "joptsimple."), "Exception") + ": " + e.Error()
}

func TestInt(t *testing.T) {
	for args, want := range map[string]string{
		"":                 "",
		"--max 12":         "",
		"--max +12":        "",
		"--max x":          "OptionArgumentConversion: Cannot parse argument 'x' of option max",
		"--max=":           "OptionArgumentConversion: Cannot parse argument '' of option max",
		"--max 2147483648": "OptionArgumentConversion: Cannot parse argument '2147483648' of option max",
		"--max 1 --max 2":  "MultipleArgumentsForOption: Found multiple arguments for option max, but you asked for only one",
		"--max 1 --max y":  "OptionArgumentConversion: Cannot parse argument 'y' of option max",
	} {
		given, err := joptsimple.Parse(options, strings.Fields(args))
		if err != nil {
			t.Fatal(err)
		}
		n, err := given.Int("max")
		if text(err) != want || want == "" && args == "" && n != 7 || want == "" && args != "" && n != 12 {
			t.Errorf("%q: %d %v", args, n, err)
		}
	}
}

// The shape is that of BuiltinHelpFormatter; whole tables of Kafka's are compared in package command.
func TestHelp(t *testing.T) {
	got := joptsimple.Help(options)
	for _, part := range []string{"--class [String]  ", "A class. (default: x.Y)", "--files <String: a, b, ...>  The files, comma-separated.", "--max <Integer>"} {
		if !strings.Contains(got, part) {
			t.Errorf("no %q in\n%s", part, got)
		}
	}
	lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
	for _, line := range lines {
		if len(line) != len(lines[0]) || len(line) > 80 {
			t.Errorf("%q is not as wide as the others, or too wide", line)
		}
	}
}
