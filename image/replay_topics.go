package image

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/metadata"
)

// keepLeader in a change means that the leader stays.
const keepLeader = -2

// keepRecovery in a change means that the recovery state stays.
const keepRecovery = -1

func (b *Builder) topic(r *metadata.TopicRecord) {
	topics := &b.img.Topics
	name := strings.Clone(r.Name)
	if old := topics.byID[r.TopicId]; old != nil {
		b.problem(DuplicateTopicID, "/topics/byId/"+topicID(r.TopicId), false,
			"topic %q gets the ID of topic %q, whose %d partitions are gone by that", name, old.Name, old.Len())
		topics.remove(old)
	} else if old := topics.byName[name]; old != nil {
		b.problem(DuplicateTopicName, "/topics/byName/"+name, false,
			"topic %q is created with ID %s while it exists with ID %s", name, topicID(r.TopicId), topicID(old.ID))
	}
	topics.add(r.TopicId, name)
}

func (b *Builder) removeTopic(r *metadata.RemoveTopicRecord) {
	topic := b.img.Topics.byID[r.TopicId]
	if topic == nil {
		b.problem(UnknownTopic, "/topics/byId/"+topicID(r.TopicId), true, "removal of topic %s, which does not exist", topicID(r.TopicId))
		return
	}
	b.img.Topics.remove(topic)
	delete(b.img.Configs, Resource{Type: TopicConfig, Name: topic.Name})
}

func (b *Builder) partition(r *metadata.PartitionRecord) {
	topic := b.img.Topics.byID[r.TopicId]
	if topic == nil {
		b.problem(UnknownTopic, partitionPath(r.TopicId, r.PartitionId), true,
			"partition %d of topic %s, which does not exist", r.PartitionId, topicID(r.TopicId))
		return
	}
	if n := len(r.Directories); n != 0 && n != len(r.Replicas) {
		b.badDirectories(topic, r.PartitionId, n, len(r.Replicas))
		return
	}
	if !b.recoveryKnown(topic, r.PartitionId, r.LeaderRecoveryState) {
		return
	}
	if old := topic.find(r.PartitionId); old != nil && !b.inSnapshot() {
		b.problem(DuplicatePartition, topic.path(r.PartitionId), false,
			"partition %s-%d is created again (leader epoch %d, was %d)", topic.Name, r.PartitionId, r.LeaderEpoch, old.leaderEpoch)
	}
	v := Partition{
		ID: r.PartitionId, Leader: r.Leader, LeaderEpoch: r.LeaderEpoch, Epoch: r.PartitionEpoch, Recovery: r.LeaderRecoveryState,
		Replicas: b.lists.keep(r.Replicas), Removing: b.lists.keep(r.RemovingReplicas), Adding: b.lists.keep(r.AddingReplicas),
		ELR: b.lists.keep(r.EligibleLeaderReplicas), LastKnownELR: b.lists.keep(r.LastKnownElr),
		Directories: b.directories(r.Directories, len(r.Replicas)),
	}
	v.ISR = b.similar(r.Isr, v.Replicas)
	b.checkLeader(topic, &v)
	topic.put(r.PartitionId).set(&v)
}

func (b *Builder) partitionChange(r *metadata.PartitionChangeRecord) {
	topic := b.img.Topics.byID[r.TopicId]
	if topic == nil {
		b.problem(UnknownTopic, partitionPath(r.TopicId, r.PartitionId), true,
			"change of partition %d of topic %s, which does not exist", r.PartitionId, topicID(r.TopicId))
		return
	}
	p := topic.find(r.PartitionId)
	if p == nil {
		b.problem(UnknownPartition, topic.path(r.PartitionId), true,
			"change of partition %s-%d, which does not exist", topic.Name, r.PartitionId)
		return
	}
	if n := len(r.Directories); r.Replicas != nil && n != 0 && n != len(r.Replicas) {
		b.badDirectories(topic, r.PartitionId, n, len(r.Replicas))
		return
	}
	if r.LeaderRecoveryState != keepRecovery && !b.recoveryKnown(topic, r.PartitionId, r.LeaderRecoveryState) {
		return
	}
	v := p.view(r.PartitionId)
	b.merge(&v, r)
	b.checkLeader(topic, &v)
	p.set(&v)
}

