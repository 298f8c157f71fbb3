package validate

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/validate/manifest"
)

func checkYAML(t *testing.T, file, text string) (*Report, YAML) {
	t.Helper()
	y, err := ReadYAML(file, []byte(text), manifest.Surroundings{})
	if err != nil {
		t.Fatal(err)
	}
	return Check(y.Sources, Options{Release: release.Newest(), Metas: y.Metas}), y
}

func listed(report *Report) string {
	var b strings.Builder
	for _, f := range report.Findings {
		fmt.Fprintf(&b, "%s:%d:%d %s %s %s\n", f.File, f.Line, f.Column, f.Severity, f.Rule, f.Key)
	}
	return b.String()
}

const cluster3 = `
x-kafka: &kafka
  CLUSTER_ID: MkU3OEVBNTcwNTJENDM2Qk
  KAFKA_PROCESS_ROLES: broker,controller
  KAFKA_CONTROLLER_QUORUM_VOTERS: 1@k1:9093,2@k2:9093,3@k3:9093
  KAFKA_CONTROLLER_LISTENER_NAMES: CONTROLLER
  KAFKA_LISTENERS: PLAINTEXT://:9092,CONTROLLER://:9093
  KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
  KAFKA_LOG_DIRS: /var/lib/kafka/data
services:
  k1:
    image: apache/kafka:4.1.0
    environment:
      <<: *kafka
      KAFKA_NODE_ID: 1
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://k1:9092
  k2:
    image: apache/kafka:4.1.0
    environment:
      <<: *kafka
      KAFKA_NODE_ID: 2
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://k2:9092
  k3:
    image: apache/kafka:4.1.0
    environment:
      <<: *kafka
      KAFKA_NODE_ID: 3
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://k3:9092
`

func TestYAMLClean(t *testing.T) {
	report, y := checkYAML(t, "compose.yaml", cluster3)
	if len(report.Findings) > 0 || len(report.Files) != 3 || report.Files[0].Release != release.V4_1 {
		t.Errorf("findings of a sound cluster:\n%s%+v", listed(report), report.Files)
	}
	if len(y.Notes) != 1 || y.Notes[0] != "compose.yaml: apache/kafka:4.1.0 is judged as Kafka 4.1" {
		t.Errorf("notes %q", y.Notes)
	}
	if report.Files[2].Path != "compose.yaml#k3" {
		t.Errorf("paths %+v", report.Files)
	}
}

// TestYAMLFindings breaks the cluster in one place and wants the line of it.
func TestYAMLFindings(t *testing.T) {
	for _, test := range []struct{ old, mistake, rule, line string }{
		{"KAFKA_NODE_ID: 3", "KAFKA_NODE_ID: 2", "", "KAFKA_NODE_ID: 2"},
		{"KAFKA_NODE_ID: 2", "KAFKA_NODE_ID: two", "", "KAFKA_NODE_ID: two"},
		{"KAFKA_NODE_ID: 3\n", "KAFKA_NODE_ID: 3\n      KAFKA_DEFAULT_REPLICATION_FACTOR: 5\n", "", "KAFKA_DEFAULT_REPLICATION_FACTOR: 5"},
		{"KAFKA_NODE_ID: 3\n", "KAFKA_NODE_ID: 3\n      KAFKA_NUM_NETWORK_THREAD: 5\n", "unknown-key", "KAFKA_NUM_NETWORK_THREAD: 5"},
		{"KAFKA_NODE_ID: 3\n", "KAFKA_NODE_ID: 3\n      CLUSTER_ID: AAAAAAAAAAAAAAAAAAAAAA\n", "", "CLUSTER_ID: AAAAAAAAAAAAAAAAAAAAAA"},
	} {
		text := strings.Replace(cluster3, test.old, test.mistake, 1)
		report, _ := checkYAML(t, "compose.yaml", text)
		found := false
		for _, f := range report.Findings {
			line := strings.Split(text, "\n")[f.Line-1]
			if strings.Contains(line, test.line) && f.File == "compose.yaml" && f.Excerpt == line && (test.rule == "" || f.Rule == test.rule) {
				found = true
			}
		}
		if !found {
			t.Errorf("%s: nothing at its line:\n%s", test.mistake, listed(report))
		}
	}
}

func TestYAMLIgnore(t *testing.T) {
	text := strings.Replace(cluster3, "KAFKA_NODE_ID: 3\n", "KAFKA_NODE_ID: 3\n      KAFKA_NUM_NETWORK_THREAD: 5 # kraftctl:ignore unknown-key ours\n", 1)
	report, _ := checkYAML(t, "compose.yaml", text)
	if len(report.Findings) > 0 || len(report.Suppressed) != 1 || report.Suppressed[0].Reason != "ours" {
		t.Errorf("findings\n%s, suppressed %+v", listed(report), report.Suppressed)
	}
}

