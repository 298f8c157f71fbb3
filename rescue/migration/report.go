package migration

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/inspect/compare"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/release"
)

// Version is the version of the report's JSON form.
const Version = 1

// Directory is a log directory that has no metadata log: that of a broker on ZooKeeper.
type Directory struct {
	// Path is how messages call it.
	Path string
	// Properties is its meta.properties.
	Properties metaprops.Properties
}

// Input is what a report is made of.
type Input struct {
	// Logs are the metadata logs of nodes of one cluster.
	Logs []*metalog.Log
	// Directories are log directories without one.
	Directories []Directory
	// Configs are the nodes' configurations.
	Configs []*Config
	// Release is what the nodes run.
	Release release.Release
	// Backup are the metadata logs of an earlier time to compare with; none to leave that out.
	Backup []*metalog.Log
	// Progress is told now and then how many bytes more have been read; it may be nil.
	Progress func(bytes int64)
}

// Report is where a migration stands. Its JSON form is stable at [Version].
type Report struct {
	Version   int    `json:"version"`
	ClusterID string `json:"clusterId,omitempty"`
	Release   string `json:"kafkaVersion"`
	// MetadataVersion is the name of the finalised metadata.version; empty when no log tells one.
	MetadataVersion string `json:"metadataVersion,omitempty"`
	Stage           Stage  `json:"stage"`
	// Hybrid tells, in dual-write, that brokers still run on ZooKeeper.
	Hybrid bool `json:"hybrid"`
	// Origin is what the cluster began as.
	Origin Origin `json:"origin"`
	// Why says in a sentence what the stage is read from.
	Why string `json:"why"`
	// State is the name of the last ZkMigrationStateRecord's state; empty when there is none.
	State string `json:"zkMigrationState,omitempty"`
	// Log is the copy of the metadata log all this was read from: the one that goes furthest; nil when none was given.
	Log    *LogRead     `json:"log"`
	Copies []CopyRead   `json:"copies"`
	Stages []Transition `json:"stages"`
	// Transfer is the copy of the metadata from ZooKeeper; nil when no log has it.
	Transfer *Transfer `json:"transfer"`
	Aborted  []Aborted `json:"aborted"`
	Nodes    []Node    `json:"nodes"`
	// Blockers keep the cluster from the next stage, Warnings do not.
	Blockers []Finding `json:"blockers"`
	Warnings []Finding `json:"warnings"`
	Next     Step      `json:"next"`
	Back     Step      `json:"back"`
	// Done tells that nothing is left to migrate: the cluster was born in KRaft, or runs Kafka 4.
	Done   bool      `json:"done"`
	Kafka4 Readiness `json:"kafka4"`
	// Compared is what changed since the backup; nil when none was given.
	Compared *Comparison `json:"compared,omitempty"`
}

// LogRead names the copy that was read, and where it ends.
type LogRead struct {
	Name       string `json:"name"`
	LastOffset int64  `json:"lastOffset"`
	LastEpoch  int32  `json:"lastEpoch"`
	Time       string `json:"time,omitempty"`
}

// CopyRead is how one of several copies stands to the one that was read.
type CopyRead struct {
	Name      string           `json:"name"`
	EndOffset int64            `json:"endOffset"`
	LastEpoch int32            `json:"lastEpoch"`
	Relation  compare.Relation `json:"relation"`
}

// Finding is something to see to.
type Finding struct {
	// Rule names the kind of finding.
	Rule string `json:"rule"`
	// Node is the node it is about; nil when it is the cluster.
	Node  *int32 `json:"node"`
	Where Place  `json:"where"`
	// What is wrong, and Do what to do next.
	What string `json:"what"`
	Do   string `json:"do"`
}

// Step is a way to another stage.
type Step struct {
	// To names where it leads; empty when there is nowhere to go.
	To string `json:"to"`
	// Possible tells that there is such a way at all.
	Possible bool `json:"possible"`
	// Final tells that there is no way back from there.
	Final bool     `json:"final"`
	Steps []string `json:"steps"`
	Notes []string `json:"notes"`
}

// Sound reports whether nothing blocks, and nothing that should have survived since the backup is gone or different.
func (r *Report) Sound() bool {
	return len(r.Blockers) == 0 && (r.Compared == nil || len(r.Compared.Lost) == 0)
}

