package scaffold_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/validate"
	"github.com/kraftctl/kraftctl/validate/scaffold"
)

// draw draws a request that can be met.
func draw(t *rapid.T) scaffold.Request {
	r := scaffold.Request{
		Release:     rapid.SampledFrom(release.All()).Draw(t, "release"),
		Controllers: rapid.SampledFrom([]int{1, 3, 5}).Draw(t, "controllers"),
		Combined:    rapid.Bool().Draw(t, "combined"),
		TLS:         rapid.Bool().Draw(t, "tls"),
		SASL:        rapid.SampledFrom([]string{scaffold.NoSASL, scaffold.Scram256, scaffold.Scram512}).Draw(t, "sasl"),
		HostPattern: rapid.SampledFrom([]string{"{role}-{n}", "k{id}.Kafka.example.com", "{role}{n}.dc-1.internal"}).Draw(t, "hosts"),
		LogDir:      "/var/lib/kafka/data", MetadataDir: "/var/lib/kafka/metadata", TLSDir: "/etc/kafka/tls",
	}
	if r.Release < release.V3_5 {
		r.SASL = scaffold.NoSASL
	}
	least := 1
	if r.Combined {
		least = r.Controllers
	}
	r.Brokers = rapid.IntRange(least, least+7).Draw(t, "brokers")
	r.Dynamic = r.Release >= release.V3_9 && rapid.Bool().Draw(t, "dynamic")
	for i := range rapid.SampledFrom([]int{0, 3, 4}).Draw(t, "racks") {
		r.Racks = append(r.Racks, fmt.Sprintf("rack-%d", i))
	}
	return r
}

// TestAccepted holds the promise: whatever is written, Kafka takes it and the production profile is silent.
func TestAccepted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := draw(t)
		files, err := scaffold.Plan(r)
		if err != nil {
			t.Fatalf("%+v: %v", r, err)
		}
		var sources []validate.Source
		for _, f := range files {
			sources = append(sources, validate.Source{Path: f.Name, Text: []byte(f.Text)})
		}
		report := validate.Check(sources, validate.Options{Release: r.Release, Profile: validate.Production})
		for _, f := range report.Findings {
			t.Errorf("%s:%d: %s: %s", f.File, f.Line, f.Rule, f.Message)
		}
		for _, f := range report.Files {
			if f.Verdict.Refusal != nil {
				t.Errorf("%s: Kafka says: %s", f.Path, f.Verdict.Refusal)
			}
			for _, w := range f.Verdict.Warnings {
				t.Errorf("%s: Kafka logs: %s", f.Path, w.Message)
			}
		}
		for _, s := range report.Suppressed {
			if !strings.Contains(s.Reason, "kraftctl init") {
				t.Errorf("%s is ignored without its reason", s.Rule)
			}
		}
		if t.Failed() {
			t.Logf("%s", files[len(files)-1].Text)
		}
	})
}

// TestNothingIgnored is a cluster for production: it needs no ignores.
func TestNothingIgnored(t *testing.T) {
	files, err := scaffold.Plan(scaffold.Request{
		Release: release.V4_2, Controllers: 3, Brokers: 5, TLS: true, SASL: scaffold.Scram512, Dynamic: true,
		HostPattern: "{role}-{n}", LogDir: "/var/lib/kafka/data", MetadataDir: "/var/lib/kafka/metadata", TLSDir: "/etc/kafka/tls",
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 8 {
		t.Fatalf("%d files", len(files))
	}
	for _, f := range files {
		if strings.Contains(f.Text, "kraftctl:ignore") {
			t.Errorf("%s has ignores:\n%s", f.Name, f.Text)
		}
	}
}

func TestRefused(t *testing.T) {
	sound := scaffold.Request{
		Release: release.Newest(), Controllers: 3, Brokers: 3, SASL: scaffold.NoSASL,
		HostPattern: "{role}-{n}", LogDir: "/d/data", MetadataDir: "/d/meta", TLSDir: "/d/tls",
	}
	if _, err := scaffold.Plan(sound); err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]func(*scaffold.Request){
		"2 controllers":             func(r *scaffold.Request) { r.Controllers = 2 },
		"0 brokers":                 func(r *scaffold.Request) { r.Brokers = 0 },
		"10001 brokers":             func(r *scaffold.Request) { r.Brokers = 10_001 },
		"2 brokers":                 func(r *scaffold.Request) { r.Brokers, r.Combined = 2, true },
		"a dynamic quorum needs":    func(r *scaffold.Request) { r.Dynamic, r.Release = true, release.V3_8 },
		`SASL "plain"`:              func(r *scaffold.Request) { r.SASL = "plain" },
		"SCRAM users can be kept":   func(r *scaffold.Request) { r.SASL, r.Release = scaffold.Scram256, release.V3_4 },
		"1 racks for 3 replicas":    func(r *scaffold.Request) { r.Racks = []string{"a"} },
		"which is no host name":     func(r *scaffold.Request) { r.HostPattern = "{role}_{n}" },
		`makes "10.0.0.1"`:          func(r *scaffold.Request) { r.HostPattern = "10.0.0.{id}" },
		"the same name kafka":       func(r *scaffold.Request) { r.HostPattern = "kafka" },
		`directory "data"`:          func(r *scaffold.Request) { r.LogDir = "data" },
		"does not outlive a reboot": func(r *scaffold.Request) { r.LogDir = "/tmp/x" },
		"lie in, the other":         func(r *scaffold.Request) { r.MetadataDir = "/d/data/meta" },
	} {
		r := sound
		change(&r)
		if _, err := scaffold.Plan(r); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: the error is %v", what, err)
		}
	}
}
