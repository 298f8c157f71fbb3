package bundle

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"time"

	"github.com/kraftctl/kraftctl/metalog"

	"github.com/kraftctl/kraftctl/internal/pattern"
)

// collector collects the files of one node.
type collector struct {
	b      *Bundle
	node   Node
	report *NodeReport
	// dir is where in the bundle the files of the log's directory go.
	dir string
	// inside tells that the directory has itself what is else beside it: meta.properties and the bootstrap snapshot.
	inside bool
}

func (c *collector) collect(props []byte) error {
	log := c.node.Log
	if props != nil {
		c.small(path.Join(c.report.Folder, "meta.properties"), c.beside("meta.properties"), props, metalog.MetaProperties)
	}
	if log.Bootstrap.Kind == metalog.Bootstrap {
		if err := c.records(path.Join(c.report.Folder, log.Bootstrap.Base), log.Bootstrap); err != nil {
			return err
		}
	}
	for _, n := range log.Snapshots {
		if err := c.records(path.Join(c.dir, n.Base), n); err != nil {
			return err
		}
	}
	for _, n := range log.Segments {
		if err := c.records(path.Join(c.dir, n.Base), n); err != nil {
			return err
		}
	}
	return c.others()
}

// beside is the path, from the log's directory, of a file of the node's log directory.
func (c *collector) beside(base string) string {
	if c.inside {
		return base
	}
	return path.Join("..", base)
}

// others takes the small files, and notes what is left out.
func (c *collector) others() error {
	for _, n := range c.node.Log.Files {
		if why := leftOut(n); why != "" {
			c.b.summary.LeftOut = append(c.b.summary.LeftOut, LeftOut{File: c.node.Log.Path(n.Base), Why: why})
			continue
		}
		if _, ok := readable[n.Kind]; !ok {
			continue
		}
		data, err := c.node.Log.ReadFile(n.Base)
		if errors.Is(err, fs.ErrNotExist) {
			continue // the node removed it meanwhile
		}
		if err != nil {
			return err
		}
		c.small(path.Join(c.dir, n.Base), n.Base, data, n.Kind)
	}
	return nil
}

// leftOut tells why a file is not taken, "" when it is.
func leftOut(n metalog.Name) string {
	switch {
	case n.Deleted:
		return "they wait for their removal"
	case n.Partial:
		return "they were never finished"
	case n.Kind == metalog.OffsetIndex, n.Kind == metalog.TimeIndex:
		return "batches move when secrets are replaced, and Kafka makes indexes anew"
	case n.Kind == metalog.Other:
		return "they are no part of the metadata"
	}
	return ""
}

// readable tell of the small files whether they can be read. They have no place for a secret; what cannot be read may have.
var readable = map[metalog.Kind]func([]byte) error{
	metalog.EpochCheckpoint:   func(data []byte) error { _, err := metalog.ParseEpochs(data); return err },
	metalog.QuorumState:       readableQuorum,
	metalog.PartitionMetadata: func(data []byte) error { _, err := metalog.ParsePartitionMetadata(data); return err },
	metalog.ProducerState:     func(data []byte) error { _, err := metalog.ParseProducerState(data); return err },
}

// quorumFields are the fields of quorum-state (QuorumStateData.json, versions 0 and 1).
var (
	quorumFields = []string{
		"clusterId", "leaderId", "leaderEpoch", "votedId", "votedDirectoryId", "appliedOffset", "currentVoters", "voterId", "data_version",
	}
	fieldName = pattern.Lazy(`"([^"]*)"\s*:`)
)

// readableQuorum tells whether a quorum-state has the fields that are known, and no others.
func readableQuorum(data []byte) error {
	for _, name := range fieldName().FindAllSubmatch(data, -1) {
		if !slices.Contains(quorumFields, string(name[1])) {
			return errors.New("it has a field that is not known")
		}
	}
	_, err := metalog.ParseQuorum(data)
	return err
}

// small takes a small file. What of it cannot be read is overwritten.
func (c *collector) small(name, base string, data []byte, kind metalog.Kind) {
	n := &notes{FileReport: FileReport{File: name, Source: c.node.Log.Path(base), CutAt: -1}}
	clean := bytes.Clone(data)
	if kind == metalog.MetaProperties {
		position := 0
		for _, l := range split(clean) {
			if !identity().Match(l.text) {
				c.overwrite(l.text, position, n)
			}
			position += len(l.text) + len(l.end)
		}
	} else if err := readable[kind](data); err != nil {
		c.overwrite(clean, 0, n)
	}
	c.b.note(&n.FileReport)
	c.b.add(&entry{name: name, mode: 0o644, modified: c.modified(base), data: append([]byte{}, clean...), report: &n.FileReport})
}

// identity is a line of meta.properties as Kafka writes it: nothing, a comment with no text or with the time, or what the node is.
var identity = pattern.Lazy(`^(?:#?|#[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d [\d:]{8} \S{1,9} \d{4}|\s*(?:version|cluster\.id|node\.id|broker\.id|directory\.id)\s*[=:].{0,64})$`)

// overwrite overwrites a piece of a small file that cannot be read. What reports quote of it is not to be in them.
func (c *collector) overwrite(data []byte, position int, n *notes) {
	for l := range bytes.Lines(data) {
		text := bytes.TrimSpace(bytes.Clone(l))
		quoted := strconv.AppendQuote(nil, string(text))
		c.b.quotable.add(text, n.File)
		c.b.quotable.add(quoted[1:len(quoted)-1], n.File)
	}
	if fill(data) > 0 {
		n.add(Overwritten{
			Kind: "unreadable", Position: int64(position), Length: int64(len(data)), Bundled: int64(position), FirstOffset: -1, LastOffset: -1,
		})
	}
}

// modified is when a file beside or in the log's directory was last written.
func (c *collector) modified(base string) time.Time {
	if info, err := fs.Stat(c.node.FS, path.Join(c.node.Log.Dir, base)); err == nil {
		return info.ModTime()
	}
	return c.b.opts.Created
}

// records measures a file of records.
func (c *collector) records(name string, n metalog.Name) error {
	open := func() (*metalog.File, error) { return c.node.Log.Open(n) }
	f, err := open()
	if errors.Is(err, fs.ErrNotExist) {
		c.b.summary.LeftOut = append(c.b.summary.LeftOut, LeftOut{File: c.node.Log.Path(n.Base), Why: "the node removed them meanwhile"})
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	noted := &notes{FileReport: FileReport{File: name, Source: f.Path, CutAt: -1}}
	s := &stream{redactor: c.b.redactor(name, c.b.secrets.add), end: -1, notes: noted, progress: c.b.opts.Progress}
	out := &measured{}
	if err := s.copy(f, out); err != nil {
		return err
	}
	if n.Kind == metalog.Segment && s.next >= 0 {
		if c.report.StartOffset < 0 {
			c.report.StartOffset = s.first
		}
		c.report.EndOffset, c.report.LastEpoch = s.next, s.epoch
	}
	if n.Kind == metalog.Snapshot {
		c.report.Snapshots = append(c.report.Snapshots, n.Base)
	}
	c.b.note(&noted.FileReport)
	base := n.Base
	if n.Kind == metalog.Bootstrap {
		base = c.beside(n.Base)
	}
	c.b.add(&entry{name: name, mode: 0o644, modified: c.modified(base), size: out.n, report: &noted.FileReport, open: open, end: s.pos})
	return nil
}
