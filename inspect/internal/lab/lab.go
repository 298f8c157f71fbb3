// Package lab makes metadata logs for tests, record by record, where no real cluster wrote the one that is needed.
package lab

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
)

// ClusterID is the cluster of all logs made here.
const ClusterID = "AAAAAAAAQACAAAAAAAAAAg"

// Base is the time of offset 0 in ms since 1970; each offset is a second later.
const Base = 1795000000000

// Node is the directory of a node that is being made.
type Node struct {
	ID   int32
	log  []byte
	next int64
	// Quorum is its quorum-state; Extra are further files by path.
	Quorum string
	Extra  map[string][]byte
}

// NewNode begins a directory.
func NewNode(id int32) *Node { return &Node{ID: id, Extra: map[string][]byte{}} }

// Next is the offset of the next record.
func (n *Node) Next() int64 { return n.next }

// Append appends a batch of metadata records at version 0.
func (n *Node) Append(epoch int32, records ...metadata.Record) *Node {
	var list []record.Record
	for i, r := range records {
		list = append(list, record.Record{OffsetDelta: int64(i), Value: metadata.AppendFramed(nil, r, 0)})
	}
	return n.batch(record.NewBatch(n.next, epoch, Base+n.next*1000), list)
}

// Elect appends the record of an election.
func (n *Node) Elect(epoch, leader int32, voters ...int32) *Node {
	body := &metadata.LeaderChangeMessage{LeaderId: leader}
	for _, v := range voters {
		body.Voters = append(body.Voters, metadata.LeaderChangeVoter{VoterId: v})
	}
	body.GrantingVoters = body.Voters
	return n.Control(epoch, body)
}

// Control appends a batch with a control record.
func (n *Node) Control(epoch int32, body metadata.Control) *Node {
	b := record.NewBatch(n.next, epoch, Base+n.next*1000)
	b.Attributes = record.ControlAttributes
	return n.batch(b, []record.Record{{Key: record.ControlKey(body.ControlType()), Value: body.Append(nil, metadata.ControlVersion)}})
}

func (n *Node) batch(b record.Batch, list []record.Record) *Node {
	n.log = record.AppendBatch(n.log, b, list)
	n.next += int64(len(list))
	return n
}

// Flip flips a bit of the log, at a position from its end.
func (n *Node) Flip(fromEnd int) *Node {
	n.log[len(n.log)-fromEnd] ^= 1
	return n
}

// Clone is a copy of the directory for another node, whose log then goes its own way.
func (n *Node) Clone(id int32) *Node {
	c := NewNode(id)
	c.log, c.next, c.Quorum = append([]byte{}, n.log...), n.next, n.Quorum
	return c
}

// Heard writes a quorum-state with what the node has heard.
func (n *Node) Heard(epoch, leader, voted int32) *Node {
	n.Quorum = fmt.Sprintf(`{"leaderId":%d,"leaderEpoch":%d,"votedId":%d,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}`, leader, epoch, voted)
	return n
}

// Log is the directory as a log.
func (n *Node) Log(tb testing.TB) *metalog.Log {
	tb.Helper()
	dir := fmt.Sprintf("node%d", n.ID)
	partition := dir + "/" + metalog.PartitionDir
	files := fstest.MapFS{
		dir + "/meta.properties": {Data: fmt.Appendf(nil, "version=1\ncluster.id=%s\nnode.id=%d\n", ClusterID, n.ID)},
	}
	if n.log != nil {
		files[partition+"/00000000000000000000.log"] = &fstest.MapFile{Data: n.log}
	}
	if n.Quorum != "" {
		files[partition+"/quorum-state"] = &fstest.MapFile{Data: []byte(n.Quorum)}
	}
	for name, data := range n.Extra {
		files[dir+"/"+name] = &fstest.MapFile{Data: data}
	}
	if len(files) == 1 {
		files[dir+"/bootstrap.checkpoint"] = &fstest.MapFile{}
		partition = dir
	}
	return open(tb, files, partition)
}

// Logs are the logs below a folder of the corpus of real clusters, by the name of the node's directory.
func Logs(tb testing.TB, corpusDir, scenario, below string) map[string]*metalog.Log {
	tb.Helper()
	files := corpus.Load(tb, corpusDir, scenario)
	dirs, err := metalog.Find(files, scenario+"/"+below)
	if err != nil || len(dirs) == 0 {
		tb.Fatalf("%s/%s: %d logs, %v", scenario, below, len(dirs), err)
	}
	logs := map[string]*metalog.Log{}
	for _, dir := range dirs {
		name := strings.TrimPrefix(strings.TrimSuffix(dir, "/"+metalog.PartitionDir), scenario+"/"+below+"/")
		logs[name] = open(tb, files, dir)
	}
	return logs
}

func open(tb testing.TB, files fstest.MapFS, dir string) *metalog.Log {
	tb.Helper()
	log, err := metalog.OpenLog(files, dir, dir)
	if err != nil {
		tb.Fatal(err)
	}
	return log
}
