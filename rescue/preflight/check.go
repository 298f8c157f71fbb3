package preflight

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/inspect/verify"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
)

// Options say what to ask.
type Options struct {
	// Release is the release that would load the directory.
	Release release.Release
	// Unstable adds the levels of unstable.feature.versions.enable=true.
	Unstable bool
	// Roles are the values of process.roles, when a configuration tells them.
	Roles []string
	// Voters are the IDs of controller.quorum.voters, when a configuration tells them.
	Voters []int32
	// Bootstrapped tells that a configuration names no such voters but controller.quorum.bootstrap.servers.
	Bootstrapped bool
	// Config are findings about the node's configuration, which come first.
	Config []Finding
	// Verified is what verify found out about the files; when it is nil, verify is asked.
	Verified *verify.Report
}

// checker makes one report.
type checker struct {
	log    *metalog.Log
	opts   Options
	rel    release.Release
	how    *behaviour
	report *Report

	quorum      *metalog.Quorum
	levels      map[string]int16
	voterCount  int
	zeroRecords int64
	newerQuorum bool
}

// Check judges whether a release can load the log directory that a metadata log lies in. The error is one of reading.
func Check(log *metalog.Log, opts Options) (*Report, error) {
	c := &checker{log: log, opts: opts, rel: opts.Release, how: behaviourOf(opts.Release)}
	c.report = &Report{
		Version: 1, Directory: shownDir(log), Release: c.rel.String(), Observed: c.rel.Observed(),
		Features: []Feature{}, Findings: []Finding{}, Files: []FileUse{}, Steps: []Step{}, Raises: []Raise{},
	}
	c.report.Findings = append(c.report.Findings, opts.Config...)
	for _, step := range []func() error{c.metaProperties, c.records} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	c.damage()
	c.features()
	slices.SortStableFunc(c.report.Findings, inOrder)
	c.report.Verdict = verdict(c.report.Findings)
	c.steps()
	c.raises()
	return c.report, nil
}

func inOrder(a, b Finding) int {
	switch {
	case a.phase != b.phase:
		return int(a.phase) - int(b.phase)
	case a.place != b.place:
		return int(max(-1, min(1, a.place-b.place)))
	case a.isLevel() != b.isLevel():
		// A batch is decoded before any of it is applied.
		if b.isLevel() {
			return -1
		}
		return 1
	case a.Offset != nil && b.Offset != nil:
		return int(max(-1, min(1, *a.Offset-*b.Offset)))
	}
	return 0
}

// records goes through all that the release reads at its start.
func (c *checker) records() error {
	if c.data() {
		c.report.Reads.Bootstrap = elsewhere
		if c.log.Bootstrap.Kind == metalog.Bootstrap {
			c.use(c.report.Directory+"/"+bootstrapName, ignored, "it is not that of the metadata directory")
		}
		return nil
	}
	for _, step := range []func() error{c.quorumState, c.countZero} {
		if err := step(); err != nil {
			return err
		}
	}
	v := c.view()
	s := newScan(c.rel, c.opts.Unstable)
	if err := each(v.Records(math.MaxInt64), s.record); err != nil {
		return err
	}
	if n, ok := c.zero(); ok && !slices.ContainsFunc(v.Snapshots, isZero) {
		// The voters of a 0-0 snapshot count for every release that knows voters.
		if err := c.file(n, func(r *metalog.Record) {
			if r.Control != nil {
				s.record(r)
			}
		}); err != nil {
			return err
		}
	}
	c.reads(v, s)
	c.levels, c.voterCount = s.levels, s.voters
	for _, f := range s.findings {
		c.find(*f)
	}
	if err := c.bootstrap(); err != nil {
		return err
	}
	c.fileUses(v)
	return c.hidden(v, s)
}

func (c *checker) reads(v *metalog.Log, s *scan) {
	r := &c.report.Reads
	r.Records, r.EndOffset = s.records, s.end
	if n, ok := v.SnapshotBefore(math.MaxInt64); ok {
		r.Snapshot, r.FirstOffset = n.Base, n.Offset
		r.EndOffset = max(r.EndOffset, n.Offset)
		return
	}
	if len(v.Segments) > 0 {
		r.FirstOffset = v.Segments[0].Offset
	}
}

// each calls do with every record that can be read; damage is told elsewhere.
func each(records iter.Seq2[metalog.Record, error], do func(*metalog.Record)) error {
	for r, err := range records {
		var damage *metalog.Damage
		switch {
		case errors.As(err, &damage):
		case err != nil:
			return err
		default:
			do(&r)
		}
	}
	return nil
}

// file calls do with every record of one file.
func (c *checker) file(n metalog.Name, do func(*metalog.Record)) (err error) {
	f, err := c.log.Open(n)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return each(f.Records(0), do)
}

