// Package format decides what formatting a node's log directories means, and does it.
//
// A Request becomes a Plan without anything being written; a Plan can be printed, and applied. The order of checks and the
// texts of refusals are those of kafka-storage of the release asked for (kafka.tools.StorageTool, and from 3.9
// org.apache.kafka.metadata.storage.Formatter).
package format

import (
	"io"
	"time"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
)

// Surroundings is what planning needs of the world.
type Surroundings struct {
	// FS is where the log directories are looked at; planning writes nothing.
	FS fsx.FS
	// Now is the time written into snapshots and meta.properties.
	Now time.Time
	// Rand is the source of directory IDs and SCRAM salts.
	Rand io.Reader
}

// Plan is all that formatting a node will do.
type Plan struct {
	// Release is the release whose tool is followed.
	Release release.Release
	// ClusterID is the text that goes into meta.properties.
	ClusterID string
	// NodeID goes into meta.properties too.
	NodeID int32
	// MetadataVersion is the metadata.version of the new cluster.
	MetadataVersion release.MetadataVersion
	// Levels is the level of every other feature the release knows, zero included; nil before 3.9.
	Levels map[string]int16
	// Records are the bootstrap records, in order.
	Records []metadata.Record
	// Voters are the initial voters of a dynamic quorum; nil when the node is formatted without any.
	Voters []Voter
	// Notices are the lines Kafka's tool prints about the version, before anything else.
	Notices []string
	// Bootstrap is the line in which 4.2 and later print the bootstrap records; "" elsewhere.
	Bootstrap string
	// Skipped are directories passed over because they cannot be read, in Kafka's order.
	Skipped []Skipped
	// Formatted are the directories that have been formatted before.
	Formatted []string
	// Directories is the work, in Kafka's order; empty when every directory is formatted.
	Directories []DirectoryWork
	// Warnings are what a person should know although it stops nothing.
	Warnings []string

	// complete is set once nothing has refused the plan.
	complete bool
}

// Skipped is a directory that cannot be read.
type Skipped struct {
	Directory string
	Err       error
}

// planner is a plan in the making.
type planner struct {
	req  Request
	env  Surroundings
	row  *release.Storage
	plan *Plan

	// unstable is unstable.feature.versions.enable (unstable.metadata.versions.enable in 3.7).
	unstable bool
	// features are the levels asked for with --feature.
	features map[string]int16
	// requested is the version asked for by --release-version or inter.broker.protocol.version.
	requested *release.MetadataVersion
	// late is a refusal the release's tool only makes after meta.properties is written.
	late *Refusal
	// empty are the directories to format, sorted.
	empty []string
	// taken are the directory IDs in use on this node.
	taken map[clusterid.ID]bool
	// scram are the credentials asked for with --add-scram.
	scram []*metadata.UserScramCredentialRecord
}

// step is one check, or one decision, of a flow.
type step func(*planner) error

// flows is the order of steps of each generation of the tool.
var flows = map[release.StorageFlow][]step{
	release.FlowByName: {
		(*planner).chooseVersion, (*planner).readClusterID, (*planner).readScram, (*planner).requireBootstrapVersion,
		(*planner).requireRoles, (*planner).collectRecords, (*planner).findByName,
	},
	release.FlowEnsemble: {
		(*planner).readFeatures, (*planner).chooseVersion, (*planner).requireStableVersion, (*planner).requireOneDirectory,
		(*planner).readClusterID, (*planner).readScram, (*planner).requireBootstrapVersion, (*planner).requireRoles,
		(*planner).collectRecords, (*planner).loadDirectories,
	},
	release.FlowFormatter: {
		(*planner).requireRoles, (*planner).parseReleaseVersion, (*planner).readFeatures, (*planner).chooseQuorum,
		(*planner).chooseFormatterVersion, (*planner).chooseLevels, (*planner).requireBootstrapVersion, (*planner).readClusterID,
		(*planner).readScram, (*planner).collectRecords, (*planner).loadDirectories,
	},
}

// NewPlan decides what the request means. A *Refusal says that it cannot be carried out, in Kafka's words; any other
// error is one of the surroundings. Nothing is written.
func NewPlan(req Request, env Surroundings) (*Plan, error) {
	p := &planner{
		req:      req,
		env:      env,
		row:      req.Release.Storage(),
		plan:     &Plan{Release: req.Release, NodeID: req.Node.NodeID},
		unstable: req.Node.UnstableFeatureVersions,
		taken:    map[clusterid.ID]bool{},
	}
	for _, next := range flows[p.row.Flow] {
		if err := next(p); err != nil {
			return p.plan, err
		}
	}
	if err := p.layOut(); err != nil {
		return p.plan, err
	}
	p.warn()
	p.plan.complete = true
	return p.plan, nil
}
