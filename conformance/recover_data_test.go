//go:build conformance

package conformance

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// ledger is what was produced and acknowledged: the values of each topic, in order.
type ledger map[string][]string

// recordsPerTopic is how much a round of a recovery adds.
const recordsPerTopic = 200

// add creates a topic and produces to it.
func (l ledger) add(t *testing.T, address, topic string) {
	t.Helper()
	client := connect(t, address)
	createTopic(t, client, topic, 1)
	var records []*kgo.Record
	for i := range recordsPerTopic {
		value := fmt.Sprintf("%s %d", topic, i)
		records = append(records, &kgo.Record{Topic: topic, Value: []byte(value)})
		l[topic] = append(l[topic], value)
	}
	if err := client.ProduceSync(limited(t), records...).FirstErr(); err != nil {
		t.Fatalf("produce to %s: %v", topic, err)
	}
}

// mustRead consumes every topic from its start and compares.
func (l ledger) mustRead(t *testing.T, address string) {
	t.Helper()
	topics := make([]string, 0, len(l))
	left := 0
	for topic, values := range l {
		topics = append(topics, topic)
		left += len(values)
	}
	client := connect(t, address, kgo.ConsumeTopics(topics...), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	got := ledger{}
	for ctx := limited(t); left > 0; {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err0(); err != nil {
			t.Fatalf("consume, %d records missing: %v", left, err)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			got[r.Topic] = append(got[r.Topic], string(r.Value))
			left--
		})
	}
	for topic, values := range l {
		if !slices.Equal(got[topic], values) {
			t.Fatalf("%s has %d records, other than the %d that were produced", topic, len(got[topic]), len(values))
		}
	}
}

// caughtUp waits until a voter has what the leader had when the wait began.
func caughtUp(t *testing.T, client *kgo.Client, id int32) {
	t.Helper()
	goal := int64(-1)
	eventually(t, fmt.Sprintf("node %d has caught up", id), func() error {
		leader, ends, err := logEnds(t, client)
		if err != nil {
			return err
		}
		if goal < 0 {
			goal = ends[leader]
		}
		if ends[id] < goal {
			return fmt.Errorf("it has %d of %d", ends[id], goal)
		}
		return nil
	})
}

// logEnds asks for the leader and the end offset of every voter's log.
func logEnds(t *testing.T, client *kgo.Client) (int32, map[int32]int64, error) {
	t.Helper()
	request := kmsg.NewPtrDescribeQuorumRequest()
	topic := kmsg.NewDescribeQuorumRequestTopic()
	topic.Topic = "__cluster_metadata"
	topic.Partitions = append(topic.Partitions, kmsg.NewDescribeQuorumRequestTopicPartition())
	request.Topics = append(request.Topics, topic)
	response, err := request.RequestWith(limited(t), client)
	if err != nil {
		return 0, nil, err
	}
	if len(response.Topics) != 1 || len(response.Topics[0].Partitions) != 1 {
		return 0, nil, fmt.Errorf("the answer has error %d and names %d topics", response.ErrorCode, len(response.Topics))
	}
	partition := response.Topics[0].Partitions[0]
	ends := map[int32]int64{}
	for _, state := range partition.CurrentVoters {
		ends[state.ReplicaID] = state.LogEndOffset
	}
	return partition.LeaderID, ends, nil
}

// outage is how long a client may wait for the brokers to come back.
const outage = 90 * time.Second