// countZero counts the metadata records of the 0-0 snapshot.
func (c *checker) countZero() error {
	n, ok := c.zero()
	if !ok {
		return nil
	}
	return c.file(n, func(r *metalog.Record) {
		if r.Record != nil {
			c.zeroRecords++
		}
	})
}

// unknownRecord is the kind of problem that verify calls a record no release knows.
const unknownRecord = "unknown-record"

// damage verifies the files, in brief.
func (c *checker) damage() {
	report := c.opts.Verified
	if report == nil {
		report = verify.Log(c.log, verify.Options{Workers: 1})
	}
	for _, f := range report.Files {
		// What a release does about records it does not know is told of each.
		i := slices.IndexFunc(f.Problems, func(p verify.Problem) bool { return p.Kind != unknownRecord })
		if f.Verdict != verify.Damaged || f.Kind == metalog.MetaProperties || i < 0 || f.Kind == metalog.QuorumState && c.newerQuorum {
			continue
		}
		p := f.Problems[i]
		finding := Finding{
			ID: "damage", Effect: c.damageEffect(f), Role: AnyRole, File: f.Path, Count: f.Count, Type: p.Kind, Message: p.Message,
			phase: atEnd,
		}
		if p.FirstOffset >= 0 {
			finding.Offset = &p.FirstOffset
		}
		finding.Details = c.damageDetails(f, &p, finding.Effect)
		c.find(finding)
	}
}

// remade are files that Kafka makes anew when they are damaged.
var remade = []metalog.Kind{metalog.OffsetIndex, metalog.TimeIndex, metalog.ProducerState}

// damageEffect is what a damaged file means: nothing, when the release makes it anew or does not look at it.
func (c *checker) damageEffect(f *verify.File) Effect {
	zero, ok := c.zero()
	if ok && f.Path == c.log.Path(zero.Base) {
		return Breaks // its voters count, whatever becomes of its records
	}
	ignores := slices.ContainsFunc(c.report.Files, func(u FileUse) bool { return u.Use == ignored && u.File == strings.TrimPrefix(f.Path, "./") })
	// A segment that a snapshot covers is recovered at every start, and damage in it cuts off all that follows.
	if slices.Contains(remade, f.Kind) || ignores && f.Kind != metalog.Segment {
		return Tells
	}
	return Breaks
}

// damageDetails say what is lost, and what the release does about it.
func (c *checker) damageDetails(f *verify.File, p *verify.Problem, effect Effect) []string {
	if effect == Tells && !slices.Contains(remade, f.Kind) {
		return []string{fmt.Sprintf("%s does not look at it", c.rel)}
	}
	var lines []string
	if p.Lost != "" {
		lines = append(lines, "lost: "+p.Lost)
	}
	if p.Kafka != "" {
		lines = append(lines, "Kafka at start-up: "+p.Kafka)
	}
	return lines
}

// features lists the levels the release would find.
func (c *checker) features() {
	for name, level := range c.levels {
		can := supported(c.rel, name, c.opts.Unstable)
		f := Feature{Name: name, Level: level, Lowest: can.low, Highest: can.high}
		if name == release.MetadataVersionFeature {
			f.VersionName = release.MetadataVersionName(level)
		}
		c.report.Features = append(c.report.Features, f)
	}
	slices.SortFunc(c.report.Features, func(a, b Feature) int { return strings.Compare(a.Name, b.Name) })
}

// What [Reads.Bootstrap] can be besides the name of a file.
const (
	byDefault = "default"
	elsewhere = "elsewhere"
	byLeader  = "leader"
)

// fromLeader says of a node where the first records come from that it does not write itself.
const fromLeader = "the first records come from the active controller"

// brokerOnly reports whether the node is known to be no controller.
func (c *checker) brokerOnly() bool {
	return len(c.opts.Roles) > 0 && !slices.Contains(c.opts.Roles, "controller")
}

// joins reports whether the node is a controller that was formatted with --no-initial-controllers: it knows no voters, so it never
// begins a log but has that of the leader.
func (c *checker) joins() bool {
	_, dynamic := c.levels[release.KRaftVersionFeature]
	return (dynamic || c.opts.Bootstrapped) && c.voterCount == 0 && (c.quorum == nil || len(c.quorum.Voters) == 0)
}

// fetches reports whether the node is known to have the first records of the log from others.
func (c *checker) fetches() bool { return c.brokerOnly() || c.joins() }

// empty reports whether the release would find no metadata record, and so begin the log itself.
func (c *checker) empty() bool { return c.report.Reads.Records == 0 }

// text is a number with its noun.
func text(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
