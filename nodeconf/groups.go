package nodeconf

import (
	"fmt"

	"github.com/kraftctl/kraftctl/release"
)

const (
	offsetsCodecKey = "offsets.topic.compression.codec"
	shareCodecKey   = "share.coordinator.state.topic.compression.codec"
	requiredAcksKey = "offsets.commit.required.acks"
	replicasKey     = "offsets.topic.replication.factor"
	tagsKey         = "group.streams.rack.aware.assignment.tags"
)

// relation is a requirement between the numbers of two keys.
type relation struct {
	in    release.Range
	left  string
	op    string // ">=", "<=" or "<"
	right string
}

// groupSteps are the checks of GroupCoordinatorConfig and ShareGroupConfig. Up to 3.8 those of consumer groups
// come last of all (see closingSteps).
func groupSteps() []step {
	return concat(
		[]step{
			{release.Since(release.V3_9), []string{assignorsKey}, (*config).checkAssignorClasses},
			{release.Since(release.V3_9), []string{offsetsCodecKey}, checkCodec(offsetsCodecKey)},
			{release.Since(release.V4_1), []string{shareAssignorsKey}, (*config).checkShareAssignorClasses},
			{release.Since(release.V4_4), []string{streamsAssignorsKey}, (*config).checkStreamsAssignorClasses},
			{release.Range{Since: release.V3_9, Until: release.V3_9}, []string{requiredAcksKey, replicasKey}, (*config).checkRequiredAcks},
		},
		relationSteps(release.Since(release.V3_9), consumerRelations()),
		relationSteps(release.Since(release.V3_9), shareRelations()),
		[]step{{release.Since(release.V4_1), []string{shareAssignorsKey}, (*config).checkOneShareAssignor}},
		relationSteps(release.Since(release.V3_9), shareAssignmentRelations()),
		relationSteps(release.Since(release.V4_1), streamsRelations()),
		[]step{{release.Since(release.V4_4), []string{tagsKey}, (*config).checkTags}},
		relationSteps(release.Since(release.V3_9), shareLimitRelations()),
		[]step{{release.Since(release.V4_0), []string{shareCodecKey}, checkCodec(shareCodecKey)}},
	)
}

var (
	since39 = release.Since(release.V3_9)
	since40 = release.Since(release.V4_0)
	since41 = release.Since(release.V4_1)
	since43 = release.Since(release.V4_3)
	since44 = release.Since(release.V4_4)
)

func consumerRelations() []relation {
	return concatRelations(
		bounds("group.consumer", "heartbeat.interval.ms", release.Since(release.V3_5)),
		bounds("group.consumer", "session.timeout.ms", release.Since(release.V3_5)),
		[]relation{{since40, "group.consumer.heartbeat.interval.ms", "<", "group.consumer.session.timeout.ms"}},
		bounds("group.consumer", "assignment.interval.ms", since43),
	)
}

func shareRelations() []relation {
	return concatRelations(
		bounds("group.share", "heartbeat.interval.ms", since39),
		bounds("group.share", "session.timeout.ms", since39),
		[]relation{{since40, "group.share.heartbeat.interval.ms", "<", "group.share.session.timeout.ms"}},
	)
}

func shareAssignmentRelations() []relation {
	return bounds("group.share", "assignment.interval.ms", since43)
}

func streamsRelations() []relation {
	return concatRelations(
		bounds("group.streams", "heartbeat.interval.ms", since41),
		bounds("group.streams", "session.timeout.ms", since41),
		[]relation{
			{release.Range{Since: release.V4_1, Until: release.V4_1}, "group.streams.num.standby.replicas", "<=", "group.streams.max.standby.replicas"},
			{since41, "group.streams.heartbeat.interval.ms", "<", "group.streams.session.timeout.ms"},
		},
		bounds("group.streams", "assignment.interval.ms", since43),
		[]relation{
			{release.Since(release.V4_2), "group.streams.num.standby.replicas", "<=", "group.streams.max.standby.replicas"},
			{since44, "group.streams.task.offset.interval.ms", ">=", "group.streams.min.task.offset.interval.ms"},
			{since44, "group.streams.num.warmup.replicas", "<=", "group.streams.max.warmup.replicas"},
		},
	)
}

