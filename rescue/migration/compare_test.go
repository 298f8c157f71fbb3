package migration_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/rescue/migration"
)

// TestSinceBackup: from dual-write to the end of the migration only new things came; the other way round they are gone.
func TestSinceBackup(t *testing.T) {
	fsys := real(t)
	early, late := openLogs(t, fsys, ctl+"2-dual-write"), openLogs(t, fsys, ctl+"4-finalised")
	c := examine(t, migration.Input{Logs: late, Backup: early}).Compared
	if len(c.Lost) != 0 || c.Stage != migration.DualWrite || c.Younger || c.LastOffset != 93 {
		t.Errorf("%+v", c)
	}
	if got := paths(c.New); !slices.Equal(got, []string{
		"/topics/byName/final-a/id", "/topics/byName/kraft-broker-a/id", "/topics/byName/final-a/0", "/topics/byName/final-a/1",
		"/topics/byName/kraft-broker-a/0", "/topics/byName/kraft-broker-a/1",
	}) {
		t.Errorf("new: %v", got)
	}
	r := examine(t, migration.Input{Logs: early, Backup: late})
	if c = r.Compared; !c.Younger || len(c.New) != 0 || len(c.Lost) != 6 || r.Sound() {
		t.Errorf("%+v", c)
	}
	if c.Kinds[0].Kind != "topics" || c.Kinds[0].Gone != 2 || c.Kinds[0].Then != 6 || c.Kinds[0].Now != 4 {
		t.Errorf("%+v", c.Kinds[0])
	}
}

func paths(list []migration.Difference) []string {
	var all []string
	for _, d := range list {
		all = append(all, d.Path)
	}
	return all
}

// thing is something a log can have, and what takes it away or changes it.
type thing struct {
	add, lose metadata.Record
	kind      string
}

var things = []thing{
	{
		&metadata.ConfigRecord{ResourceType: 2, ResourceName: "a", Name: "retention.ms", Value: metadata.Str("1")},
		&metadata.ConfigRecord{ResourceType: 2, ResourceName: "a", Name: "retention.ms"}, "topic configs",
	},
	{
		&metadata.ConfigRecord{ResourceType: 4, ResourceName: "1", Name: "ssl.key.password", Value: metadata.Str("s3cr3t-1")},
		&metadata.ConfigRecord{ResourceType: 4, ResourceName: "1", Name: "ssl.key.password", Value: metadata.Str("s3cr3t-2")}, "broker configs",
	},
	{
		&metadata.ClientQuotaRecord{Entity: []metadata.QuotaEntity{{EntityType: "user", EntityName: metadata.Str("u")}}, Key: "producer_byte_rate", Value: 1},
		&metadata.ClientQuotaRecord{Entity: []metadata.QuotaEntity{{EntityType: "user", EntityName: metadata.Str("u")}}, Key: "producer_byte_rate", Remove: true}, "quotas",
	},
	{
		&metadata.AccessControlEntryRecord{Id: metadata.UUID{1}, ResourceType: 2, ResourceName: "a", PatternType: 3, Principal: "User:u", Host: "*", Operation: 3, PermissionType: 3},
		&metadata.RemoveAccessControlEntryRecord{Id: metadata.UUID{1}}, "ACLs",
	},
	{
		&metadata.UserScramCredentialRecord{Name: "u", Mechanism: 1, Salt: []byte("s3cr3t-salt"), StoredKey: []byte("s3cr3t-key"), ServerKey: []byte("x"), Iterations: 4096},
		&metadata.RemoveUserScramCredentialRecord{Name: "u", Mechanism: 1}, "SCRAM credentials",
	},
	{&metadata.ProducerIdsRecord{NextProducerId: 2000}, &metadata.ProducerIdsRecord{NextProducerId: 1000}, "producer ID blocks"},
	{&metadata.FeatureLevelRecord{Name: "group.version", FeatureLevel: 1}, &metadata.FeatureLevelRecord{Name: "group.version"}, "features"},
	{&metadata.RegisterBrokerRecord{BrokerId: 5, BrokerEpoch: 7}, &metadata.UnregisterBrokerRecord{BrokerId: 5, BrokerEpoch: 7}, "brokers"},
	{
		&metadata.PartitionRecord{TopicId: topicA, PartitionId: 1, Replicas: []int32{1}, Isr: []int32{1}, Leader: 1},
		&metadata.PartitionChangeRecord{TopicId: topicA, PartitionId: 1, Replicas: []int32{2}, Isr: []int32{2}}, "partitions",
	},
}

