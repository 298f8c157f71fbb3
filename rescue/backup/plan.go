package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"time"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
)

// Options say what to take.
type Options struct {
	// Whole takes all of the log and all sound snapshots the node keeps, not only what makes up the present state.
	Whole bool
	// UntilDamage takes what is before a damaged place, instead of nothing.
	UntilDamage bool
	// Workers is the number of goroutines that verify; at least 1.
	Workers int
	// Progress is told of every so many bytes that are done; it may be nil.
	Progress func(bytes int64)
	// Pause waits before the given attempt, which is 2 at least; it may be nil.
	Pause func(attempt int)
}

// Plan is a backup that was decided on, of files that are open.
type Plan struct {
	// Details are what the backup will tell of itself.
	Details Details
	// Files are what it will hold, in order.
	Files []*File

	opts     Options
	reader   *reader
	dir      string
	identity []byte
	segments []*File
	log      *metalog.Log
}

// newPlan looks at the log in the directory dir of fsys, and decides. Messages will call the root of fsys shown. The caller closes
// the plan, also after an error.
func newPlan(fsys fs.FS, dir, shown string, o Options) (*Plan, error) {
	p := &Plan{opts: o, dir: dir, reader: &reader{fsys: fsys, shown: shown}, Details: Details{Whole: o.Whole, LastEpoch: -1, Warnings: []string{}}}
	if err := p.identify(); err != nil {
		return p, err
	}
	snapshots, err := p.snapshots()
	if err != nil {
		return p, err
	}
	if err := p.openSegments(snapshots); err != nil {
		return p, err
	}
	x, err := p.extent(snapshots, nil)
	if err != nil {
		return p, err
	}
	return p, p.decide(snapshots, x)
}

// beside is the path of a file in the log directory, which is the parent of the log's.
func (p *Plan) beside(name string) string { return path.Join(p.dir, "..", name) }

// identify finds the files of the log, and reads whose it is.
func (p *Plan) identify() error {
	var err error
	p.log, err = metalog.OpenLog(p.reader.fsys, p.dir, p.reader.path(p.dir))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &ChangedError{What: p.reader.path(p.dir) + " is gone"}
	case err != nil:
		return err
	case len(p.log.Segments)+len(p.log.Snapshots) == 0:
		return &SourceError{
			Path: p.log.Path(""), Err: errors.New("there is no log or snapshot: the node was formatted and did not run, or keeps its metadata elsewhere"),
			Hint: "give the directory that metadata.log.dir names, else the first of log.dirs; before the first start there is nothing to back up",
		}
	}
	name := p.beside("meta.properties")
	f, data, err := p.reader.small(name, "meta.properties")
	if err != nil {
		return err
	}
	if f == nil {
		return &SourceError{
			Path: p.reader.path(p.dir), Err: errors.New("there is no meta.properties beside it, so that nobody can tell whose log it is"),
			Hint: "give the log directory of a node, as metadata.log.dir or log.dirs name it",
		}
	}
	properties, err := metaprops.Parse(data)
	if err == nil && (properties.NoNodeID || properties.NoClusterID) {
		err = errors.New("it has no node ID or no cluster ID, so that nobody can tell whose log it is")
	}
	if err != nil {
		return &SourceError{Path: p.reader.path(name), Err: err, Hint: "kraftctl inspect verify tells more"}
	}
	p.Details.identity(properties)
	p.identity = data
	p.Files = append(p.Files, f)
	return p.besides()
}

// besides takes the small files that are not changed while a node runs.
func (p *Plan) besides() error {
	for _, one := range [][2]string{
		{p.beside("bootstrap.checkpoint"), "bootstrap.checkpoint"},
		{path.Join(p.dir, "partition.metadata"), path.Join(metalog.PartitionDir, "partition.metadata")},
	} {
		f, err := p.reader.open(one[0], one[1])
		var changed *ChangedError
		switch {
		case errors.As(err, &changed):
			continue
		case err != nil:
			return err
		}
		problem, err := p.unsound(f, metalog.ParseName(path.Base(f.Name)))
		switch {
		case err != nil:
			return err
		case problem != "": // Kafka does not start with it, and does without it
			p.warn("%s is damaged and left out: %s", path.Base(f.Name), problem)
		default:
			p.Files = append(p.Files, f)
		}
	}
	return nil
}

