package export

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/image"
)

// maxPartitions is how many partitions a controller makes in one request (ReplicationControlManager.MAX_PARTITIONS_PER_BATCH).
const maxPartitions = 10_000

// maxReassigned is how many partitions one kafka-reassign-partitions.sh is told.
const maxReassigned = 1000

func (s *script) topics(img *image.Image) {
	n := 0
	for _, name := range img.Topics.Names() {
		if !s.options.Internal && Internal(name) {
			s.heading()
			s.comment("left out: " + name + ", which brokers make by themselves; --include-internal creates it")
			continue
		}
		s.topic(img, img.Topics.ByName(name))
		n++
	}
	if n > 0 {
		s.heading()
		s.comment("cannot be recreated: the IDs of the topics above: " + lostTopicID.Why)
		s.lost[lostTopicID] += n
	}
}

func (s *script) topic(img *image.Image, t *image.Topic) {
	what := named("topic", t.Name)
	if last := t.IDs(); len(last) == 0 || int(last[len(last)-1]) != len(last)-1 {
		s.lose(lostHoles, what, "")
		return
	}
	layout := layoutOf(t)
	if layout.factor == 0 {
		s.lose(lostPlacement, what, "")
		return
	}
	if layout.moving && !s.options.FactorOnly {
		s.heading()
		s.comment(what + " was being reassigned: it is created where the reassignment was to lead")
	}
	configs := split(img.Configs[image.Resource{Type: image.TopicConfig, Name: t.Name}], s.options.ShowSecrets)
	now, later := s.topicConfigs(what, configs)
	s.create(t, layout, now)
	s.alter(entityTypes[image.TopicConfig], t.Name, later)
}

// topicConfigs are the configurations that kafka-topics.sh can be told, and those that kafka-configs.sh must be told.
func (s *script) topicConfigs(what string, all settings) (now []string, later []setting) {
	for _, one := range s.accepted(what, entityTypes[image.TopicConfig], all) {
		if creatable(one.value) {
			now = append(now, "--config", one.key+"="+one.value)
		} else {
			later = append(later, one)
		}
	}
	return now, later
}

// creatable reports whether kafka-topics.sh --config takes a value as it is.
func creatable(value string) bool {
	return value != "" && len(value) < maxArguments && ascii(value) && printable(value) && !trimmed(value) && !strings.Contains(value, "=")
}

// layout is how the replicas of a topic are placed.
type layout struct {
	// assignment is the argument of --replica-assignment, nil when the partitions cannot be told in that way.
	assignment []byte
	// factor is the smallest number of replicas a partition has.
	factor int
	// moving tells that a partition is being reassigned.
	moving bool
}

func layoutOf(t *image.Topic) layout {
	var l layout
	whole := t.Len() <= maxPartitions
	for p := range t.Partitions() {
		replicas := target(p)
		if p.ID == 0 {
			l.factor = len(replicas)
		} else if len(replicas) != l.factor {
			whole, l.factor = false, min(l.factor, len(replicas))
		}
		l.moving = l.moving || p.Reassigning()
		for i, id := range replicas {
			switch {
			case i > 0:
				l.assignment = append(l.assignment, ':')
			case p.ID > 0:
				l.assignment = append(l.assignment, ',')
			}
			l.assignment = strconv.AppendInt(l.assignment, int64(id), 10)
		}
	}
	if !whole || len(l.assignment) > maxArgument {
		l.assignment = nil
	}
	return l
}

// create writes the commands that make a topic.
func (s *script) create(t *image.Topic, l layout, configs []string) {
	args := []string{"--create", "--if-not-exists", "--topic", t.Name}
	if l.assignment != nil && !s.options.FactorOnly {
		s.run("kafka-topics.sh", append(append(args, "--replica-assignment", string(l.assignment)), configs...)...)
		return
	}
	factor := l.factor
	if s.options.FactorOnly {
		factor = replication(t)
	}
	n := min(t.Len(), maxPartitions)
	args = append(args, "--partitions", strconv.Itoa(n), "--replication-factor", strconv.Itoa(factor))
	s.run("kafka-topics.sh", append(args, configs...)...)
	if n < t.Len() {
		s.comment("A controller makes " + strconv.Itoa(maxPartitions) + " partitions at most at a time. To repeat these, leave out those that were done.")
	}
	for n < t.Len() {
		n = min(t.Len(), n+maxPartitions)
		s.run("kafka-topics.sh", "--alter", "--if-exists", "--topic", t.Name, "--partitions", strconv.Itoa(n))
	}
	if !s.options.FactorOnly {
		s.place(t)
	}
}

// reassignment is what kafka-reassign-partitions.sh is told.
type reassignment struct {
	Version    int     `json:"version"`
	Partitions []moved `json:"partitions"`
}

type moved struct {
	Topic     string  `json:"topic"`
	Partition int32   `json:"partition"`
	Replicas  []int32 `json:"replicas"`
}

// place moves the replicas of a topic to where they were.
func (s *script) place(t *image.Topic) {
	plan := make([]moved, 0, t.Len())
	for p := range t.Partitions() {
		plan = append(plan, moved{t.Name, p.ID, target(p)})
	}
	for some := range slices.Chunk(plan, maxReassigned) {
		text, _ := json.Marshal(reassignment{1, some}) // texts and numbers can always be encoded
		s.pipe(string(text), "kafka-reassign-partitions.sh", "--reassignment-json-file", "/dev/stdin", "--execute", "--additional")
	}
}

// printable reports whether a text has no control characters.
func printable(s string) bool {
	return !slices.ContainsFunc([]byte(s), func(c byte) bool { return c < ' ' || c == 0x7f })
}
