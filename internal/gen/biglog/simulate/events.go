package simulate

import (
	"fmt"
	"slices"

	"github.com/kraftctl/kraftctl/metadata"
)

// event is something that happens in a cluster.
type event struct {
	// weight is how often it happens, compared with the others.
	weight int
	do     func(c *cluster) error
}

// events are what happens, besides elections. Most batches of a real log are NoOpRecords and changes of in-sync replicas.
var events = []event{
	{weight: 300, do: (*cluster).idle},
	{weight: 240, do: (*cluster).shrinkOrExpand},
	{weight: 60, do: (*cluster).createTopic},
	{weight: 20, do: (*cluster).deleteTopic},
	{weight: 30, do: (*cluster).configure},
	{weight: 15, do: (*cluster).quota},
	{weight: 12, do: (*cluster).grant},
	{weight: 5, do: (*cluster).credential},
	{weight: 20, do: (*cluster).producers},
	{weight: 2, do: (*cluster).restart},
}

// electionEvery is how many events there are, on average, between two elections.
const electionEvery = 20000

var totalWeight = func() int {
	sum := 0
	for _, e := range events {
		sum += e.weight
	}
	return sum
}()

// step lets something happen.
func (c *cluster) step() error {
	c.now += c.rnd.Int64N(900)
	if c.rnd.IntN(electionEvery) == 0 {
		return c.elect()
	}
	pick := c.rnd.IntN(totalWeight)
	for _, e := range events {
		if pick -= e.weight; pick < 0 {
			return e.do(c)
		}
	}
	return nil
}

// idle is the record that the active controller appends every 500 ms.
func (c *cluster) idle() error {
	c.add(&metadata.NoOpRecord{}, 0)
	return c.flush()
}

func (c *cluster) createTopic() error {
	if len(c.topics) >= mostTopics {
		return c.deleteTopic()
	}
	c.created++
	t := topic{name: fmt.Sprintf("%s-%06d", topicPrefixes[c.rnd.IntN(len(topicPrefixes))], c.created), id: c.uuid()}
	c.add(&metadata.TopicRecord{Name: t.name, TopicId: t.id}, 0)
	if c.rnd.IntN(3) == 0 {
		c.add(&metadata.ConfigRecord{ResourceType: 2, ResourceName: t.name, Name: "retention.ms", Value: metadata.Str("604800000")}, 0)
	}
	t.partitions = make([]partition, 1+c.rnd.IntN(24))
	for i := range t.partitions {
		p := &t.partitions[i]
		first := c.rnd.IntN(brokers)
		for j := range p.replicas {
			p.replicas[j] = int32((first + j) % brokers)
		}
		p.leader, p.isr = p.replicas[0], slices.Clone(p.replicas[:])
		dirs := make([]metadata.UUID, replication)
		for j, id := range p.replicas {
			dirs[j] = c.brokers[id]
		}
		c.add(&metadata.PartitionRecord{
			PartitionId: int32(i), TopicId: t.id, Replicas: p.replicas[:], Isr: p.isr, RemovingReplicas: []int32{}, AddingReplicas: []int32{},
			Leader: p.leader, Directories: dirs,
		}, partitionVersion)
	}
	c.topics = append(c.topics, t)
	return c.flush()
}

var topicPrefixes = []string{"orders", "payments.settled", "clickstream", "inventory-changes", "audit", "connect-offsets", "app.logs.raw"}

func (c *cluster) deleteTopic() error {
	if len(c.topics) == 0 {
		return c.idle()
	}
	i := c.rnd.IntN(len(c.topics))
	c.add(&metadata.RemoveTopicRecord{TopicId: c.topics[i].id}, 0)
	last := len(c.topics) - 1
	c.topics[i] = c.topics[last]
	c.topics = c.topics[:last]
	return c.flush()
}

