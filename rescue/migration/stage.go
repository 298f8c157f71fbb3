package migration

import (
	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metadata"
)

// Stage is how far a migration has come.
type Stage string

// The stages, in their order.
const (
	// None: the cluster was born in KRaft, or still runs on ZooKeeper alone.
	None Stage = "none"
	// PreMigration: controllers run with the migration enabled and wait for the brokers; nothing has been copied.
	PreMigration Stage = "pre-migration"
	// DualWrite: the metadata is in KRaft, and every change is written to ZooKeeper as well.
	DualWrite Stage = "dual-write"
	// Finalised: ZooKeeper is no longer written to.
	Finalised Stage = "finalised"
)

// Origin is what a cluster began as.
type Origin string

// The origins.
const (
	FromKRaft     Origin = "kraft"
	FromZooKeeper Origin = "zookeeper"
	FromUnknown   Origin = "unknown"
)

// The states of org.apache.kafka.metadata.migration.ZkMigrationState as records carry them.
const (
	stateNone      int8 = 0
	stateMigration int8 = 1
	statePre       int8 = 2
	statePost      int8 = 3
)

// Levels of metadata.version that the migration depends on (org.apache.kafka.server.common.MetadataVersion).
const (
	// levelMigration is 3.4-IV0, the first with ZkMigrationStateRecord (isMigrationSupported).
	levelMigration int16 = 8
	// levelControllers is 3.7-IV0, the first with RegisterControllerRecord (isControllerRegistrationSupported).
	levelControllers int16 = 15
)

// stageOf is the stage that a state of the migration stands for in an image: in a log of Kafka 3.4, which wrote 1 when the
// controllers began to wait, it takes a topic to tell that the copy was done.
func stageOf(state int8, level int16, img *image.Image) Stage {
	switch state {
	case statePre:
		return PreMigration
	case statePost:
		return Finalised
	case stateMigration:
		if level == levelMigration && img.Topics.Len() == 0 {
			return PreMigration
		}
		return DualWrite
	}
	return None
}

// kindOf names what a record that is copied from ZooKeeper is about, and its place in reports; false for records that are not
// copied.
func kindOf(rec metadata.Record) (kind int, ok bool) {
	switch r := rec.(type) {
	case *metadata.TopicRecord:
		return kindTopics, true
	case *metadata.PartitionRecord:
		return kindPartitions, true
	case *metadata.ConfigRecord:
		if r.ResourceType == image.TopicConfig {
			return kindTopicConfigs, true
		}
		return kindBrokerConfigs, true
	case *metadata.UserScramCredentialRecord:
		return kindUsers, true
	case *metadata.ClientQuotaRecord:
		return kindQuotas, true
	case *metadata.AccessControlEntryRecord:
		return kindACLs, true
	case *metadata.DelegationTokenRecord:
		return kindTokens, true
	case *metadata.ProducerIdsRecord:
		return kindProducerIDs, true
	}
	return 0, false
}

// The kinds of what a migration copies, in the order of reports.
const (
	kindTopics = iota
	kindPartitions
	kindTopicConfigs
	kindBrokerConfigs
	kindACLs
	kindQuotas
	kindUsers
	kindTokens
	kindProducerIDs
	kinds
)

// kindNames are the kinds as reports name them.
var kindNames = [kinds]string{
	"topics", "partitions", "topic configs", "broker configs", "ACLs", "quotas", "SCRAM credentials", "delegation tokens", "producer ID blocks",
}

// present counts what an image holds of each kind.
func present(img *image.Image) (counts [kinds]int) {
	counts[kindTopics], counts[kindPartitions] = img.Topics.Len(), img.Topics.Partitions()
	for r, settings := range img.Configs {
		if r.Type == image.TopicConfig {
			counts[kindTopicConfigs] += len(settings)
		} else {
			counts[kindBrokerConfigs] += len(settings)
		}
	}
	for _, q := range img.Quotas {
		counts[kindQuotas] += len(q.Values)
	}
	counts[kindACLs], counts[kindUsers], counts[kindTokens] = len(img.ACLs), len(img.Users), len(img.Tokens)
	if img.ProducerIDs != nil {
		counts[kindProducerIDs] = 1
	}
	return counts
}
