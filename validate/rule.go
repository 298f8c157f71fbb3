package validate

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/kraftctl/kraftctl/release"
)

// Scope is what a rule looks at.
type Scope int8

// The scopes.
const (
	// ScopeFile rules look at one node.
	ScopeFile Scope = iota
	// ScopeCluster rules look at all nodes of one cluster.
	ScopeCluster
)

func (s Scope) String() string { return [...]string{"file", "cluster"}[s] }

// Profile is a set of rules that is asked for.
type Profile string

// The profiles.
const (
	// DefaultProfile has every rule that holds everywhere.
	DefaultProfile Profile = "default"
	// Production adds the practices of production; nothing is removed.
	Production Profile = "production"
)

// ParseProfile reads the name of a profile; the empty text is the default one.
func ParseProfile(text string) (Profile, bool) {
	switch p := Profile(text); p {
	case "", DefaultProfile:
		return DefaultProfile, true
	case Production:
		return p, true
	}
	return "", false
}

// Doc explains a rule to a person.
type Doc struct {
	// What is the situation, Why what comes of it, Fix what to do.
	What, Why, Fix string
}

// Example is the text of one server.properties file, or a txtar archive of several files of a cluster.
type Example string

// ExampleFile is one file of an Example.
type ExampleFile struct{ Name, Text string }

// Files are the files of the example; the one of a plain text is called server.properties.
func (e Example) Files() []ExampleFile {
	text := string(e)
	if !strings.HasPrefix(text, "-- ") {
		return []ExampleFile{{"server.properties", text}}
	}
	var files []ExampleFile
	for line := range strings.Lines(text) {
		name, found := strings.CutPrefix(line, "-- ")
		if name, found2 := strings.CutSuffix(strings.TrimSuffix(name, "\n"), " --"); found && found2 {
			files = append(files, ExampleFile{Name: name})
			continue
		}
		files[len(files)-1].Text += line
	}
	return files
}

// Rule is one thing the linter looks for.
type Rule struct {
	// Slug names the rule for ever.
	Slug string
	// Severity is the usual one; a finding may be milder or harsher, as the Doc says.
	Severity Severity
	Scope    Scope
	// Releases are those the rule holds for.
	Releases release.Range
	// Profile is Production for a rule that only that profile has.
	Profile Profile
	// Textual rules look at how a file is written, and make no sense of a text that was put together from another format.
	Textual bool
	Doc     Doc
	// Bad is an example the rule finds something in, at the last of its releases, and Good how to write it.
	Bad, Good Example

	file    func(n *node, r *reporter)
	cluster func(c *cluster, r *reporter)
}

// families lists the tables of rules in the order of the catalogue.
var families = []func() []*Rule{
	textRules, characterRules, valueRules, keyRules, oldKeyRules, refusalRules, quorumFileRules, voterFileRules, listenerFileRules, mappingFileRules, endpointFileRules, startRules,
	practiceRules, replicaRules, productionRules, productionBrokerRules, productionAccessRules,
	quorumRules, quorumPlaceRules, voterRules, bootstrapRules, securityRules, identityRules,
	clientRules, machineRules, replicationRules, brokerRules, accessRules, timeoutRules,
	migrationRules,
}

// Rules lists every rule in the order of the catalogue. They must not be changed.
func Rules() []*Rule { return allRules() }

var allRules = sync.OnceValue(func() []*Rule {
	var all []*Rule
	for _, family := range families {
		all = append(all, family()...)
	}
	for _, r := range all {
		if r.Profile == "" {
			r.Profile = DefaultProfile
		}
		if r.Releases == (release.Range{}) {
			r.Releases = release.Since(release.Oldest())
		}
		if r.cluster != nil {
			r.Scope = ScopeCluster
		}
	}
	return all
})

// Lookup finds a rule by its slug.
func Lookup(slug string) (*Rule, bool) {
	i := slices.IndexFunc(Rules(), func(r *Rule) bool { return r.Slug == slug })
	if i < 0 {
		return nil, false
	}
	return Rules()[i], true
}

// holds tells whether the rule is to be applied.
func (r *Rule) holds(rel release.Release, profile Profile) bool {
	return r.Releases.Contains(rel) && (r.Profile != Production || profile == Production)
}

// clusterExample is two brokers with a meta.properties each.
func clusterExample(node1 int, directory1, cluster2, directory2 string) Example {
	const cluster1 = "XcZZOzUqS4yHOjhMQB6JLQ"
	meta := func(cluster string, node int, directory string) string {
		text := fmt.Sprintf("version=1\ncluster.id=%s\nnode.id=%d\n", cluster, node)
		if directory != "" {
			text += "directory.id=" + directory + "\n"
		}
		return text
	}
	broker := "process.roles=broker\nnode.id=%d\ncontroller.quorum.voters=1@c1:9093\n"
	return Example("-- a.properties --\n" + fmt.Sprintf(broker, 11) + "-- a/data/meta.properties --\n" + meta(cluster1, node1, directory1) +
		"-- b.properties --\n" + fmt.Sprintf(broker, 12) + "-- b/data/meta.properties --\n" + meta(cluster2, 12, directory2))
}