// topicA is the ID that lab gives the topic "a".
var topicA = metadata.UUID{1: 1, 2: 'a', 3: 'a', 15: 1}

// TestLosses: whatever things a log has and loses, those that were lost are told, by kind, and no others; secrets are masked.
func TestLosses(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := newLog(t).bootstrap(25, 3).topic("a", 1)
		mask := rapid.SliceOfN(rapid.IntRange(0, 3), len(things), len(things)).Draw(rt, "fate of each thing")
		for i, th := range things {
			if mask[i] != 0 {
				l.add(th.add)
			}
		}
		backup := l.logs()
		var lost []string
		for i, th := range things {
			switch mask[i] {
			case 2:
				l.add(th.lose)
				lost = append(lost, th.kind)
			case 3: // usual: the same again
				l.add(th.add)
			}
		}
		c := examine(t, migration.Input{Logs: l.logs(), Backup: backup}).Compared
		var got []string
		for _, d := range c.Lost {
			got = append(got, d.Kind)
		}
		slices.Sort(got)
		slices.Sort(lost)
		if !slices.Equal(got, lost) || len(c.New) != 0 {
			rt.Fatalf("lost %v, want %v; new %v", got, lost, c.New)
		}
		if all := fmt.Sprintf("%+v", c); strings.Contains(all, "s3cr3t") {
			rt.Fatalf("a secret is shown: %s", all)
		}
		back := examine(t, migration.Input{Logs: backup, Backup: backup}).Compared
		if len(back.Lost)+len(back.New)+back.Usual != 0 {
			rt.Fatalf("a log differs from itself: %+v", back)
		}
	})
}

// TestACLsByContent: an ACL that came back under another ID is not lost.
func TestACLsByContent(t *testing.T) {
	acl := func(id byte) *metadata.AccessControlEntryRecord {
		return &metadata.AccessControlEntryRecord{Id: metadata.UUID{id}, ResourceType: 2, ResourceName: "a", PatternType: 3, Principal: "User:u", Host: "*", Operation: 3, PermissionType: 3}
	}
	l := newLog(t).bootstrap(21, 3).add(acl(1))
	backup := l.logs()
	c := examine(t, migration.Input{Logs: l.add(&metadata.RemoveAccessControlEntryRecord{Id: metadata.UUID{1}}, acl(2)).logs(), Backup: backup}).Compared
	if len(c.Lost)+len(c.New) != 0 {
		t.Errorf("%+v", c)
	}
}

// TestTopicMadeAnew: a topic that was deleted and made anew is not the same.
func TestTopicMadeAnew(t *testing.T) {
	l := newLog(t).bootstrap(21, 3).topic("a", 1)
	backup := l.logs()
	l.add(&metadata.RemoveTopicRecord{TopicId: topicA}, &metadata.TopicRecord{Name: "a", TopicId: metadata.UUID{9}},
		&metadata.PartitionRecord{TopicId: metadata.UUID{9}, Replicas: []int32{1}, Isr: []int32{1}, Leader: 1})
	c := examine(t, migration.Input{Logs: l.logs(), Backup: backup}).Compared
	if got := paths(c.Lost); !slices.Equal(got, []string{"/topics/byName/a/id"}) {
		t.Errorf("%v", got)
	}
}

// TestTokens: a token that expired may go; one that had not is missed.
func TestTokens(t *testing.T) {
	token := func(id string, expires int64) *metadata.DelegationTokenRecord {
		return &metadata.DelegationTokenRecord{Owner: "User:u", Requester: "User:u", TokenId: id, ExpirationTimestamp: expires, MaxTimestamp: expires}
	}
	l := newLog(t).bootstrap(21, 3).add(token("old", 1000), token("young", 1900000000000))
	backup := l.logs()
	c := examine(t, migration.Input{
		Logs:   l.add(&metadata.RemoveDelegationTokenRecord{TokenId: "old"}, &metadata.RemoveDelegationTokenRecord{TokenId: "young"}).logs(),
		Backup: backup,
	}).Compared
	if got := paths(c.Lost); !slices.Equal(got, []string{"/tokens/young"}) {
		t.Errorf("%v", got)
	}
}
