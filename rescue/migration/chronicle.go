package migration

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
)

// transactionName is how Kafka calls the metadata transaction of the copy (KRaftMigrationDriver, since 3.6-IV1).
const transactionName = "ZK Migration"

// Place is where a fact was seen: a line of a configuration, or a record of a log.
type Place struct {
	// File is the configuration, the segment or snapshot, or the directory.
	File string `json:"file"`
	// Line is the line of a configuration, from 1; 0 where there is none.
	Line int `json:"line,omitempty"`
	// Offset is the record's offset; nil where it is none.
	Offset *int64 `json:"offset,omitempty"`
}

// String is the place as an editor or inspect dump understands it.
func (p Place) String() string {
	switch {
	case p.Offset != nil:
		return fmt.Sprintf("offset %d", *p.Offset)
	case p.Line > 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return p.File
}

// Moment is a record in time.
type Moment struct {
	Offset int64 `json:"offset"`
	// LeaderEpoch is the epoch the record was written in.
	LeaderEpoch int32 `json:"leaderEpoch"`
	// Time is RFC 3339 in UTC; empty when it is not known.
	Time string `json:"time,omitempty"`
	// AtOrBefore tells that only a snapshot has it, which ends behind Offset: it happened there or earlier.
	AtOrBefore bool `json:"atOrBefore,omitempty"`
	// File is the segment or snapshot.
	File string `json:"file"`
}

func momentOf(r *metalog.Record) Moment {
	return Moment{
		Offset: r.Offset, LeaderEpoch: r.Epoch, Time: image.Time(r.Timestamp), AtOrBefore: r.InSnapshot(), File: r.File.Path,
	}
}

func (m Moment) place() Place { return Place{File: m.File, Offset: &m.Offset} }

// Transition is the beginning of a stage.
type Transition struct {
	Stage Stage `json:"stage"`
	// State is the name in org.apache.kafka.metadata.migration.ZkMigrationState.
	State string `json:"zkMigrationState"`
	Moment
}

// Copied is how much of one kind was copied from ZooKeeper.
type Copied struct {
	Kind string `json:"kind"`
	// Records is how many records the transaction had of it, Now how much there is in the state at the end of the log.
	Records int `json:"records"`
	Now     int `json:"now"`
}

// Transfer is the copy of the metadata from ZooKeeper.
type Transfer struct {
	// Transaction tells that it was one metadata transaction (KIP-868), as since metadata.version 3.6-IV1.
	Transaction bool `json:"transaction"`
	// Begin is its first record, End its last; nil while it is going on, or when the node died in it.
	Begin Moment  `json:"begin"`
	End   *Moment `json:"end"`
	// Records is how many records were copied, Counts how many of each kind.
	Records int      `json:"records"`
	Counts  []Copied `json:"counts"`
}

// Aborted is a copy that was given up; none of its records took effect.
type Aborted struct {
	Begin  Moment `json:"begin"`
	Abort  Moment `json:"abort"`
	Reason string `json:"reason"`
}

// chronicle is what one log tells.
type chronicle struct {
	log      *metalog.Log
	img      *image.Image
	history  []Transition
	transfer *Transfer
	aborted  []Aborted
	problems []string
	// brokers and controllers are the last registrations by ID, feature the last record of metadata.version.
	brokers, controllers map[int32]Moment
	feature              *Moment
	// level is metadata.version, whichever release knows it; 0 when no record tells it.
	level  int16
	counts [kinds]int
	open   *openTransaction
	// counting tells that records are counted from PRE_MIGRATION on, as there are no transactions.
	counting bool
}

// openTransaction is a transaction that has begun and not ended.
type openTransaction struct {
	begin  Moment
	copies bool
	counts [kinds]int
}

// readLog reads all there is of a log.
func readLog(log *metalog.Log, rel release.Release, progress func(bytes int64)) (*chronicle, error) {
	c := &chronicle{log: log, img: image.New(), brokers: map[int32]Moment{}, controllers: map[int32]Moment{}}
	opts := image.Options{Release: rel, Watch: c.watch, OnProblem: c.problem, Read: progress}
	if len(log.Segments)+len(log.Snapshots) == 0 {
		img, err := image.Load(log, image.End, opts, c.damage)
		if err == nil {
			c.img = img
		}
		return c, err
	}
	b := image.NewBuilder(opts)
	c.img = b.Image()
	for r, err := range everything(log) {
		var damage *metalog.Damage
		switch {
		case errors.As(err, &damage):
			c.damage(damage)
		case err != nil:
			return nil, err
		default:
			b.Apply(&r)
			if !r.InSnapshot() {
				c.transaction(&r)
			}
		}
	}
	b.Finish()
	c.finish()
	return c, nil
}

func (c *chronicle) damage(d *metalog.Damage) {
	// The log is read twice when a snapshot begins it.
	if what := fmt.Sprintf("damage: %v", d); !d.Tail && !slices.Contains(c.problems, what) {
		c.problems = append(c.problems, what)
	}
}

func (c *chronicle) problem(p image.Problem) {
	if p.Kind != image.UnfinishedTransaction && p.Kind != image.UnknownFeatureLevel {
		c.problems = append(c.problems, fmt.Sprintf("offset %d: %s", p.Offset, p.Message))
	}
}

// watch learns from the records that take effect, when they do.
func (c *chronicle) watch(r *metalog.Record, apply func()) {
	apply()
	switch rec := r.Record.(type) {
	case *metadata.ZkMigrationStateRecord:
		c.state(r, rec.ZkMigrationState)
	case *metadata.RegisterBrokerRecord:
		c.brokers[rec.BrokerId] = momentOf(r)
	case *metadata.RegisterControllerRecord:
		c.controllers[rec.ControllerId] = momentOf(r)
	case *metadata.FeatureLevelRecord:
		if rec.Name == image.MetadataVersionFeature {
			at := momentOf(r)
			c.feature, c.level = &at, rec.FeatureLevel
		}
	}
}

// state notes a stage that begins. A snapshot's record of the stage the log is in tells nothing new.
func (c *chronicle) state(r *metalog.Record, state int8) {
	if c.img.Migration == nil || *c.img.Migration != state {
		return // the image refused it, and a problem says so
	}
	if n := len(c.history); n > 0 && c.history[n-1].State == image.MigrationStates[state] {
		return
	}
	c.history = append(c.history, Transition{Stage: stageOf(state, c.level, c.img), State: image.MigrationStates[state], Moment: momentOf(r)})
}

// everything iterates over all there is of a log: the newest snapshot at or before its first record, then its segments. When
// nothing tells what was before the first segment, it begins with the first snapshot there is.
func everything(log *metalog.Log) iter.Seq2[metalog.Record, error] {
	return func(yield func(metalog.Record, error) bool) {
		from := int64(image.End)
		if len(log.Segments) > 0 {
			from = log.Segments[0].Offset
			if _, ok := log.SnapshotBefore(from); !ok && from > 0 && len(log.Snapshots) > 0 {
				from = log.Snapshots[0].Offset
			}
		}
		for r, err := range log.Records(from) {
			if !yield(r, err) {
				return
			}
		}
		for _, n := range log.Segments {
			if !segment(log, n, from, yield) {
				return
			}
		}
	}
}

// segment yields the records of a segment from an offset on.
func segment(log *metalog.Log, n metalog.Name, from int64, yield func(metalog.Record, error) bool) bool {
	f, err := log.Open(n)
	if err != nil {
		return yield(metalog.Record{}, err)
	}
	defer f.Close()
	for r, err := range f.Records(0) {
		if err == nil && r.Offset < from {
			continue
		}
		if !yield(r, err) {
			return false
		}
	}
	return true
}

// transaction follows what takes no effect by itself: where the copy began and ended, and what of it was given up.
func (c *chronicle) transaction(r *metalog.Record) {
	switch rec := r.Record.(type) {
	case *metadata.BeginTransactionRecord:
		c.open = &openTransaction{begin: momentOf(r), copies: rec.Name.String == transactionName}
	case *metadata.EndTransactionRecord:
		if c.open != nil && c.open.copies {
			end := momentOf(r)
			c.transfer, c.counts = &Transfer{Transaction: true, Begin: c.open.begin, End: &end}, c.open.counts
			c.counting = false
		}
		c.open = nil
	case *metadata.AbortTransactionRecord:
		if c.open != nil && c.open.copies {
			c.aborted = append(c.aborted, Aborted{Begin: c.open.begin, Abort: momentOf(r), Reason: strings.Clone(rec.Reason.String)})
		}
		c.open = nil
	case *metadata.ZkMigrationStateRecord:
		c.untransacted(r, rec.ZkMigrationState)
	default:
		c.count(r.Record)
	}
}

// untransacted follows a copy that is no transaction, as before metadata.version 3.6-IV1: from PRE_MIGRATION to MIGRATION.
func (c *chronicle) untransacted(r *metalog.Record, state int8) {
	if c.open != nil && c.open.copies {
		return
	}
	switch {
	case state == statePre:
		c.counting, c.counts = true, [kinds]int{}
		c.transfer = &Transfer{Begin: momentOf(r)}
	case state == stateMigration && c.counting && c.transfer != nil:
		end := momentOf(r)
		c.counting, c.transfer.End = false, &end
	}
}

func (c *chronicle) count(rec metadata.Record) {
	kind, ok := kindOf(rec)
	switch {
	case !ok:
	case c.open != nil && c.open.copies:
		c.open.counts[kind]++
	case c.open == nil && c.counting:
		c.counts[kind]++
	}
}

// finish sums up the copy.
func (c *chronicle) finish() {
	if c.open != nil && c.open.copies {
		c.transfer, c.counts = &Transfer{Transaction: true, Begin: c.open.begin}, c.open.counts
	}
	if c.transfer == nil || c.counting && c.counts == [kinds]int{} {
		c.transfer = nil
		return
	}
	now := present(c.img)
	for kind, n := range c.counts {
		c.transfer.Records += n
		c.transfer.Counts = append(c.transfer.Counts, Copied{Kind: kindNames[kind], Records: n, Now: now[kind]})
	}
}

// stage is the stage at the end of the log.
func (c *chronicle) stage() Stage {
	if c.img.Migration == nil {
		return None
	}
	return stageOf(*c.img.Migration, c.level, c.img)
}

// empty tells that the node was formatted and has not run.
func (c *chronicle) empty() bool {
	return c.img.Provenance.Offset < 0 || len(c.log.Segments)+len(c.log.Snapshots) == 0
}

// complete tells that the log reaches back to its first record.
func (c *chronicle) complete() bool { return len(c.log.Segments) > 0 && c.log.Segments[0].Offset == 0 }
