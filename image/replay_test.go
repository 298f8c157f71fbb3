package image_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
)

// player feeds records to a builder, one an offset.
type player struct {
	*image.Builder
	problems []image.Problem
	offset   int64
}

func newPlayer(opts image.Options) *player {
	p := &player{}
	opts.OnProblem = func(problem image.Problem) { p.problems = append(p.problems, problem) }
	p.Builder = image.NewBuilder(opts)
	return p
}

func (p *player) play(records ...metadata.Record) *player {
	for _, rec := range records {
		p.Apply(&metalog.Record{Offset: p.offset, Epoch: 1, Timestamp: 1000 + p.offset, Record: rec})
		p.offset++
	}
	return p
}

func uuid(b byte) metadata.UUID { return metadata.UUID{15: b} }

func partition(topic byte, id int32, replicas ...int32) *metadata.PartitionRecord {
	r := metadata.NewPartitionRecord()
	r.TopicId, r.PartitionId, r.Replicas, r.Isr, r.Leader, r.LeaderEpoch, r.PartitionEpoch = uuid(topic), id, replicas, replicas, replicas[0], 0, 0
	return r
}

func change(topic byte, id int32, edit func(*metadata.PartitionChangeRecord)) *metadata.PartitionChangeRecord {
	r := metadata.NewPartitionChangeRecord()
	r.TopicId, r.PartitionId = uuid(topic), id
	edit(r)
	return r
}

func broker(id int32, epoch int64) *metadata.RegisterBrokerRecord {
	r := metadata.NewRegisterBrokerRecord()
	r.BrokerId, r.BrokerEpoch = id, epoch
	return r
}

var foo = &metadata.TopicRecord{Name: "foo", TopicId: uuid(1)}

