package validate

import (
	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/release"
)

// Source is the configuration of one node, wherever it came from.
type Source struct {
	// Path names the source in findings.
	Path string
	// Text is the properties text a node would read. For another format, such as the environment of a container, it is put
	// together from that, one property to a line.
	Text []byte
	// Lines says for each line of Text, from the first, where it stands in the original; nil when Text is the file itself.
	// Rules marked Textual are left out when it is given.
	Lines []Place
	// Release is the release of this node where the source tells it, as an image tag does; nil for that of the Options.
	Release *release.Release
	// Err says why the source could not be read; everything else but Path is empty then.
	Err error
	// Verdict is Kafka's judgement; Check asks nodeconf when it is nil.
	Verdict *nodeconf.Verdict
}

// Meta is one meta.properties file.
type Meta struct {
	Path string
	Text []byte
	// Owner is the Path of the Source whose log directory it is in; empty when nobody knows.
	Owner string
	// Lines says where the lines of Text stand in the original, as those of a Source; nil when Text is the file itself.
	Lines []Place
}

// Options say how sources are judged.
type Options struct {
	// Release is that of nodes whose Source tells none.
	Release release.Release
	Profile Profile
	// Reading has what config providers may read; its File and Release are not looked at.
	Reading nodeconf.Options
	// ClusterID is the ID every meta.properties should have, and says that all sources are of one cluster; empty when unknown.
	ClusterID string
	// Partial says that the sources are not a whole cluster, so that a node that is not among them is no finding.
	Partial bool
	// Metas are the meta.properties files beside the sources.
	Metas []Meta
	// Settings are severities and ignores; nil for none.
	Settings *Settings
	// UpgradeTo asks what a newer release would add; nil for nothing.
	UpgradeTo *release.Release
	// Workers is the number of files judged at a time; 0 means one at a time.
	Workers int
}

// Settings are what a project decided about rules, as .kraftctl.yaml has it.
type Settings struct {
	// Severities replace those of findings, by slug; a rule that is off is in Ignores.
	Severities map[string]Severity
	Ignores    []Ignore
	Profile    string
	// KafkaVersion is the release as written; empty when it is not given.
	KafkaVersion string
}

// Ignore accepts the findings of a rule.
type Ignore struct {
	// Rule is a slug, or * for all.
	Rule string
	// Path is a pattern as of path.Match for the file, or its end; empty for all files.
	Path   string
	Reason string
}
