package timeline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metadata"

	"github.com/kraftctl/kraftctl/internal/wording"
)

func (o *observer) topic(r *metadata.TopicRecord) {
	o.apply()
	name := strings.Clone(r.Name)
	e := o.emit(TopicCreated, nil, []string{name}, "")
	if e == nil {
		return
	}
	e.Count = 0
	e.storm = &storm{details: map[string]int{}, say: func(_, _ string) string {
		return fmt.Sprintf("topic %s is created with %s", name, wording.Count(e.Count, "partition"))
	}, sample: []string{name}, order: []string{""}}
	o.created = e
}

func (o *observer) partition(r *metadata.PartitionRecord) {
	topic := o.image().Topics.ByID(r.TopicId)
	o.apply()
	if topic == nil {
		return
	}
	p, ok := topic.Partition(r.PartitionId)
	if !ok {
		return
	}
	o.health.count(&p, 1)
	if c := o.created; c != nil && c.Topics[0] == topic.Name && o.wanted && r.PartitionId == int32(c.Count) {
		c.Count++
		c.LastOffset, c.LastTime = o.at.Offset, o.at.Timestamp
		return
	}
	o.stormed(PartitionsAdded, topic, r.PartitionId, about{say: func(what, _ string) string { return what + " added to the topic" }, key: topic.Name})
}

// stormed makes a partition's event part of a storm.
func (o *observer) stormed(kind Kind, topic *image.Topic, partition int32, a about) {
	if !o.wanted {
		return
	}
	a.topic, a.partition = topic.Name, partition
	if begun := o.storms.add(o.event(kind, nil, nil, ""), a); begun != nil {
		o.events = append(o.events, begun)
	}
}

func (o *observer) removeTopic(r *metadata.RemoveTopicRecord) {
	topic := o.image().Topics.ByID(r.TopicId)
	if topic == nil {
		o.apply()
		return
	}
	name, n := topic.Name, topic.Len()
	for p := range topic.Partitions() {
		o.health.count(&p, -1)
	}
	o.health.sample(o.at.Timestamp)
	o.apply()
	if e := o.emit(TopicDeleted, nil, []string{name}, "topic %s is deleted, with %s", name, wording.Count(n, "partition")); e != nil {
		e.Count = n
	}
}

func (o *observer) partitionChange(r *metadata.PartitionChangeRecord) {
	topic := o.image().Topics.ByID(r.TopicId)
	if topic == nil {
		o.apply()
		return
	}
	old, ok := topic.Partition(r.PartitionId)
	o.apply()
	if !ok {
		return
	}
	p, _ := topic.Partition(r.PartitionId)
	o.health.count(&old, -1)
	o.health.count(&p, 1)
	o.health.sample(o.at.Timestamp)
	if !o.wanted {
		return
	}
	o.inSync(topic, &old, &p)
	if old.Leader != p.Leader {
		o.leader(topic, &old, &p)
	}
	o.reassignment(topic, &old, &p)
	o.moved(topic, &old, &p)
}

func (o *observer) inSync(topic *image.Topic, old, p *image.Partition) {
	if gone := without(old.ISR, p.ISR); len(gone) > 0 {
		o.stormed(ISRShrunk, topic, p.ID, about{key: numbers(gone), nodes: gone, say: func(what, _ string) string {
			return fmt.Sprintf("ISR of %s shrinks by %s", what, numbers(gone))
		}})
	}
	if come := without(p.ISR, old.ISR); len(come) > 0 {
		o.stormed(ISRExpanded, topic, p.ID, about{key: numbers(come), nodes: come, say: func(what, _ string) string {
			return fmt.Sprintf("ISR of %s expands by %s", what, numbers(come))
		}})
	}
}

// without is the elements of a that are not in b.
func without(a, b []int32) []int32 {
	var rest []int32
	for _, id := range a {
		if !slices.Contains(b, id) {
			rest = append(rest, id)
		}
	}
	return rest
}

