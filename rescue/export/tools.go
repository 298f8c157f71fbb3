package export

import (
	"strings"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/release"
)

// Tools are the command line tools of a release, and what a cluster of that release takes. Every row was read from the released
// jars: the help texts of the tools, LogConfig.configNames, GroupConfig.configNames, ClientMetricsConfigs, QuotaConfig and
// AclEntry.supportedOperations.
type Tools struct{ Release release.Release }

// internalTopics are topics that the cluster makes itself (org.apache.kafka.common.internals.Topic, TopicBasedRemoteLogMetadataManager).
var internalTopics = map[string]bool{
	"__consumer_offsets": true, "__transaction_state": true, "__share_group_state": true, "__remote_log_metadata": true,
}

// Internal reports whether a topic is one that the cluster makes itself when it needs it.
func Internal(topic string) bool { return internalTopics[topic] }

// names are words that a range of releases knows.
type names struct {
	release.Range
	words string
}

func since(r release.Release) release.Range { return release.Since(r) }

var always = release.Since(release.V3_3)

// topicConfigs are the names kafka-topics.sh and the controller accept for a topic.
var topicConfigs = []names{
	{always, "cleanup.policy compression.type delete.retention.ms file.delete.delay.ms flush.messages flush.ms " +
		"follower.replication.throttled.replicas index.interval.bytes leader.replication.throttled.replicas local.retention.bytes " +
		"local.retention.ms max.compaction.lag.ms max.message.bytes message.timestamp.type min.cleanable.dirty.ratio " +
		"min.compaction.lag.ms min.insync.replicas preallocate remote.storage.enable retention.bytes retention.ms segment.bytes " +
		"segment.index.bytes segment.jitter.ms segment.ms unclean.leader.election.enable"},
	{release.Until(release.V3_9), "message.downconversion.enable message.format.version message.timestamp.difference.max.ms"},
	{since(release.V3_6), "message.timestamp.after.max.ms message.timestamp.before.max.ms"},
	{since(release.V3_8), "compression.gzip.level compression.lz4.level compression.zstd.level"},
	{since(release.V3_9), "remote.log.copy.disable remote.log.delete.on.disable"},
	{since(release.V4_1), "internal.segment.bytes"},
	{since(release.V4_4), "errors.deadletterqueue.group.enable max.decompressed.message.bytes remote.copy.lag.bytes remote.copy.lag.ms"},
}

// groupConfigs are the names of the configurations of a group.
var groupConfigs = []names{
	{since(release.V4_0), "consumer.heartbeat.interval.ms consumer.session.timeout.ms share.auto.offset.reset " +
		"share.heartbeat.interval.ms share.record.lock.duration.ms share.session.timeout.ms"},
	{since(release.V4_1), "share.isolation.level streams.heartbeat.interval.ms streams.num.standby.replicas streams.session.timeout.ms"},
	{since(release.V4_2), "streams.initial.rebalance.delay.ms"},
	{since(release.V4_3), "consumer.assignment.interval.ms share.assignment.interval.ms share.delivery.count.limit " +
		"share.partition.max.record.locks share.renew.acknowledge.enable streams.assignment.interval.ms"},
	{since(release.V4_4), "consumer.assignor.offload.enable errors.deadletterqueue.copy.record.enable errors.deadletterqueue.topic.name " +
		"share.assignor.offload.enable streams.acceptable.recovery.lag streams.assignor.name streams.assignor.offload.enable " +
		"streams.num.warmup.replicas streams.rack.aware.assignment.tags streams.task.offset.interval.ms"},
}

var clientMetricsConfigs = []names{{since(release.V3_7), "interval.ms match metrics"}}

// entityType is a type of entity of kafka-configs.sh.
type entityType struct {
	// Range is the releases whose kafka-configs.sh knows the type.
	release.Range
	// name follows --entity-type.
	name string
	// byDefault tells that the type takes --entity-default.
	byDefault bool
	// known are the names of configurations it takes, nil for any.
	known []names
}

