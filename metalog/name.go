package metalog

import (
	"fmt"
	"path"
	"strconv"
	"strings"
)

// Kind is what a file of a node's metadata is, as its name tells.
type Kind uint8

// The kinds of files.
const (
	// Other is a file that is none of the kinds below.
	Other Kind = iota
	// Segment is a piece of the log: OFFSET.log.
	Segment
	// Snapshot is the state at an offset: OFFSET-EPOCH.checkpoint.
	Snapshot
	// Bootstrap holds the first records of a cluster, or of a node: bootstrap.checkpoint.
	Bootstrap
	// OffsetIndex is OFFSET.index.
	OffsetIndex
	// TimeIndex is OFFSET.timeindex.
	TimeIndex
	// ProducerState is OFFSET.snapshot, which is no snapshot of the metadata.
	ProducerState
	// EpochCheckpoint is leader-epoch-checkpoint.
	EpochCheckpoint
	// QuorumState is quorum-state.
	QuorumState
	// PartitionMetadata is partition.metadata.
	PartitionMetadata
	// MetaProperties is meta.properties.
	MetaProperties
)

var kindNames = [...]string{
	"other", "segment", "snapshot", "bootstrap snapshot", "offset index", "time index", "producer state",
	"leader epochs", "quorum state", "partition metadata", "meta.properties",
}

// String names the kind, such as "time index".
func (k Kind) String() string { return kindNames[k] }

// Records reports whether such a file consists of record batches.
func (k Kind) Records() bool { return k == Segment || k == Snapshot || k == Bootstrap }

// Name is what the name of a file tells.
type Name struct {
	// Base is the last element of the path.
	Base string
	// Kind is what the file is.
	Kind Kind
	// Offset is the first offset of a segment or index, the end offset (exclusive) of a snapshot.
	Offset int64
	// Epoch is the epoch of a snapshot, -1 for other kinds.
	Epoch int32
	// Deleted tells that the file waits for its removal: its name ends in .deleted.
	Deleted bool
	// Partial tells that the file was not finished: its name ends in .part.
	Partial bool
}

// String is the base name.
func (n Name) String() string { return n.Base }

// firstOffset is the offset of the first record of a file of records: snapshots number theirs from 0.
func (n Name) firstOffset() int64 {
	if n.Kind == Segment {
		return n.Offset
	}
	return 0
}

// fixedNames are the kinds with one name.
var fixedNames = map[string]Kind{
	"bootstrap.checkpoint":    Bootstrap,
	"leader-epoch-checkpoint": EpochCheckpoint,
	"quorum-state":            QuorumState,
	"partition.metadata":      PartitionMetadata,
	"meta.properties":         MetaProperties,
}

// extensions are the kinds that are named by an offset.
var extensions = map[string]Kind{
	".log": Segment, ".index": OffsetIndex, ".timeindex": TimeIndex, ".snapshot": ProducerState, ".checkpoint": Snapshot,
}

// ParseName tells what a file is by its name (org.apache.kafka.storage.internals.log.LogFileUtils,
// org.apache.kafka.snapshot.Snapshots). A name it does not know gives Kind Other.
func ParseName(file string) Name {
	n := Name{Base: path.Base(file), Epoch: -1}
	rest, deleted := strings.CutSuffix(n.Base, ".deleted")
	rest, partial := strings.CutSuffix(rest, ".part")
	n.Deleted, n.Partial = deleted, partial
	if kind, ok := fixedNames[rest]; ok {
		n.Kind = kind
		return n
	}
	ext := path.Ext(rest)
	kind, ok := extensions[ext]
	if !ok {
		return n
	}
	number := strings.TrimSuffix(rest, ext)
	if kind == Snapshot {
		offset, epoch, ok := strings.Cut(number, "-")
		// Kafka makes the name of an unfinished snapshot unique with digits after the epoch.
		if partial && len(epoch) > 10 {
			epoch = epoch[:10]
		}
		e, err := strconv.ParseUint(epoch, 10, 31)
		if !ok || err != nil {
			return n
		}
		number, n.Epoch = offset, int32(e)
	}
	offset, err := strconv.ParseUint(number, 10, 63)
	if err != nil {
		n.Epoch = -1
		return n
	}
	n.Kind, n.Offset = kind, int64(offset)
	return n
}

// SnapshotName is the name of the snapshot with the given end offset and epoch.
func SnapshotName(endOffset int64, epoch int32) string {
	return fmt.Sprintf("%020d-%010d.checkpoint", endOffset, epoch)
}
