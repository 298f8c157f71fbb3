package validate_test

import (
	"testing"

	"github.com/kraftctl/kraftctl/validate"
)

// judge checks the files of an example as validate does those of a directory.
func judge(t *testing.T, files []validate.ExampleFile, opts validate.Options) *validate.Report {
	t.Helper()
	var paths []string
	tree := memory{}
	for _, f := range files {
		tree[f.Name] = f.Text
	}
	for name := range tree {
		paths = append(paths, name)
	}
	found, err := validate.Find(tree, nil, paths, 1)
	if err != nil {
		t.Fatal(err)
	}
	opts.Metas = found.Metas
	return validate.Check(found.Sources, opts)
}

func has(report *validate.Report, slug string) bool {
	for _, f := range report.Findings {
		if f.Rule == slug {
			return true
		}
	}
	return false
}

// The bad example of a rule shows what it finds, and the good one how to write it, at the last release the rule holds for.
func TestExamples(t *testing.T) {
	for _, rule := range validate.Rules() {
		t.Run(rule.Slug, func(t *testing.T) {
			opts := validate.Options{Release: rule.Releases.Until, Profile: rule.Profile}
			bad := judge(t, rule.Bad.Files(), opts)
			if !has(bad, rule.Slug) {
				t.Errorf("the bad example is not found fault with: %+v", bad.Findings)
			}
			for _, f := range bad.Findings {
				if f.Rule == rule.Slug && (f.Message == "" || f.Fix == "" || f.Why == "" || f.Line < 1 || f.File == "" || f.Key == "") {
					t.Errorf("a finding lacks something: %+v", f)
				}
			}
			if good := judge(t, rule.Good.Files(), opts); has(good, rule.Slug) {
				t.Errorf("the good example is found fault with: %+v", good.Findings)
			}
		})
	}
}

// Every rule says what, why and what to do; slugs are unique.
func TestRulesAreDocumented(t *testing.T) {
	seen := map[string]bool{}
	for _, rule := range validate.Rules() {
		if seen[rule.Slug] {
			t.Errorf("%s is there twice", rule.Slug)
		}
		seen[rule.Slug] = true
		if rule.Doc.What == "" || rule.Doc.Why == "" || rule.Doc.Fix == "" || rule.Bad == "" || rule.Good == "" {
			t.Errorf("%s lacks documentation", rule.Slug)
		}
		if found, ok := validate.Lookup(rule.Slug); !ok || found != rule {
			t.Errorf("%s cannot be looked up", rule.Slug)
		}
	}
	if want := 98; len(seen) != want {
		t.Errorf("%d rules, want the %d of the catalogue", len(seen), want)
	}
}
