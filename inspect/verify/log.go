package verify

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/kraftctl/kraftctl/inspect/listing"
	"github.com/kraftctl/kraftctl/metalog"
)

// Log verifies every file of a log, by itself and against the others. That a file cannot be read is told of that file.
func Log(log *metalog.Log, o Options) *Report {
	v := &verifier{log: log, opts: o, report: &Report{}}
	v.identity()
	v.segments()
	v.snapshots()
	v.small()
	v.rest()
	return v.report
}

// verifier verifies one log.
type verifier struct {
	log    *metalog.Log
	opts   Options
	report *Report

	// epochs are the leader epochs of all segments; start and next are the log's first offset and the one after its last, -1
	// when there is none.
	epochs      []listing.Epoch
	start, next int64
	done        map[string]bool
}

func (v *verifier) add(f *File) *File {
	if v.done == nil {
		v.done = map[string]bool{}
	}
	v.done[f.Path] = true
	v.report.Files = append(v.report.Files, f)
	return f
}

// segments verifies the segments, their indexes, and how the segments go on from each other.
func (v *verifier) segments() {
	v.start, v.next = -1, -1
	for i, n := range v.log.Segments {
		x := v.openIndexes(n)
		out := v.records(n, x)
		if out == nil {
			continue
		}
		if out.Summary == nil { // what comes after it is not held against it
			v.next = -1
			v.add(out)
			x.finish(v, noSegment())
			continue
		}
		if i == 0 {
			v.start = n.Offset
			if n.Offset > 0 {
				v.snapshotCovers(out, n)
			}
		} else if v.next >= 0 && n.Offset != v.next {
			v.jump(out, n)
		}
		v.elections(out, i == 0)
		if out.Summary.NextOffset >= 0 {
			v.next = out.Summary.NextOffset
		} else if v.next < 0 {
			v.next = n.Offset
		}
		v.add(out)
		x.finish(v, out)
	}
}

// records verifies a segment or snapshot by itself. One that cannot be read is a problem of that file, and the others are gone on
// with; nil stands for one that the node removed meanwhile.
func (v *verifier) records(n metalog.Name, x *indexes) *File {
	f, err := v.log.Open(n)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var out *File
	if err == nil {
		out, err = v.opts.records(f, x)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		out = &File{Path: v.log.Path(n.Base), Kind: n.Kind, Size: -1}
		out.wrong(kindUnreadable, err)
	}
	return out
}

// snapshotCovers checks that a snapshot has what was before a log that does not begin at 0.
func (v *verifier) snapshotCovers(out *File, n metalog.Name) {
	for _, s := range v.log.Snapshots {
		if s.Offset >= n.Offset {
			return
		}
	}
	out.add(Problem{
		Kind: kindStart, Position: -1, FirstOffset: 0, LastOffset: n.Offset - 1,
		Message: fmt.Sprintf("the log begins at offset %d, and no snapshot covers what was before", n.Offset),
		Lost:    fmt.Sprintf("the state before offset %d", n.Offset),
	})
}

// jump is a segment that does not begin where the one before ends.
func (v *verifier) jump(out *File, n metalog.Name) {
	p := Problem{Kind: metalog.Gap.String(), FirstOffset: v.next, LastOffset: n.Offset - 1}
	p.Message = fmt.Sprintf("the segment before ends at offset %d: offsets %d to %d are missing", v.next-1, v.next, n.Offset-1)
	p.Lost = fmt.Sprintf("offsets %d to %d", v.next, n.Offset-1)
	if n.Offset < v.next {
		p = Problem{Kind: metalog.Overlap.String(), FirstOffset: n.Offset, LastOffset: v.next - 1}
		p.Message = fmt.Sprintf("the segment before ends at offset %d, this one begins at %d", v.next-1, n.Offset)
	}
	out.add(p)
}

// elections checks that epochs rise from segment to segment, and that each begins with its leader's LeaderChange record.
func (v *verifier) elections(out *File, first bool) {
	for i, e := range out.Summary.Epochs {
		last := int32(-1)
		if n := len(v.epochs); n > 0 {
			last = v.epochs[n-1].Epoch
		}
		if e.Epoch == last {
			continue
		}
		if i == 0 && e.Epoch < last {
			out.add(Problem{
				Kind: metalog.EpochBack.String(), FirstOffset: e.Offset, LastOffset: e.Offset,
				Message: fmt.Sprintf("leader epoch %d follows epoch %d of the segment before", e.Epoch, last),
			})
		}
		if !e.Elected && e.Epoch > last && !(first && i == 0 && e.Offset > 0) {
			out.add(Problem{
				Kind: kindElection, Position: -1, FirstOffset: e.Offset, LastOffset: e.Offset,
				Message: fmt.Sprintf("epoch %d begins at offset %d without the LeaderChange record of its leader", e.Epoch, e.Offset),
			})
		}
		v.epochs = append(v.epochs, e)
	}
}

// epochAt is the epoch of an offset of the log; false when the log does not have it.
func (v *verifier) epochAt(offset int64) (int32, bool) {
	if offset < v.start || offset >= v.next || v.start < 0 {
		return 0, false
	}
	epoch, found := int32(0), false
	for _, e := range v.epochs {
		if e.Offset <= offset {
			epoch, found = e.Epoch, true
		}
	}
	return epoch, found
}

// snapshots verifies the snapshots, and whether the log agrees with their names.
func (v *verifier) snapshots() {
	names := v.log.Snapshots
	if v.log.Bootstrap.Kind == metalog.Bootstrap {
		names = append([]metalog.Name{v.log.Bootstrap}, names...)
	}
	for _, n := range names {
		out := v.records(n, nil)
		if out == nil {
			continue
		}
		if n.Kind == metalog.Snapshot {
			v.snapshotID(out, n)
		}
		v.add(out)
	}
}

func (v *verifier) snapshotID(out *File, n metalog.Name) {
	bad := func(format string, args ...any) {
		out.add(Problem{Kind: kindSnapshotID, Position: -1, FirstOffset: -1, LastOffset: n.Offset - 1, Message: fmt.Sprintf(format, args...)})
	}
	switch epoch, ok := v.epochAt(n.Offset - 1); {
	case ok && epoch != n.Epoch:
		bad("the snapshot is of epoch %d, but offset %d of the log is of epoch %d", n.Epoch, n.Offset-1, epoch)
	case v.next >= 0 && n.Offset > v.next:
		bad("the snapshot ends at offset %d, but the log already at %d", n.Offset, v.next)
	}
}

// rest mentions the files that were not verified.
func (v *verifier) rest() {
	for _, n := range v.log.Files {
		path := v.log.Path(n.Base)
		if v.done[path] {
			continue
		}
		f := &File{Path: path, Kind: n.Kind, Size: -1, Verdict: Ignored}
		switch {
		case n.Deleted:
			f.note("waits for its removal; Kafka removes it when it starts")
		case n.Partial:
			f.note("an unfinished snapshot; Kafka removes it when it starts (KafkaRaftLog.recoverSnapshots)")
		case beside[n.Base]:
			continue
		default:
			f.note("not a file of a metadata log that is known here")
		}
		v.add(f)
	}
}

// beside are files of a log directory that belong to its other logs, or to no log.
var beside = map[string]bool{
	".lock": true, ".kafka_cleanshutdown": true, "cleaner-offset-checkpoint": true, "log-start-offset-checkpoint": true,
	"recovery-point-offset-checkpoint": true, "replication-offset-checkpoint": true,
}
