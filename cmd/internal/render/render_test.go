package render_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/kraftctl/kraftctl/cmd/internal/render"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/validate"
)

var update = flag.Bool("update", false, "rewrite testdata/report.* with what the reporters write now")

// password must appear in no report.
const password = "hunter2-swordfish"

// cluster is a report of two nodes that disagree, one file that cannot be read, and one with secrets.
func cluster(t testing.TB) *validate.Report {
	t.Helper()
	node := func(path, text string) validate.Source { return validate.Source{Path: path, Text: []byte(text)} }
	return validate.Check([]validate.Source{
		node("conf/b1.properties", "process.roles=broker\nnode.id=11\ncontroller.quorum.voters=1@c1:9093,2@c2:9093,3@c3:9093\ncontroller.listener.names=CONTROLLER\nlog.dirs=/d\nlog.dirs=/e\n"),
		node("conf/b2, 100%: old.properties", "process.roles=broker\nnode.id=12\n# kraftctl:ignore log-dir-in-tmp a test\ncontroller.quorum.voters=1@c1:9093,2@c2:9093,3@c9:9093\ncontroller.listener.names=CONTROLLER\nlog.dirs=/tmp/d\n"),
		node("conf/b3.properties", "process.roles=broker\nnode.id=13\ncontroller.quorum.voters=1@c1:9093,2@c2:9093,3@c3:9093\ncontroller.listener.names=CONTROLLER\nlog.dirs=/d\n"+
			"ssl.keystore.password=\""+password+"\"\nsasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\\n  password=\""+password+"\"; # "+password+"\n"),
		{Path: "conf/gone.properties", Err: errors.New("no such file")},
	}, validate.Options{Release: release.V4_2})
}

