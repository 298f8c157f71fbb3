package export_test

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/rescue/export"
)

// TestLongValues: a value that is too long for kafka-topics.sh --config goes through kafka-configs.sh, and one that is too long for any
// argument through a file.
func TestLongValues(t *testing.T) {
	for n, want := range map[int][]string{
		19_999:  {"--config follower.replication.throttled.replicas=x", "!kafka-configs.sh"},
		20_000:  {"!--config follower", "--entity-type topics --entity-name t --add-config follower.replication.throttled.replicas=x"},
		90_000:  {"--add-config follower", "!/dev/stdin"},
		100_000: {"!--add-config follower", "printf '%s\\n' follower.replication.throttled.replicas=xxx", "| kafka-configs.sh", "--add-config-file /dev/stdin"},
	} {
		s := newState()
		s.topic("t", [][]int32{{1}}, "follower.replication.throttled.replicas", strings.Repeat("x", n))
		script, _ := commands(t, s, export.CommandOptions{})
		short := strings.ReplaceAll(script, strings.Repeat("x", 1000), "")
		for _, text := range want {
			not, found := strings.CutPrefix(text, "!")
			if strings.Contains(script, not) == found {
				t.Errorf("%d: %q is %v in\n%s", n, not, !found, short)
			}
		}
	}
}

// TestOddValues: values that the grammar of --add-config would change go through a file, all others do not.
func TestOddValues(t *testing.T) {
	for value, file := range map[string]bool{
		"x": false, "a,b": false, "a=b": false, "a b": false, "": false, "$x": false,
		" x": true, "x ": true, "x\t": true, "[x": true, "x]": true, "é": true, "a\nb": true, "a\x7fb": true,
	} {
		s := newState()
		s.config(image.BrokerConfig, "1", "my.plugin", value)
		script, _ := commands(t, s, export.CommandOptions{})
		if got := strings.Contains(script, "/dev/stdin"); got != file {
			t.Errorf("%q goes through a file: %v\n%s", value, got, script)
		}
	}
}

// TestOddTopicValues: values that kafka-topics.sh --config would change, or that it refuses, are set by kafka-configs.sh.
func TestOddTopicValues(t *testing.T) {
	for value, later := range map[string]bool{
		"x": false, "a,b": false, "[x]": false, "a b": false, "$x": false,
		"": true, "a=b": true, " x": true, "x ": true, "é": true, "a\nb": true, "a\x7fb": true,
	} {
		s := newState()
		s.topic("t", [][]int32{{1}}, "cleanup.policy", value)
		script, result := commands(t, s, export.CommandOptions{})
		if got := strings.Contains(script, "kafka-configs.sh"); got != later || strings.Contains(script, " --config ") == later || len(result.Losses) != 1 {
			t.Errorf("%q is set later: %v\n%s", value, got, script)
		}
	}
}

// TestComments: no name in a comment ends it, or hides what follows.
func TestComments(t *testing.T) {
	s := newState()
	s.config(image.TopicConfig, "a\nrm -rf /\r\x1b[2K\x7f\x00", "retention.ms", "1")
	s.user("a\nrm -rf /", image.ScramSHA256)
	s.user("", image.ScramSHA256)
	s.token("a\nrm -rf /")
	script, result := commands(t, s, export.CommandOptions{Options: export.Options{Origin: "a\nb\x7f", Tool: "c\rd"}})
	if result.Commands != 0 || strings.ContainsAny(script, "\r\x1b\x7f\x00") || strings.Contains(script, "with the password: ") {
		t.Errorf("%q", script)
	}
	for line := range strings.Lines(script) {
		if !strings.HasPrefix(line, "#") && line != "\n" && line != "set -e\n" && !strings.HasPrefix(line, ": ") {
			t.Errorf("%q", line)
		}
	}
}

