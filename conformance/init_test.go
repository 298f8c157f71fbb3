//go:build conformance

package conformance

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestInit lets Kafka read what init writes: StorageTool info builds the whole KafkaConfig before it looks at the
// directories, which are none here.
func TestInit(t *testing.T) {
	for version, requests := range map[string][][]string{
		"3.3.2": {{"--brokers", "5"}, {"--combined", "--tls=false"}},
		"3.8.1": {{"--sasl", "scram", "--racks", "a,b,c"}, {"--combined", "--brokers", "4"}},
		"3.9.2": {{"--dynamic", "--sasl", "scram-sha-256"}, {"--combined", "--controllers", "1", "--brokers", "2"}},
		"4.4.0": {{"--dynamic", "--sasl", "scram"}, {"--combined", "--dynamic", "--brokers", "5"}, {"--tls=false", "--sasl", "scram"}},
	} {
		t.Run(version, func(t *testing.T) {
			begin(t)
			k := theKafka(t, version)
			for _, flags := range requests {
				dir := filepath.Join(t.TempDir(), "cluster")
				runCommand(t, ".", kraftctl(t), append([]string{"init", "--kafka-version", version, "--log-dir", "/no-such/data", "--metadata-dir", "/no-such/metadata", dir}, flags...)...).mustSucceed(t, "init")
				for _, name := range firstOfEachRole(t, dir) {
					r := k.storageTool(t, "info", "-c", name)
					if r.code != 1 || !strings.Contains(r.stdout, "/no-such/") || !strings.Contains(r.stdout, " does not exist") || strings.Contains(r.stdout+r.stderr, "Exception") {
						t.Errorf("%s with %v: Kafka %s exits with %d\n%s%s", filepath.Base(name), flags, version, r.code, r.stdout, r.stderr)
					}
				}
			}
		})
	}
}

// firstOfEachRole are the files of a directory whose name ends in -1.
func firstOfEachRole(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*-1.properties"))
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %v, %v", dir, names, err)
	}
	return names
}