var entityTypes = map[int8]entityType{
	image.TopicConfig:         {always, "topics", false, topicConfigs},
	image.BrokerConfig:        {always, "brokers", true, nil},
	image.BrokerLoggerConfig:  {always, "broker-loggers", false, nil},
	image.ClientMetricsConfig: {since(release.V3_7), "client-metrics", false, clientMetricsConfigs},
	image.GroupConfig:         {since(release.V4_0), "groups", false, groupConfigs},
}

// quotaTypes are the types of entities that have quotas, as kafka-configs.sh calls them.
var quotaTypes = map[string]string{"user": "users", "client-id": "clients", "ip": "ips"}

// The quotas of users and client IDs, and those of IP addresses.
const (
	clientQuotas = "consumer_byte_rate controller_mutation_rate producer_byte_rate request_percentage"
	ipQuotas     = "connection_creation_rate"
)

// resourceFlags are the flags of kafka-acls.sh that name a resource.
var resourceFlags = map[string]string{
	"TOPIC": "--topic", "GROUP": "--group", "CLUSTER": "--cluster", "TRANSACTIONAL_ID": "--transactional-id",
	"DELEGATION_TOKEN": "--delegation-token", "USER": "--user-principal",
}

// aclOperations are the operations kafka-acls.sh accepts for a type of resource, beside ALL.
var aclOperations = map[string][]names{
	"TOPIC": {{always, "ALTER ALTER_CONFIGS CREATE DELETE DESCRIBE DESCRIBE_CONFIGS READ WRITE"}},
	"GROUP": {{always, "DELETE DESCRIBE READ"}, {since(release.V4_0), "ALTER_CONFIGS DESCRIBE_CONFIGS"}},
	"CLUSTER": {
		{always, "ALTER ALTER_CONFIGS CLUSTER_ACTION CREATE DESCRIBE DESCRIBE_CONFIGS IDEMPOTENT_WRITE"},
	},
	"TRANSACTIONAL_ID": {{always, "DESCRIBE WRITE"}, {since(release.V4_1), "TWO_PHASE_COMMIT"}},
	"DELEGATION_TOKEN": {{always, "DESCRIBE"}},
	"USER":             {{always, "CREATE_TOKENS DESCRIBE_TOKENS"}},
}

// clusterName is the only resource of the type CLUSTER (org.apache.kafka.common.resource.Resource.CLUSTER_NAME).
const clusterName = "kafka-cluster"

// knows reports whether the release knows a word of a table.
func (t Tools) knows(table []names, word string) bool {
	for _, row := range table {
		if row.Contains(t.Release) && contains(row.words, word) {
			return true
		}
	}
	return false
}

// contains reports whether a list separated by spaces has a word.
func contains(list, word string) bool {
	for one := range strings.FieldsSeq(list) {
		if one == word {
			return true
		}
	}
	return false
}

// takes says why kafka-configs.sh does not take a configuration of a type of resource; empty when it does.
func (t Tools) takes(e entityType, key string) string {
	switch {
	case !configName(key):
		return "kafka-configs.sh takes letters, digits and ._- in a name only"
	case e.known != nil && !t.knows(e.known, key):
		return "Kafka " + t.Release.String() + " does not know it"
	case e.known == nil && e.name == "brokers":
		return t.takesDynamic(key)
	}
	return ""
}

// takesDynamic says why a broker's configuration cannot be changed while it runs. A name no release knows may belong to a plugin.
func (t Tools) takesDynamic(key string) string {
	known, ok := release.LookupConfigKey(t.Release, key)
	switch {
	case ok && known.Mode == release.ReadOnly:
		return "in Kafka " + t.Release.String() + " it is set in server.properties only"
	case !ok && len(release.ConfigKeyHistory(key)) > 0:
		return "Kafka " + t.Release.String() + " does not know it"
	}
	return ""
}

// configName reports whether kafka-configs.sh accepts a name (ConfigCommand.validatePropsKey).
func configName(key string) bool {
	for i := range len(key) {
		if c := key[i]; (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-' {
			return false
		}
	}
	return key != ""
}
