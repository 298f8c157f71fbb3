package export_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/internal/golden"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/export"
)

func TestCommands(t *testing.T) {
	s := rich()
	script, result := commands(t, s, export.CommandOptions{Options: export.Options{Origin: "dir\nrm -rf /", Tool: "kraftctl 1.0"}})
	golden.Check(t, "rich.sh", script)
	var told []string
	for _, loss := range result.Losses {
		told = append(told, loss.String())
	}
	golden.Check(t, "rich.losses", strings.Join(told, "\n")+"\n")
	script, _ = commands(t, s, export.CommandOptions{
		Options:   export.Options{Kinds: []export.Kind{export.KindTopic, export.KindConfig}, ShowSecrets: true},
		Bootstrap: "a:1,b:2", CommandConfig: "my client.properties", Internal: true, FactorOnly: true,
	})
	golden.Check(t, "rich-options.sh", script)
}

// has fails unless a script has all the texts, and none of those after a "!".
func has(t *testing.T, script string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		not, found := strings.CutPrefix(text, "!")
		if strings.Contains(script, not) == found {
			t.Errorf("%q: %v, in\n%s", not, !found, script)
		}
	}
}

// What a release does not know is not put into the commands for it.
func TestReleases(t *testing.T) {
	s := newState()
	s.topic("t", [][]int32{{1}}, "message.format.version", "3.0", "compression.zstd.level", "3", "retention.ms", "1", "no.such.config", "x")
	s.config(image.GroupConfig, "g", "consumer.session.timeout.ms", "50000", "streams.num.standby.replicas", "1")
	s.config(image.ClientMetricsConfig, "m", "interval.ms", "1000")
	s.config(image.BrokerConfig, "1", "log.message.format.version", "3.0", "num.io.threads", "9", "node.id", "1", "plugin.x", "y")
	s.acl(3, 3, "g", "User:a", "*", 10, 3)
	s.acl(5, 3, "tx", "User:a", "*", 15, 3)
	for line, want := range map[string][]string{
		"3.3": {"--config message.format.version=3.0", `"compression.zstd.level": Kafka 3.3 does not know it`, `group "g": kafka-configs.sh of Kafka 3.3 does not know the type`, "!DescribeConfigs"},
		"3.9": {
			"--config compression.zstd.level=3 --config message.format.version=3.0", "!--entity-type groups", "--entity-type client-metrics",
			"num.io.threads=9,plugin.x=y", `"node.id": in Kafka 3.9 it is set in server.properties only`, `"no.such.config": Kafka 3.9 does not know it`,
			`ALLOW DESCRIBE_CONFIGS on LITERAL GROUP "g" to "User:a" from "*": kafka-acls.sh of Kafka 3.9 does not take this operation`,
		},
		"4.0": {
			`"message.format.version": Kafka 4.0 does not know it`, "--add-config consumer.session.timeout.ms=50000", `"streams.num.standby.replicas": Kafka 4.0`,
			"--operation DescribeConfigs", "!TwoPhaseCommit", `"log.message.format.version": Kafka 4.0 does not know it`,
		},
		"4.4": {"consumer.session.timeout.ms=50000,streams.num.standby.replicas=1", "--operation TwoPhaseCommit --transactional-id tx"},
	} {
		rel, err := release.Parse(line)
		if err != nil {
			t.Fatal(err)
		}
		script := text(t, func(b *strings.Builder) error {
			_, err := export.WriteCommands(b, s.Image, export.CommandOptions{Options: export.Options{Kinds: everything}, Tools: export.Tools{Release: rel}})
			return err
		})
		has(t, script, want...)
	}
}

func TestOddTopics(t *testing.T) {
	s := newState()
	hole, none, wide := metadata.UUID{1}, metadata.UUID{2}, metadata.UUID{3}
	s.apply(
		&metadata.TopicRecord{Name: "hole", TopicId: hole}, &metadata.TopicRecord{Name: "none", TopicId: none},
		&metadata.TopicRecord{Name: "wide", TopicId: wide}, &metadata.TopicRecord{Name: "empty", TopicId: metadata.UUID{4}},
	)
	s.partition(hole, 0, []int32{1}, nil, nil)
	s.partition(hole, 2, []int32{1}, nil, nil)
	s.partition(none, 0, nil, nil, nil)
	for i := range int32(10_500) {
		s.partition(wide, i, []int32{1 + i%2}, nil, nil)
	}
	s.topic("mixed", [][]int32{{1, 2}, {3}, {4, 5, 6}})
	script, result := commands(t, s, export.CommandOptions{})
	has(t, script,
		`topic "hole": partition numbers have holes`, `topic "none": a partition has no replicas`, `topic "empty": partition numbers`,
		"--topic wide --partitions 10000 --replication-factor 1\n", "--alter --if-exists --topic wide --partitions 10500\n",
		`{"topic":"wide","partition":10499,"replicas":[2]}]}' | kafka-reassign-partitions.sh --bootstrap-server "$BOOTSTRAP_SERVER" --reassignment-json-file /dev/stdin --execute --additional`,
		"--topic mixed --partitions 3 --replication-factor 1\n", `{"version":1,"partitions":[{"topic":"mixed","partition":0,"replicas":[1,2]},`,
	)
	if result.Commands != 2+11+2 {
		t.Errorf("%d commands", result.Commands)
	}
	if got := fmt.Sprint(result.Losses[0].Count, result.Losses[1].Count); got != "2 1" {
		t.Errorf("losses %v", result.Losses)
	}
}

