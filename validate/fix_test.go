package validate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/validate"
)

func TestFixes(t *testing.T) {
	for _, test := range []struct {
		name, before string
		line         int
		edit         validate.Edit
		after        string
	}{
		{"set", "a=1\nb = 2\nc=3\n", 2, validate.Edit{Kind: validate.SetValue, Key: "b", Text: "x"}, "a=1\nb = x\nc=3\n"},
		{"set keeps the separator", "b: 2\r\nc=3\r\n", 1, validate.Edit{Kind: validate.SetValue, Key: "b", Text: "SSL://h:1"}, "b: SSL://h:1\r\nc=3\r\n"},
		{"set an empty value", "b\nc=3", 1, validate.Edit{Kind: validate.SetValue, Key: "b", Text: "x"}, "b=x\nc=3"},
		{"set a continued value", "# note\nb=1,\\\n  2\nc=3\n", 2, validate.Edit{Kind: validate.SetValue, Key: "b", Text: "9"}, "# note\nb=9\nc=3\n"},
		{"set an absent key", "a=1", 1, validate.Edit{Kind: validate.SetValue, Key: "b", Text: "2"}, "a=1\nb=2\n"},
		{"set what needs escapes", "b=1\n", 1, validate.Edit{Kind: validate.SetValue, Key: "b", Text: `a\b`}, "b=a\\\\b\n"},
		{"rename", "  a.b=1\nc=3\n", 1, validate.Edit{Kind: validate.RenameKey, Key: "a.b", Text: "A"}, "  A=1\nc=3\n"},
		{"delete", "a=1\nb=2\\\n 3\nc=3\n", 2, validate.Edit{Kind: validate.DeleteKey, Key: "b"}, "a=1\nc=3\n"},
		{"delete the last line", "a=1\nb=2", 2, validate.Edit{Kind: validate.DeleteKey, Key: "b"}, "a=1\n"},
		{"delete the one at the line", "a=1\na=2\na=3\n", 2, validate.Edit{Kind: validate.DeleteKey, Key: "a"}, "a=1\na=3\n"},
		{"another key than the line's", "node.id=1\nbroker.id=2\n", 1, validate.Edit{Kind: validate.DeleteKey, Key: "broker.id"}, "node.id=1\n"},
		{"nothing to delete", "a=1\n", 1, validate.Edit{Kind: validate.DeleteKey, Key: "b"}, "a=1\n"},
		{"a file that cannot be loaded", "a=\\u12\n", 1, validate.Edit{Kind: validate.DeleteKey, Key: "a"}, "a=\\u12\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			finding := validate.Finding{Place: validate.Place{File: "f", Line: test.line}, Edit: &test.edit}
			fixes := validate.Fixes([]validate.Source{{Path: "f", Text: []byte(test.before)}}, []validate.Finding{finding})
			after := test.before
			if len(fixes) > 0 {
				after = string(fixes[0].After)
			}
			if after != test.after {
				t.Errorf("%q becomes %q, want %q", test.before, after, test.after)
			}
		})
	}
}

func TestFixDiff(t *testing.T) {
	text := "a=1\nb=2\nc=3\nd=4\ne=5\nf=6\ng=7\nh=8\ni=9\nssl.key.password=secret\n"
	edits := []validate.Edit{
		{Kind: validate.SetValue, Key: "a", Text: "x"},
		{Kind: validate.SetValue, Key: "ssl.key.password", Text: "hidden"},
		{Kind: validate.DeleteKey, Key: "i"},
	}
	var findings []validate.Finding
	for i := range edits {
		findings = append(findings, validate.Finding{Place: validate.Place{File: "f", Line: 1}, Edit: &edits[i]})
	}
	fixes := validate.Fixes([]validate.Source{{Path: "f", Text: []byte(text)}}, findings)
	if len(fixes) != 1 || len(fixes[0].Findings) != 3 {
		t.Fatalf("%v", fixes)
	}
	const want = `--- f
+++ f
@@ -1,4 +1,4 @@
-a=1
+a=x
 b=2
 c=3
 d=4
@@ -6,5 +6,4 @@
 f=6
 g=7
 h=8
-i=9
-ssl.key.password=(redacted)
+ssl.key.password=(redacted)
`
	if got := fixes[0].Diff(); got != want {
		t.Errorf("the diff is\n%s\nwant\n%s", got, want)
	}
}

// TestFixesMend holds each edit of the examples to its promise: the finding is gone.
func TestFixesMend(t *testing.T) {
	mended := 0
	for _, r := range validate.Rules() {
		opts := validate.Options{Release: r.Releases.Until, Profile: r.Profile}
		var sources []validate.Source
		for _, f := range r.Bad.Files() {
			if strings.HasSuffix(f.Name, "meta.properties") {
				continue
			}
			sources = append(sources, validate.Source{Path: f.Name, Text: []byte(f.Text)})
		}
		fixed := false
		left := only(validate.Check(sources, opts).Findings, r.Slug)
		// A rule that names the first such file finds the next one when it is asked again.
		for range r.Bad.Files() {
			fixes := validate.Fixes(sources, left)
			for _, fix := range fixes {
				fixed = true
				for i := range sources {
					if sources[i].Path == fix.Path {
						sources[i] = validate.Source{Path: fix.Path, Text: fix.After}
					}
				}
			}
			left = only(validate.Check(sources, opts).Findings, r.Slug)
		}
		if !fixed {
			continue
		}
		mended++
		if len(left) > 0 {
			t.Errorf("%s: its edits leave %v", r.Slug, left)
		}
	}
	if mended < 10 {
		t.Errorf("only %d rules were mended", mended)
	}
}

func only(findings []validate.Finding, slug string) []validate.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f validate.Finding) bool { return f.Rule != slug })
}
