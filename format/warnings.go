package format

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/release"
)

// warn collects what people trip over although Kafka lets it pass.
func (p *planner) warn() {
	p.warnClusterID()
	p.warnLossElsewhere()
	for _, skipped := range p.plan.Skipped {
		p.warning("log directory %s is passed over because it cannot be read: %v", skipped.Directory, skipped.Err)
	}
	for _, dir := range p.sortedDirectories() {
		p.warnTemporary(dir)
		p.warnContent(dir)
	}
	for _, dir := range p.plan.Formatted {
		p.warnForeign(dir)
	}
}

func (p *planner) warning(format string, args ...any) {
	p.plan.Warnings = append(p.plan.Warnings, fmt.Sprintf(format, args...))
}

// warnClusterID speaks up for an ID that only some releases, or some commands, will take.
func (p *planner) warnClusterID() {
	id := p.req.ClusterID
	switch {
	case !clusterid.Canonical(id):
		p.warning("cluster ID %q is not a canonical base64 UUID; Kafka %s stores it as it is, older releases and many tools refuse it. "+
			"kraftctl random-uuid makes a proper one", id, p.req.Release)
	case strings.HasPrefix(id, "-"):
		p.warning("cluster ID %q begins with a dash; Kafka's own tools take it for an option unless it is given as --cluster-id=%s", id, id)
	}
}

// warnLossElsewhere speaks up when a neighbouring release would start on these files and silently leave the bootstrap records
// out, or when files are meant to be portable and their metadata.version is not.
func (p *planner) warnLossElsewhere() {
	r, version := p.req.Release, p.plan.MetadataVersion
	switch {
	case p.req.Portable:
		if older := r - 1; older >= release.Oldest() && !version.KnownTo(older) {
			p.warning("metadata.version %s is unknown to Kafka %s, so the directory cannot be read there however portable its files are; "+
				"choose an older --release-version", version.Name, older)
		}
	case p.bootstrapInSnapshot() && p.req.Node.IsController() && p.writesMetadata():
		lost := "features"
		if len(p.scram) > 0 {
			lost = "features and SCRAM users"
		}
		p.warning("Kafka %s keeps the bootstrap records in %s/%s.checkpoint only: a node of 4.3 started on this directory silently "+
			"comes up without its %s, and brokers of 4.2 and before do not come up at all (--portable writes files that every release reads alike)",
			r, metadataTopic, snapshotStem, lost)
	}
}

func (p *planner) writesMetadata() bool {
	for _, work := range p.plan.Directories {
		if work.Directory == p.req.Node.MetadataLogDir {
			return true
		}
	}
	return false
}

// warnTemporary speaks up for a directory that the system may empty.
func (p *planner) warnTemporary(dir string) {
	path := filepath.Clean(dir)
	for _, temporary := range []string{"/tmp", "/var/tmp", "/dev/shm", filepath.Clean(os.TempDir())} {
		if path == temporary || strings.HasPrefix(path, temporary+string(filepath.Separator)) {
			p.warning("log directory %s is below %s, which the system may empty at a restart; set log.dirs to a durable place", dir, temporary)
			return
		}
	}
}

// warnContent speaks up for what a directory to be formatted holds already.
func (p *planner) warnContent(dir string) {
	entries, err := p.env.FS.ReadDir(dir)
	if err != nil {
		return
	}
	formatted := false
	var partitions []string
	for _, entry := range entries {
		switch name := entry.Name(); {
		case name == metaPropertiesName:
			formatted = true
		case name == "lost+found":
			p.warning("log directory %s holds lost+found, so it is the root of a file system; a broker does not start on it "+
				"(Kafka: %q is not in the form of topic-partition). Use a directory below the mount point", dir, name)
		case entry.IsDir() && looksLikePartition(name):
			partitions = append(partitions, name)
		}
	}
	if !formatted && len(partitions) > 0 {
		p.warning("log directory %s has no meta.properties but holds the data of %d partitions (such as %s): node %d will take it over as its own",
			dir, len(partitions), partitions[0], p.req.Node.NodeID)
	}
}

// looksLikePartition reports whether a name is TOPIC-NUMBER.
func looksLikePartition(name string) bool {
	dash := strings.LastIndexByte(name, '-')
	return dash > 0 && dash < len(name)-1 && strings.Trim(name[dash+1:], "0123456789") == ""
}

// warnForeign speaks up for a formatted directory that belongs to another node or cluster, which releases before 3.7 pass over.
func (p *planner) warnForeign(dir string) {
	if p.row.Flow != release.FlowByName {
		return
	}
	text, err := p.env.FS.ReadFile(metaprops.FileIn(dir))
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			p.warning("log directory %s counts as formatted, but its meta.properties cannot be read: %v", dir, err)
		}
		return
	}
	properties, err := metaprops.Parse(text)
	switch {
	case err != nil:
		p.warning("log directory %s counts as formatted, but its meta.properties is not valid: %v", dir, err)
	case properties.ClusterID != p.plan.ClusterID:
		p.warning("log directory %s belongs to cluster %s, not to %s; the node will not start on it", dir, properties.ClusterID, p.plan.ClusterID)
	case properties.NodeID != p.plan.NodeID:
		p.warning("log directory %s belongs to node %d, not to node %d; the node will not start on it", dir, properties.NodeID, p.plan.NodeID)
	}
}
