package preflight

import "slices"

// Verdict sums a report up.
type Verdict string

const (
	// Loads means that the release starts on the directory and has everything that is in it.
	Loads Verdict = "loads"
	// LoadsIgnoring means that the release starts, but does not see something that matters.
	LoadsIgnoring Verdict = "loads-but-ignores"
	// Damaged means that nothing but damage in the files stands in the way.
	Damaged Verdict = "damaged"
	// Fails means that the release does not start on the directory.
	Fails Verdict = "does-not-load"
)

// Effect is what a finding means for the node.
type Effect string

const (
	// Stops means that the node ends, or never gets ready.
	Stops Effect = "stops"
	// Breaks means that a file is damaged; what is lost depends on where.
	Breaks Effect = "damaged"
	// Hides means that the node starts without something that is in the directory.
	Hides Effect = "ignored"
	// Tells is for what is worth knowing, and no obstacle.
	Tells Effect = "note"
)

// Role is the role of a node that a finding holds for.
type Role string

const (
	// AnyRole is every node, whatever process.roles says.
	AnyRole Role = "any"
	// ControllerRole is nodes whose process.roles has controller, also combined ones. A broker of its own logs the fault and
	// never gets ready.
	ControllerRole Role = "controller"
)

// Report is what was found out about one directory and one release. Its JSON form is stable: version 1.
type Report struct {
	Version int `json:"version"`
	// Directory is how messages call the log directory, Release the line asked about, and Observed the patch release whose
	// starts the rules come from.
	Directory string  `json:"directory"`
	Release   string  `json:"release"`
	Observed  string  `json:"observed"`
	Verdict   Verdict `json:"verdict"`
	// NodeID and ClusterID are those of meta.properties.
	NodeID    *int32 `json:"nodeId,omitempty"`
	ClusterID string `json:"clusterId,omitempty"`
	// Reads is what the release would load.
	Reads Reads `json:"reads"`
	// Features are the levels the release would find, by name.
	Features []Feature `json:"features"`
	// Findings are in the order in which the node comes upon them.
	Findings []Finding `json:"findings"`
	// Files says of each file what the release makes of it.
	Files []FileUse `json:"files"`
	// Steps lead to a directory that the release loads, or say that nothing does.
	Steps []Step `json:"steps"`
	// Raises are the levels that can be raised once all nodes run the release.
	Raises []Raise `json:"raises"`
}

// Reads is what a release loads of a directory.
type Reads struct {
	// Snapshot is the snapshot it begins with, "" for none.
	Snapshot string `json:"snapshot,omitempty"`
	// FirstOffset and EndOffset bound what it reads of the log; the end is exclusive. Both are 0 when there is no log.
	FirstOffset int64 `json:"firstOffset"`
	EndOffset   int64 `json:"endOffset"`
	// Records counts the metadata records in it.
	Records int64 `json:"records"`
	// Bootstrap says where the first records of an empty log come from: a file; "default", the release's own; "leader", as the
	// node is a broker of its own or a controller that joins a quorum; "elsewhere", as this is not the node's metadata directory. "" when the log has some.
	Bootstrap string `json:"bootstrap,omitempty"`
}

// Feature is a feature level that the release would find.
type Feature struct {
	Name  string `json:"name"`
	Level int16  `json:"level"`
	// VersionName is the name of a metadata.version level, such as 3.9-IV0.
	VersionName string `json:"versionName,omitempty"`
	// Lowest and Highest are the levels the release supports; both are 0 for a feature it does not know.
	Lowest  int16 `json:"lowest"`
	Highest int16 `json:"highest"`
}

// Finding is something about the directory that matters to the release.
type Finding struct {
	// ID names the kind of finding, such as "feature-level".
	ID     string `json:"id"`
	Effect Effect `json:"effect"`
	Role   Role   `json:"role"`
	// File is where it is. Offset is the offset of the first record concerned, nil when no record is meant or it has none of
	// its own, as in a snapshot. Count is the number of records.
	File   string `json:"file,omitempty"`
	Offset *int64 `json:"offset,omitempty"`
	Count  int64  `json:"count,omitempty"`
	// LastOffset is the offset of the last record concerned.
	LastOffset *int64 `json:"lastOffset,omitempty"`
	// Type and RecordVersion are those of the records; Feature and Level those of a feature level.
	Type          string `json:"type,omitempty"`
	RecordVersion *int16 `json:"recordVersion,omitempty"`
	Feature       string `json:"feature,omitempty"`
	Level         *int16 `json:"level,omitempty"`
	// Message says what is wrong.
	Message string `json:"message"`
	// Log are texts of the node's own log, of which at least one appears; Where are the lines that tell the place, likewise.
	// Two of Kafka's threads race for the same record, and the one that loses may say nothing.
	Log   []string `json:"log,omitempty"`
	Where []string `json:"where,omitempty"`
	// Details are what is hidden, one thing a line.
	Details []string `json:"details,omitempty"`
	// Fix says what to do about it.
	Fix string `json:"fix,omitempty"`

	phase phase
	place int64
	batch int64
}

// FileUse is what the release makes of a file.
type FileUse struct {
	File string `json:"file"`
	// Use is "read", "ignored", "misread" or "missing".
	Use string `json:"use"`
	Why string `json:"why"`
}

// Step is something to do.
type Step struct {
	// Command is a command line, "" when the text says it all.
	Command string `json:"command,omitempty"`
	// Risk is "safe", "loses" or "impossible".
	Risk string `json:"risk"`
	Text string `json:"text"`
}

// The risks of a step.
const (
	Safe       = "safe"
	Loses      = "loses"
	Impossible = "impossible"
)

// Raise is a feature whose level can be raised after the upgrade.
type Raise struct {
	Name string `json:"name"`
	From int16  `json:"from"`
	To   int16  `json:"to"`
	// Back says whether the level can be lowered again.
	Back bool `json:"back"`
}

// phase orders findings as the node comes upon them.
type phase int8

const (
	atDirectory phase = iota
	atBootstrap
	atQuorum
	atScan
	atReplay
	atEnd
)

// verdicts are what each effect makes of a directory, the worst first.
var verdicts = []struct {
	effect  Effect
	verdict Verdict
}{{Stops, Fails}, {Breaks, Damaged}, {Hides, LoadsIgnoring}}

// verdict sums findings up.
func verdict(findings []Finding) Verdict {
	for _, v := range verdicts {
		if slices.ContainsFunc(findings, func(f Finding) bool { return f.Effect == v.effect }) {
			return v.verdict
		}
	}
	return Loads
}

// decisive is the first finding that the verdict rests on; nil when the release loads everything.
func (r *Report) decisive() *Finding {
	for _, v := range verdicts {
		if v.verdict != r.Verdict {
			continue
		}
		for i := range r.Findings {
			if r.Findings[i].Effect == v.effect {
				return &r.Findings[i]
			}
		}
	}
	return nil
}
