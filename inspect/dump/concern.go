package dump

import (
	"slices"
	"strconv"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/metadata"
)

// Resource types of configurations and ACLs (org.apache.kafka.common.config.ConfigResource.Type,
// org.apache.kafka.common.resource.ResourceType).
const (
	configTopic  = 2
	configBroker = 4
	aclTopic     = 2
)

// Topic is a topic, or several of the same name one after the other.
type Topic struct {
	names map[string]bool
	ids   map[metadata.UUID]bool
}

// NewTopic is the topic given by name, by ID, or by a text that may be either. Learn makes both known from the log.
func NewTopic(text string) *Topic {
	t := &Topic{names: map[string]bool{text: true}, ids: map[metadata.UUID]bool{}}
	if id, err := clusterid.Parse(text); err == nil {
		t.ids[metadata.UUID(id)] = true
	}
	return t
}

// Learn takes from a TopicRecord the ID that belongs to a name, or the name that belongs to an ID.
func (t *Topic) Learn(rec *metadata.TopicRecord) {
	if !t.names[rec.Name] && !t.ids[rec.TopicId] {
		return
	}
	t.ids[rec.TopicId] = true
	t.names[string([]byte(rec.Name))] = true
}

// Known reports whether the log has told an ID of the topic.
func (t *Topic) Known() bool { return len(t.ids) > 0 }

func (t *Topic) concerns(rec metadata.Record) bool {
	switch r := rec.(type) {
	case *metadata.TopicRecord:
		return t.ids[r.TopicId] || t.names[r.Name]
	case *metadata.PartitionRecord:
		return t.ids[r.TopicId]
	case *metadata.PartitionChangeRecord:
		return t.ids[r.TopicId]
	case *metadata.RemoveTopicRecord:
		return t.ids[r.TopicId]
	case *metadata.ClearElrRecord:
		return t.names[r.TopicName]
	case *metadata.ConfigRecord:
		return r.ResourceType == configTopic && t.names[r.ResourceName]
	case *metadata.AccessControlEntryRecord:
		return r.ResourceType == aclTopic && t.names[r.ResourceName]
	case *metadata.AccessControlRecord:
		return r.ResourceType == aclTopic && t.names[r.ResourceName.String]
	}
	return false
}

func concernsPartition(rec metadata.Record, partition int32) bool {
	switch r := rec.(type) {
	case *metadata.PartitionRecord:
		return r.PartitionId == partition
	case *metadata.PartitionChangeRecord:
		return r.PartitionId == partition
	}
	return false
}

func concernsBroker(rec metadata.Record, id int32) bool {
	has := func(lists ...[]int32) bool {
		return slices.ContainsFunc(lists, func(list []int32) bool { return slices.Contains(list, id) })
	}
	switch r := rec.(type) {
	case *metadata.RegisterBrokerRecord:
		return r.BrokerId == id
	case *metadata.UnregisterBrokerRecord:
		return r.BrokerId == id
	case *metadata.FenceBrokerRecord:
		return r.Id == id
	case *metadata.UnfenceBrokerRecord:
		return r.Id == id
	case *metadata.BrokerRegistrationChangeRecord:
		return r.BrokerId == id
	case *metadata.ProducerIdsRecord:
		return r.BrokerId == id
	case *metadata.ConfigRecord:
		return r.ResourceType == configBroker && r.ResourceName == strconv.Itoa(int(id))
	case *metadata.PartitionRecord:
		return r.Leader == id || has(r.Replicas, r.Isr, r.RemovingReplicas, r.AddingReplicas, r.EligibleLeaderReplicas, r.LastKnownElr)
	case *metadata.PartitionChangeRecord:
		return r.Leader == id || has(r.Replicas, r.Isr, r.RemovingReplicas, r.AddingReplicas, r.EligibleLeaderReplicas, r.LastKnownElr)
	}
	return false
}

func concernsUser(rec metadata.Record, user string) bool {
	principal := "User:" + user
	switch r := rec.(type) {
	case *metadata.UserScramCredentialRecord:
		return r.Name == user
	case *metadata.RemoveUserScramCredentialRecord:
		return r.Name == user
	case *metadata.DelegationTokenRecord:
		return r.Owner == principal || r.Requester == principal || slices.Contains(r.Renewers, principal)
	case *metadata.AccessControlEntryRecord:
		return r.Principal == principal
	case *metadata.AccessControlRecord:
		return r.Principal == principal
	case *metadata.ClientQuotaRecord:
		return slices.ContainsFunc(r.Entity, func(e metadata.QuotaEntity) bool {
			return e.EntityType == "user" && e.EntityName.Valid && e.EntityName.String == user
		})
	}
	return false
}
