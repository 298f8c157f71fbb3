package export_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/export"
)

// firsts are words and the release whose tools took them first; until is the last that did, the newest when it is empty: KIP-937 and
// KIP-724 (timestamps, message formats), KIP-390 (levels of compression), KIP-950 (remote.log), KIP-714 (client-metrics), KIP-848,
// KIP-932 and KIP-1071 (groups).
var firsts = []struct {
	kind         int8
	key          string
	since, until string
}{
	{image.TopicConfig, "retention.ms", "3.3", ""},
	{image.TopicConfig, "remote.storage.enable", "3.3", ""},
	{image.TopicConfig, "message.format.version", "3.3", "3.9"},
	{image.TopicConfig, "message.timestamp.difference.max.ms", "3.3", "3.9"},
	{image.TopicConfig, "message.downconversion.enable", "3.3", "3.9"},
	{image.TopicConfig, "message.timestamp.after.max.ms", "3.6", ""},
	{image.TopicConfig, "message.timestamp.before.max.ms", "3.6", ""},
	{image.TopicConfig, "compression.zstd.level", "3.8", ""},
	{image.TopicConfig, "remote.log.copy.disable", "3.9", ""},
	{image.TopicConfig, "remote.log.delete.on.disable", "3.9", ""},
	{image.ClientMetricsConfig, "interval.ms", "3.7", ""},
	{image.ClientMetricsConfig, "match", "3.7", ""},
	{image.ClientMetricsConfig, "metrics", "3.7", ""},
	{image.GroupConfig, "consumer.session.timeout.ms", "4.0", ""},
	{image.GroupConfig, "share.auto.offset.reset", "4.0", ""},
	{image.GroupConfig, "share.isolation.level", "4.1", ""},
	{image.GroupConfig, "streams.session.timeout.ms", "4.1", ""},
	{image.GroupConfig, "streams.initial.rebalance.delay.ms", "4.2", ""},
	{image.BrokerConfig, "num.io.threads", "3.3", ""},
	{image.BrokerConfig, "log.message.downconversion.enable", "3.3", "3.9"},
	{image.BrokerConfig, "my.plugin.setting", "3.3", ""},
	{image.BrokerLoggerConfig, "kafka.server", "3.3", ""},
}

// TestSinceAndUntil: a configuration is in the commands for the releases that know it, and told as lost for all others.
func TestSinceAndUntil(t *testing.T) {
	for _, first := range firsts {
		s := newState()
		if first.kind == image.TopicConfig {
			s.topic("1", [][]int32{{1}})
		}
		s.config(first.kind, "1", first.key, "1")
		since, err := release.Parse(first.since)
		if err != nil {
			t.Fatal(err)
		}
		until := release.Newest()
		if first.until != "" {
			if until, err = release.Parse(first.until); err != nil {
				t.Fatal(err)
			}
		}
		for _, rel := range release.All() {
			script, result := at(t, s, rel)
			told := strings.Contains(script, first.key+"=1\n")
			lost := slices.ContainsFunc(result.Losses, func(l export.Loss) bool { return !strings.HasPrefix(l.Many, "topic IDs") })
			if want := rel >= since && rel <= until; told != want || lost == want {
				t.Errorf("%s for Kafka %s: told %v, lost %v, want %v\n%s", first.key, rel, told, lost, want, script)
			}
		}
	}
}

// at writes the commands for the tools of a release, 3.3 too, whose number is 0.
func at(t testing.TB, s *state, rel release.Release) (script string, result export.Result) {
	t.Helper()
	script = text(t, func(b *strings.Builder) (err error) {
		result, err = export.WriteCommands(b, s.Image, export.CommandOptions{Options: export.Options{Kinds: everything}, Tools: export.Tools{Release: rel}})
		return err
	})
	return script, result
}

// TestTopicConfigsOfReleases holds the names of topic configurations against those that the brokers' own configurations are the defaults
// of, which were read from other classes of the jars.
func TestTopicConfigsOfReleases(t *testing.T) {
	for _, rel := range release.All() {
		known := map[string]bool{}
		s := newState()
		s.topic("t", [][]int32{{1}})
		for _, key := range release.ConfigKeys(rel) {
			for name := range strings.FieldsSeq(key.Topic) {
				known[name] = true
				s.config(image.TopicConfig, "t", name, "1")
			}
		}
		if len(known) < 15 {
			t.Fatalf("Kafka %s: %d names prove nothing", rel, len(known))
		}
		script, _ := at(t, s, rel)
		for name := range known {
			if !strings.Contains(script, " --config "+name+"=1") {
				t.Errorf("Kafka %s knows %s, and the commands leave it out", rel, name)
			}
		}
	}
}

// TestBrokerModes: what a broker takes only from its file is lost, what it takes while it runs is not.
func TestBrokerModes(t *testing.T) {
	for _, rel := range []release.Release{release.V3_3, release.V3_9, release.V4_0, release.Newest()} {
		s := newState()
		want := map[string]bool{}
		for _, key := range release.ConfigKeys(rel) {
			if !release.Sensitive(key.Name) {
				want[key.Name] = key.Mode != release.ReadOnly
				s.config(image.BrokerConfig, "1", key.Name, "1")
			}
		}
		script, result := at(t, s, rel)
		lost := 0
		for name, dynamic := range want {
			if told := strings.Contains(script, " "+name+"=1") || strings.Contains(script, ","+name+"=1"); told != dynamic {
				t.Errorf("Kafka %s: %s told %v", rel, name, told)
			}
			if !dynamic {
				lost++
			}
		}
		if len(result.Losses) != 1 || result.Losses[0].Count != lost || lost == len(want) {
			t.Errorf("Kafka %s: %v, want %d", rel, result.Losses, lost)
		}
	}
}

// TestOperationsOfReleases: an operation is in the commands for the releases whose kafka-acls.sh takes it for the type of resource.
func TestOperationsOfReleases(t *testing.T) {
	numbers := map[string]int8{}
	for number, name := range image.Operations {
		numbers[name] = int8(number)
	}
	never := release.Release(100)
	for _, test := range []struct {
		kind      int8
		operation string
		since     release.Release
	}{
		{2, "READ", release.V3_3},
		{2, "ALTER_CONFIGS", release.V3_3},
		{2, "IDEMPOTENT_WRITE", never},
		{3, "READ", release.V3_3},
		{3, "WRITE", never},
		{3, "DESCRIBE_CONFIGS", release.V4_0},
		{3, "ALTER_CONFIGS", release.V4_0},
		{4, "CLUSTER_ACTION", release.V3_3},
		{4, "IDEMPOTENT_WRITE", release.V3_3},
		{4, "READ", never},
		{5, "WRITE", release.V3_3},
		{5, "TWO_PHASE_COMMIT", release.V4_1},
		{5, "READ", never},
		{6, "DESCRIBE", release.V3_3},
		{6, "ALTER", never},
		{7, "CREATE_TOKENS", release.V3_3},
		{7, "DESCRIBE_TOKENS", release.V3_3},
		{7, "DESCRIBE", never},
		{2, "ALL", release.V3_3},
		{7, "ALL", release.V3_3},
	} {
		name := "x"
		if test.kind == 4 {
			name = "kafka-cluster"
		}
		s := newState()
		s.acl(test.kind, 3, name, "User:a", "*", numbers[test.operation], 3)
		for _, rel := range release.All() {
			_, result := at(t, s, rel)
			if want := rel >= test.since; (result.Commands == 1) != want || (len(result.Losses) == 0) != want {
				t.Errorf("%s on %d, Kafka %s: %+v", test.operation, test.kind, rel, result)
			}
		}
	}
}
