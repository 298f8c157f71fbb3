package validate

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
