package recovery

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/metadata"
)

// TestBrokersAreHeldAgainstTheSeed has a partition of every fate on a broker's disk.
func TestBrokersAreHeldAgainstTheSeed(t *testing.T) {
	foo, bar, other := clusterid.ID{1}, clusterid.ID{2}, clusterid.ID{3}
	partition := func(topic clusterid.ID, id int32, epoch int32, replicas ...int32) *metadata.PartitionRecord {
		r := metadata.NewPartitionRecord()
		r.TopicId, r.PartitionId, r.Replicas, r.Isr, r.Leader, r.LeaderEpoch = metadata.UUID(topic), id, replicas, replicas, replicas[0], epoch
		return r
	}
	a := newNode(1).elect(1, 1, 1, 2, 3).add(1,
		&metadata.TopicRecord{Name: "foo", TopicId: metadata.UUID(foo)}, &metadata.TopicRecord{Name: "bar", TopicId: metadata.UUID(bar)},
		partition(foo, 0, 5, 4, 5), partition(foo, 1, 5, 5), partition(foo, 2, 5, 4), partition(bar, 0, 0, 4),
	)
	dir := fstest.MapFS{"meta.properties": &fstest.MapFile{Data: []byte("version=1\ncluster.id=" + labCluster + "\nnode.id=4\n")}}
	replica := func(name string, topic clusterid.ID, epoch int) {
		dir[name+"/partition.metadata"] = &fstest.MapFile{Data: []byte("version: 0\ntopic_id: " + topic.String())}
		dir[name+"/leader-epoch-checkpoint"] = &fstest.MapFile{Data: fmt.Appendf(nil, "0\n1\n%d 0\n", epoch)}
	}
	replica("foo-0", foo, 5)
	replica("foo-1", foo, 5)
	replica("foo-2", foo, 6)
	replica("foo-3", foo, 0)
	replica("bar-0", other, 0)
	replica("new-0", other, 0)
	replica(strings.Repeat("x", 250)+"-0", foo, 0) // no topic has so long a name
	dir["odd-0/00000000000000000000.log"] = &fstest.MapFile{}
	dir["__cluster_metadata-0/quorum-state"] = &fstest.MapFile{}

	p := planned(t, Options{Dead: []int32{2, 3}, Node: -1, Brokers: []BrokerDir{{Name: "broker4", FS: dir}}}, a)
	got := map[string]Danger{}
	for _, e := range p.Brokers[0].Endangered {
		got[e.Partition] = e.Danger
	}
	want := map[string]Danger{"foo-1": NotReplica, "foo-2": LaterLeaderEpoch, "foo-3": UnknownTopic, "bar-0": OtherTopicID, "new-0": UnknownTopic}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("endangered %v, want %v", got, want)
	}
	if b := p.Brokers[0]; b.NodeID != 4 || b.Registered || b.Partitions != 7 || len(b.Unreadable) != 1 {
		t.Errorf("%+v", b)
	}
	words := strings.Join(p.Warnings, "\n")
	for _, text := range []string{"foo-3, new-0", "proves that committed metadata is missing: foo-2", "broker 4, which the recovered metadata does not know"} {
		if !strings.Contains(words, text) {
			t.Errorf("%q is not said in %s", text, words)
		}
	}
	if !strings.Contains(Text(p), "foo-2") {
		t.Error("the text does not tell")
	}
}

func TestBrokerDirOfNobodyIsRefused(t *testing.T) {
	_, err := NewPlan(sourcesOf(t, quorumOfThree()[0]), Options{Dead: []int32{2, 3}, Node: -1, Brokers: []BrokerDir{{Name: "x", FS: fstest.MapFS{}}}})
	if err == nil || !strings.Contains(err.Error(), "--broker-dir x") {
		t.Errorf("error %v", err)
	}
}
