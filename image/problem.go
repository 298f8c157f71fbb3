package image

import "fmt"

// ProblemKind names what does not fit.
type ProblemKind string

// The kinds of problems.
const (
	DuplicateTopicID      ProblemKind = "duplicate-topic-id"
	DuplicateTopicName    ProblemKind = "duplicate-topic-name"
	DuplicatePartition    ProblemKind = "duplicate-partition"
	UnknownTopic          ProblemKind = "unknown-topic"
	UnknownPartition      ProblemKind = "unknown-partition"
	BadDirectories        ProblemKind = "bad-directories"
	BadRecoveryState      ProblemKind = "bad-recovery-state"
	LeaderNotReplica      ProblemKind = "leader-not-replica"
	UnknownBroker         ProblemKind = "unknown-broker"
	UnknownController     ProblemKind = "unknown-controller"
	WrongBrokerEpoch      ProblemKind = "wrong-broker-epoch"
	BrokerEpochBack       ProblemKind = "broker-epoch-back"
	BadRegistration       ProblemKind = "bad-registration"
	UnknownFeatureLevel   ProblemKind = "unknown-feature-level"
	UnknownACL            ProblemKind = "unknown-acl"
	BadMigrationState     ProblemKind = "bad-migration-state"
	BadTransaction        ProblemKind = "bad-transaction"
	UnfinishedTransaction ProblemKind = "unfinished-transaction"
	UnknownRecord         ProblemKind = "unknown-record"
	LeaderEpochBack       ProblemKind = "leader-epoch-back"
	SnapshotDiffers       ProblemKind = "snapshot-differs"
)

// Problem is a record that does not fit the state before it.
type Problem struct {
	// Offset is where the record stands; for a record of a snapshot the last offset the snapshot covers.
	Offset int64 `json:"offset"`
	// Kind names the problem, and Path what it is about; the path may be empty.
	Kind ProblemKind `json:"kind"`
	Path string      `json:"path,omitempty"`
	// Message says what is wrong.
	Message string `json:"message"`
	// Consequence says what a real node does with such a record.
	Consequence string `json:"consequence"`
	// Skipped tells that the record was left out of the image, as a real node does.
	Skipped bool `json:"skipped"`
}

func (p *Problem) Error() string {
	return fmt.Sprintf("offset %d: %s (%s)", p.Offset, p.Message, p.Consequence)
}

// What nodes do. Sources: MetadataLoader, MetadataBatchLoader and the Deltas of org.apache.kafka.image for brokers;
// QuorumController and the managers it replays to for controllers.
const (
	brokersSkip = "a broker logs a metadata loading fault and goes on without the record; a controller stops with a fatal fault"
	nodesAccept = "nodes take it without a word"
	nodesStop   = "a node that does not know it stops with a fatal fault, or refuses to load the log"
)
