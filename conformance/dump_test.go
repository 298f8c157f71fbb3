//go:build conformance

package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Kafka's dump tool reads every checkpoint we write, finds it valid, and prints what our inspect dump prints.
func TestDumpCheckpoints(t *testing.T) {
	for _, version := range []string{"3.9.2", "4.3.1", "4.4.0"} {
		t.Run(version, func(t *testing.T) {
			begin(t)
			n := newNode(t, theKafka(t, version), 1, "broker,controller")
			dynamicQuorum(t, n)
			n.format(t, "--standalone")
			for _, checkpoint := range checkpoints(t, n.logDir) {
				mustDumpAlike(t, n.kafka, checkpoint)
			}
		})
	}
}

// The log and the snapshots of a node that has run read alike too.
func TestDumpLog(t *testing.T) {
	begin(t)
	n := newNode(t, theKafka(t, "4.3.1"), 1, "broker,controller")
	staticQuorum(t, n)
	n.format(t)
	startAll(t, n)
	takeRecord(t, n.address())
	n.stop(t)
	mustDumpAlike(t, n.kafka, filepath.Join(n.logDir, "__cluster_metadata-0", "00000000000000000000.log"))
}

// checkpoints lists the checkpoint files of a formatted directory.
func checkpoints(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	for _, pattern := range []string{"bootstrap.checkpoint", "__cluster_metadata-0/*.checkpoint"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, files...)
	}
	if len(found) == 0 {
		t.Fatalf("no checkpoint in %s", dir)
	}
	return found
}

// mustDumpAlike compares the text of Kafka's dump tool with that of kraftctl inspect dump.
func mustDumpAlike(t *testing.T, k *kafka, file string) {
	t.Helper()
	want := dumpTool(t, k, "--cluster-metadata-decoder", "--files", file).mustSucceed(t, "Kafka's dump").stdout
	if strings.Contains(want, "isvalid: false") || !strings.Contains(want, "isvalid: true") {
		t.Errorf("Kafka does not find our %s valid:\n%s", filepath.Base(file), want)
	}
	if os.Getenv("KRAFTCTL_CONFORMANCE_FORMATTER") == "kafka" {
		return
	}
	if got := runCommand(t, t.TempDir(), kraftctl(t), "inspect", "dump", file).mustSucceed(t, "inspect dump").stdout; got != want {
		t.Errorf("%s\nours:\n%s\nKafka's:\n%s", filepath.Base(file), got, want)
	}
}
