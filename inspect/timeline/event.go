package timeline

// Kind names what happened.
type Kind string

// The kinds of events.
const (
	ControllerElected     Kind = "controller-elected"
	ControllerRegistered  Kind = "controller-registered"
	BrokerRegistered      Kind = "broker-registered"
	BrokerFenced          Kind = "broker-fenced"
	BrokerUnfenced        Kind = "broker-unfenced"
	BrokerShutdown        Kind = "broker-shutdown"
	BrokerUnregistered    Kind = "broker-unregistered"
	DirectoryFailed       Kind = "directory-failed"
	DirectoryAdded        Kind = "directory-added"
	DirectoryCordoned     Kind = "directory-cordoned"
	ISRShrunk             Kind = "isr-shrunk"
	ISRExpanded           Kind = "isr-expanded"
	LeaderMoved           Kind = "leader-moved"
	LeaderUnclean         Kind = "leader-unclean"
	PartitionOffline      Kind = "partition-offline"
	ReplicaMoved          Kind = "replica-moved"
	TopicCreated          Kind = "topic-created"
	TopicDeleted          Kind = "topic-deleted"
	PartitionsAdded       Kind = "partitions-added"
	ReassignmentBegun     Kind = "reassignment-begun"
	ReassignmentEnded     Kind = "reassignment-ended"
	ReassignmentCancelled Kind = "reassignment-cancelled"
	ConfigChanged         Kind = "config-changed"
	ACLAdded              Kind = "acl-added"
	ACLRemoved            Kind = "acl-removed"
	QuotaChanged          Kind = "quota-changed"
	UserChanged           Kind = "user-changed"
	TokenChanged          Kind = "token-changed"
	FeatureChanged        Kind = "feature-changed"
	VoterAdded            Kind = "voter-added"
	VoterRemoved          Kind = "voter-removed"
	VoterUpdated          Kind = "voter-updated"
	Migration             Kind = "migration"
	SnapshotTaken         Kind = "snapshot-taken"
	TransactionAborted    Kind = "transaction-aborted"
	Damage                Kind = "damage"
)

// Level is how much an event should worry.
type Level string

// The levels.
const (
	Info Level = "info"
	Good Level = "good"
	Warn Level = "warn"
	Bad  Level = "bad"
)

// levels are the levels of kinds that are not Info.
var levels = map[Kind]Level{
	ControllerElected: Warn, BrokerFenced: Warn, BrokerUnfenced: Good, BrokerShutdown: Warn, BrokerUnregistered: Warn,
	DirectoryFailed: Bad, DirectoryCordoned: Warn, ISRShrunk: Warn, ISRExpanded: Good, LeaderUnclean: Bad, PartitionOffline: Bad,
	TopicDeleted: Warn, ReassignmentEnded: Good, ReassignmentCancelled: Warn, VoterRemoved: Warn, TransactionAborted: Warn, Damage: Bad,
}

// Kinds are all kinds of events.
func Kinds() []Kind {
	return []Kind{
		ControllerElected, ControllerRegistered, BrokerRegistered, BrokerFenced, BrokerUnfenced, BrokerShutdown, BrokerUnregistered,
		DirectoryFailed, DirectoryAdded, DirectoryCordoned, ISRShrunk, ISRExpanded, LeaderMoved, LeaderUnclean, PartitionOffline, ReplicaMoved,
		TopicCreated, TopicDeleted, PartitionsAdded, ReassignmentBegun, ReassignmentEnded, ReassignmentCancelled, ConfigChanged,
		ACLAdded, ACLRemoved, QuotaChanged, UserChanged, TokenChanged, FeatureChanged, VoterAdded, VoterRemoved, VoterUpdated,
		Migration, SnapshotTaken, TransactionAborted, Damage,
	}
}

// Event is something that happened. Its JSON form is stable; docs/inspect-timeline.md describes it.
type Event struct {
	// Offset and Time (ms since 1970) are those of its first record, LastOffset and LastTime those of its last.
	Offset     int64 `json:"offset"`
	LastOffset int64 `json:"lastOffset"`
	Time       int64 `json:"time"`
	LastTime   int64 `json:"lastTime"`
	// Epoch is the epoch it was written in, Controller who led then, -1 when the log does not tell.
	Epoch      int32 `json:"epoch"`
	Controller int32 `json:"controller"`
	Kind       Kind  `json:"kind"`
	Level      Level `json:"level"`
	// Text says it in words.
	Text string `json:"text"`
	// Nodes are the controllers and brokers it is about, Topics the topics, the first of them if there are many.
	Nodes  []int32  `json:"nodes,omitempty"`
	Topics []string `json:"topics,omitempty"`
	// Count is how many partitions, or things of its kind, it is about.
	Count int `json:"count"`
	// Copy names the copy that alone has it, when copies part; it is empty for what the copy that goes furthest has.
	Copy string `json:"copy,omitempty"`

	storm *storm
}