// TestYAMLSamples wants no error for the sound samples of the manifest package.
func TestYAMLSamples(t *testing.T) {
	for _, file := range []string{"compose/isolated.yaml", "compose/confluent.yml", "kubernetes/statefulset.yaml", "kubernetes/strimzi.yaml"} {
		data, err := os.ReadFile(filepath.Join("manifest/testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		report, _ := checkYAML(t, file, string(data))
		if errors, _, _ := report.Count(); errors > 0 {
			t.Errorf("%s:\n%s", file, listed(report))
		}
		t.Log(listed(report))
	}
}

// mapFiles are files in memory; Open gives what io/fs gives.
type mapFiles struct{ fstest.MapFS }

func (m mapFiles) Open(name string) (io.ReadCloser, error) { return m.MapFS.Open(name) }

func TestFindYAML(t *testing.T) {
	files := mapFiles{fstest.MapFS{
		"d/compose.yaml":        {Data: []byte(cluster3)},
		"d/ci.yml":              {Data: []byte("on: push\n")},
		"d/other/broken.yaml":   {Data: []byte("a: [kafka\n b: {\n")},
		"d/other/broken-k.yaml": {Data: []byte("a:\n  KAFKA_NODE_ID: 1\n b: {\n")},
		"d/other/helm.yaml":     {Data: []byte("{{ if kafka }}\na: [\n")},
		"e/compose.yaml":        {Data: []byte("services: {k: {image: apache/kafka, env_file: k.env}}\n")},
		"e/k.env":               {Data: []byte("KAFKA_NODE_ID=${ID}\n")},
	}}
	found, err := Find(files, strings.NewReader(""), []string{"d"}, 1)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, s := range found.Sources {
		paths = append(paths, s.Path)
		if (s.Err != nil) != (s.Path == "d/other/broken-k.yaml") {
			t.Errorf("%s: %v", s.Path, s.Err)
		}
	}
	if want := "d/compose.yaml#k1 d/compose.yaml#k2 d/compose.yaml#k3 d/other/broken-k.yaml"; strings.Join(paths, " ") != want {
		t.Errorf("found %q", paths)
	}
	if len(found.Metas) != 3 || len(found.Notes) != 2 || !strings.Contains(found.Notes[1], "helm template") {
		t.Errorf("metas %v, notes %q", found.Metas, found.Notes)
	}

	if told := found.Told(); told == nil || *told != release.V4_1 {
		t.Errorf("the images tell %v", told)
	}
	if found.Sources[0].Release = nil; found.Told() != nil {
		t.Error("told by one that does not tell")
	}
	env := func(string) (string, bool) { return "7", true }
	found, err = FindWith(files, env, strings.NewReader(""), []string{"e/compose.yaml", "d/other/broken.yaml"}, 1)
	if err != nil || len(found.Sources) != 2 || found.Sources[0].Err == nil || !strings.Contains(string(found.Sources[1].Text), "node.id=7") {
		t.Errorf("named files give %+v, %v", found, err)
	}
	found, err = Find(files, strings.NewReader(cluster3), []string{Stdin}, 1)
	if err != nil || len(found.Sources) != 3 || found.Partial || found.Sources[0].Path != "-#k1" {
		t.Errorf("standard input gives %+v, %v", found, err)
	}
	found, err = Find(files, nil, []string{"d/ci.yml"}, 1)
	if err != nil || len(found.Sources) != 0 || len(found.Notes) != 1 {
		t.Errorf("a file of somebody else gives %+v, %v", found, err)
	}
}

// TestContainersElsewhere wants this machine's environment and disks left out of what is said of containers.
func TestContainersElsewhere(t *testing.T) {
	text := strings.Replace(cluster3, "      KAFKA_NODE_ID: 3\n", "      KAFKA_NODE_ID: 3\n      KAFKA_CONFIG_PROVIDERS: env\n"+
		"      KAFKA_CONFIG_PROVIDERS_ENV_CLASS: org.apache.kafka.common.config.provider.EnvVarConfigProvider\n"+
		"      KAFKA_NUM_PARTITIONS: $${env:N}\n", 1)
	y, err := ReadYAML("compose.yaml", []byte(text), manifest.Surroundings{})
	if err != nil {
		t.Fatal(err)
	}
	reading := nodeconf.Options{Env: func(string) (string, bool) { return "not a number", true }}
	report := Check(y.Sources, Options{Release: release.Newest(), Reading: reading})
	if errors, warnings, _ := report.Count(); errors+warnings > 0 {
		t.Errorf("findings\n%s", listed(report))
	}
	files := mapFiles{fstest.MapFS{"/var/lib/kafka/data/meta.properties": {Data: []byte("version=1\n")}}}
	if metas := OnDisk(files, &Found{Sources: y.Sources}, release.Newest(), reading); len(metas) > 0 {
		t.Errorf("read %v", metas)
	}
}