// Examine makes the report. The error is [compare.ErrForeign] or one of reading.
func Examine(in Input) (*Report, error) {
	f, copies, err := gather(in)
	if err != nil {
		return nil, err
	}
	r := &Report{
		Version: Version, ClusterID: f.cluster, Release: in.Release.String(), Stage: f.stage, Hybrid: f.stage == DualWrite && len(f.remaining()) > 0,
		Origin: f.origin, Why: f.why, Copies: copies, Stages: append([]Transition{}, f.history...), Transfer: f.transfer,
		Aborted: append([]Aborted{}, f.aborted...), Nodes: f.nodes(),
	}
	if f.img.Migration != nil {
		r.State = image.MigrationStates[*f.img.Migration]
	}
	if level := f.level; level > 0 {
		r.MetadataVersion = versionName(level)
	}
	if f.log != nil && f.empty() {
		r.Log = &LogRead{Name: compare.NameOf(f.log), LastOffset: -1, LastEpoch: -1}
	} else if f.log != nil {
		p := f.img.Provenance
		r.Log = &LogRead{Name: compare.NameOf(f.log), LastOffset: p.Offset, LastEpoch: p.Epoch, Time: image.Time(p.Timestamp)}
	}
	r.Done = f.done()
	r.Blockers, r.Warnings = f.judge()
	r.Next, r.Back = f.next(), f.back()
	r.Kafka4 = f.kafka4()
	if len(in.Backup) > 0 {
		r.Compared, err = f.since(in.Backup)
	}
	return r, err
}

// facts are all that is known.
type facts struct {
	*chronicle
	in     Input
	stage  Stage
	origin Origin
	why    string
	// cluster is the cluster's ID; empty when no meta.properties tells it.
	cluster string
	// voters are the IDs of the quorum's voters, sorted.
	voters []int32
	// metas are the log directories with a meta.properties, those with a metadata log first.
	metas []Directory
	// parted are the copies that contradict the one that was read.
	parted []CopyRead
}

// agreeing are the relations of copies that do not contradict each other.
var agreeing = []compare.Relation{compare.Reference, compare.Same, compare.Behind, compare.Ahead, compare.Empty, compare.NoOverlap}

// gather reads the logs and decides on the stage.
func gather(in Input) (*facts, []CopyRead, error) {
	f := &facts{in: in, chronicle: &chronicle{img: image.New(), brokers: map[int32]Moment{}, controllers: map[int32]Moment{}}}
	copies := []CopyRead{}
	if len(in.Logs) > 0 {
		read, report, err := furthest(in.Logs, in.Progress)
		if err != nil {
			return nil, nil, err
		}
		if f.chronicle, err = readLog(read, in.Release, in.Progress); err != nil {
			return nil, nil, err
		}
		f.cluster, f.voters = report.ClusterID, slices.Clone(report.Voters)
		copies = f.relate(compare.NameOf(read), report)
	}
	for _, log := range in.Logs {
		if p, ok := propertiesOf(log); ok {
			f.metas = append(f.metas, Directory{Path: compare.NameOf(log), Properties: p})
		}
	}
	f.metas = append(f.metas, in.Directories...)
	for _, d := range f.metas {
		f.cluster = cmp.Or(f.cluster, d.Properties.ClusterID)
	}
	f.elect()
	f.decide()
	return f, copies, nil
}

// relate tells how the copies stand to the one that was read, and notes those that contradict it.
func (f *facts) relate(read string, report *compare.Report) []CopyRead {
	copies := []CopyRead{}
	ahead := read != report.Reference
	for _, c := range report.Copies {
		one := CopyRead{Name: c.Name, EndOffset: c.EndOffset, LastEpoch: c.LastEpoch, Relation: c.Relation}
		switch {
		case c.Name == read:
			one.Relation = compare.Reference
		case damagedCopy(c):
			one.Relation = compare.Relation(compare.DamagedThere)
			f.parted = append(f.parted, one)
		case c.Relation == compare.Relation(compare.DamagedThere): // what was read is: log-damaged tells
		case !slices.Contains(agreeing, c.Relation):
			f.parted = append(f.parted, one)
		case ahead && (c.Relation == compare.Reference || c.Relation == compare.Same || c.Relation == compare.Ahead):
			one.Relation = compare.Behind
		}
		copies = append(copies, one)
	}
	return copies
}

// elect finds the voters: those the log tells, and, where it holds no voter set of its own (kraft.version 0), those of the
// configurations, which are what Kafka goes by.
func (f *facts) elect() {
	for id := range f.img.Voters {
		f.voters = append(f.voters, id)
	}
	if len(f.img.Voters) == 0 {
		for _, c := range f.in.Configs {
			f.voters = append(f.voters, c.voterIDs()...)
		}
	}
	slices.Sort(f.voters)
	f.voters = slices.Compact(f.voters)
}

