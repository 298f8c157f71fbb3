package manifest

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/release"
)

var update = flag.Bool("update", false, "write the golden files anew")

// show prints a result with the place of every line.
func show(result Result) string {
	var b strings.Builder
	for _, note := range result.Notes {
		fmt.Fprintf(&b, "note %s\n", note)
	}
	for _, n := range result.Nodes {
		version := "unknown"
		if n.Release != nil {
			version = n.Release.String()
		}
		fmt.Fprintf(&b, "\nnode %s: Kafka %s", n.Name, version)
		if n.ClusterID != "" {
			fmt.Fprintf(&b, ", cluster %s at line %d", n.ClusterID, n.ClusterIDPlace.Line)
		}
		b.WriteByte('\n')
		for i, line := range splitLines(n.Text) {
			if i < len(n.Lines) {
				p := n.Lines[i]
				fmt.Fprintf(&b, "  %s:%d:%d\t%s\n", filepath.Base(p.File), p.Line, p.Column, line)
			}
		}
	}
	return b.String()
}

// TestGolden reads every file of testdata and compares with the .golden beside it. The goldens were read by a person.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.y*ml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			result, err := Read(file, data, Surroundings{ReadFile: os.ReadFile})
			if err != nil {
				t.Fatal(err)
			}
			have, golden := show(result), file+".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(have), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil || have != string(want) {
				t.Errorf("%v\n%s\nwant\n%s", err, have, want)
			}
			for _, n := range result.Nodes {
				checkNode(t, n)
			}
		})
	}
}

// checkNode wants a place for every line, and Kafka to take a sound configuration.
func checkNode(t *testing.T, n Node) {
	t.Helper()
	for i, p := range n.Lines {
		if p.File == "" || p.Line < 1 || p.Column < 1 {
			t.Errorf("%s line %d has no place", n.Name, i+1)
		}
	}
	if n.Name == "service custom" { // has no listeners for its controllers
		return
	}
	if _, problem := nodeconf.Load(n.Text, nodeconf.Options{Release: n.rules()}); problem != nil {
		t.Errorf("%s is refused: %s: %s", n.Name, problem.Key, problem.Message)
	}
}

