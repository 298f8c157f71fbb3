package migration_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/inspect/compare"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/migration"
)

// The records that the cases of one kind share.
func topicConfig(value string) metadata.Record {
	r := &metadata.ConfigRecord{ResourceType: 2, ResourceName: "a", Name: "retention.ms"}
	if value != "" {
		r.Value = metadata.Str(value)
	}
	return r
}

func quotaRecord(value float64, remove bool) metadata.Record {
	return &metadata.ClientQuotaRecord{Entity: []metadata.QuotaEntity{{EntityType: "user", EntityName: metadata.Str("u")}}, Key: "producer_byte_rate", Value: value, Remove: remove}
}

func aclRecord(id byte, host string) metadata.Record {
	return &metadata.AccessControlEntryRecord{Id: metadata.UUID{id}, ResourceType: 2, ResourceName: "a", PatternType: 3, Principal: "User:u", Host: host, Operation: 3, PermissionType: 3}
}

func userRecord(iterations int32) metadata.Record {
	return &metadata.UserScramCredentialRecord{Name: "u", Mechanism: 1, Salt: []byte("salt"), StoredKey: []byte("stored"), ServerKey: []byte("server"), Iterations: iterations}
}

func tokenRecord(expires int64) metadata.Record {
	return &metadata.DelegationTokenRecord{Owner: "User:u", Requester: "User:u", TokenId: "t", ExpirationTimestamp: expires, MaxTimestamp: expires}
}

func partitionRecord(replicas ...int32) metadata.Record {
	return &metadata.PartitionRecord{TopicId: topicA, PartitionId: 1, Replicas: replicas, Isr: replicas, Leader: replicas[0]}
}

// TestKindsOfChange: what is gone, changed and new is told of each kind with a line that says what, and what is usual is not.
func TestKindsOfChange(t *testing.T) {
	const future = 1_900_000_000_000
	list := func(r ...metadata.Record) []metadata.Record { return r }
	for name, test := range map[string]struct {
		kind string
		// then and later are what the log has besides before the backup, and after it.
		then, later []metadata.Record
		// lines are what is told as KIND OPERATION PATH: WHAT, with "-" for what is lost and "+" for what is new.
		lines []string
		usual bool
	}{
		"topic config gone":    {"topic configs", list(topicConfig("1")), list(topicConfig("")), []string{"- removed /configs/topic/a/retention.ms: 1"}, false},
		"topic config changed": {"topic configs", list(topicConfig("1")), list(topicConfig("2")), []string{"- changed /configs/topic/a/retention.ms: 1 → 2"}, false},
		"topic config new":     {"topic configs", nil, list(topicConfig("1")), []string{"+ added /configs/topic/a/retention.ms: 1"}, false},
		"topic config called name": {
			"topic configs", nil, list(&metadata.ConfigRecord{ResourceType: 2, ResourceName: "a", Name: "name", Value: metadata.Str("x")}), []string{"+ added /configs/topic/a/name: x"}, false,
		},
		"topic config same": {"topic configs", list(topicConfig("1")), list(topicConfig("1")), nil, false},
		"quota gone":        {"quotas", list(quotaRecord(1, false)), list(quotaRecord(0, true)), []string{`- removed /quotas/user(u)/producer_byte_rate: 1`}, false},
		"quota changed":     {"quotas", list(quotaRecord(1, false)), list(quotaRecord(2.5, false)), []string{`- changed /quotas/user(u)/producer_byte_rate: 1 → 2.5`}, false},
		"quota new":         {"quotas", nil, list(quotaRecord(1, false)), []string{`+ added /quotas/user(u)/producer_byte_rate: 1`}, false},
		"ACL gone": {
			"ACLs", list(aclRecord(1, "*")), list(&metadata.RemoveAccessControlEntryRecord{Id: metadata.UUID{1}}),
			[]string{`- removed /acls: User:u ALLOW to READ on LITERAL TOPIC "a" from *`},
			false,
		},
		"ACL new": {"ACLs", list(aclRecord(1, "*")), list(aclRecord(2, "10.0.0.1")), []string{`+ added /acls: User:u ALLOW to READ on LITERAL TOPIC "a" from 10.0.0.1`}, false},
		"ACL twice": {
			"ACLs", list(aclRecord(1, "*"), aclRecord(2, "*")), list(&metadata.RemoveAccessControlEntryRecord{Id: metadata.UUID{1}}), nil, false,
		},
		"credential gone": {
			"SCRAM credentials", list(userRecord(4096)), list(&metadata.RemoveUserScramCredentialRecord{Name: "u", Mechanism: 1}),
			[]string{"- removed /users/u/SCRAM-SHA-256: "},
			false,
		},
		"credential changed": {"SCRAM credentials", list(userRecord(4096)), list(userRecord(8192)), []string{"- changed /users/u/SCRAM-SHA-256: "}, false},
		"token renewed":      {"delegation tokens", list(tokenRecord(future)), list(tokenRecord(future + 1)), nil, true},
		"token gone":         {"delegation tokens", list(tokenRecord(future)), list(&metadata.RemoveDelegationTokenRecord{TokenId: "t"}), []string{"- removed /tokens/t: "}, false},
		"token expired":      {"delegation tokens", list(tokenRecord(1000)), list(&metadata.RemoveDelegationTokenRecord{TokenId: "t"}), nil, true},
		"broker gone": {
			"brokers", list(&metadata.RegisterBrokerRecord{BrokerId: 5, BrokerEpoch: 7}), list(&metadata.UnregisterBrokerRecord{BrokerId: 5, BrokerEpoch: 7}),
			[]string{"- removed /brokers/5: "},
			false,
		},
		"broker restarted": {"brokers", list(&metadata.RegisterBrokerRecord{BrokerId: 5, BrokerEpoch: 7}), list(&metadata.RegisterBrokerRecord{BrokerId: 5, BrokerEpoch: 9}), nil, true},
		"feature lower": {
			"features", list(&metadata.FeatureLevelRecord{Name: "group.version", FeatureLevel: 2}), list(&metadata.FeatureLevelRecord{Name: "group.version", FeatureLevel: 1}),
			[]string{"- changed /features/group.version: 2 → 1"},
			false,
		},
		"feature higher": {
			"features", list(&metadata.FeatureLevelRecord{Name: "group.version", FeatureLevel: 1}), list(&metadata.FeatureLevelRecord{Name: "group.version", FeatureLevel: 2}), nil, true,
		},
		"producer IDs go on": {"producer ID blocks", list(&metadata.ProducerIdsRecord{NextProducerId: 1000}), list(&metadata.ProducerIdsRecord{NextProducerId: 2000}), nil, true},
		"producer IDs again": {
			"producer ID blocks", list(&metadata.ProducerIdsRecord{NextProducerId: 2000}), list(&metadata.ProducerIdsRecord{NextProducerId: 1000}), []string{"- changed /producerIds: "}, false,
		},
		"partition new":   {"partitions", nil, list(partitionRecord(1)), []string{"+ added /topics/byName/a/1: replicas [1]"}, false},
		"partition moved": {"partitions", list(partitionRecord(1)), list(partitionRecord(1, 2)), []string{"- changed /topics/byName/a/1: replicas [1] → [1 2]"}, false},
		"leader changed": {
			"partitions", list(partitionRecord(1, 2)), list(&metadata.PartitionChangeRecord{TopicId: topicA, PartitionId: 1, Leader: 2}), nil, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLog(t).bootstrap(21, 2).state(1).topic("a", 1)
			for _, r := range test.then {
				l.add(r)
			}
			backup := l.logs()
			for _, r := range test.later {
				l.add(r)
			}
			r := examine(t, migration.Input{Logs: l.logs(), Backup: backup})
			c := r.Compared
			var lines []string
			for i, all := range [][]migration.Difference{c.Lost, c.New} {
				for _, d := range all {
					lines = append(lines, fmt.Sprintf("%s %s %s: %s", []string{"-", "+"}[i], d.Operation, d.Path, d.What))
					if d.Kind != test.kind {
						t.Errorf("%s is one of the %s", d.Path, d.Kind)
					}
				}
			}
			if !slices.EqualFunc(lines, test.lines, strings.HasPrefix) || (c.Usual > 0) != test.usual {
				t.Errorf("%q, usual %d", lines, c.Usual)
			}
			if lost := len(c.Lost) > 0; lost == r.Sound() {
				t.Errorf("sound is %v", r.Sound())
			}
			var kept migration.KindChange
			for _, k := range c.Kinds {
				if k.Kind == test.kind {
					kept = k
				} else if k.New+k.Gone+k.Changed != 0 {
					t.Errorf("%+v", k)
				}
			}
			want := [3]int{}
			for _, line := range test.lines {
				want[slices.Index([]string{"+ a", "- r", "- c"}, line[:3])]++
			}
			if got := [3]int{kept.New, kept.Gone, kept.Changed}; got != want {
				t.Errorf("new, gone, changed %v, want %v", got, want)
			}
		})
	}
}

