package main

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/validate"
	"github.com/kraftctl/kraftctl/validate/explain"
)

// TestFresh fails when docs/rules.md is not what the rules say.
func TestFresh(t *testing.T) {
	var want bytes.Buffer
	write(&want)
	got, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "rules.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Error("docs/rules.md is stale: run go generate ./internal/gen/rules")
	}
}

// TestRun writes the page through the program.
func TestRun(t *testing.T) {
	if err := run(nil); err == nil {
		t.Error("no file was named, and nothing was said")
	}
	file := filepath.Join(t.TempDir(), "rules.md")
	if err := run([]string{file}); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range validate.Rules() {
		if n := strings.Count(string(page), "\n### "+r.Slug+"\n"); n != 1 {
			t.Errorf("%s has %d entries", r.Slug, n)
		}
	}
}

// TestExamples runs the examples: a rule finds something in the wrong one and nothing in the right one.
func TestExamples(t *testing.T) {
	for _, r := range validate.Rules() {
		t.Run(r.Slug, func(t *testing.T) {
			if r.Bad == "" || r.Good == "" {
				t.Fatal("it lacks an example")
			}
			if r.Doc.What == "" || r.Doc.Why == "" || r.Doc.Fix == "" {
				t.Error("its documentation is not whole")
			}
			if !slices.Contains(found(r, r.Bad), r.Slug) {
				t.Errorf("it finds nothing in the wrong example; found are %v", found(r, r.Bad))
			}
			if slices.Contains(found(r, r.Good), r.Slug) {
				t.Error("it finds something in the right example")
			}
		})
	}
}

// found are the slugs of what is found in an example.
func found(r *validate.Rule, e validate.Example) []string {
	opts := validate.Options{Release: r.Releases.Until, Profile: r.Profile}
	var sources []validate.Source
	files := e.Files()
	for _, f := range files {
		if path.Base(f.Name) == "meta.properties" {
			opts.Metas = append(opts.Metas, validate.Meta{Path: f.Name, Text: []byte(f.Text), Owner: owner(f.Name, files)})
			continue
		}
		sources = append(sources, validate.Source{Path: f.Name, Text: []byte(f.Text)})
	}
	var slugs []string
	for _, f := range validate.Check(sources, opts).Findings {
		slugs = append(slugs, f.Rule)
	}
	return slugs
}

// owner is the node file a meta.properties lies beside or below: X/server.properties or X.properties.
func owner(meta string, files []validate.ExampleFile) string {
	for dir := path.Dir(meta); dir != "." && dir != "/"; dir = path.Dir(dir) {
		for _, f := range files {
			if f.Name == dir+"/server.properties" || f.Name == dir+".properties" {
				return f.Name
			}
		}
	}
	return ""
}

// TestMessagesNameRules holds the catalogue of messages to the rules there are.
func TestMessagesNameRules(t *testing.T) {
	for _, m := range explain.Messages() {
		for _, slug := range m.Slugs() {
			if _, ok := validate.Lookup(slug); !ok {
				t.Errorf("%q names the rule %s, which does not exist", m.Text, slug)
			}
		}
	}
}

func TestShown(t *testing.T) {
	for text, want := range map[string]string{
		"a=1":             "a=1\n",
		"\uFEFFa=1\n":     "<U+FEFF>a=1\n",
		"a=\u00A01\n":     "a=<U+00A0>1\n",
		"a=\xff\n":        "a=\uFFFD\n",
		"node.id=1\nx=y":  "node.id=1\nx=y\n",
		"a=1\n\nb=2\n\n":  "a=1\n\nb=2\n\n",
		"listeners=A://b": "listeners=A://b\n",
	} {
		if got := shown(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
}
