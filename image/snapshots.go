package image

import (
	"fmt"

	"github.com/kraftctl/kraftctl/metalog"
)

// CheckedSnapshot is a snapshot that was compared with the log.
type CheckedSnapshot struct {
	Name metalog.Name
	// Compared is false when the log does not hold what is before the snapshot's end, or not all of it.
	Compared bool
	// Changes lead from what the log tells to what the snapshot tells; none in a sound one.
	Changes []Change
}

// CheckSnapshots replays a log and compares each of its snapshots with the state the log tells at the same offset. What only
// the log tells (who leads) does not count. Each difference is also told to opts.OnProblem, as [SnapshotDiffers].
func CheckSnapshots(log *metalog.Log, opts Options, damaged func(*metalog.Damage)) ([]CheckedSnapshot, error) {
	c := checker{log: log, opts: opts, damaged: damaged}
	quiet := opts
	quiet.OnProblem = nil
	b := NewBuilder(quiet)
	if len(log.Segments) > 0 {
		if err := c.replay(b); err != nil {
			return c.checked, err
		}
	}
	for _, n := range log.Snapshots[len(c.checked):] {
		c.checked = append(c.checked, CheckedSnapshot{Name: n})
	}
	return c.checked, nil
}

// checker compares the snapshots of a log one after the other.
type checker struct {
	log     *metalog.Log
	opts    Options
	damaged func(*metalog.Damage)
	checked []CheckedSnapshot
}

// replay feeds the log to the builder and stops at the end of each snapshot.
func (c *checker) replay(b *Builder) error {
	from := start(c.log)
	for c.more() && c.next().Offset <= from {
		// It is what the replay begins with, and nothing older is there to compare it with.
		c.checked = append(c.checked, CheckedSnapshot{Name: c.next()})
	}
	if err := b.feed(c.log.Records(from), End, c.damaged); err != nil {
		return err
	}
	err := eachRecord(c.log, from, c.damaged, func(r *metalog.Record) error {
		for c.more() && c.next().Offset <= r.Offset {
			if err := c.compare(b); err != nil {
				return err
			}
		}
		b.Apply(r)
		return nil
	})
	for err == nil && c.more() && c.next().Offset == b.img.Provenance.Offset+1 {
		err = c.compare(b)
	}
	return err
}

func (c *checker) more() bool { return len(c.checked) < len(c.log.Snapshots) }

// next is the snapshot to compare next.
func (c *checker) next() metalog.Name { return c.log.Snapshots[len(c.checked)] }

// compare compares the next snapshot with what was replayed so far.
func (c *checker) compare(b *Builder) error {
	n := c.next()
	f, err := c.log.Open(n)
	if err != nil {
		return err
	}
	defer f.Close()
	quiet := c.opts
	quiet.OnProblem = nil
	img, err := LoadFile(f, End, quiet, c.damaged)
	if err != nil {
		return err
	}
	img.Leader = b.img.Leader
	if len(img.Voters) == 0 {
		img.Voters, img.KRaftVersion = b.img.Voters, b.img.KRaftVersion
	}
	one := CheckedSnapshot{Name: n, Compared: true, Changes: Diff(b.img, img)}
	c.checked = append(c.checked, one)
	for _, change := range one.Changes {
		if c.opts.OnProblem != nil {
			c.opts.OnProblem(Problem{
				Offset: n.Offset - 1, Kind: SnapshotDiffers, Path: change.Path,
				Message:     fmt.Sprintf("%s: %s in the snapshot, compared with the log", c.log.Path(n.Base), change.Operation),
				Consequence: "a node that starts from the snapshot has another state than one that read the log",
			})
		}
	}
	return nil
}