// shrinkOrExpand is an AlterPartition request of a leader, with some of its partitions.
func (c *cluster) shrinkOrExpand() error {
	if len(c.topics) == 0 {
		return c.createTopic()
	}
	for range 1 + c.rnd.IntN(16) {
		t := &c.topics[c.rnd.IntN(len(c.topics))]
		i := c.rnd.IntN(len(t.partitions))
		p := &t.partitions[i]
		if len(p.isr) == replication {
			out := p.replicas[1+c.rnd.IntN(replication-1)]
			p.isr = slices.DeleteFunc(p.isr, func(id int32) bool { return id == out })
		} else {
			p.isr = append(p.isr[:0], p.replicas[:]...)
		}
		rec := metadata.NewPartitionChangeRecord()
		rec.PartitionId, rec.TopicId, rec.Isr = int32(i), t.id, p.isr
		c.add(rec, changeVersion)
	}
	return c.flush()
}

// restart is a broker that goes away and comes back: its partitions get other leaders.
func (c *cluster) restart() error {
	id := int32(c.rnd.IntN(brokers))
	c.add(&metadata.FenceBrokerRecord{Id: id, Epoch: c.brokerEpochs[id]}, 0)
	for ti := range c.topics {
		t := &c.topics[ti]
		for i := range t.partitions {
			p := &t.partitions[i]
			if p.leader != id {
				continue
			}
			p.leader = p.replicas[1+c.rnd.IntN(replication-1)]
			if p.leader == id {
				p.leader = p.replicas[0]
			}
			p.isr = append(p.isr[:0], p.leader)
			rec := metadata.NewPartitionChangeRecord()
			rec.PartitionId, rec.TopicId, rec.Leader, rec.Isr = int32(i), t.id, p.leader, p.isr
			c.add(rec, changeVersion)
			if len(c.marks) == 400 {
				if err := c.flush(); err != nil {
					return err
				}
			}
		}
		if ti > 100 {
			break
		}
	}
	if err := c.flush(); err != nil {
		return err
	}
	c.now += 20000
	return c.register(id)
}

func (c *cluster) configure() error {
	rec := &metadata.ConfigRecord{ResourceType: 4, Name: "log.cleaner.threads", Value: metadata.Str("2")}
	if len(c.topics) > 0 {
		rec = &metadata.ConfigRecord{
			ResourceType: 2, ResourceName: c.topics[c.rnd.IntN(len(c.topics))].name, Name: "max.message.bytes",
			Value: metadata.Str(fmt.Sprint(1 << (16 + c.rnd.IntN(6)))),
		}
	}
	c.add(rec, 0)
	return c.flush()
}

func (c *cluster) quota() error {
	c.add(&metadata.ClientQuotaRecord{
		Entity: []metadata.QuotaEntity{{EntityType: "user", EntityName: metadata.Str(c.user())}}, Key: "producer_byte_rate",
		Value: float64(c.rnd.IntN(1 << 24)), Remove: c.rnd.IntN(8) == 0,
	}, 0)
	return c.flush()
}

func (c *cluster) user() string { return fmt.Sprintf("service-%03d", c.rnd.IntN(500)) }

func (c *cluster) grant() error {
	c.add(&metadata.AccessControlEntryRecord{
		Id: c.uuid(), ResourceType: 2, ResourceName: topicPrefixes[c.rnd.IntN(len(topicPrefixes))] + "-", PatternType: 4,
		Principal: "User:" + c.user(), Host: "*", Operation: int8(3 + c.rnd.IntN(2)), PermissionType: 3,
	}, 0)
	return c.flush()
}

func (c *cluster) credential() error {
	key := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(c.rnd.Uint32())
		}
		return b
	}
	c.add(&metadata.UserScramCredentialRecord{
		Name: c.user(), Mechanism: 1, Salt: key(24), StoredKey: key(32), ServerKey: key(32), Iterations: 4096,
	}, 0)
	return c.flush()
}

func (c *cluster) producers() error {
	c.nextPID += 1000
	id := int32(c.rnd.IntN(brokers))
	c.add(&metadata.ProducerIdsRecord{BrokerId: id, BrokerEpoch: c.brokerEpochs[id], NextProducerId: c.nextPID}, 0)
	return c.flush()
}