func written(t testing.TB, name string, report *validate.Report, o render.Options) string {
	t.Helper()
	write, ok := render.Lookup(name)
	if !ok {
		t.Fatalf("there is no %s", name)
	}
	var out bytes.Buffer
	if err := write(&out, report, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestGolden compares each form with its golden file.
func TestGolden(t *testing.T) {
	for _, name := range render.Names() {
		t.Run(name, func(t *testing.T) {
			got := written(t, name, cluster(t), render.Options{Version: "1.2.3", FailLevel: validate.Error})
			path := filepath.Join("testdata", "report."+name)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("the report is now\n%s", got)
			}
		})
	}
}

func TestNoSecrets(t *testing.T) {
	for _, name := range render.Names() {
		if strings.Contains(written(t, name, cluster(t), render.Options{}), password) {
			t.Errorf("%s shows a password", name)
		}
	}
}

// TestBrokenPipe expects the writer's error from every reporter.
func TestBrokenPipe(t *testing.T) {
	for _, name := range render.Names() {
		write, _ := render.Lookup(name)
		if err := write(broken{}, cluster(t), render.Options{}); !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

var errBroken = errors.New("broken pipe")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

// TestSARIF holds the log to the schema of SARIF 2.1.0.
func TestSARIF(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join("testdata", "sarif-schema-2.1.0.json"))
	if err != nil {
		t.Fatal(err)
	}
	for what, report := range map[string]*validate.Report{"findings": cluster(t), "nothing": {}} {
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(written(t, "sarif", report, render.Options{Version: "1.2.3"})))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(document); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestSARIFIndexes follows the references inside the log.
func TestSARIFIndexes(t *testing.T) {
	var log struct {
		Runs []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID    string
				RuleIndex int
			}
		}
	}
	if err := json.Unmarshal([]byte(written(t, "sarif", cluster(t), render.Options{})), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if len(run.Results) == 0 {
		t.Fatal("there are no results")
	}
	for _, r := range run.Results {
		if got := run.Tool.Driver.Rules[r.RuleIndex].ID; got != r.RuleID {
			t.Errorf("%s points to %s", r.RuleID, got)
		}
	}
}

func TestGitHubEscapes(t *testing.T) {
	report := &validate.Report{Findings: []validate.Finding{{
		Rule: "a:b,c", Severity: validate.Warning, Message: "50% of\r\n::error::it", Place: validate.Place{File: "a,b:c%.properties", Line: 3, Column: 4},
	}}}
	const want = "::warning file=a%2Cb%3Ac%25.properties,line=3,col=4,title=a%3Ab%2Cc::50%25 of%0D%0A::error::it\n"
	if got := written(t, "github", report, render.Options{}); got != want {
		t.Errorf("got  %s want %s", got, want)
	}
}

func TestXMLIsWellFormed(t *testing.T) {
	report := cluster(t)
	report.Findings[0].Message = "<&>\"' \x00\x1b ]]>"
	for _, name := range []string{"junit", "checkstyle"} {
		decoder := xml.NewDecoder(strings.NewReader(written(t, name, report, render.Options{})))
		for {
			token, err := decoder.Token()
			if token == nil {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
}

func TestJUnitFailLevel(t *testing.T) {
	report := cluster(t)
	for level, want := range map[validate.Severity]bool{validate.Error: false, validate.Info: true} {
		text := written(t, "junit", report, render.Options{FailLevel: level})
		if skipsNone := strings.Contains(text, `skipped="0">`+"\n  <testsuite"); skipsNone != want {
			t.Errorf("at %v: %s", level, text[:200])
		}
	}
}

func TestJSONLines(t *testing.T) {
	kinds := map[string]int{}
	for line := range strings.Lines(written(t, "jsonl", cluster(t), render.Options{})) {
		var l struct{ Type string }
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		kinds[l.Type]++
	}
	if kinds["file"] != 4 || kinds["summary"] != 1 || kinds["finding"] == 0 || kinds["suppressed"] != 1 {
		t.Errorf("there are %v", kinds)
	}
}

// TestTerminalIsSafe expects no control characters of a file or message to reach a terminal.
func TestTerminalIsSafe(t *testing.T) {
	report := &validate.Report{Findings: []validate.Finding{{
		Rule: "r", Message: "a\x1b[31mb", Place: validate.Place{File: "f\x07.properties", Line: 1, Column: 3, Excerpt: "k=\x1b]0;title\x07\tv\xff"}, Key: "k",
	}}}
	for _, r := range written(t, "text", report, render.Options{}) {
		if r < ' ' && r != '\n' {
			t.Errorf("%q is printed", r)
		}
	}
}

func TestLongLine(t *testing.T) {
	before := "k=" + strings.Repeat("ä,", 5000)
	line, column := before+"here,"+strings.Repeat("b,", 5000), len([]rune(before))+1
	report := &validate.Report{Findings: []validate.Finding{{Place: validate.Place{File: "f", Line: 1234567, Column: column, Excerpt: line}}}}
	lines := strings.Split(written(t, "text", report, render.Options{}), "\n")
	shown, caret := []rune(lines[1]), []rune(lines[2])
	if len(shown) > 150 || !strings.Contains(lines[1], "here") {
		t.Errorf("shown is %q", lines[1])
	}
	if at := strings.IndexRune(lines[2], '^'); string(shown[at:at+4]) != "here" || len(caret) != at+4 {
		t.Errorf("the caret is not below:\n%s\n%s", lines[1], lines[2])
	}
}

func TestColored(t *testing.T) {
	for _, test := range []struct {
		env  map[string]string
		want bool
	}{
		{nil, false},
		{map[string]string{"CLICOLOR_FORCE": "1"}, true},
		{map[string]string{"CLICOLOR_FORCE": "0"}, false},
		{map[string]string{"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, false},
		{map[string]string{"CLICOLOR_FORCE": "1", "TERM": "dumb"}, true},
		{map[string]string{"CLICOLOR": "0"}, false},
	} {
		lookup := func(key string) (string, bool) { v, ok := test.env[key]; return v, ok }
		if got := render.Colored(&bytes.Buffer{}, lookup); got != test.want {
			t.Errorf("%v: %v", test.env, got)
		}
	}
	colored := written(t, "text", cluster(t), render.Options{Color: true})
	if plain := written(t, "text", cluster(t), render.Options{}); strings.Contains(plain, "\x1b") || !strings.Contains(colored, "\x1b[") {
		t.Error("colours are not as asked")
	}
}
