package verify

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
)

// metadataTopic is the topic ID of every metadata log.
var metadataTopic = clusterid.ID{15: 1}

// smallChecks are the checks of the small files, by kind.
var smallChecks = map[metalog.Kind]func(v *verifier, f *File, data []byte){
	metalog.ProducerState:     (*verifier).producerState,
	metalog.EpochCheckpoint:   (*verifier).epochCheckpoint,
	metalog.QuorumState:       (*verifier).quorumState,
	metalog.PartitionMetadata: (*verifier).partitionMetadata,
	metalog.MetaProperties:    checkIdentity,
}

// small verifies the small files of the directory.
func (v *verifier) small() {
	for _, n := range v.log.Files {
		check := smallChecks[n.Kind]
		if check == nil || n.Deleted || n.Partial {
			continue
		}
		v.one(n.Base, n.Kind, check)
	}
}

func (v *verifier) one(base string, kind metalog.Kind, check func(v *verifier, f *File, data []byte)) {
	data, err := v.log.ReadFile(base)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	f := v.add(&File{Path: v.log.Path(base), Kind: kind, Size: int64(len(data)), Verdict: Sound})
	if err != nil {
		f.wrong(kindUnreadable, err)
		return
	}
	check(v, f, data)
}

// identity verifies the meta.properties of the log directory.
func (v *verifier) identity() {
	v.one("../"+metaprops.Name, metalog.MetaProperties, checkIdentity)
}

func checkIdentity(_ *verifier, f *File, data []byte) {
	p, err := metaprops.Parse(data)
	if err != nil {
		f.wrong(kindUnreadable, err)
		return
	}
	if p.DirectoryID != nil && p.DirectoryID.ReservedDirectory() {
		f.wrong(kindIdentity, fmt.Errorf("directory.id %s is reserved and cannot be that of a directory", p.DirectoryID))
	}
	if _, err := clusterid.Parse(p.ClusterID); err != nil && !p.NoClusterID {
		f.note(fmt.Sprintf("cluster.id %q is no UUID; Kafka accepts any text from 3.7 on", p.ClusterID))
	}
}

func (v *verifier) producerState(f *File, data []byte) {
	entries, err := metalog.ParseProducerState(data)
	switch {
	case err != nil:
		f.wrong(kindUnreadable, err)
	case len(entries) > 0:
		f.note(fmt.Sprintf("has %d producers, which a metadata log does not have", len(entries)))
	}
}

// epochCheckpoint compares the checkpoint with the epochs of the log. It may know epochs that began before the log does, and one
// that begins at its end: a leader's that has not written yet.
func (v *verifier) epochCheckpoint(f *File, data []byte) {
	entries, err := metalog.ParseEpochs(data)
	if err != nil {
		f.wrong(kindUnreadable, err)
		return
	}
	bad := func(offset int64, format string, args ...any) {
		f.add(Problem{Kind: kindEpochs, Position: -1, FirstOffset: offset, LastOffset: offset, Message: fmt.Sprintf(format, args...)})
	}
	known := map[int32]int64{}
	for i, e := range entries {
		if i > 0 && (e.Epoch <= entries[i-1].Epoch || e.Offset < entries[i-1].Offset) {
			bad(e.Offset, "epoch %d from offset %d comes after epoch %d from offset %d", e.Epoch, e.Offset, entries[i-1].Epoch, entries[i-1].Offset)
		}
		known[e.Epoch] = e.Offset
	}
	if v.start >= 0 {
		v.compareEpochs(entries, known, bad)
	}
}

func (v *verifier) compareEpochs(entries []metalog.EpochStart, known map[int32]int64, bad func(int64, string, ...any)) {
	start := v.logStart(entries)
	began := map[int32]bool{}
	for i, e := range v.epochs {
		began[e.Epoch] = true
		if i+1 < len(v.epochs) && v.epochs[i+1].Offset <= start {
			continue // all of it was removed from the log
		}
		offset, ok := known[e.Epoch]
		switch {
		case !ok:
			bad(e.Offset, "epoch %d, which begins at offset %d of the log, is missing", e.Epoch, e.Offset)
		case e.Offset > start && offset != e.Offset || offset > max(e.Offset, start):
			bad(e.Offset, "epoch %d begins at offset %d of the log, not at %d", e.Epoch, e.Offset, offset)
		}
	}
	for _, e := range entries {
		if !began[e.Epoch] && e.Offset > start && e.Offset < v.next {
			bad(e.Offset, "epoch %d from offset %d is not in the log", e.Epoch, e.Offset)
		}
	}
}

// logStart is the offset where the log begins for Kafka: that of the first segment, or one in it, up to which a snapshot made
// the log superfluous. The checkpoint then begins there.
func (v *verifier) logStart(entries []metalog.EpochStart) int64 {
	if len(entries) == 0 {
		return v.start
	}
	for _, n := range v.log.Snapshots {
		if first := entries[0].Offset; first > v.start && n.Offset >= first {
			return first
		}
	}
	return v.start
}

func (v *verifier) quorumState(f *File, data []byte) {
	q, err := metalog.ParseQuorum(data)
	if err != nil {
		f.wrong(kindUnreadable, err)
		return
	}
	if n := len(v.epochs); n > 0 && q.LeaderEpoch < v.epochs[n-1].Epoch {
		f.wrong(kindQuorum, fmt.Errorf("it knows epoch %d, but the log has records of epoch %d", q.LeaderEpoch, v.epochs[n-1].Epoch))
	}
}

func (v *verifier) partitionMetadata(f *File, data []byte) {
	id, err := metalog.ParsePartitionMetadata(data)
	switch {
	case err != nil:
		f.wrong(kindUnreadable, err)
	case id != metadataTopic:
		f.wrong(kindTopicID, fmt.Errorf("topic ID %s, that of the metadata log is %s", id, metadataTopic))
	}
}
