package shell

import (
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/release"
)

// knownConfig is a configuration that a node keeps, in the releases that know it.
type knownConfig struct {
	release.Range
	names string
}

// knownConfigs are the configurations that the shells from 4.2 on keep, by type of resource; those of brokers are all kept,
// those of other types none. Source: LogConfig.configNames(), GroupConfig and ClientMetricsConfigs of 4.2.1, 4.3.1, 4.4.0,
// asked by reflection (org.apache.kafka.server.config.DefaultSupportedConfigChecker).
var knownConfigs = map[int8][]knownConfig{
	image.TopicConfig: {
		{release.Since(release.V4_2), `cleanup.policy compression.gzip.level compression.lz4.level compression.type
compression.zstd.level delete.retention.ms file.delete.delay.ms flush.messages flush.ms follower.replication.throttled.replicas
index.interval.bytes internal.segment.bytes leader.replication.throttled.replicas local.retention.bytes local.retention.ms
max.compaction.lag.ms max.message.bytes message.timestamp.after.max.ms message.timestamp.before.max.ms message.timestamp.type
min.cleanable.dirty.ratio min.compaction.lag.ms min.insync.replicas preallocate remote.log.copy.disable
remote.log.delete.on.disable remote.storage.enable retention.bytes retention.ms segment.bytes segment.index.bytes
segment.jitter.ms segment.ms unclean.leader.election.enable`},
		{release.Since(release.V4_4), `errors.deadletterqueue.group.enable max.decompressed.message.bytes remote.copy.lag.bytes
remote.copy.lag.ms`},
	},
	image.GroupConfig: {
		{release.Since(release.V4_2), `consumer.heartbeat.interval.ms consumer.session.timeout.ms share.auto.offset.reset
share.heartbeat.interval.ms share.isolation.level share.record.lock.duration.ms share.session.timeout.ms
streams.heartbeat.interval.ms streams.initial.rebalance.delay.ms streams.num.standby.replicas streams.session.timeout.ms`},
		{release.Since(release.V4_3), `consumer.assignment.interval.ms share.assignment.interval.ms share.delivery.count.limit
share.partition.max.record.locks share.renew.acknowledge.enable streams.assignment.interval.ms`},
		{release.Since(release.V4_4), `consumer.assignor.offload.enable errors.deadletterqueue.copy.record.enable
errors.deadletterqueue.topic.name share.assignor.offload.enable streams.acceptable.recovery.lag streams.assignor.name
streams.assignor.offload.enable streams.num.warmup.replicas streams.rack.aware.assignment.tags streams.task.offset.interval.ms`},
	},
	image.ClientMetricsConfig: {
		{release.Since(release.V4_2), `interval.ms match metrics`},
	},
}

// configFilter tells which configurations the shell of a release keeps; nil for all.
func configFilter(r release.Release) func(resourceType int8, name string) bool {
	if r < release.V3_5 || !habitsOf(r).checked {
		return nil
	}
	known := map[int8][]string{}
	for resourceType, rows := range knownConfigs {
		for _, row := range rows {
			if row.Contains(r) {
				known[resourceType] = append(known[resourceType], strings.Fields(row.names)...)
			}
		}
	}
	return func(resourceType int8, name string) bool {
		return resourceType == image.BrokerConfig || slices.Contains(known[resourceType], name)
	}
}
