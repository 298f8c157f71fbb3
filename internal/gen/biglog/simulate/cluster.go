// Package simulate plays the life of a cluster and writes the metadata log that its controllers would have written.
package simulate

import (
	"fmt"
	"math/rand/v2"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/record"
)

// The simulated cluster is that of Kafka 4.3.
const (
	brokers     = 12
	replication = 3
	mostTopics  = 4000
	// startMillis is when the cluster was started: 2026-01-01.
	startMillis = 1767225600000
	// metadataVersion is the feature level of 4.3.
	metadataVersion = 30

	partitionVersion = 2
	changeVersion    = 2
	brokerVersion    = 3
)

// topic is a live topic.
type topic struct {
	name       string
	id         metadata.UUID
	partitions []partition
}

// partition is the state of a partition that its changes depend on.
type partition struct {
	replicas [replication]int32
	leader   int32
	isr      []int32
}

// cluster is a running cluster. Its methods append what the active controller appends.
type cluster struct {
	rnd   *rand.Rand
	out   *log
	epoch int32
	now   int64

	topics  []topic
	created int
	nextPID int64
	brokers [brokers]metadata.UUID
	// brokerEpochs are the offsets at which the brokers registered last.
	brokerEpochs [brokers]int64

	records []record.Record
	values  []byte
	marks   []int
}

func newCluster(seed uint64, out *log) *cluster {
	return &cluster{rnd: rand.New(rand.NewPCG(seed, 0x6b72616674)), out: out, now: startMillis}
}

func (c *cluster) uuid() metadata.UUID {
	var id metadata.UUID
	for i := range id {
		id[i] = byte(c.rnd.Uint32())
	}
	// Never one whose text begins with a dash, as Kafka does it.
	id[0] &= 0x7f
	return id
}

// add adds a record to the batch being made.
func (c *cluster) add(rec metadata.Record, version int16) {
	c.values = metadata.AppendFramed(c.values, rec, version)
	c.marks = append(c.marks, len(c.values))
}

// flush appends the batch that was made.
func (c *cluster) flush() error {
	c.records = c.records[:0]
	start := 0
	for i, end := range c.marks {
		c.records = append(c.records, record.Record{OffsetDelta: int64(i), Value: c.values[start:end]})
		start = end
	}
	err := c.out.append(c.epoch, c.now, 0, c.records)
	c.values, c.marks = c.values[:0], c.marks[:0]
	return err
}

// elect begins an epoch.
func (c *cluster) elect() error {
	c.epoch++
	c.now += 800 + c.rnd.Int64N(3000)
	leader := 100 + int32(c.rnd.IntN(3))
	voters := make([]metadata.LeaderChangeVoter, 3)
	for i := range voters {
		voters[i].VoterId = 100 + int32(i)
	}
	body := &metadata.LeaderChangeMessage{LeaderId: leader, Voters: voters, GrantingVoters: voters[:2]}
	rec := record.Record{Key: record.ControlKey(body.ControlType()), Value: body.Append(nil, metadata.ControlVersion)}
	return c.out.append(c.epoch, c.now, record.ControlAttributes, []record.Record{rec})
}

// start is the first epoch: the bootstrap records, and the brokers.
func (c *cluster) start() error {
	if err := c.elect(); err != nil {
		return err
	}
	c.add(&metadata.BeginTransactionRecord{Name: metadata.Str("Bootstrap records")}, 0)
	c.add(&metadata.FeatureLevelRecord{Name: "metadata.version", FeatureLevel: metadataVersion}, 0)
	c.add(&metadata.EndTransactionRecord{}, 0)
	if err := c.flush(); err != nil {
		return err
	}
	for id := range c.brokers {
		if err := c.register(int32(id)); err != nil {
			return err
		}
	}
	return nil
}

// register starts a broker.
func (c *cluster) register(id int32) error {
	if c.brokers[id].IsZero() {
		c.brokers[id] = c.uuid()
	}
	epoch := c.out.next
	c.brokerEpochs[id] = epoch
	c.add(&metadata.RegisterBrokerRecord{
		BrokerId: id, IncarnationId: c.uuid(), BrokerEpoch: epoch, Fenced: true, Rack: metadata.Str(fmt.Sprintf("rack-%d", id%3)),
		EndPoints: []metadata.BrokerEndpoint{{Name: "PLAINTEXT", Host: fmt.Sprintf("broker-%d.example.org", id), Port: 9092}},
		Features: []metadata.BrokerFeature{
			{Name: "metadata.version", MinSupportedVersion: 7, MaxSupportedVersion: metadataVersion}, {Name: "kraft.version", MaxSupportedVersion: 1},
		},
		LogDirs: []metadata.UUID{c.brokers[id]},
	}, brokerVersion)
	if err := c.flush(); err != nil {
		return err
	}
	c.now += 300
	c.add(&metadata.BrokerRegistrationChangeRecord{BrokerId: id, BrokerEpoch: epoch, Fenced: -1}, 0)
	return c.flush()
}
