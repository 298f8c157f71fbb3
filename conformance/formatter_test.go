//go:build conformance

package conformance

import (
	"os"
	"testing"
)

// clusterID is the cluster every test formats for.
const clusterID = "4L6g3nShT-eMCtK--X86sw"

// formatter formats a node's directories with arguments that kafka-storage and kraftctl share.
type formatter func(t *testing.T, n *node, args ...string) result

// byKafka formats with the StorageTool of the node's own release.
func byKafka(t *testing.T, n *node, args ...string) result {
	t.Helper()
	return n.kafka.storageTool(t, append([]string{"format", "-c", n.conf, "-t", clusterID}, args...)...)
}

// byKraftctl formats with the binary under test, as the node's own release would.
func byKraftctl(t *testing.T, n *node, args ...string) result {
	t.Helper()
	return byKraftctlAs(n.kafka.version)(t, n, args...)
}

// byKraftctlAs formats with the binary under test as another release than the node's.
func byKraftctlAs(version string) formatter {
	return func(t *testing.T, n *node, args ...string) result {
		t.Helper()
		return runCommand(t, n.dir, kraftctl(t), append([]string{"format", "-c", n.conf, "-t", clusterID, "--kafka-version", version}, args...)...)
	}
}

// underTest is the formatter the tests judge.
func underTest() formatter {
	if os.Getenv("KRAFTCTL_CONFORMANCE_FORMATTER") == "kafka" {
		return byKafka
	}
	return byKraftctl
}

// format formats the node with the formatter under test.
func (n *node) format(t *testing.T, args ...string) {
	t.Helper()
	underTest()(t, n, args...).mustSucceed(t, "format")
}
