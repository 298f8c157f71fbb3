package verify

import (
	"sync"

	"github.com/kraftctl/kraftctl/metalog"
)

// Kinds of problems beside those of metalog.
const (
	kindIndex      = "index-entry"
	kindUnreadable = "unreadable"
	kindNoHeader   = "snapshot-header"
	kindNoFooter   = "snapshot-footer"
	kindSnapshotID = "snapshot-id"
	kindEpochs     = "leader-epochs"
	kindElection   = "no-leader-change"
	kindQuorum     = "quorum-epoch"
	kindTopicID    = "topic-id"
	kindIdentity   = "identity"
	kindUnknown    = "unknown-record"
	kindStart      = "log-start"
	kindText       = "invalid-text"
)

// What Kafka does when it starts. It recovers the whole metadata log at every start, as it never trusts a clean shutdown there
// (org.apache.kafka.raft.internals.KafkaRaftLog, before 4.1 kafka.raft.KafkaMetadataLog: recovery point 0, lastShutdownClean false).
// All of it was seen on a combined node of 4.3.1 whose files had been spoiled, unless it says otherwise: see docs/inspect-verify.md.
const (
	truncates = "truncates the log here and removes all later segments (LogSegment.recover, LogLoader.recoverSegment); " +
		"a follower then fetches what is missing from the leader, the leader of a majority that lost it does not get it back"
	unnoticed = "does not notice: recovery checks sizes and CRCs alone (LogSegment.recover)"
	missing   = "recovery does not notice; the replay fails and the process stops where a later record needs a missing one, " +
		"else the state is silently wrong"
	twice = "recovery does not notice; the replay fails and the process stops at a record that cannot apply twice, " +
		"such as a TopicRecord, else the state is silently wrong"
	refuses  = "refuses to start: reading the log fails, which is a fatal fault (RecordsIterator)"
	rebuilds = "builds the index anew when it starts (LogSegment.recover)"
	replaces = "reads U+FFFD in place of the bytes and goes on"
	skips    = "cannot load the snapshot and stops (by its sources: RecordsSnapshotReader); remove it only if the log or an older " +
		"snapshot goes back far enough"
)

// rule is what Kafka does about a kind of problem in a kind of file.
type rule struct {
	file    metalog.Kind
	problem string
}

// consequences say what Kafka does.
var consequences = sync.OnceValue(func() map[rule]string {
	return map[rule]string{
		{metalog.Segment, metalog.BadCRC.String()}:      truncates,
		{metalog.Segment, metalog.BadLength.String()}:   truncates,
		{metalog.Segment, metalog.ZeroTail.String()}:    truncates,
		{metalog.Segment, metalog.Truncated.String()}:   truncates,
		{metalog.Segment, metalog.BadMagic.String()}:    "refuses to start if the magic is above 2; at a lower one it " + truncates,
		{metalog.Segment, metalog.Undecodable.String()}: refuses,
		{metalog.Segment, kindUnknown}:                  refuses,
		{metalog.Segment, metalog.Gap.String()}:         missing,
		{metalog.Segment, metalog.Overlap.String()}:     twice,
		{metalog.Segment, metalog.EpochBack.String()}:   unnoticed,
		{metalog.Segment, kindElection}:                 unnoticed,
		{metalog.Segment, kindStart}:                    "has no state to begin with; a follower fetches a snapshot from the leader",

		{metalog.Segment, kindUnreadable}:  "refuses to start (by its sources: FileRecords.open)",
		{metalog.Snapshot, kindUnreadable}: skips,

		{metalog.Segment, kindText}:  replaces,
		{metalog.Snapshot, kindText}: replaces,

		{metalog.Snapshot, metalog.BadCRC.String()}:      skips,
		{metalog.Snapshot, metalog.BadLength.String()}:   skips,
		{metalog.Snapshot, metalog.ZeroTail.String()}:    skips,
		{metalog.Snapshot, metalog.Truncated.String()}:   skips,
		{metalog.Snapshot, metalog.BadMagic.String()}:    skips,
		{metalog.Snapshot, metalog.Undecodable.String()}: skips,
		{metalog.Snapshot, kindUnknown}:                  skips,
		{metalog.Snapshot, metalog.Gap.String()}:         missing,
		{metalog.Snapshot, metalog.Overlap.String()}:     twice,
		{metalog.Snapshot, kindNoFooter}:                 unnoticed,
		{metalog.Snapshot, kindNoHeader}:                 unnoticed,
		{metalog.Snapshot, kindSnapshotID}: "drops the whole log and begins after the snapshot when that is ahead of it " +
			"(truncateToLatestSnapshot); else does not notice",

		{metalog.OffsetIndex, kindIndex}:      rebuilds,
		{metalog.OffsetIndex, kindUnreadable}: rebuilds,
		{metalog.TimeIndex, kindIndex}:        rebuilds,
		{metalog.TimeIndex, kindUnreadable}:   rebuilds,

		{metalog.ProducerState, kindUnreadable}:     "removes the file and goes on (ProducerStateManager.loadFromSnapshot)",
		{metalog.EpochCheckpoint, kindEpochs}:       "corrects entries that lie behind the end of the log, and believes the others",
		{metalog.EpochCheckpoint, kindUnreadable}:   "refuses to start (CheckpointFile.read)",
		{metalog.QuorumState, kindUnreadable}:       "refuses to start (FileQuorumStateStore)",
		{metalog.QuorumState, kindQuorum}:           "warns, and takes the epoch of the log (QuorumState.initialize)",
		{metalog.PartitionMetadata, kindUnreadable}: "refuses to start (PartitionMetadataFile.read)",
		{metalog.PartitionMetadata, kindTopicID}:    "refuses to start (UnifiedLog: inconsistent topic ID)",
		{metalog.MetaProperties, kindUnreadable}:    "refuses to start (MetaPropertiesEnsemble)",
		{metalog.MetaProperties, kindIdentity}:      "refuses to start (MetaPropertiesEnsemble.verify)",
	}
})

// startUp is what Kafka does about a problem when it starts.
func startUp(file metalog.Kind, problem string) string {
	if file == metalog.Bootstrap {
		file = metalog.Snapshot
	}
	return consequences()[rule{file, problem}]
}