func TestProblems(t *testing.T) {
	for name, c := range map[string]struct {
		records []metadata.Record
		kind    image.ProblemKind
		skipped bool
	}{
		"topic ID twice":        {[]metadata.Record{foo, &metadata.TopicRecord{Name: "bar", TopicId: uuid(1)}}, image.DuplicateTopicID, false},
		"topic name twice":      {[]metadata.Record{foo, &metadata.TopicRecord{Name: "foo", TopicId: uuid(2)}}, image.DuplicateTopicName, false},
		"unknown topic removed": {[]metadata.Record{&metadata.RemoveTopicRecord{TopicId: uuid(9)}}, image.UnknownTopic, true},
		"partition of nothing":  {[]metadata.Record{partition(9, 0, 1)}, image.UnknownTopic, true},
		"change of nothing":     {[]metadata.Record{foo, change(9, 0, func(*metadata.PartitionChangeRecord) {})}, image.UnknownTopic, true},
		"unknown partition":     {[]metadata.Record{foo, change(1, 0, func(*metadata.PartitionChangeRecord) {})}, image.UnknownPartition, true},
		"partition twice":       {[]metadata.Record{foo, partition(1, 0, 1), partition(1, 0, 1)}, image.DuplicatePartition, false},
		"leader elsewhere":      {[]metadata.Record{foo, partition(1, 0, 1), change(1, 0, func(r *metadata.PartitionChangeRecord) { r.Leader = 7 })}, image.LeaderNotReplica, false},
		"too few directories": {[]metadata.Record{foo, change(1, 0, func(*metadata.PartitionChangeRecord) {}), func() metadata.Record {
			r := partition(1, 0, 1, 2)
			r.Directories = []metadata.UUID{uuid(3)}
			return r
		}()}, image.BadDirectories, true},
		"recovery state":        {[]metadata.Record{foo, partition(1, 0, 1), change(1, 0, func(r *metadata.PartitionChangeRecord) { r.LeaderRecoveryState = 5 })}, image.BadRecoveryState, true},
		"fence nobody":          {[]metadata.Record{&metadata.FenceBrokerRecord{Id: 1, Epoch: 1}}, image.UnknownBroker, true},
		"fence of old epoch":    {[]metadata.Record{broker(1, 5), &metadata.FenceBrokerRecord{Id: 1, Epoch: 4}}, image.WrongBrokerEpoch, true},
		"change of old epoch":   {[]metadata.Record{broker(1, 5), &metadata.BrokerRegistrationChangeRecord{BrokerId: 1, BrokerEpoch: 6}}, image.WrongBrokerEpoch, true},
		"odd change":            {[]metadata.Record{broker(1, 5), &metadata.BrokerRegistrationChangeRecord{BrokerId: 1, BrokerEpoch: 5, Fenced: 2}}, image.BadRegistration, true},
		"broker epoch back":     {[]metadata.Record{broker(1, 5), broker(1, 4)}, image.BrokerEpochBack, false},
		"unregister nobody":     {[]metadata.Record{&metadata.UnregisterBrokerRecord{BrokerId: 3}}, image.UnknownBroker, false},
		"unregister controller": {[]metadata.Record{&metadata.UnregisterControllerRecord{ControllerId: 3}}, image.UnknownController, false},
		"unknown version":       {[]metadata.Record{&metadata.FeatureLevelRecord{Name: "metadata.version", FeatureLevel: 999}}, image.UnknownFeatureLevel, true},
		"unknown feature":       {[]metadata.Record{&metadata.FeatureLevelRecord{Name: "odd.version", FeatureLevel: 1}}, image.UnknownFeatureLevel, false},
		"unknown ACL":           {[]metadata.Record{&metadata.RemoveAccessControlEntryRecord{Id: uuid(1)}}, image.UnknownACL, true},
		"migration state":       {[]metadata.Record{&metadata.ZkMigrationStateRecord{ZkMigrationState: 9}}, image.BadMigrationState, true},
		"unknown record":        {[]metadata.Record{&metadata.Unknown{Key: 126}}, image.UnknownRecord, true},
		"ELR of nothing":        {[]metadata.Record{&metadata.ClearElrRecord{TopicName: "x"}}, image.UnknownTopic, true},
		"end of nothing":        {[]metadata.Record{&metadata.EndTransactionRecord{}}, image.BadTransaction, true},
		"abort of nothing":      {[]metadata.Record{&metadata.AbortTransactionRecord{}}, image.BadTransaction, true},
		"begin within":          {[]metadata.Record{&metadata.BeginTransactionRecord{}, &metadata.BeginTransactionRecord{}}, image.BadTransaction, true},
	} {
		p := newPlayer(image.DefaultOptions()).play(c.records...)
		if len(p.problems) == 0 {
			t.Errorf("%s: no problem", name)
			continue
		}
		last := p.problems[len(p.problems)-1]
		if last.Kind != c.kind || last.Skipped != c.skipped || last.Offset != int64(len(c.records))-1 || last.Consequence == "" {
			t.Errorf("%s: %+v", name, last)
		}
		if text := last.Error(); !strings.HasPrefix(text, "offset ") || strings.Contains(text, "%!") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestTransactions(t *testing.T) {
	begin, end, abort := &metadata.BeginTransactionRecord{}, &metadata.EndTransactionRecord{}, &metadata.AbortTransactionRecord{}
	p := newPlayer(image.DefaultOptions()).play(broker(1, 5), begin, foo, partition(1, 0, 1))
	if start, inside := p.InTransaction(); !inside || start != 1 {
		t.Errorf("in a transaction: %t since %d", inside, start)
	}
	if p.Image().Topics.Len() != 0 || p.Image().Provenance.Offset != 0 {
		t.Error("a transaction shows before its end")
	}
	p.play(end)
	if p.Image().Topics.ByName("foo").Len() != 1 || p.Image().Provenance.Offset != 4 {
		t.Error("a transaction does not show after its end")
	}
	p.play(begin, &metadata.RemoveTopicRecord{TopicId: uuid(1)}, abort)
	if p.Image().Topics.Len() != 1 || p.Image().Provenance.Offset != 7 {
		t.Error("an aborted transaction shows")
	}
	p.play(begin, &metadata.RemoveTopicRecord{TopicId: uuid(1)})
	p.Finish()
	if p.Image().Topics.Len() != 1 || len(p.problems) != 1 || p.problems[0].Kind != image.UnfinishedTransaction || p.problems[0].Offset != 8 {
		t.Errorf("unfinished: %+v", p.problems)
	}
}

func TestPartitionChanges(t *testing.T) {
	p := newPlayer(image.DefaultOptions()).play(foo, partition(1, 0, 1, 2, 3),
		change(1, 0, func(r *metadata.PartitionChangeRecord) {
			r.Isr, r.Leader, r.EligibleLeaderReplicas = []int32{2}, 2, []int32{1, 3}
		}),
		change(1, 0, func(r *metadata.PartitionChangeRecord) {
			r.Replicas, r.AddingReplicas = []int32{1, 2, 3, 4}, []int32{4}
		}))
	got, ok := p.Image().Topics.ByName("foo").Partition(0)
	if !ok || got.Leader != 2 || got.LeaderEpoch != 1 || got.Epoch != 2 || !slices.Equal(got.ISR, []int32{2}) || !slices.Equal(got.ELR, []int32{1, 3}) {
		t.Errorf("%+v", got)
	}
	if !got.Reassigning() || !got.UnderReplicated() || got.Offline() || len(got.Directories) != 4 {
		t.Errorf("%+v", got)
	}
	p.play(&metadata.ClearElrRecord{})
	if got, _ = p.Image().Topics.ByName("foo").Partition(0); len(got.ELR) != 0 || got.Epoch != 3 {
		t.Errorf("after ClearElr: %+v", got)
	}
	if len(p.problems) != 0 {
		t.Error(p.problems)
	}
}

// Partitions may come in any order, and with any number.
func TestSparsePartitions(t *testing.T) {
	p := newPlayer(image.DefaultOptions()).play(foo, partition(1, 3, 1), partition(1, 1<<30, 1), partition(1, 0, 1), partition(1, 2, 1), partition(1, 1, 1))
	topic := p.Image().Topics.ByID(uuid(1))
	if ids := topic.IDs(); !slices.Equal(ids, []int32{0, 1, 2, 3, 1 << 30}) || topic.Len() != 5 || p.Image().Topics.Partitions() != 5 {
		t.Error(ids)
	}
	n := 0
	for range topic.Partitions() {
		n++
	}
	if _, ok := topic.Partition(7); ok || n != 5 {
		t.Errorf("%d partitions", n)
	}
}

func TestBrokers(t *testing.T) {
	r := broker(1, 5)
	r.LogDirs = []metadata.UUID{{0: 0x80}, {0: 0x01}}
	p := newPlayer(image.DefaultOptions()).play(r)
	b := p.Image().Brokers[1]
	if b.State() != "fenced" || b.Directories[0][0] != 0x80 {
		t.Errorf("halves of IDs are signed: %+v", b)
	}
	p.play(&metadata.UnfenceBrokerRecord{Id: 1, Epoch: 5})
	if b.State() != "active" {
		t.Error(b.State())
	}
	p.play(&metadata.BrokerRegistrationChangeRecord{BrokerId: 1, BrokerEpoch: 5, InControlledShutdown: 1, LogDirs: []metadata.UUID{uuid(4)}, CordonedLogDirs: []metadata.UUID{}})
	if b.State() != "shutting-down" || len(b.Directories) != 1 || b.Cordoned == nil {
		t.Errorf("%+v", b)
	}
	p.play(&metadata.UnregisterBrokerRecord{BrokerId: 1, BrokerEpoch: 5})
	if len(p.Image().Brokers) != 0 || len(p.problems) != 0 {
		t.Error(p.problems)
	}
}

func TestConfigsAndQuotas(t *testing.T) {
	set := func(name, value string) *metadata.ConfigRecord {
		return &metadata.ConfigRecord{ResourceType: image.TopicConfig, ResourceName: "foo", Name: name, Value: metadata.Str(value)}
	}
	quota := &metadata.ClientQuotaRecord{Entity: []metadata.QuotaEntity{{EntityType: "user"}, {EntityType: "client-id", EntityName: metadata.Str("a(b)")}}, Key: "k", Value: 2}
	opts := image.DefaultOptions()
	opts.ConfigKnown = func(_ int8, name string) bool { return name != "odd" }
	p := newPlayer(opts).play(foo, set("a", "1"), set("b", "2"), set("odd", "3"), quota)
	root := p.Image().Root()
	if len(root.Find("/configs/topic/foo").Names()) != 2 || root.Find("/configs/topic/foo/b").Fields()[0].Value != "2" {
		t.Error("configs")
	}
	if root.Find(`/quotas/client-id(a\(b\))_user(<default>)/k`) == nil {
		t.Error(root.Find("/quotas").Names())
	}
	removed := *quota
	removed.Remove = true
	p.play(&removed, &metadata.ConfigRecord{ResourceType: image.TopicConfig, ResourceName: "foo", Name: "a"}, &metadata.RemoveTopicRecord{TopicId: uuid(1)})
	if len(p.Image().Configs) != 0 || len(p.Image().Quotas) != 0 {
		t.Error("what is empty stays")
	}
}

// A release knows its own levels.
func TestFeatureLevels(t *testing.T) {
	latest := &metadata.FeatureLevelRecord{Name: image.MetadataVersionFeature, FeatureLevel: release.Newest().LatestMetadataVersion().Level}
	if p := newPlayer(image.Options{Release: release.V3_3}).play(latest); len(p.problems) != 1 || len(p.Image().Features) != 0 {
		t.Error(p.problems)
	}
	if p := newPlayer(image.DefaultOptions()).play(latest, &metadata.FeatureLevelRecord{Name: "group.version", FeatureLevel: 1}); len(p.problems) != 0 || len(p.Image().Features) != 2 {
		t.Error(p.problems)
	}
}

func TestWatch(t *testing.T) {
	var seen []int64
	opts := image.DefaultOptions()
	opts.Watch = func(r *metalog.Record, apply func()) {
		seen = append(seen, r.Offset)
		apply()
	}
	newPlayer(opts).play(broker(1, 1), &metadata.BeginTransactionRecord{}, foo, &metadata.AbortTransactionRecord{}, foo)
	if !slices.Equal(seen, []int64{0, 4}) {
		t.Errorf("records that took effect: %v", seen)
	}
}