// openSegments opens the segments that are needed after the newest of the snapshots, or all.
func (p *Plan) openSegments(snapshots []*File) error {
	all := p.log.Segments
	if n := len(snapshots); n > 0 && !p.opts.Whole {
		end := metalog.ParseName(path.Base(snapshots[n-1].Name)).Offset
		for len(all) > 1 && all[1].Offset <= end {
			all = all[1:]
		}
	}
	for _, n := range all {
		f, err := p.reader.open(path.Join(p.dir, n.Base), path.Join(metalog.PartitionDir, n.Base))
		if err != nil {
			return err
		}
		p.segments = append(p.segments, f)
	}
	return nil
}

// view is a log of just the given files.
func (p *Plan) view(files []*File) (*metalog.Log, error) {
	// A log with this file is one that a node works in, so that its last segment may end within a batch.
	alive := memory(path.Join(metalog.PartitionDir, "leader-epoch-checkpoint"), 0o644, time.Time{}, nil)
	fsys, err := view(append([]*File{alive}, files...))
	if err != nil {
		return nil, err
	}
	return metalog.OpenLog(fsys, metalog.PartitionDir, p.log.Path(""))
}

// extent reads the log, and judges whether it goes on from the snapshots. A nil extent means that the log is of no use beside the
// newest of them.
func (p *Plan) extent(snapshots []*File, until *place) (*extent, error) {
	log, err := p.view(p.segments)
	if err != nil {
		return nil, err
	}
	x, err := scan(log, until, p.opts.Progress)
	if err != nil {
		return nil, err
	}
	covered := int64(0) // offsets before it are in a snapshot
	if n := len(snapshots); n > 0 {
		covered = metalog.ParseName(path.Base(snapshots[n-1].Name)).Offset
	}
	if len(p.segments) == 0 {
		return nil, nil //nolint:nilnil // told above
	}
	first := metalog.ParseName(path.Base(p.segments[0].Name))
	if first.Offset > covered {
		gap := &metalog.Damage{
			File: p.log.Path(first.Base), Kind: metalog.Gap, FirstOffset: covered, LastOffset: first.Offset - 1,
			Err: fmt.Errorf("the log begins at offset %d, and what was before is in no snapshot that is sound", first.Offset),
		}
		if err := p.refuse(len(snapshots) > 0, covered, gap); err != nil {
			return nil, err
		}
		p.warn("the log, %d bytes, does not go on from the snapshot and is left out: %v", sizes(p.segments), gap)
		return nil, nil //nolint:nilnil // told above
	}
	if x.stop != nil && !x.stop.Tail {
		end := max(x.next, covered)
		if err := p.refuse(x.next >= 0 || len(snapshots) > 0, end, x.stop); err != nil {
			return nil, err
		}
	}
	if end := max(x.next, first.Offset); covered > end {
		p.snapshotAlone(covered, end, x.stop)
		return nil, nil //nolint:nilnil // told above
	}
	return x, nil
}

// snapshotAlone tells why there is no log beside a snapshot that covers more than the log does, up to the offset end.
func (p *Plan) snapshotAlone(covered, end int64, stop *metalog.Damage) {
	if stop != nil && !stop.Tail {
		p.warn("the snapshot alone is taken, up to offset %d: the log, %d bytes, is damaged before the end of the snapshot, and what it has after that is left out: %v",
			covered, sizes(p.segments), stop)
		return
	}
	// A snapshot that was fetched from the leader replaces the log: KafkaRaftLog.truncateToLatestSnapshot.
	p.warn("the log ends at offset %d, before the snapshot, which ends at offset %d: the snapshot alone is taken", end, covered)
}

// refuse is the error for damage, unless what is before it was asked for.
func (p *Plan) refuse(something bool, end int64, damage *metalog.Damage) error {
	if !something {
		end = -1
	}
	if something && p.opts.UntilDamage {
		return nil
	}
	return &DamageError{Damage: damage, End: end}
}