// furthest finds the copy that goes furthest.
func furthest(logs []*metalog.Log, progress func(bytes int64)) (*metalog.Log, *compare.Report, error) {
	copies, err := compare.Read(logs, progress)
	if err != nil {
		return nil, nil, err
	}
	report, err := compare.Copies(copies, compare.Options{NoStates: true})
	if err != nil {
		return nil, nil, err
	}
	// An observer, which holds committed records only, may have been copied later than the voters.
	best := -1
	for i, c := range report.Copies {
		if c.Relation != compare.Reference && c.Relation != compare.Ahead {
			continue
		}
		if best < 0 || c.EndOffset > report.Copies[best].EndOffset {
			best = i
		}
	}
	return copies[whole(report.Copies, max(best, 0))].Log, report, nil
}

// whole is the copy to read in place of the one that goes furthest: one that goes as far and is not damaged, if that one is.
func whole(copies []compare.CopyReport, best int) int {
	if !damagedCopy(copies[best]) {
		return best
	}
	for i, c := range copies {
		if c.Relation == compare.Relation(compare.DamagedThere) && !damagedCopy(c) && c.EndOffset == copies[best].EndOffset && c.LastEpoch == copies[best].LastEpoch {
			return i
		}
	}
	return best
}

// damagedCopy tells that a copy has damage of its own, other than a batch that is still being written.
func damagedCopy(c compare.CopyReport) bool {
	return slices.ContainsFunc(c.Troubles, func(t string) bool { return strings.HasPrefix(t, "damage: ") })
}

// propertiesOf reads the meta.properties of the log directory a log lies in.
func propertiesOf(log *metalog.Log) (metaprops.Properties, bool) {
	name := "../" + metaprops.Name
	if path.Base(log.Path("")) != metalog.PartitionDir {
		name = metaprops.Name
	}
	data, err := log.ReadFile(name)
	if err != nil {
		return metaprops.Properties{}, false
	}
	p, err := metaprops.Parse(data)
	return p, err == nil
}

// decide finds the stage and says why.
func (f *facts) decide() {
	f.stage = f.chronicle.stage()
	f.origin = FromZooKeeper
	switch f.stage {
	case PreMigration:
		f.why = "the controllers wait for the brokers; nothing has been copied from ZooKeeper"
		if f.transfer != nil && f.transfer.Transaction && f.transfer.End == nil {
			f.why = "the copy from ZooKeeper has begun and is not finished"
		}
	case DualWrite:
		f.why = "the metadata was copied from ZooKeeper, and every change is written to both"
	case Finalised:
		f.why = "the metadata was copied from ZooKeeper, which is no longer written to"
	case None:
		f.origin, f.why = f.unmigrated()
	}
}

// unmigrated tells what a cluster is whose log has nothing of a migration.
func (f *facts) unmigrated() (Origin, string) {
	zookeeper := slices.ContainsFunc(f.in.Configs, func(c *Config) bool { return c.onZooKeeper() || c.Mode == Guiding }) ||
		slices.ContainsFunc(f.metas, func(d Directory) bool { return d.Properties.Version == 0 })
	switch {
	case f.img.Migration == nil && len(f.problems) > 0 && !f.past4():
		return FromUnknown, "what can be read of the log tells nothing of a migration, and it cannot be read wholly"
	case f.img.Migration != nil:
		return FromKRaft, "the log says ZkMigrationState NONE: the cluster was born in KRaft"
	case f.log != nil && !f.empty() && !f.complete() && f.past4():
		return FromUnknown, "the cluster runs in KRaft mode; whether it ever migrated is not told: Kafka 4.x leaves that out of its snapshots"
	case f.log != nil && !f.empty():
		return FromKRaft, "the log tells nothing of a migration: the cluster was born in KRaft"
	case zookeeper && f.log != nil:
		return FromZooKeeper, "the brokers run on ZooKeeper; the controllers are formatted and have not run"
	case zookeeper:
		return FromZooKeeper, "the brokers run on ZooKeeper, and no metadata log was given"
	case f.log != nil:
		return FromUnknown, "the node is formatted and has not run"
	}
	return FromKRaft, "no node is configured for ZooKeeper"
}

// past4 tells that the metadata.version is one that no release before 4.0 has.
func (f *facts) past4() bool { return f.level > release.V3_9.LatestStableMetadataVersion().Level }

// done tells that nothing is left to migrate: the cluster has got past it, or was born in KRaft and no node says otherwise.
func (f *facts) done() bool {
	zookeeper := slices.ContainsFunc(f.in.Configs, func(c *Config) bool { return c.onZooKeeper() || c.Mode == Guiding })
	return !zookeeper && (f.past4() || f.stage == None && f.origin == FromKRaft)
}

// versionName names a level of metadata.version in a sentence.
func versionName(level int16) string {
	if name := release.MetadataVersionName(level); name != "" {
		return name
	}
	return "unknown"
}
