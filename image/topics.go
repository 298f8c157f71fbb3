package image

import (
	"iter"
	"maps"
	"slices"

	"github.com/kraftctl/kraftctl/metadata"
)

// Topics are the topics of an image.
type Topics struct {
	byID   map[metadata.UUID]*Topic
	byName map[string]*Topic
	// made counts the topics that were created.
	made int
}

// Topic is a topic with its partitions.
type Topic struct {
	ID   metadata.UUID
	Name string

	// order is the how manieth topic it was that was created.
	order int
	// dense holds the partitions 0, 1, 2 … without a gap, sparse the others.
	dense  []partition
	sparse map[int32]*partition
}

// Len is the number of topics.
func (t *Topics) Len() int { return len(t.byID) }

// ByID is the topic with an ID, or nil.
func (t *Topics) ByID(id metadata.UUID) *Topic { return t.byID[id] }

// ByName is the topic with a name, or nil.
func (t *Topics) ByName(name string) *Topic { return t.byName[name] }

// Names are the names of all topics, sorted.
func (t *Topics) Names() []string { return slices.Sorted(maps.Keys(t.byName)) }

// IDs are the IDs of all topics, in no order.
func (t *Topics) IDs() iter.Seq[metadata.UUID] { return maps.Keys(t.byID) }

// Oldest are all topics, in the order of their creation.
func (t *Topics) Oldest() []*Topic {
	return slices.SortedFunc(maps.Values(t.byID), func(a, b *Topic) int { return a.order - b.order })
}

// Partitions is the number of partitions of all topics.
func (t *Topics) Partitions() int {
	n := 0
	for _, topic := range t.byID {
		n += topic.Len()
	}
	return n
}

func (t *Topics) add(id metadata.UUID, name string) *Topic {
	t.made++
	topic := &Topic{ID: id, Name: name, order: t.made}
	t.byID[id], t.byName[name] = topic, topic
	return topic
}

// remove takes a topic away. The name stays when another topic has taken it over.
func (t *Topics) remove(topic *Topic) {
	delete(t.byID, topic.ID)
	if t.byName[topic.Name] == topic {
		delete(t.byName, topic.Name)
	}
}

// Len is the number of partitions.
func (t *Topic) Len() int { return len(t.dense) + len(t.sparse) }

// IDs are the partitions' numbers, sorted.
func (t *Topic) IDs() []int32 {
	ids := make([]int32, 0, t.Len())
	for i := range t.dense {
		ids = append(ids, int32(i))
	}
	return append(ids, slices.Sorted(maps.Keys(t.sparse))...)
}

// Partition is one partition; false when there is none with that number.
func (t *Topic) Partition(id int32) (Partition, bool) {
	if p := t.find(id); p != nil {
		return p.view(id), true
	}
	return Partition{}, false
}

// Partitions iterates over the partitions by number.
func (t *Topic) Partitions() iter.Seq[Partition] {
	return func(yield func(Partition) bool) {
		for i := range t.dense {
			if !yield(t.dense[i].view(int32(i))) {
				return
			}
		}
		for _, id := range slices.Sorted(maps.Keys(t.sparse)) {
			if !yield(t.sparse[id].view(id)) {
				return
			}
		}
	}
}

func (t *Topic) find(id int32) *partition {
	if id >= 0 && int(id) < len(t.dense) {
		return &t.dense[id]
	}
	return t.sparse[id]
}

// put is the memory for a partition, new or not.
func (t *Topic) put(id int32) *partition {
	if p := t.find(id); p != nil {
		return p
	}
	if int(id) != len(t.dense) {
		if t.sparse == nil {
			t.sparse = map[int32]*partition{}
		}
		p := &partition{}
		t.sparse[id] = p
		return p
	}
	t.dense = append(t.dense, partition{})
	t.closeGap()
	return &t.dense[id]
}

// closeGap moves the partitions that follow without a gap now.
func (t *Topic) closeGap() {
	for len(t.sparse) > 0 {
		next := int32(len(t.dense))
		p, ok := t.sparse[next]
		if !ok {
			return
		}
		t.dense = append(t.dense, *p)
		delete(t.sparse, next)
	}
}
