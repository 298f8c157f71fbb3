package validate

import (
	"fmt"

	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/release"
)

// Severity says how bad a finding is; a greater one is worse.
type Severity int8

// The severities.
const (
	// Info is advice.
	Info Severity = iota
	// Warning works now, or partly, and bites later.
	Warning
	// Error means that the node will not start or join, or that data or clients certainly break.
	Error
)

var severityNames = [...]string{Info: "info", Warning: "warning", Error: "error"}

func (s Severity) String() string { return severityNames[s] }

// MarshalText is the name of the severity.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name of a severity.
func (s *Severity) UnmarshalText(text []byte) error {
	for i, name := range severityNames {
		if name == string(text) {
			*s = Severity(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no severity; use error, warning or info", text)
}

// Place is a place in a file as an editor shows it: line and column start at 1.
type Place struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column,omitempty"`
	// Excerpt is the line itself, with the values of secret keys masked.
	Excerpt string `json:"-"`
}

// Related is another place a finding rests on, such as the other node's line of a disagreement.
type Related struct {
	Place
	Message string `json:"message"`
}

// Edit is a change that mends a finding mechanically.
type Edit struct {
	// Kind is "rename-key", "set-value" or "delete-key".
	Kind string `json:"kind"`
	// Key is the key the edit is about, as the file has it.
	Key string `json:"key"`
	// Text is the new key or value; empty for delete-key.
	Text string `json:"text,omitempty"`
}

// The kinds of Edit.
const (
	RenameKey = "rename-key"
	SetValue  = "set-value"
	DeleteKey = "delete-key"
)

// Finding is one thing a rule has to say about one place. Its JSON form is a contract: fields are added, never changed.
type Finding struct {
	// Rule is the slug of the rule.
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	// Message says what is wrong here; it never holds the value of a secret key.
	Message string `json:"message"`
	Place
	// Key is the configuration key it is about; it may be one the file lacks.
	Key     string    `json:"key,omitempty"`
	Related []Related `json:"related,omitempty"`
	// Why says what happens if nothing is done, Fix what to do.
	Why string `json:"why"`
	Fix string `json:"fix"`
	// Edit mends the finding mechanically; nil when a person has to decide.
	Edit *Edit `json:"edit,omitempty"`
	// Cluster is the name of the cluster the file belongs to; empty when there is only one.
	Cluster string `json:"cluster,omitempty"`
}

// File is what became of one source.
type File struct {
	// Path is the source as shown.
	Path string
	// Err says why it could not be read; the other fields are empty then.
	Err error
	// Verdict is Kafka's judgement.
	Verdict *nodeconf.Verdict
	// Release is the release it was judged by.
	Release release.Release
	// NodeID and Roles sum the node up as far as the file tells: "?" for an unknown ID.
	NodeID, Roles string
	// Cluster is the name of its cluster.
	Cluster string
}

// ClusterSummary is a cluster that was found among the sources.
type ClusterSummary struct {
	// Name is a directory or file that tells the cluster from others.
	Name string `json:"name"`
	// ID is the cluster's ID where meta.properties files or the caller tell it.
	ID    string   `json:"id,omitempty"`
	Files []string `json:"files"`
}

// Suppressed is a finding that somebody accepted.
type Suppressed struct {
	Finding
	// By is "comment", "settings" or "baseline", and Reason the reason given.
	By     string `json:"by"`
	Reason string `json:"reason,omitempty"`
}

// Report is all that is to be said of a set of sources.
type Report struct {
	// Release is the release the rules of clusters were applied for, and ReleaseFrom what told it; empty when the caller did.
	Release     release.Release
	ReleaseFrom string
	Profile     Profile
	// Files are the sources in the order of their paths.
	Files    []File
	Clusters []ClusterSummary
	// Findings are in the order of files, then lines.
	Findings   []Finding
	Suppressed []Suppressed
	// Notes say what the linter decided by itself, such as files it took for no node's configuration.
	Notes []string
	// Upgrade is what a newer release would say; nil when nobody asked.
	Upgrade *Upgrade
}

// Upgrade is what changes with a newer release.
type Upgrade struct {
	To release.Release `json:"-"`
	// Findings are those the newer release adds.
	Findings []Finding `json:"findings"`
	// Defaults are keys no file sets whose default changes.
	Defaults []DefaultChange `json:"defaults,omitempty"`
}

// DefaultChange is a key whose default another release changed.
type DefaultChange struct {
	Key  string `json:"key"`
	From string `json:"from"`
	To   string `json:"to"`
}

// Count is the number of findings of each severity.
func (r *Report) Count() (errors, warnings, infos int) {
	var n [3]int
	for _, f := range r.Findings {
		n[f.Severity]++
	}
	return n[Error], n[Warning], n[Info]
}

// Unreadable tells whether a source could not be read.
func (r *Report) Unreadable() bool {
	for _, f := range r.Files {
		if f.Err != nil {
			return true
		}
	}
	return false
}