// TestComparedOrder: what differs is told in the order of its kinds, and in each in that of its paths, numbers by size.
func TestComparedOrder(t *testing.T) {
	l := newLog(t).bootstrap(21, 2).state(1)
	backup := l.logs()
	l.topic("b", 1)
	for i := range int32(11) {
		l.add(&metadata.ConfigRecord{ResourceType: 4, ResourceName: fmt.Sprint(10 - i), Name: "x", Value: metadata.Str("1")})
	}
	l.topic("a", 1).add(quotaRecord(1, false))
	got := paths(examine(t, migration.Input{Logs: l.logs(), Backup: backup}).Compared.New)
	gone := paths(examine(t, migration.Input{Logs: backup, Backup: l.logs()}).Compared.Lost)
	want := []string{"/topics/byName/a/id", "/topics/byName/b/id", "/topics/byName/a/0", "/topics/byName/b/0"}
	for i := range 11 {
		want = append(want, fmt.Sprintf("/configs/broker/%d/x", i))
	}
	if want = append(want, "/quotas/user(u)/producer_byte_rate"); !slices.Equal(got, want) || !slices.Equal(gone, want) {
		t.Errorf("new %v, gone %v", got, gone)
	}
}

// TestOtherCluster: a backup of another cluster is refused; one that does not tell its cluster is taken.
func TestOtherCluster(t *testing.T) {
	l := newLog(t).bootstrap(21, 2)
	unnamed := openLogs(t, fstest.MapFS{"x/__cluster_metadata-0/00000000000000000000.log": {Data: l.log}}, "x")
	if r := examine(t, migration.Input{Logs: l.logs(), Backup: unnamed}); r.Compared == nil || r.Compared.Backup != "x" {
		t.Errorf("%+v", r.Compared)
	}
	if r := examine(t, migration.Input{Logs: unnamed, Backup: l.logs()}); r.Compared == nil || r.ClusterID != "" {
		t.Errorf("%+v", r.Compared)
	}
	_, err := migration.Examine(migration.Input{Logs: l.logs(), Backup: openLogs(t, real(t), stage1), Release: release.V3_9})
	if err == nil || !strings.Contains(err.Error(), cluster) || !strings.Contains(err.Error(), compare.ErrForeign.Error()) {
		t.Errorf("%v", err)
	}
}
