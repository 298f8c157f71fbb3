package explain_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/validate/explain"
)

func TestEachMessageFindsItself(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range explain.Messages() {
		if seen[m.Text] {
			t.Errorf("%q is there twice", m.Text)
		}
		seen[m.Text] = true
		text := "[2026-01-02 03:04:05,678] ERROR " + strings.ReplaceAll(m.Text, "*", "x1") + " (kafka.server.Server)"
		found := explain.Explain(text)
		if !slices.ContainsFunc(found, func(f *explain.Message) bool { return f.Text == m.Text }) {
			t.Errorf("%s\nfinds %q", text, texts(found))
		}
	}
}

func texts(messages []*explain.Message) []string {
	var all []string
	for _, m := range messages {
		all = append(all, m.Text)
	}
	return all
}

// TestPasted explains lines as they are pasted from logs.
func TestPasted(t *testing.T) {
	for _, test := range []struct{ text, rule string }{
		{"[2024-05-01 10:00:00,000] ERROR [RaftManager id=2] Unexpected error INCONSISTENT_CLUSTER_ID in FETCH response: InboundResponse(correlationId=1) (org.apache.kafka.raft.KafkaRaftClient)", "cluster-id-differs"},
		{"java.lang.RuntimeException: Stored node id 1 doesn't match previous node id 2 in /var/lib/kafka/meta.properties. If you moved your data, make sure your configured node id matches.", "meta-node-id-differs"},
		{"Exception in thread \"main\" java.lang.IllegalArgumentException: Error creating broker listeners from 'PLAINTEXT://:9092,CONTROLLER://:9093': No security protocol defined for listener CONTROLLER\n\tat kafka.utils.CoreUtils$.listenerListToEndPoints(CoreUtils.scala:257)\nCaused by: java.lang.IllegalArgumentException: No security protocol defined for listener CONTROLLER", "listener-unmapped"},
		{"java.lang.IllegalArgumentException: requirement failed: advertised.listeners cannot use the nonroutable meta-address 0.0.0.0. Use a routable IP address.", "advertised-unroutable"},
		{"[BrokerLifecycleManager id=3] Shutting down because we were unable to register with the controller quorum. (kafka.server.BrokerLifecycleManager)", "voters-differ"},
		{"org.apache.kafka.common.network.InvalidReceiveException: Invalid receive (size = 369296129 larger than 104857600)", "security-protocol-differs"},
		{"doesn’t match previous node id", "meta-node-id-differs"},
		{"STORED NODE ID\n  7 doesn't match\n previous node id 8", "meta-node-id-differs"},
		{"org.apache.kafka.common.KafkaException: Socket server failed to bind to 0.0.0.0:9092: Address already in use.", "port-conflict"},
	} {
		found := explain.Explain(test.text)
		if len(found) == 0 || !slices.Contains(found[0].Slugs(), test.rule) {
			t.Errorf("%s\nfinds %q, want a message of %s first", test.text, texts(found), test.rule)
		}
	}
}

func TestNothing(t *testing.T) {
	for _, text := range []string{"", "   ", "hello", "the quick brown fox jumps over the lazy dog", strings.Repeat("*", 50)} {
		if found := explain.Explain(text); len(found) > 0 {
			t.Errorf("%q finds %q", text, texts(found))
		}
	}
}

func TestClosest(t *testing.T) {
	for text, rule := range map[string]string{
		"cluster id inconsistent, expected cluster ID": "cluster-id-differs",
		"the node id stored on disk doesn't match":     "meta-node-id-differs",
		"replication factor larger than brokers":       "replication-factor-exceeds-brokers",
	} {
		ranked := explain.Closest(text, 3)
		if !slices.ContainsFunc(ranked, func(s explain.Suggestion) bool { return slices.Contains(s.Slugs(), rule) }) {
			t.Errorf("%q: %v", text, ranked)
		}
		if !slices.IsSortedFunc(ranked, func(a, b explain.Suggestion) int { return int(100 * (b.Score - a.Score)) }) {
			t.Errorf("%q: not in the order of the score", text)
		}
	}
	if ranked := explain.Closest("zzz", 3); len(ranked) > 0 {
		t.Errorf("nonsense is close to %v", ranked)
	}
}

// TestKnowsWhatKafkaSays holds the catalogue to the errors real Kafka releases gave for configurations.
func TestKnowsWhatKafkaSays(t *testing.T) {
	file, err := os.Open(filepath.Join("..", "..", "nodeconf", "testdata", "verdicts.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	total, missing := 0, map[string]bool{}
	lines := bufio.NewScanner(unzipped)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var row struct {
			Stage string `json:"stage"`
			Error string `json:"error"`
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		if row.Error == "" || row.Stage != "config" && row.Stage != "load" {
			continue
		}
		total++
		if len(explain.Explain(row.Error)) == 0 {
			missing[row.Error] = true
		}
	}
	for text := range missing {
		t.Logf("unknown: %s", text)
	}
	if total < 1000 || len(missing) > 10 {
		t.Errorf("%d texts of %d messages are unknown", len(missing), total)
	}
}

func FuzzExplain(f *testing.F) {
	for _, m := range explain.Messages() {
		f.Add(m.Text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, m := range explain.Explain(text) {
			if m == nil {
				t.Fatal("a message is nil")
			}
		}
		if len(explain.Closest(text, 3)) > 3 {
			t.Fatal("more than asked for")
		}
	})
}
