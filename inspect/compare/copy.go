package compare

import (
	"errors"
	"fmt"
	"hash/maphash"
	"io/fs"
	"path"
	"slices"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/record"
)

// Copy is what one node keeps of the metadata log.
type Copy struct {
	// Log is where it was read.
	Log *metalog.Log
	// Name is the directory as messages call it.
	Name string
	// NodeID is the node it belongs to, -1 when meta.properties does not tell; ClusterID and DirectoryID are then empty.
	NodeID                 int32
	ClusterID, DirectoryID string
	// Start is the first offset of the log, End the one after its last; both 0 when it has no batches and no snapshot.
	Start, End int64
	// LastEpoch is the epoch of the last batch, or of the snapshot the log would go on from; -1 for an empty log.
	LastEpoch int32
	// LastTime is the time of the last batch in ms since 1970, -1 when there is none.
	LastTime int64
	// Epochs are the epochs in the log, with their leaders as LeaderChange records tell them.
	Epochs []Epoch
	// Snapshot is the newest finished snapshot; its Kind is Other when there is none.
	Snapshot metalog.Name
	// Voters are the voters as the copy's last record about them tells, else as quorum-state does.
	Voters []int32
	// Quorum is what quorum-state tells; nil when there is none that can be read.
	Quorum *metalog.Quorum
	// Troubles are what is wrong with the copy itself.
	Troubles []string

	prints []print
	marks  marks
	// damages counts the damage in the log, but not an unfinished batch at its end.
	damages int
}

// Epoch is a leader's term.
type Epoch struct {
	// Epoch counts the elections, also those that nobody won.
	Epoch int32 `json:"epoch"`
	// Leader is who won it, -1 when the LeaderChange record is not there.
	Leader int32 `json:"leader"`
	// Start is its first offset.
	Start int64 `json:"start"`
}

// print is what is remembered of a batch: enough to tell whether another is the same.
type print struct {
	base, next int64
	sum        uint64
	epoch      int32
	bad        bool
}

// marks are what reading control records needs.
type marks struct {
	it  record.Iterator
	dec metadata.Decoder
	// ahead tells that the newest snapshot ends behind the end of the log.
	ahead bool
	// dynamic tells that VotersRecords name the voters.
	dynamic bool
}

// maxTroubles bounds how many troubles of a copy are kept.
const maxTroubles = 20