// leader tells of a change of leader. It is unclean when the new one was neither in sync nor eligible.
func (o *observer) leader(topic *image.Topic, old, p *image.Partition) {
	from := old.Leader
	a := about{key: fmt.Sprint(from), nodes: []int32{from, p.Leader}, detail: fmt.Sprintf("to %d", p.Leader)}
	switch {
	case p.Leader < 0:
		a.say = func(what, _ string) string { return fmt.Sprintf("%s: no leader, was %d", what, from) }
		o.stormed(PartitionOffline, topic, p.ID, a)
	case unclean(old, p):
		was := "which was not in sync"
		if slices.Contains(old.LastKnownELR, p.Leader) {
			was = "the last leader known, whose shutdown was unclean"
			a.key += " last known"
		}
		a.say = func(what, detail string) string {
			return fmt.Sprintf("UNCLEAN: leader of %s moves %s%s, %s: records may be lost", what, fromWhom(from), detail, was)
		}
		o.stormed(LeaderUnclean, topic, p.ID, a)
	default:
		a.say = func(what, detail string) string {
			return fmt.Sprintf("leader of %s moves %s%s", what, fromWhom(from), detail)
		}
		o.stormed(LeaderMoved, topic, p.ID, a)
	}
}

func fromWhom(id int32) string {
	if id < 0 {
		return "from nobody "
	}
	return fmt.Sprintf("from %d ", id)
}

func unclean(old, p *image.Partition) bool {
	if p.Recovery == image.Recovering && old.Recovery != image.Recovering {
		return true
	}
	return !slices.Contains(old.ISR, p.Leader) && !slices.Contains(old.ELR, p.Leader)
}

// reassignment tells of one that begins or ends. It was cancelled when the replicas that were to come are not there.
func (o *observer) reassignment(topic *image.Topic, old, p *image.Partition) {
	switch {
	case p.Reassigning() && !slices.Equal(old.Adding, p.Adding) || p.Reassigning() && !slices.Equal(old.Removing, p.Removing):
		target := without(p.Replicas, p.Removing)
		before := without(p.Replicas, p.Adding)
		a := about{key: "begun", nodes: slices.Concat(p.Adding, p.Removing), detail: fmt.Sprintf("from replicas %s to %s", numbers(before), numbers(target))}
		a.say = func(what, detail string) string { return fmt.Sprintf("reassignment of %s begins %s", what, detail) }
		o.stormed(ReassignmentBegun, topic, p.ID, a)
	case old.Reassigning() && !p.Reassigning():
		kind, verb := ReassignmentEnded, "ends"
		if len(without(old.Adding, p.Replicas)) > 0 || len(without(old.Removing, p.Replicas)) < len(old.Removing) {
			kind, verb = ReassignmentCancelled, "is cancelled"
		}
		a := about{key: verb, nodes: slices.Concat(old.Adding, old.Removing), detail: "with replicas " + numbers(p.Replicas)}
		a.say = func(what, detail string) string { return fmt.Sprintf("reassignment of %s %s %s", what, verb, detail) }
		o.stormed(kind, topic, p.ID, a)
	case !old.Reassigning() && !slices.Equal(old.Replicas, p.Replicas):
		a := about{key: "at once", nodes: without(p.Replicas, old.Replicas), detail: fmt.Sprintf("from %s to %s", numbers(old.Replicas), numbers(p.Replicas))}
		a.say = func(what, detail string) string { return fmt.Sprintf("replicas of %s change %s", what, detail) }
		o.stormed(ReassignmentEnded, topic, p.ID, a)
	}
}

// moved tells of replicas that move between the directories of a broker.
func (o *observer) moved(topic *image.Topic, old, p *image.Partition) {
	if !slices.Equal(old.Replicas, p.Replicas) {
		return
	}
	for i, id := range p.Directories {
		if i >= len(old.Directories) || old.Directories[i] == id || clusterid.ID(old.Directories[i]).ReservedDirectory() || clusterid.ID(id).ReservedDirectory() {
			continue
		}
		broker := p.Replicas[i]
		a := about{key: fmt.Sprint(broker), nodes: []int32{broker}, detail: "to directory " + id.String()}
		a.say = func(what, detail string) string {
			return fmt.Sprintf("replicas of %s move on broker %d %s", what, broker, detail)
		}
		o.stormed(ReplicaMoved, topic, p.ID, a)
	}
}