// An assignment that is too long for one argument is made by kafka-reassign-partitions.sh.
func TestLongAssignment(t *testing.T) {
	s := newState()
	replicas := make([][]int32, 9_000)
	for i := range replicas {
		replicas[i] = []int32{100_001, 100_002}
	}
	s.topic("t", replicas)
	script, _ := commands(t, s, export.CommandOptions{})
	has(t, script, "--partitions 9000 --replication-factor 2\n", `"partition":8999,"replicas":[100001,100002]}]}`, "!--replica-assignment")
	for line := range strings.Lines(script) {
		if len(line) > 128<<10 {
			t.Errorf("a line has %d bytes", len(line))
		}
	}
}

func TestOddObjects(t *testing.T) {
	s := newState()
	s.config(image.TopicConfig, "gone", "retention.ms", "1")
	s.config(image.GroupConfig, "", "consumer.session.timeout.ms", "1")
	s.config(image.GroupConfig, "a\x00b", "consumer.session.timeout.ms", "1")
	s.config(image.BrokerConfig, "1", "bad name", "1")
	s.config(64, "x", "k", "v")
	s.config(image.BrokerConfig, "3", "background.threads", "9")
	s.config(image.BrokerConfig, "2", "long.plugin.value", strings.Repeat("x", 120_000))
	s.quota("producer_byte_rate", 1, "ip", "10.0.0.1", "user", "u")
	s.quota("producer_byte_rate", 1, "ip", "10.0.0.1")
	s.quota("tea_rate", 1, "user", "u")
	s.quota("request_percentage", 1, "planet", "earth")
	s.acl(2, 5, "t", "User:a", "*", 3, 3)
	s.acl(9, 3, "t", "User:a", "*", 3, 3)
	s.acl(2, 3, "t", "nobody", "*", 3, 3)
	s.acl(2, 3, " t", "User:a", "*", 3, 3)
	s.acl(2, 3, "t", "User:a", "", 3, 3)
	s.acl(2, 3, "t", "User:a", "*", 3, 1)
	s.acl(4, 4, "kafka-", "User:a", "*", 3, 3)
	s.acl(2, 3, "t", "User:a", "*", 9, 3)
	s.acl(5, 3, " tx ", "User:a", "*", 4, 3)
	script, result := commands(t, s, export.CommandOptions{})
	has(t, script,
		`topic "gone": there is no such topic`, "group default: kafka-configs.sh has no default for groups", `group "a\x00b": no command can be given such a name`,
		`configuration "bad name": kafka-configs.sh takes letters`, `64 "x": kafka-configs.sh of Kafka 4.4 does not know the type`,
		"| kafka-configs.sh --bootstrap-server \"$BOOTSTRAP_SERVER\" --alter --entity-type brokers --entity-name 2 --add-config-file /dev/stdin",
		"an IP address has no other entity", `broker "3": no such broker is registered`, `"tea_rate" of`, "does not know the type of entity",
		"kafka-acls.sh does not add patterns of this type", "does not know the type of resource", "a principal as type:name only", "blanks at the ends",
		"neither allows nor denies", "the literal name kafka-cluster only", "does not take this operation for a resource of the type TOPIC",
		"--operation Write --transactional-id ' tx '",
	)
	if result.Commands != 2 {
		t.Errorf("%d commands", result.Commands)
	}
	for line := range strings.Lines(script) {
		if strings.ContainsAny(line, "\x00\r") {
			t.Errorf("%q", line)
		}
	}
}

// Many ACLs make few commands, none of which is too long.
func TestManyACLs(t *testing.T) {
	s := newState()
	for i := range 3000 {
		s.acl(2, 3, "topic-"+strconv.Itoa(i), "User:a", "*", 3, 3)
	}
	script, result := commands(t, s, export.CommandOptions{})
	if result.Commands > 8 {
		t.Errorf("%d commands", result.Commands)
	}
	for line := range strings.Lines(script) {
		if len(line) > 32<<10 {
			t.Errorf("a line has %d bytes", len(line))
		}
	}
}

// million is a million partitions in ten thousand topics.
func million() *state {
	s := newState()
	replicas := make([][]int32, 100)
	for i := range replicas {
		replicas[i] = []int32{int32(i % 50), int32(i%50 + 1), int32(i%50 + 2)}
	}
	for i := range 10_000 {
		s.topic("topic-"+strconv.Itoa(i), replicas, "retention.ms", "1000")
	}
	return s
}

func BenchmarkMillionPartitions(b *testing.B) {
	s := million()
	o := export.CommandOptions{Options: export.Options{Kinds: everything}, Tools: export.Tools{Release: release.Newest()}}
	for name, write := range map[string]func(*counter) error{
		"yaml":     func(out *counter) error { return export.WriteYAML(out, s.Image, o.Options) },
		"json":     func(out *counter) error { return export.WriteJSON(out, s.Image, o.Options) },
		"commands": func(out *counter) error { _, err := export.WriteCommands(out, s.Image, o); return err },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var out counter
				if err := write(&out); err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(out))
			}
		})
	}
}

// counter counts what is written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