// read reads all batches of a log, without decoding more than its control records. Sums of copies that are to be compared must
// come from the same seed.
func read(log *metalog.Log, seed maphash.Seed, progress func(bytes int64)) (*Copy, error) {
	c := &Copy{Log: log, Name: NameOf(log), NodeID: -1, LastEpoch: -1, LastTime: -1}
	c.readProperties()
	c.readQuorum()
	if n := len(log.Snapshots); n > 0 {
		c.Snapshot = log.Snapshots[n-1]
	}
	if err := c.readVotersOfSnapshot(); err != nil {
		return nil, err
	}
	for b, err := range log.Batches(0) {
		if err != nil {
			var d *metalog.Damage
			if !errors.As(err, &d) {
				return nil, err
			}
			c.damaged(d)
		}
		if b.Data != nil {
			c.add(&b, err != nil, seed)
			if progress != nil {
				progress(int64(len(b.Data)))
			}
		}
	}
	c.finish()
	if c.marks.ahead {
		// What the log says of voters is older, as after a crash between the fetch of a snapshot and the removal of the log.
		if err := c.readVotersOfSnapshot(); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// NameOf is how the copy in a log is called: the log directory it lies in.
func NameOf(log *metalog.Log) string {
	name := log.Path("")
	if path.Base(name) == metalog.PartitionDir {
		return path.Dir(name)
	}
	return name
}

// NodeOf is the ID of the node a log belongs to, -1 when meta.properties does not tell.
func NodeOf(log *metalog.Log) int32 {
	c := Copy{Log: log, NodeID: -1}
	c.readProperties()
	return c.NodeID
}

func (c *Copy) add(b *metalog.Batch, bad bool, seed maphash.Seed) {
	p := print{base: b.BaseOffset, next: b.NextOffset(), sum: maphash.Bytes(seed, b.Data), epoch: b.LeaderEpoch, bad: bad}
	c.prints = append(c.prints, p)
	if n := len(c.Epochs); n == 0 || c.Epochs[n-1].Epoch != p.epoch {
		c.Epochs = append(c.Epochs, Epoch{Epoch: p.epoch, Leader: -1, Start: p.base})
	}
	c.LastTime = b.MaxTimestamp
	if b.Control() && !bad {
		c.control(&b.Batch, b.Data)
	}
}

// control learns from the control records of a batch.
func (c *Copy) control(b *record.Batch, data []byte) {
	m := &c.marks
	for m.it.Start(b, data); m.it.Next(); {
		rec := m.it.Record()
		_, number, _ := record.ParseControlKey(rec.Key)
		body, err := m.dec.DecodeControl(number, rec.Value)
		if err != nil {
			continue
		}
		switch r := body.(type) {
		case *metadata.LeaderChangeMessage:
			if n := len(c.Epochs); n > 0 {
				c.Epochs[n-1].Leader = r.LeaderId
			}
			if !m.dynamic {
				c.Voters = voterIDs(r.Voters, func(v metadata.LeaderChangeVoter) int32 { return v.VoterId })
			}
		case *metadata.VotersRecord:
			m.dynamic = true
			c.Voters = voterIDs(r.Voters, func(v metadata.Voter) int32 { return v.VoterId })
		}
	}
}

func voterIDs[V any](voters []V, id func(V) int32) []int32 {
	ids := make([]int32, len(voters))
	for i, v := range voters {
		ids[i] = id(v)
	}
	return ids
}

// readVotersOfSnapshot takes the voters from the newest snapshot, which the log may not repeat.
func (c *Copy) readVotersOfSnapshot() error {
	if c.Snapshot.Kind != metalog.Snapshot {
		return nil
	}
	f, err := c.Log.Open(c.Snapshot)
	if err != nil {
		return err
	}
	defer f.Close()
	for b, err := range f.Batches(0) {
		if b.Data == nil || err != nil || !b.Control() {
			break
		}
		c.control(&b.Batch, b.Data)
	}
	return nil
}

func (c *Copy) damaged(d *metalog.Damage) {
	switch {
	case d.Tail:
		c.Troubles = append(c.Troubles, fmt.Sprintf("note: %v: still being written, or cut off when the node died", d))
		return
	case len(c.Troubles) < maxTroubles:
		c.Troubles = append(c.Troubles, fmt.Sprintf("damage: %v", d))
	}
	c.damages++
}

// broken reports whether something of the log is damaged.
func sortedIDs(list []int32) []int32 {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

func (c *Copy) broken() bool { return c.damages > 0 }

// finish sums up. A log that is empty goes on from the newest snapshot.
func (c *Copy) finish() {
	if n := len(c.prints); n > 0 {
		c.Start, c.End, c.LastEpoch = c.prints[0].base, c.prints[n-1].next, c.prints[n-1].epoch
	}
	if s := c.Snapshot; s.Kind == metalog.Snapshot && s.Offset > c.End {
		c.marks.ahead = true
		c.End, c.LastEpoch = s.Offset, s.Epoch
		if len(c.prints) == 0 {
			c.Start = s.Offset
		}
	}
	if len(c.Voters) == 0 && c.Quorum != nil {
		c.Voters = c.Quorum.Voters
	}
}

func (c *Copy) readProperties() {
	data, err := c.Log.ReadFile("../meta.properties")
	if path.Base(c.Log.Path("")) != metalog.PartitionDir {
		// A directory that was only formatted is the log directory itself.
		data, err = c.Log.ReadFile("meta.properties")
	}
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err == nil {
		var p metaprops.Properties
		if p, err = metaprops.Parse(data); err == nil {
			c.ClusterID = p.ClusterID
			if !p.NoNodeID {
				c.NodeID = p.NodeID
			}
			if p.DirectoryID != nil {
				c.DirectoryID = p.DirectoryID.String()
			}
			return
		}
	}
	c.Troubles = append(c.Troubles, fmt.Sprintf("meta.properties: %v", err))
}

func (c *Copy) readQuorum() {
	data, err := c.Log.ReadFile("quorum-state")
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err == nil {
		var q metalog.Quorum
		if q, err = metalog.ParseQuorum(data); err == nil {
			c.Quorum = &q
			return
		}
	}
	c.Troubles = append(c.Troubles, fmt.Sprintf("quorum-state: %v", err))
}

// epochHeard is the latest epoch the node is known to have heard of.
func (c *Copy) epochHeard() int32 {
	if c.Quorum != nil {
		return max(c.Quorum.LeaderEpoch, c.LastEpoch)
	}
	return c.LastEpoch
}

// Title is how the copy is spoken of: its node, or its directory.
func (c *Copy) Title() string {
	if c.NodeID >= 0 {
		return fmt.Sprintf("node %d", c.NodeID)
	}
	return c.Name
}
