package timeline

import (
	"fmt"
	"slices"
	"strings"
)

// maxTopics bounds how many topics an event names, maxSample how many partitions.
const (
	maxTopics = 20
	maxSample = 3
)

// storm is what is known of an event of many partitions until its words are made.
type storm struct {
	// say makes the words: of which partitions, and where they went.
	say    func(what, detail string) string
	sample []string
	topics map[string]bool
	// details counts what differs from partition to partition, such as the new leader; order is that of the first.
	details map[string]int
	order   []string
}

// about is one partition's part in a storm.
type about struct {
	topic     string
	partition int32
	// key is what else must be the same for two records to be of one storm, such as the broker that left.
	key string
	// detail may differ within a storm.
	detail string
	nodes  []int32
	say    func(what, detail string) string
}

// storms are the storms that may go on.
type storms struct {
	// window is how long in ms after its last record a storm goes on.
	window int64
	open   map[string]*Event
}

// add makes a partition's event part of a storm, or the beginning of one, which is then returned.
func (s *storms) add(e Event, a about) *Event {
	key := string(e.Kind) + " " + a.key
	old := s.open[key]
	if old != nil && s.window > 0 && e.Time-old.LastTime <= s.window && e.Epoch == old.Epoch {
		old.join(&e, &a)
		return nil
	}
	if old != nil {
		old.finish()
	}
	begun := &e
	begun.storm = &storm{say: a.say, topics: map[string]bool{}, details: map[string]int{}}
	begun.Count = 0
	begun.join(begun, &a)
	s.open[key] = begun
	return begun
}

// join adds a partition to a storm.
func (e *Event) join(last *Event, a *about) {
	st := e.storm
	e.Count++
	e.LastOffset, e.LastTime = max(e.LastOffset, last.Offset), max(e.LastTime, last.Time)
	if len(st.sample) < maxSample {
		st.sample = append(st.sample, fmt.Sprintf("%s-%d", a.topic, a.partition))
	}
	if !st.topics[a.topic] {
		st.topics[a.topic] = true
		if len(e.Topics) < maxTopics {
			e.Topics = append(e.Topics, a.topic)
		}
	}
	if st.details[a.detail] == 0 {
		st.order = append(st.order, a.detail)
	}
	st.details[a.detail]++
	for _, id := range a.nodes {
		if id >= 0 && !slices.Contains(e.Nodes, id) {
			e.Nodes = append(e.Nodes, id)
		}
	}
}

// finish makes the words of an event that was a storm.
func (e *Event) finish() {
	if e.storm == nil {
		return
	}
	e.Text = e.storm.say(e.storm.what(e.Count), e.storm.detail(e.Count))
	e.storm = nil
}

// what names the partitions.
func (s *storm) what(count int) string {
	if count == 1 {
		return s.sample[0]
	}
	text := fmt.Sprintf("%d partitions", count)
	if n := len(s.topics); n > 1 {
		text += fmt.Sprintf(" of %d topics", n)
	}
	sample := strings.Join(s.sample, ", ")
	if count > len(s.sample) {
		sample += ", …"
	}
	return text + " (" + sample + ")"
}

// detail tells what differed, with numbers when it did.
func (s *storm) detail(count int) string {
	if len(s.order) == 1 {
		return s.order[0]
	}
	parts := make([]string, 0, len(s.order))
	for i, d := range s.order {
		if i == maxSample {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, fmt.Sprintf("%s (%d of %d)", d, s.details[d], count))
	}
	return strings.Join(parts, ", ")
}