// decide makes the list of files.
func (p *Plan) decide(snapshots []*File, x *extent) error {
	kept, img, err := p.replay(snapshots, x)
	if err != nil {
		return err
	}
	if what := img.Redacted(); what != "" {
		return &SourceError{
			Path: p.reader.path(p.dir), Err: fmt.Errorf("it is from an incident bundle, from which secrets were removed (%s), and no node could be restored from it", what),
			Hint: "take a node's directory, or a backup of it",
		}
	}
	if kept.extent == nil {
		kept.extent = &extent{}
	}
	modified := p.Files[0].Modified
	if n := len(kept.segments); n > 0 {
		modified = kept.segments[n-1].Modified
	}
	p.Files = append(p.Files, memory(path.Join(metalog.PartitionDir, "leader-epoch-checkpoint"), 0o644, modified, kept.extent.checkpoint()))
	// It is read after the log, so that it does not know less.
	name := path.Join(p.dir, "quorum-state")
	f, data, err := p.reader.small(name, path.Join(metalog.PartitionDir, "quorum-state"))
	if err != nil {
		return err
	}
	var quorum *metalog.Quorum
	if f != nil {
		if q, err := metalog.ParseQuorum(data); err != nil {
			p.warn("quorum-state is damaged and left out: %v", err)
		} else {
			quorum = &q
			p.Files = append(p.Files, f)
		}
	} else {
		p.warn("there is no quorum-state")
	}
	if len(snapshots) == 0 && kept.extent.next <= 0 {
		p.warn("there is no record in the log, and no snapshot: the backup holds no metadata")
	}
	p.Files = append(append(p.Files, snapshots...), kept.segments...)
	p.Details.state(img, quorum)
	return nil
}

func (p *Plan) warn(format string, args ...any) {
	p.Details.Warnings = append(p.Details.Warnings, fmt.Sprintf(format, args...))
}

// Size is how many bytes the files have together.
func (p *Plan) Size() int64 {
	total := int64(0)
	for _, f := range p.Files {
		total += f.Size
	}
	return total
}

// close closes the files.
func (p *Plan) close() error { return p.reader.close() }

// result is what is left of a log, and where it ends.
type result struct {
	segments []*File
	extent   *extent
}

// replay cuts the log at its end, and replays it. A record that cannot be decoded is the end, too.
func (p *Plan) replay(snapshots []*File, x *extent) (result, *image.Image, error) {
	for {
		kept := p.cut(x)
		log, err := p.view(append(append([]*File{}, snapshots...), kept.segments...))
		if err != nil {
			return kept, nil, err
		}
		var first *metalog.Damage
		opts := image.DefaultOptions()
		opts.Read = p.opts.Progress
		img, err := image.Load(log, image.End, opts, func(d *metalog.Damage) {
			if first == nil {
				first = d
			}
		})
		if err != nil {
			return kept, nil, err
		}
		if first == nil {
			p.measure(snapshots, kept)
			return kept, img, nil
		}
		if first.Kind != metalog.Undecodable || metalog.ParseName(path.Base(first.File)).Kind != metalog.Segment {
			return kept, nil, &ChangedError{What: first.Error()}
		}
		at := &place{file: first.File, position: first.Position, why: first}
		if x, err = p.extent(snapshots, at); err != nil {
			return kept, nil, err
		}
	}
}

// cut is what is left of the segments.
func (p *Plan) cut(x *extent) result {
	p.Details.Cut = nil
	if x == nil {
		return result{}
	}
	kept, left := x.cut(p.segments)
	if d := x.stop; d != nil {
		reason := Unfinished
		if !d.Tail {
			reason = Damaged
		}
		p.Details.Cut = &Cut{Reason: reason, File: path.Base(d.File), Position: d.Position, Bytes: left, Message: d.Err.Error()}
	}
	return result{kept, x}
}

func sizes(files []*File) int64 {
	total := int64(0)
	for _, f := range files {
		total += f.Size
	}
	return total
}

// measure tells where the backup begins and ends.
func (p *Plan) measure(snapshots []*File, kept result) {
	d := &p.Details
	if n := len(snapshots); n > 0 {
		name := metalog.ParseName(path.Base(snapshots[n-1].Name))
		d.Snapshot, d.FirstOffset, d.EndOffset, d.LastEpoch = name.Base, name.Offset, name.Offset, name.Epoch
	}
	if len(kept.segments) > 0 {
		d.FirstOffset = metalog.ParseName(path.Base(kept.segments[0].Name)).Offset
	}
	if x := kept.extent; x != nil && x.next >= 0 {
		d.EndOffset, d.LastEpoch, d.LastTime = x.next, x.epoch, image.Time(x.time)
	}
}