func shareLimitRelations() []relation {
	return []relation{
		{since43, "group.share.max.delivery.count.limit", ">=", "group.share.delivery.count.limit"},
		{since43, "group.share.delivery.count.limit", ">=", "group.share.min.delivery.count.limit"},
		{since43, "group.share.max.partition.max.record.locks", ">=", "group.share.partition.max.record.locks"},
		{since43, "group.share.partition.max.record.locks", ">=", "group.share.min.partition.max.record.locks"},
		{since39, "group.share.record.lock.duration.ms", ">=", "group.share.min.record.lock.duration.ms"},
		{since39, "group.share.max.record.lock.duration.ms", ">=", "group.share.record.lock.duration.ms"},
		{since41, "group.share.max.share.sessions", ">=", "group.share.max.size"},
	}
}

// bounds are the relations of a value to its min and max sister keys.
func bounds(prefix, name string, in release.Range) []relation {
	value, low, high := prefix+"."+name, prefix+".min."+name, prefix+".max."+name
	return []relation{{in, high, ">=", low}, {in, value, ">=", low}, {in, value, "<=", high}}
}

func concatRelations(groups ...[]relation) []relation {
	var all []relation
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

// relationSteps makes a step of each relation, for the releases both allow.
func relationSteps(in release.Range, relations []relation) []step {
	steps := make([]step, len(relations))
	for i, r := range relations {
		both := release.Range{Since: max(in.Since, r.in.Since), Until: min(in.Until, r.in.Until)}
		steps[i] = step{both, []string{r.left, r.right}, r.check}
	}
	return steps
}

func (r relation) check(c *config) {
	left, right := c.integer(r.left), c.integer(r.right)
	holds, words := false, ""
	equal := "or equal to"
	if c.until(release.V3_9) {
		equal = "or equals to"
	}
	switch r.op {
	case ">=":
		holds, words = left >= right, "greater than "+equal
	case "<=":
		holds, words = left <= right, "less than "+equal
	case "<":
		holds, words = left < right, "less than"
	}
	if holds {
		return
	}
	message := fmt.Sprintf("%s must be %s %s", r.left, words, r.right)
	if c.until(release.V3_8) {
		message = requirementFailed + message
	}
	c.fail(illegalArgument, c.given(r.left, r.right), message, fmt.Sprintf("%s is %d and %s is %d; change one of them", r.left, left, r.right, right))
}

// checkRequiredAcks bounds offsets.commit.required.acks by the replication factor.
func (c *config) checkRequiredAcks() {
	acks, replicas := c.integer(requiredAcksKey), c.integer(replicasKey)
	if acks >= -1 && acks <= replicas {
		return
	}
	message := "offsets.commit.required.acks must be greater or equal to -1 and less or equal to offsets.topic.replication.factor"
	if c.until(release.V3_8) {
		message = requirementFailed + "offsets.commit.required.acks must be greater or equal -1 and less or equal to offsets.topic.replication.factor"
	}
	c.fail(illegalArgument, requiredAcksKey, message, fmt.Sprintf("remove the line: the default -1 waits for all in-sync replicas (the replication factor is %d)", replicas))
}

// checkCodec wants the number of a compression: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd.
func checkCodec(key string) func(c *config) {
	return func(c *config) {
		id := c.integer(key)
		if id >= 0 && id <= 4 {
			return
		}
		const hint = "use 0 (none), 1 (gzip), 2 (snappy), 3 (lz4) or 4 (zstd)"
		if c.until(release.V3_4) {
			c.fail(unknownCodec, key, fmt.Sprintf("%d is an unknown compression codec", id), hint)
			return
		}
		c.fail(illegalArgument, key, fmt.Sprintf("Unknown compression type id: %d", id), hint)
	}
}

// checkTags looks at the tags as written, duplicates included.
func (c *config) checkTags() {
	text, _ := c.text(tagsKey)
	tags := splitOnCommas(text)
	if text != "" && len(distinct(tags)) != len(tags) {
		c.fail(illegalArgument, tagsKey, tagsKey+" must not contain duplicate tag keys.", "name each tag once")
	}
}
