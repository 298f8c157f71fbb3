package recovery

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strconv"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/internal/pattern"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
)

// BrokerDir is a log directory of a broker.
type BrokerDir struct {
	// Name is how messages call it.
	Name string
	FS   fs.FS
}

// BrokerCheck is what happens to a log directory of a broker when it starts under the recovered metadata.
type BrokerCheck struct {
	Directory string `json:"directory"`
	NodeID    int32  `json:"nodeId"`
	// Registered tells that the recovered metadata knows the broker.
	Registered bool `json:"registered"`
	// Partitions is how many partition directories there are.
	Partitions int `json:"partitions"`
	// Endangered are those that the broker will not keep as they are.
	Endangered []Endangered `json:"endangered"`
	// Unreadable are partition directories whose topic ID cannot be told, which are not judged.
	Unreadable []string `json:"unreadable"`
}

// Danger is what becomes of a partition's directory.
type Danger string

// The dangers.
const (
	// UnknownTopic: no topic of that ID or name is in the metadata. From 3.7 on the broker renames the directory to -stray and keeps it
	// (LogManager.isStrayKraftReplica, the same in 3.7.2, 3.8.1 and 3.9.2; seen with 3.9.2 and 4.3.1). Before, it renames it to -delete and
	// removes it (BrokerMetadataPublisher.findStrayPartitions; seen with 3.6.2).
	UnknownTopic Danger = "unknown-topic"
	// NotReplica: the broker is none of the partition's replicas. The same happens.
	NotReplica Danger = "not-replica"
	// OtherTopicID: the topic has another ID in the metadata. The same happens, and an empty directory takes its place
	// (seen with 3.6.2, 3.9.2 and 4.3.1; the log directory does not go offline).
	OtherTopicID Danger = "other-topic-id"
	// LaterLeaderEpoch: the replica has records of a leader epoch that the metadata does not reach: committed metadata is missing.
	LaterLeaderEpoch Danger = "later-leader-epoch"
)

// Endangered is a partition's directory that does not fit the recovered metadata.
type Endangered struct {
	Partition string `json:"partition"`
	Danger    Danger `json:"danger"`
	// TopicID is that of the directory, Expected the one in the metadata; empty where there is none.
	TopicID  string `json:"topicId"`
	Expected string `json:"expectedTopicId"`
	// Replicas are the partition's replicas in the metadata.
	Replicas []int32 `json:"replicas"`
	// LeaderEpoch is the last in the directory's leader-epoch-checkpoint, Known the one in the metadata; both -1 otherwise.
	LeaderEpoch int32 `json:"leaderEpoch"`
	Known       int32 `json:"knownLeaderEpoch"`
}

// partitionDir is TOPIC-PARTITION.
var partitionDir = pattern.Lazy(`^([A-Za-z0-9._-]+)-(\d{1,10})$`)

// longestTopic is how long a topic's name may be (org.apache.kafka.common.internals.Topic.MAX_NAME_LENGTH).
const longestTopic = 249

// checkBrokers holds the partitions on brokers' disks against the recovered state.
func (p *planner) checkBrokers() error {
	for _, dir := range p.opts.Brokers {
		check, err := checkBroker(dir, p.state)
		if err != nil {
			return err
		}
		p.plan.Brokers = append(p.plan.Brokers, check)
	}
	return nil
}

func checkBroker(dir BrokerDir, state *image.Image) (BrokerCheck, error) {
	check := BrokerCheck{Directory: dir.Name, NodeID: -1, Endangered: []Endangered{}, Unreadable: []string{}}
	data, err := fs.ReadFile(dir.FS, metaprops.Name)
	if err != nil {
		return check, misused("give a log directory of a broker", "--broker-dir %s: %v", dir.Name, err)
	}
	props, err := metaprops.Parse(data)
	if err != nil {
		return check, misused("give a log directory of a broker", "--broker-dir %s: meta.properties: %v", dir.Name, err)
	}
	check.NodeID = props.NodeID
	check.Registered = state.Brokers[props.NodeID] != nil
	entries, err := fs.ReadDir(dir.FS, ".")
	if err != nil {
		return check, err
	}
	for _, e := range entries {
		m := partitionDir().FindStringSubmatch(e.Name())
		if m == nil || len(m[1]) > longestTopic || !e.IsDir() || e.Name() == metalog.PartitionDir {
			continue
		}
		number, err := strconv.ParseInt(m[2], 10, 32)
		if err != nil {
			continue
		}
		check.Partitions++
		if err := check.judge(dir.FS, e.Name(), m[1], int32(number), state); err != nil {
			return check, err
		}
	}
	return check, nil
}

// judge tells what becomes of one partition's directory.
func (c *BrokerCheck) judge(fsys fs.FS, name, topic string, number int32, state *image.Image) error {
	found := Endangered{Partition: name, Replicas: []int32{}, LeaderEpoch: -1, Known: -1}
	id, ok, err := topicIDOf(fsys, name)
	if err != nil {
		return err
	}
	if !ok {
		c.Unreadable = append(c.Unreadable, name)
		return nil
	}
	found.TopicID = id.String()
	known := state.Topics.ByID(metadata.UUID(id))
	if known == nil {
		found.Danger = UnknownTopic
		if other := state.Topics.ByName(topic); other != nil {
			found.Danger, found.Expected = OtherTopicID, clusterid.ID(other.ID).String()
		}
		c.Endangered = append(c.Endangered, found)
		return nil
	}
	part, ok := known.Partition(number)
	found.Expected = found.TopicID
	switch {
	case !ok:
		found.Danger = UnknownTopic
	case !slices.Contains(part.Replicas, c.NodeID):
		found.Danger, found.Replicas = NotReplica, append(found.Replicas, part.Replicas...)
	default:
		last := lastLeaderEpoch(fsys, name)
		if last <= part.LeaderEpoch {
			return nil
		}
		found.Danger, found.LeaderEpoch, found.Known = LaterLeaderEpoch, last, part.LeaderEpoch
		found.Replicas = append(found.Replicas, part.Replicas...)
	}
	c.Endangered = append(c.Endangered, found)
	return nil
}

// topicIDOf is the topic ID in a partition's partition.metadata; false when it does not tell.
func topicIDOf(fsys fs.FS, name string) (clusterid.ID, bool, error) {
	data, err := fs.ReadFile(fsys, path.Join(name, partitionName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return clusterid.ID{}, false, nil
	case err != nil:
		return clusterid.ID{}, false, err
	}
	id, err := metalog.ParsePartitionMetadata(data)
	return id, err == nil, nil
}

// lastLeaderEpoch is the last epoch of a partition's leader-epoch-checkpoint, -1 when it does not tell.
func lastLeaderEpoch(fsys fs.FS, name string) int32 {
	data, err := fs.ReadFile(fsys, path.Join(name, epochsName))
	if err != nil {
		return -1
	}
	epochs, err := metalog.ParseEpochs(data)
	if err != nil || len(epochs) == 0 {
		return -1
	}
	return epochs[len(epochs)-1].Epoch
}