func read(t *testing.T, text string) Result {
	t.Helper()
	result, err := Read("file.yaml", []byte(text), Surroundings{})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestNotOurs(t *testing.T) {
	for _, text := range []string{
		"", "a: 1\n", "[kafka]\n", "kafka\n", "services:\n  kafka:\n    image: redis\n", "services: kafka\n", "services: [kafka]\n",
		"apiVersion: v1\nkind: Secret\nmetadata: {name: kafka}\n", "services:\n  kafka:\n",
		"apiVersion: v1\nkind: List\nitems: [kafka, {kind: Pod}]\n", "services: {a: {image: apache/kafka}}\n", "*kafka", ": kafka\n",
	} {
		result, err := Read("x.yaml", []byte(text), Surroundings{})
		var syntax *SyntaxError
		if err != nil && !errors.As(err, &syntax) || len(result.Nodes)+len(result.Notes) > 0 {
			t.Errorf("%q: %+v, %v", text, result, err)
		}
	}
	if Certain([]byte("- use kafka: [\n")) || !LooksLikeYAML([]byte("---\nservices:\n")) || LooksLikeYAML([]byte("node.id=1\n")) {
		t.Error("what is ours")
	}
	if Mentions([]byte("a: {{\n")) {
		t.Error("broken YAML of somebody else is looked at")
	}
}

func TestSyntax(t *testing.T) {
	_, err := Read("compose.yaml", []byte("services:\n  kafka:\n    image: apache/kafka\n   bad: [\n"), Surroundings{})
	var syntax *SyntaxError
	if !errors.As(err, &syntax) || syntax.Line < 3 || !strings.HasPrefix(err.Error(), "line 4 is no YAML") {
		t.Errorf("error %v", err)
	}
	result, err := Read("templates/kafka.yaml", []byte("{{- if .Values.kafka }}\na: [\n{{ end }}\n"), Surroundings{})
	if err != nil || len(result.Notes) != 1 || !strings.Contains(result.Notes[0], "helm template") {
		t.Errorf("a template gives %+v, %v", result, err)
	}
}

// TestBombs reads files that unfold without end.
func TestBombs(t *testing.T) {
	var b strings.Builder
	b.WriteString("x0: &x0 {a: KAFKA_, KAFKA_A: b}\n")
	for i := 1; i < 40; i++ {
		fmt.Fprintf(&b, "x%d: &x%d {<<: [*x%d, *x%d, *x%d]}\n", i, i, i-1, i-1, i-1)
	}
	b.WriteString("services: {k: {image: apache/kafka, environment: *x39}}\n")
	for name, text := range map[string]string{
		"merges":  b.String(),
		"circle":  "services: &s {kafka: {image: apache/kafka, environment: &e {<<: *e, KAFKA_A: b}}}\n",
		"extends": "services: {a: {extends: b, image: apache/kafka}, b: {extends: a}}\n",
	} {
		if _, err := Read("x.yaml", []byte(text), Surroundings{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestSecrets wants no secret in an excerpt.
func TestSecrets(t *testing.T) {
	result := read(t, `services:
  k:
    image: apache/kafka:4.1.0
    environment:
      KAFKA_PROCESS_ROLES: broker
      KAFKA_SSL_KEY_PASSWORD: hunter2
      KAFKA_SASL_JAAS_CONFIG: "password=\"hunter2\";"
`)
	result.Nodes = append(result.Nodes, read(t, `services: {k: {image: apache/kafka, environment: {KAFKA_NODE_ID: 1, KAFKA_SSL_KEY_PASSWORD: hunter2}}}`).Nodes...)
	for _, p := range slices.Concat(result.Nodes[0].Lines, result.Nodes[1].Lines) {
		if strings.Contains(p.Excerpt, "hunter2") {
			t.Errorf("line %d shows %q", p.Line, p.Excerpt)
		}
	}
	if p := result.Nodes[0].Lines[1]; p.Excerpt != "      KAFKA_PROCESS_ROLES: broker" {
		t.Errorf("excerpt %q", p.Excerpt)
	}
}

// TestKeys has what kafka.docker.KafkaDockerWrapper of 4.3.1 wrote for apache/kafka; the others are by the code of dub.py
// and libkafka.sh.
func TestKeys(t *testing.T) {
	for _, test := range []struct{ name, apache, confluent, bitnami string }{
		{"KAFKA_NODE_ID", "node.id", "node.id", "kafka.node.id"},
		{"KAFKA_A__B", "a_b", "a_b", "kafka.a..b"},
		{"KAFKA_A___B", "a-b", "a-b", "kafka.a...b"},
		{"KAFKA_A____B", "a-.b", "a-_b", "kafka.a....b"},
		{"KAFKA_CFG_SASL_SSL_X", "cfg.sasl.ssl.x", "cfg.sasl.ssl.x", "sasl_ssl.x"},
		{"KAFKA_A_____B", "a-_b", "a-_b", "kafka.a.....b"},
		{"KAFKA__LEAD", ".lead", "_lead", "kafka..lead"},
		{"KAFKA_TRAIL_", "trail.", "trail_", "kafka.trail."},
		{
			"KAFKA_LISTENER_NAME_SASL__PLAINTEXT_SCRAM___SHA___256_SASL_JAAS_CONFIG",
			"listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config", "listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config",
			"kafka.listener.name.sasl..plaintext.scram...sha...256.sasl.jaas.config",
		},
		{"KAFKA_X_KAFKA_Y", "x.kafka.y", "x.kafka.y", "kafka.x.kafka.y"},
		{"KAFKA_A_B_C_D", "a.b.c.d", "a.b.c.d", "kafka.a.b.c.d"},
	} {
		if have := apacheKey(test.name); have != test.apache {
			t.Errorf("apache %s: %s", test.name, have)
		}
		if have := confluentKey(test.name); have != test.confluent {
			t.Errorf("confluent %s: %s", test.name, have)
		}
		if have := bitnamiKey(test.name); have != test.bitnami {
			t.Errorf("bitnami %s: %s", test.name, have)
		}
	}
}

func TestReleases(t *testing.T) {
	for reference, want := range map[string]string{
		"apache/kafka:3.9.1": "3.9", "apache/kafka-native:4.1.0-rc1": "4.1", "apache/kafka:latest": "", "apache/kafka": "", "apache/kafka:2.8.0": "",
		"localhost:5000/confluentinc/cp-kafka:7.9.2-1-ubi8": "3.9", "confluentinc/cp-server:8.0.0": "4.0", "confluentinc/cp-kafka:6.2.1": "",
		"docker.io/bitnami/kafka:3.7": "3.7", "bitnamilegacy/kafka:4.0.0-debian-12-r10": "4.0", "apache/kafka:4": "", "apache/kafka:9.9": "",
		"apache/kafka:3.10.0": "", "apache/kafka:v4.0": "4.0",
	} {
		i := parseImage(reference)
		f, known := familyOf(i, nil)
		if !known {
			t.Errorf("%s is not known", reference)
			continue
		}
		have := ""
		if r := f.releaseOf(i.tag); r != nil {
			have = r.String()
		}
		if have != want {
			t.Errorf("%s is %q, want %q", reference, have, want)
		}
	}
	if r := (&family{}).releaseOf(release.Newest().String()); r == nil || *r != release.Newest() {
		t.Error("the newest release is not found")
	}
}

func TestInterpolate(t *testing.T) {
	env := func(name string) (string, bool) {
		value, ok := map[string]string{"A": "a", "EMPTY": ""}[name]
		return value, ok
	}
	for _, test := range []struct{ text, want, unknown string }{
		{"plain", "plain", ""},
		{"$A-${A}", "a-a", ""},
		{"$$A $", "$A $", ""},
		{"${NO:-d}${EMPTY:-d}${EMPTY-d}", "dd", ""},
		{"${NO:-${A}}", "a", ""},
		{"${A:+yes}${NO:+no}", "yes", ""},
		{"${A?}${NO?told}", "a", "NO"},
		{"${unclosed", "${unclosed", ""},
		{"${1}${}", "${1}${}", ""},
		{"X://${HOST_IP}:1,2@${B_}:2", "X://host-ip:1,2@b-:2", ""},
		{"X://${HOST_IP:-h}:1", "X://h:1", ""},
		{strings.Repeat("${A:-", 200) + strings.Repeat("}", 200), "a", ""},
	} {
		have, unknown := interpolate(test.text, env)
		if have != test.want || unknown != test.unknown {
			t.Errorf("%q is %q (%q)", test.text, have, unknown)
		}
	}
}

func TestDotenv(t *testing.T) {
	lines := []string{"# c", "", "A=1", "export B = 'x $y'", `C="q" # c`, "D=v # c", "nothing", "E=", `F="open`}
	want := "A=1 B=x $y C=q D=v E= F=\"open"
	var have []string
	for _, a := range readDotenv(lines) {
		have = append(have, a.name+"="+a.value)
		if a.literal != (a.name == "B") {
			t.Errorf("%s literal %t", a.name, a.literal)
		}
	}
	if strings.Join(have, " ") != want {
		t.Errorf("%q", have)
	}
}

func TestReferences(t *testing.T) {
	env := environment{{name: "A", value: "a"}, {name: "S", unknown: "secret"}}
	for _, test := range []struct{ text, want, unknown string }{
		{"$(A)-$(B)", "a-$(B)", ""}, {"$$(A)", "$(A)", ""}, {"$(S)", "", "secret"}, {"$A $(", "$A $(", ""},
	} {
		if have, unknown := expandReferences(test.text, env); have != test.want || unknown != test.unknown {
			t.Errorf("%q is %q (%q)", test.text, have, unknown)
		}
	}
}

// FuzzRead reads anything without a panic, and gives every line of a node a place in the file.
func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*/*.y*ml") // none found: no seeds
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil {
			f.Add(data)
		}
	}
	f.Add([]byte("services: &a {kafka: {image: apache/kafka, environment: *a, extends: kafka}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		result, err := Read("x.yaml", data, Surroundings{})
		if err != nil {
			return
		}
		end := len(splitLines(data)) + 1
		for _, n := range result.Nodes {
			for _, p := range n.Lines {
				if p.Line < 1 || p.Line > end || p.Column < 1 {
					t.Fatalf("%s is at %+v", n.Name, p)
				}
			}
			nodeconf.Judge(n.Text, nodeconf.Options{Release: n.rules()})
		}
	})
}
