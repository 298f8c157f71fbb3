package history_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/inspect/history"
	"github.com/kraftctl/kraftctl/inspect/internal/lab"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
)

const corpusDir = "../../testdata/corpus"

func told(t *testing.T, log *metalog.Log, path string, secrets bool) string {
	t.Helper()
	var b bytes.Buffer
	w := history.Writer{Out: &b, ShowSecrets: secrets}
	for c, err := range history.Of(log, history.Path(path), nil) {
		if errors.As(err, new(*metalog.Damage)) {
			continue
		}
		if err == nil {
			err = errors.Join(w.Text(&c), w.JSONLine(&c))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func mustSay(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("it does not say %q:\n%s", p, text)
		}
	}
}

func TestPartition(t *testing.T) {
	log := lab.Logs(t, corpusDir, "quorum-3c2b", "4.3.1")["controller1"]
	text := told(t, log, "partition/t-rf1-0", false)
	mustSay(t, text,
		"offset 94  epoch 3  controller 1  PARTITION_CHANGE_RECORD\n  ~ /topics/byName/t-rf1/0: leader 12 → -1, ",
		`offset 151  epoch 4  controller 2`, `recovery "RECOVERED" → "RECOVERING"`, `"old":12,"new":-1`)
	if n := strings.Count(text, "epoch 4  controller 2"); n != 6 {
		t.Errorf("%d changes in epoch 4", n)
	}
	byID := strings.TrimSpace(told(t, log, "/topics/byId/D6bSCct0QI-E0leYqk1D1A/0", false))
	if strings.Count(byID, "\n") != strings.Count(strings.TrimSpace(text), "\n") {
		t.Errorf("by ID it says\n%s", byID)
	}
}

func TestPaths(t *testing.T) {
	quorum := lab.Logs(t, corpusDir, "quorum-3c2b", "4.3.1")["controller1"]
	node := lab.Logs(t, corpusDir, "combined-1node", "4.3.1")["node1"]
	dynamic := lab.Logs(t, corpusDir, "dynamic-standalone", "4.3.1")["controller1"]
	for _, c := range []struct {
		log  *metalog.Log
		path string
		want string
	}{
		{quorum, "broker/12", "- /brokers/12: "},
		{quorum, "/image/cluster/brokers/11", `~ /brokers/11: state "active" → "shutting-down", inControlledShutdown false → true`},
		{quorum, "quorum", "~ /quorum: leader 1 → 2, epoch 3 → 4, since 62 → 127"},
		{quorum, "config/topic/t-unclean", `+ /configs/topic/t-unclean/unclean.leader.election.enable: "true"`},
		{quorum, "quota/user(alice)", "+ /quotas/user(alice)/producer_byte_rate: "},
		{quorum, "feature/metadata.version", "+ /features/metadata.version: 30"},
		{quorum, "/image/features/finalizedVersions/group.version", "+ /features/group.version: 1"},
		{node, "user/alice", "+ /users/alice/SCRAM-SHA-512: iterations 8192, salt (redacted), storedKey (redacted), serverKey (redacted)"},
		{node, "user/bob", "- /users/bob/SCRAM-SHA-512"},
		{node, "acl", "+ /acls/"},
		{node, "/", "+ /topics/byName/"},
		{dynamic, "voter/2", "+ /voters/2: "},
	} {
		mustSay(t, told(t, c.log, c.path, false), c.want)
	}
}

func TestShortForms(t *testing.T) {
	for text, want := range map[string]string{
		"topic/orders": "/topics/byName/orders", "partition/orders/0": "/topics/byName/orders/0", "partition/my-topic-12": "/topics/byName/my-topic/12",
		"/topics/byName/a/": "/topics/byName/a", "broker/3": "/brokers/3", "/brokers": "/brokers", "user": "/users", "/": "/",
		"/image/topics/byName/a": "/topics/byName/a", "/image/cluster/brokers/1": "/brokers/1", "/image/acls/byId/x": "/acls/x", "migration": "/migration",
	} {
		if got := history.Path(text); got != want {
			t.Errorf("Path(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestSnapshotFirst: the log of a real node begins with a snapshot, whose content is told before the first change.
func TestSnapshotFirst(t *testing.T) {
	log := lab.Logs(t, corpusDir, "snapshots", "4.3.1")["node1"]
	text := told(t, log, "broker/1", false)
	mustSay(t, text, "offset 1421  epoch 1  snapshot 00000000000000001422-0000000001.checkpoint\n  + /brokers/1", `"initial":true`)
}

// TestDeletedTopicTakesItsConfiguration: a topic that is deleted has no configuration any more, and no partitions.
func TestDeletedTopicTakesItsConfiguration(t *testing.T) {
	id := metadata.UUID{1}
	n := lab.NewNode(1).Elect(1, 1, 1).
		Append(1, &metadata.TopicRecord{Name: "a", TopicId: id}, &metadata.PartitionRecord{TopicId: id, Replicas: []int32{1}, Isr: []int32{1}, Leader: 1},
			&metadata.ConfigRecord{ResourceType: 2, ResourceName: "a", Name: "retention.ms", Value: metadata.NullString{String: "7", Valid: true}}).
		Append(1, &metadata.RemoveTopicRecord{TopicId: id})
	mustSay(t, told(t, n.Log(t), "config/topic/a", false), "offset 4  epoch 1  controller 1  REMOVE_TOPIC_RECORD\n  - /configs/topic/a/retention.ms: \"7\"\n")
	mustSay(t, told(t, n.Log(t), "topic/a", false), "- /topics/byName/a/0: leader 1", "- /topics/byName/a/id")
}

func TestSecrets(t *testing.T) {
	value := func(s string) metadata.NullString { return metadata.NullString{String: s, Valid: true} }
	n := lab.NewNode(1).Elect(1, 1, 1).
		Append(1, &metadata.ConfigRecord{ResourceType: 4, Name: "ssl.key.password", Value: value("hunter1")}).
		Append(1, &metadata.ConfigRecord{ResourceType: 4, Name: "ssl.key.password", Value: value("hunter2")})
	if text := told(t, n.Log(t), "config/broker", false); strings.Contains(text, "hunter") || !strings.Contains(text, "(redacted) → (redacted)") {
		t.Errorf("masked:\n%s", text)
	}
	mustSay(t, told(t, n.Log(t), "config/broker", true), `"hunter1" → "hunter2"`)
}
