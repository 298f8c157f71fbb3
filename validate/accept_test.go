package validate_test

import (
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/validate"
)

const inTmp = "process.roles=broker\nlog.dirs=/tmp/x\nnum.netwrok.threads=3\n"

func checkOne(text string, settings *validate.Settings) *validate.Report {
	return validate.Check([]validate.Source{{Path: "dev/a.properties", Text: []byte(text)}}, validate.Options{Release: release.V4_3, Partial: true, Settings: settings})
}

func TestComments(t *testing.T) {
	tests := []struct {
		comment string
		ignored bool
		reason  string
	}{
		{"# kraftctl:ignore log-dir-in-tmp it is a test", true, "it is a test"},
		{"  ! kraftctl:ignore   log-dir-in-tmp", true, ""},
		{"## kraftctl:ignore * all of it", true, "all of it"},
		{"# kraftctl:ignore log-dir-relative other", false, ""},
		{"acme.note=kraftctl:ignore log-dir-in-tmp no comment", false, ""},
	}
	for _, test := range tests {
		report := checkOne(test.comment+"\n"+inTmp, nil)
		if has(report, "log-dir-in-tmp") == test.ignored {
			t.Errorf("%s: ignored is not %v", test.comment, test.ignored)
		}
		if test.ignored && (len(report.Suppressed) == 0 || report.Suppressed[0].By != "comment" || report.Suppressed[0].Reason != test.reason) {
			t.Errorf("%s: %+v", test.comment, report.Suppressed)
		}
	}
}

// TestMisspeltIgnore says which comments accept nothing.
func TestMisspeltIgnore(t *testing.T) {
	report := checkOne("# kraftctl:ignore log-dir-in-temp it is a test\n# kraftctl:ignore * why not\n"+inTmp, nil)
	want := `dev/a.properties: kraftctl:ignore has no effect: there is no rule "log-dir-in-temp"; did you mean log-dir-in-tmp?`
	if len(report.Notes) != 1 || report.Notes[0] != want {
		t.Errorf("%q", report.Notes)
	}
}

func TestSettings(t *testing.T) {
	settings, err := validate.ParseSettings([]byte("kafka-version: \"3.9\"\nprofile: production\nseverities:\n  unknown-key: error\n  foreign-key: off\nignore:\n  - {rule: log-dir-in-tmp, path: dev/*, reason: tests}\n"))
	if err != nil || settings.KafkaVersion != "3.9" || settings.Profile != "production" {
		t.Fatalf("%+v, %v", settings, err)
	}
	report := checkOne(inTmp+"acme.x=1\n", settings)
	if got := strings.Join(told(report), " "); !strings.Contains(got, "error unknown-key") || strings.Contains(got, "log-dir-in-tmp") || has(report, "foreign-key") {
		t.Errorf("%s", got)
	}
	for text, want := range map[string]string{
		"severities: {log-dir-in-temp: error}":  "did you mean log-dir-in-tmp?",
		"severities: {unknown-key: bad}":        "no severity",
		"ignore: [{rule: nonsense-altogether}]": "--list-rules",
		"severity: {unknown-key: error}":        "field severity not found",
		"ignore: 7":                             "cannot unmarshal",
	} {
		if _, err := validate.ParseSettings([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	if _, err := validate.ParseSettings(nil); err != nil {
		t.Errorf("an empty file: %v", err)
	}
}

func TestIgnoredPaths(t *testing.T) {
	for pattern, want := range map[string]bool{
		"": true, "dev/*": true, "dev": true, "dev/": true, "a.properties": true, "*.properties": true, "prod/*": false, "dev/b.properties": false, "v": false,
	} {
		report := checkOne(inTmp, &validate.Settings{Ignores: []validate.Ignore{{Rule: "log-dir-in-tmp", Path: pattern}}})
		if has(report, "log-dir-in-tmp") == want {
			t.Errorf("%q ignores: not %v", pattern, want)
		}
	}
}

func TestBaseline(t *testing.T) {
	report := checkOne(inTmp, nil)
	text, err := validate.NewBaseline(report).Marshal()
	if err != nil || strings.Contains(string(text), "/tmp/x") {
		t.Fatalf("%s, %v", text, err)
	}
	baseline, err := validate.ParseBaseline(text)
	if err != nil {
		t.Fatal(err)
	}
	moved := checkOne("# a line more\n"+inTmp+"acme.x=1\n", nil)
	if gone := baseline.Apply(moved); len(gone) > 0 || len(moved.Findings) != 1 || moved.Findings[0].Rule != "foreign-key" {
		t.Errorf("%+v, gone %v", moved.Findings, gone)
	}
	mended := checkOne(strings.Replace(inTmp, "/tmp/x", "/data", 1), nil)
	if gone := baseline.Apply(mended); len(gone) != 1 || gone[0].Rule != "log-dir-in-tmp" {
		t.Errorf("gone %v", gone)
	}
	for _, bad := range []string{"", "[]", `{"version":2}`} {
		if _, err := validate.ParseBaseline([]byte(bad)); err == nil {
			t.Errorf("%q is a baseline", bad)
		}
	}
}
