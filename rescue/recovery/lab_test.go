package recovery

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/inspect/compare"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/record"
	"github.com/kraftctl/kraftctl/release"
)

const (
	labCluster = "AAAAAAAAQACAAAAAAAAAAg"
	labTime    = 1795000000000
)

// node is a log directory that a test makes, in memory.
type node struct {
	id int32
	// base is the first offset of the log, next the one after its last.
	base  int64
	next  int64
	log   []byte
	files fstest.MapFS
}

func directoryOf(id int32) clusterid.ID { return clusterid.ID{0: 7, 15: byte(id) + 100} }

func newNode(id int32) *node {
	dir := directoryOf(id)
	n := &node{id: id, files: fstest.MapFS{}}
	props := metaprops.Properties{Version: 1, ClusterID: labCluster, NodeID: id, DirectoryID: &dir}
	n.files[metaprops.Name] = &fstest.MapFile{Data: props.Marshal(release.Newest(), time.UnixMilli(labTime).UTC())}
	return n
}

func (n *node) clone(id int32) *node {
	c := newNode(id)
	c.base, c.next, c.log = n.base, n.next, bytes.Clone(n.log)
	return c
}

func (n *node) batch(epoch int32, attributes int16, records ...record.Record) *node {
	header := record.NewBatch(n.next, epoch, labTime+n.next*1000)
	header.Attributes = attributes
	for i := range records {
		records[i].OffsetDelta = int64(i)
	}
	n.log = record.AppendBatch(n.log, header, records)
	n.next += int64(len(records))
	return n
}

func (n *node) add(epoch int32, records ...metadata.Record) *node {
	var out []record.Record
	for _, r := range records {
		out = append(out, record.Record{Value: metadata.AppendFramed(nil, r, 0)})
	}
	return n.batch(epoch, 0, out...)
}

// noop appends n records that change nothing, each in a batch of its own.
func (n *node) noop(epoch int32, count int) *node {
	for range count {
		n.add(epoch, &metadata.NoOpRecord{})
	}
	return n
}

func (n *node) control(epoch int32, bodies ...metadata.Control) *node {
	var out []record.Record
	for _, b := range bodies {
		out = append(out, record.Record{Key: record.ControlKey(b.ControlType()), Value: b.Append(nil, 0)})
	}
	return n.batch(epoch, record.ControlAttributes, out...)
}

func (n *node) elect(epoch, leader int32, voters ...int32) *node {
	change := &metadata.LeaderChangeMessage{LeaderId: leader}
	for _, v := range voters {
		change.Voters = append(change.Voters, metadata.LeaderChangeVoter{VoterId: v})
	}
	return n.control(epoch, change)
}

// votes appends the voter set of a dynamic quorum.
func (n *node) votes(epoch int32, voters ...int32) *node {
	return n.control(epoch, &metadata.KRaftVersionRecord{KRaftVersion: 1}, votersRecord(voters...))
}

func votersRecord(voters ...int32) *metadata.VotersRecord {
	set := &metadata.VotersRecord{}
	for _, v := range voters {
		set.Voters = append(set.Voters, metadata.Voter{
			VoterId: v, VoterDirectoryId: metadata.UUID(directoryOf(v)), KRaftVersionFeature: metadata.KRaftVersionFeature{MaxSupportedVersion: 1},
			Endpoints: []metadata.VoterEndpoint{{Name: "CONTROLLER", Host: fmt.Sprintf("c%d", v), Port: 9093}},
		})
	}
	return set
}

func (n *node) heard(epoch, leader, voted int32, voters ...int32) *node {
	q := metalog.Quorum{LeaderID: leader, LeaderEpoch: epoch, VotedID: voted, Voters: voters}
	if len(voters) == 0 {
		q.DataVersion = 1
	}
	return n.file(metalog.PartitionDir+"/quorum-state", q.Marshal())
}

func (n *node) file(name string, data []byte) *node {
	n.files[name] = &fstest.MapFile{Data: data}
	return n
}

// snapshot writes a snapshot at an offset, of nothing but control records.
func (n *node) snapshot(offset int64, epoch int32, told ...metadata.Control) *node {
	s := &node{}
	s.control(0, &metadata.SnapshotHeaderRecord{LastContainedLogTimestamp: labTime + offset*1000})
	for _, one := range told {
		s.control(0, one)
	}
	s.control(0, &metadata.SnapshotFooterRecord{})
	return n.file(metalog.PartitionDir+"/"+metalog.SnapshotName(offset, epoch), s.log)
}

func (n *node) open(tb testing.TB) *metalog.Log {
	tb.Helper()
	if len(n.log) > 0 {
		n.file(fmt.Sprintf("%s/%020d.log", metalog.PartitionDir, n.base), n.log)
	}
	log, err := metalog.OpenLog(n.files, metalog.PartitionDir, fmt.Sprintf("node%d/%s", n.id, metalog.PartitionDir))
	if err != nil {
		tb.Fatal(err)
	}
	return log
}

func sourcesOf(tb testing.TB, nodes ...*node) []Source {
	tb.Helper()
	var logs []*metalog.Log
	for _, n := range nodes {
		logs = append(logs, n.open(tb))
	}
	return sourcesOfLogs(tb, logs...)
}

func sourcesOfLogs(tb testing.TB, logs ...*metalog.Log) []Source {
	tb.Helper()
	copies, err := compare.Read(logs, nil)
	if err != nil {
		tb.Fatal(err)
	}
	var sources []Source
	for _, c := range copies {
		sources = append(sources, Source{Copy: c})
	}
	return sources
}

// made is the seed of a plan in memory.
func made(tb testing.TB, p *Plan) fs.FS {
	tb.Helper()
	files := fstest.MapFS{}
	for _, f := range p.work {
		r, err := f.Open()
		if err != nil {
			tb.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			tb.Fatal(err)
		}
		if err := r.Close(); err != nil {
			tb.Fatal(err)
		}
		if int64(len(data)) != f.Size {
			tb.Fatalf("%s has %d bytes, planned are %d", f.Path, len(data), f.Size)
		}
		files[f.Path] = &fstest.MapFile{Data: data}
	}
	return files
}

func madeLog(tb testing.TB, p *Plan) *metalog.Log {
	tb.Helper()
	log, err := metalog.OpenLog(made(tb, p), metalog.PartitionDir, "seed/"+metalog.PartitionDir)
	if err != nil {
		tb.Fatal(err)
	}
	return log
}

func planned(tb testing.TB, opts Options, nodes ...*node) *Plan {
	tb.Helper()
	p, err := NewPlan(sourcesOf(tb, nodes...), opts)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}
