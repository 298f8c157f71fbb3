package format

import (
	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/release"
)

// Request is what a person asks `kafka-storage format` for.
type Request struct {
	// Release is the release whose tool to behave as.
	Release release.Release
	// Node is the configuration, already judged by the rules of Release.
	Node *nodeconf.Node
	// ClusterID is the text of --cluster-id.
	ClusterID string
	// ReleaseVersion is the text of --release-version; nil when it was not given.
	ReleaseVersion *string
	// Features and Scram are the texts of --feature and --add-scram, in order.
	Features []string
	Scram    []string
	// IgnoreFormatted is --ignore-formatted.
	IgnoreFormatted bool
	// Standalone, NoInitialControllers and InitialControllers choose the kind of quorum (KIP-853).
	Standalone           bool
	NoInitialControllers bool
	// InitialControllers is the text of --initial-controllers; nil when it was not given.
	InitialControllers *string
	// Portable asks for files that mean the same to every release that can read them.
	Portable bool
	// Exact asks for Kafka's behaviour where Kafka is known to fall short: partial work before a late failure, repeated
	// lines, an IPv6 listener that --standalone cannot use.
	Exact bool
}

// releaseVersion is the version asked for by flag, or by inter.broker.protocol.version where the release reads it.
func (q *Request) releaseVersion() (string, bool) {
	switch {
	case q.ReleaseVersion != nil:
		return *q.ReleaseVersion, true
	case q.Release <= release.V3_9 && q.Node.InterBrokerProtocolVersionSet:
		return q.Node.InterBrokerProtocolVersion, true
	}
	return "", false
}

// dynamicQuorum reports whether the node takes part in a quorum whose voters are kept in the log.
func (q *Request) dynamicQuorum() bool { return !q.Node.HasVoters }
