package validate_test

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/validate"
)

// expectation is expect.json of a case.
type expectation struct {
	KafkaVersion string   `json:"kafka_version"`
	Profile      string   `json:"profile"`
	Args         []string `json:"args"`
	Findings     []struct {
		Rule     string   `json:"rule"`
		Severity string   `json:"severity"`
		Files    []string `json:"files"`
		Key      string   `json:"key"`
		Line     int      `json:"line"`
	} `json:"findings"`
	Allowed []string `json:"allowed"`
	Clean   bool     `json:"clean"`
}

// fleetCase is one labelled set of files.
type fleetCase struct {
	files  memory
	expect expectation
}

func fleetCases(t testing.TB) map[string]*fleetCase {
	t.Helper()
	file, err := os.Open("../testdata/fleet/cases.tar.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]*fleetCase{}
	for archive := tar.NewReader(unzipped); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return cases
		}
		if err != nil {
			t.Fatal(err)
		}
		name, rest, found := strings.Cut(path.Clean(header.Name), "/")
		if !found || header.Typeflag != tar.TypeReg {
			continue
		}
		text, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		c := cases[name]
		if c == nil {
			c = &fleetCase{files: memory{}}
			cases[name] = c
		}
		if rest != "expect.json" {
			c.files["fleet/"+rest] = string(text)
		} else if err := json.Unmarshal(text, &c.expect); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

func (c *fleetCase) check(t testing.TB) *validate.Report {
	t.Helper()
	rel, err := release.Parse(c.expect.KafkaVersion)
	if err != nil {
		t.Fatal(err)
	}
	profile, _ := validate.ParseProfile(c.expect.Profile)
	found, err := validate.Find(c.files, nil, []string{"fleet"}, 1)
	if err != nil {
		t.Fatal(err)
	}
	opts := validate.Options{Release: rel, Profile: profile, Metas: found.Metas, Partial: found.Partial}
	if i := slices.Index(c.expect.Args, "--cluster-id"); i >= 0 {
		opts.ClusterID = c.expect.Args[i+1]
	}
	return validate.Check(found.Sources, opts)
}

// Every seeded mistake is found where it is, and nothing else is called an error; clean sets stay silent.
func TestFleet(t *testing.T) {
	for name, c := range fleetCases(t) {
		t.Run(name, func(t *testing.T) {
			report := c.check(t)
			known := slices.Clone(c.expect.Allowed)
			for _, want := range c.expect.Findings {
				known = append(known, want.Rule)
				if !slices.ContainsFunc(report.Findings, func(f validate.Finding) bool {
					return f.Rule == want.Rule && f.Severity.String() == want.Severity && f.Line == want.Line && f.Key == want.Key && names(f, want.Files)
				}) {
					t.Errorf("missing: %+v\nfound: %+v", want, report.Findings)
				}
			}
			for _, f := range report.Findings {
				file := strings.TrimPrefix(f.File, "fleet/")
				expected := !c.expect.Clean && (slices.Contains(known, f.Rule) || slices.Contains(known, f.Rule+"@"+file))
				if !expected && (f.Severity == validate.Error || c.expect.Clean && f.Severity == validate.Warning) {
					t.Errorf("not wanted: %+v", f)
				}
			}
		})
	}
}

// names tells whether a finding is in the first of some files and names the others.
func names(f validate.Finding, files []string) bool {
	for i, file := range files {
		file = "fleet/" + file
		elsewhere := slices.ContainsFunc(f.Related, func(r validate.Related) bool { return r.File == file })
		if f.File != file && (i == 0 || !elsewhere) {
			return false
		}
	}
	return true
}

// All sets under one directory, each in its own, are told apart where they are whole clusters; whatever becomes of them,
// every file is in one cluster.
func TestManyClusters(t *testing.T) {
	all := memory{}
	for name, c := range fleetCases(t) {
		if c.expect.Clean {
			for file, text := range c.files {
				all["fleet/"+name+strings.TrimPrefix(file, "fleet")] = text
			}
		}
	}
	found, err := validate.Find(all, nil, []string{"fleet"}, 2)
	if err != nil {
		t.Fatal(err)
	}
	report := validate.Check(found.Sources, validate.Options{Release: release.V3_9, Metas: found.Metas, Workers: 2})
	count := 0
	for _, c := range report.Clusters {
		count += len(c.Files)
	}
	if len(report.Clusters) < 10 || count != len(report.Files) {
		t.Errorf("%d clusters with %d of %d files", len(report.Clusters), count, len(report.Files))
	}
}
