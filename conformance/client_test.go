//go:build conformance

package conformance

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// connect opens a client of the broker at address.
func connect(t *testing.T, address string, options ...kgo.Opt) *kgo.Client {
	t.Helper()
	client, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(address), kgo.RetryTimeout(30 * time.Second)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// limited is a context that ends with the time one administrative step may take.
func limited(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// answers reports why the broker at address does not yet serve metadata that lists a broker.
func answers(address string) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(address), kgo.RequestRetries(0), kgo.DialTimeout(time.Second))
	if err != nil {
		return err
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	brokers, err := kadm.NewClient(client).ListBrokers(ctx)
	if err == nil && len(brokers) == 0 {
		return errors.New("no broker is registered")
	}
	return err
}

// createTopic creates a topic of one partition.
func createTopic(t *testing.T, client *kgo.Client, topic string, replicas int16) {
	t.Helper()
	eventually(t, "topic "+topic+" is created", func() error {
		_, err := kadm.NewClient(client).CreateTopic(limited(t), 1, replicas, nil, topic)
		if errors.Is(err, kerr.TopicAlreadyExists) {
			return nil
		}
		return err
	})
}

// produce writes one record to a topic.
func produce(t *testing.T, client *kgo.Client, topic, value string) {
	t.Helper()
	if err := client.ProduceSync(limited(t), &kgo.Record{Topic: topic, Value: []byte(value)}).FirstErr(); err != nil {
		t.Fatalf("produce to %s: %v", topic, err)
	}
}

// consume reads the first record of a topic through a client of its own.
func consume(t *testing.T, address, topic string, options ...kgo.Opt) string {
	t.Helper()
	client := connect(t, address, append(options, kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))...)
	ctx := limited(t)
	for {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err0(); err != nil {
			t.Fatalf("consume from %s: %v", topic, err)
		}
		if records := fetches.Records(); len(records) > 0 {
			return string(records[0].Value)
		}
	}
}

// scramLogin is the client option that logs in as the user.
func scramLogin(user, password string) kgo.Opt {
	return kgo.SASL(scram.Auth{User: user, Pass: password}.AsSha256Mechanism())
}

// meaning is what a formatted directory meant to a running cluster: its finalized features and its SCRAM users.
type meaning struct {
	Features map[string]int16
	Users    []string
}

// featuresOf asks a broker for the finalized features.
func featuresOf(t *testing.T, address string) map[string]int16 {
	t.Helper()
	response, err := kmsg.NewPtrApiVersionsRequest().RequestWith(limited(t), connect(t, address))
	if err != nil {
		t.Fatalf("ApiVersions: %v", err)
	}
	features := map[string]int16{}
	for _, feature := range response.FinalizedFeatures {
		features[feature.Name] = feature.MaxVersionLevel
	}
	return features
}

// meaningOf asks a broker, of 3.5 or newer.
func meaningOf(t *testing.T, address string) meaning {
	t.Helper()
	m := meaning{Features: featuresOf(t, address)}
	described, err := kadm.NewClient(connect(t, address)).DescribeUserSCRAMs(limited(t))
	if err != nil {
		t.Fatalf("DescribeUserScramCredentials: %v", err)
	}
	for name, user := range described {
		for _, credential := range user.CredInfos {
			m.Users = append(m.Users, fmt.Sprintf("%s %s %d", name, credential.Mechanism, credential.Iterations))
		}
	}
	slices.Sort(m.Users)
	return m
}

// quorum is the state of the metadata partition as the cluster tells it.
type quorum struct {
	leader            int32
	voters, observers []int32
}

// quorumOf asks a broker; brokers forward the question to the active controller.
func quorumOf(t *testing.T, client *kgo.Client) (quorum, error) {
	t.Helper()
	request := kmsg.NewPtrDescribeQuorumRequest()
	topic := kmsg.NewDescribeQuorumRequestTopic()
	topic.Topic = "__cluster_metadata"
	topic.Partitions = append(topic.Partitions, kmsg.NewDescribeQuorumRequestTopicPartition())
	request.Topics = append(request.Topics, topic)
	response, err := request.RequestWith(limited(t), client)
	if err != nil {
		return quorum{}, err
	}
	if err := kerr.ErrorForCode(response.ErrorCode); err != nil {
		return quorum{}, err
	}
	if len(response.Topics) != 1 || len(response.Topics[0].Partitions) != 1 {
		return quorum{}, fmt.Errorf("the answer names %d topics", len(response.Topics))
	}
	partition := response.Topics[0].Partitions[0]
	return quorum{partition.LeaderID, replicaIDs(partition.CurrentVoters), replicaIDs(partition.Observers)}, kerr.ErrorForCode(partition.ErrorCode)
}

func replicaIDs(states []kmsg.DescribeQuorumResponseTopicPartitionReplicaState) []int32 {
	ids := make([]int32, 0, len(states))
	for _, state := range states {
		ids = append(ids, state.ReplicaID)
	}
	slices.Sort(ids)
	return ids
}

// mustHaveVoters waits until the quorum's voters are the given ones and one of them leads.
func mustHaveVoters(t *testing.T, address string, ids ...int32) {
	t.Helper()
	mustHaveVotersOf(t, connect(t, address), ids...)
}

// mustHaveVotersOf is mustHaveVoters through a client that is open already.
func mustHaveVotersOf(t *testing.T, client *kgo.Client, ids ...int32) {
	t.Helper()
	eventually(t, fmt.Sprintf("the voters are %v", ids), func() error {
		q, err := quorumOf(t, client)
		if err == nil && (!slices.Equal(q.voters, ids) || !slices.Contains(ids, q.leader)) {
			err = fmt.Errorf("leader %d, voters %v, observers %v", q.leader, q.voters, q.observers)
		}
		return err
	})
}

// directoryID decodes a directory ID as meta.properties has it: 16 bytes in unpadded base64url.
func directoryID(t *testing.T, text string) [16]byte {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) != 16 {
		t.Fatalf("directory ID %q: %v", text, err)
	}
	return [16]byte(raw)
}