// merge follows org.apache.kafka.metadata.PartitionRegistration.merge.
func (b *Builder) merge(v *Partition, r *metadata.PartitionChangeRecord) {
	b.replace(&v.Replicas, r.Replicas)
	if r.Isr != nil {
		v.ISR = b.similar(r.Isr, v.Replicas)
	}
	b.replace(&v.Removing, r.RemovingReplicas)
	b.replace(&v.Adding, r.AddingReplicas)
	b.replace(&v.ELR, r.EligibleLeaderReplicas)
	b.replace(&v.LastKnownELR, r.LastKnownElr)
	if r.Directories != nil {
		v.Directories = b.directories(r.Directories, len(v.Replicas))
	} else if unassigned(v.Directories) {
		v.Directories = b.lists.unassigned(len(v.Replicas))
	}
	if r.Leader != keepLeader {
		v.Leader = r.Leader
		v.LeaderEpoch++
	}
	if r.LeaderRecoveryState != keepRecovery {
		v.Recovery = r.LeaderRecoveryState
	}
	v.Epoch++
}

func (b *Builder) replace(list *[]int32, changed []int32) {
	if changed != nil {
		*list = b.lists.keep(changed)
	}
}

// similar keeps a list, or uses another that has the same elements.
func (b *Builder) similar(s, other []int32) []int32 {
	if slices.Equal(s, other) {
		return other
	}
	return b.lists.keep(s)
}

// directories keeps a list of directories; when none is assigned it is as long as the list of replicas.
func (b *Builder) directories(ids []metadata.UUID, replicas int) []metadata.UUID {
	if unassigned(ids) {
		return b.lists.unassigned(replicas)
	}
	return b.lists.keepIDs(ids)
}

func unassigned(ids []metadata.UUID) bool {
	for _, id := range ids {
		if id != (metadata.UUID{}) {
			return false
		}
	}
	return true
}

func (b *Builder) clearELR(r *metadata.ClearElrRecord) {
	if r.TopicName == "" {
		for _, topic := range b.img.Topics.byID {
			topic.clearELR()
		}
		return
	}
	topic := b.img.Topics.byName[r.TopicName]
	if topic == nil {
		b.problem(UnknownTopic, "/topics/byName/"+strings.Clone(r.TopicName), true,
			"eligible leaders of topic %q are cleared, which does not exist", r.TopicName)
		return
	}
	topic.clearELR()
}

func (t *Topic) clearELR() {
	for _, id := range t.IDs() {
		p := t.find(id)
		if v := p.view(id); len(v.ELR)+len(v.LastKnownELR) > 0 {
			v.ELR, v.LastKnownELR = nil, nil
			v.Epoch++
			p.set(&v)
		}
	}
}

func (b *Builder) recoveryKnown(topic *Topic, id int32, state int8) bool {
	if state == Recovered || state == Recovering {
		return true
	}
	b.problem(BadRecoveryState, topic.path(id), true, "partition %s-%d: leader recovery state %d, only 0 and 1 are known", topic.Name, id, state)
	return false
}

func (b *Builder) badDirectories(topic *Topic, id int32, directories, replicas int) {
	b.problem(BadDirectories, topic.path(id), true, "partition %s-%d has %d directories for %d replicas", topic.Name, id, directories, replicas)
}

func (b *Builder) checkLeader(topic *Topic, v *Partition) {
	if v.Leader >= 0 && !slices.Contains(v.Replicas, v.Leader) && b.opts.OnProblem != nil {
		b.problem(LeaderNotReplica, topic.path(v.ID), false,
			"partition %s-%d is led by %d, which is none of its replicas %v", topic.Name, v.ID, v.Leader, v.Replicas)
	}
}

func (t *Topic) path(id int32) string { return fmt.Sprintf("/topics/byName/%s/%d", t.Name, id) }

func partitionPath(id metadata.UUID, partition int32) string {
	return fmt.Sprintf("/topics/byId/%s/%d", topicID(id), partition)
}
