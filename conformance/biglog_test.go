//go:build conformance

package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The generator of large logs writes what Kafka's own tool reads from end to end without a complaint, and our drop-in then
// prints the same text, only sooner.
func TestBigLog(t *testing.T) {
	requireKafka(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "00000000000000000000.log")
	runCommand(t, "..", "go", "run", "./internal/gen/biglog", "--size", "64MiB", "--seed", "1", file).mustSucceed(t, "biglog")

	start := time.Now()
	want := dumpTool(t, theKafka(t, "4.3.1"), "--cluster-metadata-decoder", "--files", file).mustSucceed(t, "Kafka's dump")
	theirs := time.Since(start)
	for _, complaint := range []string{"isvalid: false", "Error at", "Non-consecutive", "invalid bytes"} {
		if strings.Contains(want.stdout, complaint) || strings.Contains(want.stderr, complaint) {
			t.Errorf("Kafka's dump of the generated log says %q", complaint)
		}
	}

	link := filepath.Join(dir, "kafka-dump-log")
	if err := os.Symlink(kraftctl(t), link); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KRAFTCTL_KAFKA_VERSION", "4.3.1")
	start = time.Now()
	got := runCommand(t, dir, link, "--cluster-metadata-decoder", "--files", file).mustSucceed(t, "our dump")
	ours := time.Since(start)
	if got.stdout != want.stdout {
		t.Errorf("our text (%d bytes) is not Kafka's (%d bytes)", len(got.stdout), len(want.stdout))
	}
	t.Logf("64 MiB: Kafka's tool %s, ours %s, both into a pipe", theirs.Round(time.Millisecond), ours.Round(time.Millisecond))
}