// TestLines: JSON has an object on a line, and its texts are not escaped for HTML.
func TestLines(t *testing.T) {
	s := newState()
	s.acl(2, 3, "<a>&b", "User:a", "*", 3, 3)
	s.acl(2, 3, "t", "User:a", "*", 3, 3)
	got := text(t, func(b *strings.Builder) error { return export.WriteJSON(b, s.Image, export.Options{Kinds: everything}) })
	lines := strings.Split(got, "\n")
	if len(lines) != 6 || lines[0] != `{"apiVersion":"kraftctl/v1","kind":"List","items":[` || lines[4] != "]}" || !strings.Contains(got, "<a>&b") {
		t.Fatalf("%d lines\n%s", len(lines), got)
	}
	for i, line := range lines[1:4] {
		one, comma := strings.CutSuffix(line, ",")
		if !json.Valid([]byte(one)) || comma != (i < 2) {
			t.Errorf("%q", line)
		}
	}
}

// TestNumbers: quotas are numbers without an exponent in every form; what is none is named.
func TestNumbers(t *testing.T) {
	for value, want := range map[float64][3]string{
		1e15:         {": 1000000000000000\n", `":1000000000000000}`, "=1000000000000000\n"},
		0.000001:     {": 0.000001\n", `":0.000001}`, "=0.000001\n"},
		math.Inf(1):  {": .inf\n", `":"Infinity"}`, "=Infinity\n"},
		math.Inf(-1): {": -.inf\n", `":"-Infinity"}`, "=-Infinity\n"},
	} {
		s := newState()
		s.quota("producer_byte_rate", value, "user", "u")
		script, _ := commands(t, s, export.CommandOptions{})
		has(t, text(t, func(b *strings.Builder) error { return export.WriteYAML(b, s.Image, export.Options{Kinds: everything}) }), want[0])
		has(t, text(t, func(b *strings.Builder) error { return export.WriteJSON(b, s.Image, export.Options{Kinds: everything}) }), want[1])
		has(t, script, want[2])
	}
}

// TestInternal: topics that brokers make by themselves are documents, and commands only when they are asked for.
func TestInternal(t *testing.T) {
	for name, want := range map[string]bool{
		"__consumer_offsets": true, "__transaction_state": true, "__share_group_state": true, "__remote_log_metadata": true,
		"__cluster_metadata": false, "_schemas": false, "__my_own": false, "consumer_offsets": false,
	} {
		s := newState()
		s.topic(name, [][]int32{{1}})
		without, _ := commands(t, s, export.CommandOptions{})
		with, _ := commands(t, s, export.CommandOptions{Internal: true})
		doc := asYAML(t, s.Image, export.Options{Kinds: everything})[1].(map[string]any)["spec"].(map[string]any)
		if export.Internal(name) != want || strings.Contains(without, "--topic "+name) == want || !strings.Contains(with, "--topic "+name) || doc["internal"] != want {
			t.Errorf("%s: %v\n%s%s", name, doc, without, with)
		}
		if strings.Contains(without, "# left out: "+name) != want {
			t.Errorf("%s is left out without a word, or told to be\n%s", name, without)
		}
	}
}

// TestManyPartitions: a topic of more partitions than one request makes is made in several, with a word on how to repeat them.
func TestManyPartitions(t *testing.T) {
	for n, want := range map[int][]string{
		10_000: {"!To repeat these", "!--alter --if-exists"},
		10_001: {"To repeat these, leave out those that were done.", "--partitions 10000 ", "--alter --if-exists --topic t --partitions 10001\n", "!--partitions 10002"},
		20_001: {"--partitions 10000 ", "--topic t --partitions 20000\n", "--topic t --partitions 20001\n"},
	} {
		s := newState()
		replicas := make([][]int32, n)
		for i := range replicas {
			replicas[i] = []int32{1}
		}
		s.topic("t", replicas)
		script, _ := commands(t, s, export.CommandOptions{FactorOnly: true})
		t.Run(strconv.Itoa(n), func(t *testing.T) { has(t, script, want...) })
	}
}
