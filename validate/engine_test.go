package validate_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/validate"
)

// A text put together from another format is judged, and findings point to the original; how it is written is not judged.
func TestFindingsPointToTheOriginal(t *testing.T) {
	src := validate.Source{
		Path: "compose.yaml#kafka", Text: []byte("process.roles=broker,controller\nlog.dirs=/tmp/x\nlog.dirs=/tmp/y\n"),
		Lines: []validate.Place{{File: "compose.yaml", Line: 7, Column: 9}, {File: "compose.yaml", Line: 8, Column: 9}, {File: "compose.yaml", Line: 9, Column: 9, Excerpt: "KAFKA_LOG_DIRS: /tmp/y"}},
	}
	report := validate.Check([]validate.Source{src}, validate.Options{Release: release.V4_3})
	found := false
	for _, f := range report.Findings {
		if f.File != "compose.yaml" || f.Line < 7 || f.Edit != nil {
			t.Errorf("%+v", f)
		}
		found = found || f.Rule == "log-dir-in-tmp" && f.Line == 9 && f.Excerpt != ""
	}
	if !found || has(report, "duplicate-key") {
		t.Errorf("%+v", report.Findings)
	}
}

// The number of workers and the order of sources change nothing.
func TestOrderDoesNotMatter(t *testing.T) {
	sources := fleet(200)
	opts := validate.Options{Release: release.V4_3, Profile: validate.Production}
	want := validate.Check(sources, opts).Findings
	for i, j := 0, len(sources)-1; i < j; i, j = i+1, j-1 {
		sources[i], sources[j] = sources[j], sources[i]
	}
	opts.Workers = 7
	if got := validate.Check(sources, opts).Findings; !reflect.DeepEqual(got, want) {
		t.Errorf("%d findings in reverse, %d before", len(got), len(want))
	}
}

func TestUpgrade(t *testing.T) {
	to := release.V4_3
	text := broker + "zookeeper.session.timeout.ms=1\nlog.segment.bytes=1000\nnum.netwrok.threads=3\n"
	report := validate.Check([]validate.Source{{Path: "a", Text: []byte(text)}}, validate.Options{Release: release.V3_9, Partial: true, UpgradeTo: &to})
	if report.Upgrade == nil || report.Release != release.V3_9 || report.Upgrade.To != to {
		t.Fatalf("%+v", report)
	}
	var rules []string
	for _, f := range report.Upgrade.Findings {
		rules = append(rules, f.Rule)
	}
	if got := strings.Join(rules, " "); got != "kafka-rejects" { // the slip and ZooKeeper's key are there before
		t.Errorf("the upgrade adds %s", got)
	}
	changed := false
	for _, d := range report.Upgrade.Defaults {
		changed = changed || d.Key == "num.recovery.threads.per.data.dir" && d.From == "1" && d.To == "2"
	}
	if !changed {
		t.Errorf("%+v", report.Upgrade.Defaults)
	}
}

// No message and no excerpt shows a secret, wherever in the file it is.
func TestSecretsAreNotShown(t *testing.T) {
	const secret = "hunter2"
	text := "process.roles=broker\nssl.keystore.password=" + secret + "\nssl.keystore.password=" + secret + " # x\n" +
		"listener.name.NOPE.sasl.jaas.config=x required password=\\\n  " + secret + ";\nacme.api.token=\"" + secret + "\"\n" +
		"num.io.threads=8\\\nssl.key.password=" + secret + "\ndelegation.token.secret.key=" + secret + "\nssl.truststore.password=${" + secret + "}\n" +
		"ssl.keystore.pasword=" + secret + "\nlistener.name.nope.ssl.kye.pasword=" + secret + "\n"
	files := []validate.ExampleFile{{Name: "a.properties", Text: text}, {Name: "b.properties", Text: strings.ReplaceAll(text, secret, "other")}}
	report := judge(t, files, validate.Options{Release: release.V4_3, Profile: validate.Production})
	for _, f := range report.Findings {
		shown := f.Message + f.Excerpt + f.Fix
		if f.Edit != nil {
			shown += f.Edit.Text
		}
		for _, r := range f.Related {
			shown += r.Message + r.Excerpt
		}
		if strings.Contains(shown, secret) {
			t.Errorf("%s shows a secret: %s", f.Rule, shown)
		}
	}
	for _, f := range report.Files {
		if f.Verdict.Refusal == nil || strings.Contains(f.Verdict.Refusal.Message, secret) {
			t.Errorf("the verdict shows a secret: %+v", f.Verdict.Refusal)
		}
	}
	if !has(report, "delegation-secret-differs") || !has(report, "duplicate-key") {
		t.Errorf("%v", told(report))
	}
}

// Any files are judged without a crash, and every finding has a place in one of them.
func FuzzCheck(f *testing.F) {
	for _, rule := range validate.Rules() {
		for _, file := range rule.Bad.Files() {
			f.Add(file.Text, controller, byte(rule.Releases.Until))
		}
	}
	f.Fuzz(func(t *testing.T, a, b string, rel byte) {
		sources := []validate.Source{{Path: "a", Text: []byte(a)}, {Path: "b", Text: []byte(b)}}
		at := release.Release(int(rel) % len(release.All()))
		report := validate.Check(sources, validate.Options{
			Release: at, Profile: validate.Production,
			Metas: []validate.Meta{{Path: "m", Text: []byte(b), Owner: "a"}, {Path: "n", Text: []byte(a), Owner: "b"}},
		})
		lines := map[string]int{"a": strings.Count(a, "\n") + strings.Count(a, "\r") + 1, "b": strings.Count(b, "\n") + strings.Count(b, "\r") + 1}
		lines["m"], lines["n"] = lines["b"], lines["a"]
		for _, f := range report.Findings {
			if f.Line < 1 || f.Line > lines[f.File] || f.Message == "" {
				t.Errorf("%+v", f)
			}
		}
	})
}
