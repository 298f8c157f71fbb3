package format

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/metaprops"
)

// DirectoryState is what a log directory is to the node that wants it.
type DirectoryState string

// The states of a directory.
const (
	// StateFormatted is a directory of this cluster and node.
	StateFormatted DirectoryState = "formatted"
	// StateUnformatted is a directory that is empty, missing or not formatted yet.
	StateUnformatted DirectoryState = "unformatted"
	// StateConflict is a directory that must not be touched.
	StateConflict DirectoryState = "conflict"
)

// Finding is the state of one directory, and why.
type Finding struct {
	Directory string
	State     DirectoryState
	Reason    string
	// DirectoryID is the directory.id of a formatted directory; "" if it has none.
	DirectoryID string
}

// Assessment is what has to be done so that a node's directories are formatted.
type Assessment struct {
	// Findings are the directories, sorted.
	Findings []Finding
	// Plan formats the unformatted directories; nil when there are none, or when there is a conflict.
	Plan *Plan
}

// Conflicts lists the findings that forbid the work.
func (a *Assessment) Conflicts() []Finding {
	var conflicts []Finding
	for _, f := range a.Findings {
		if f.State == StateConflict {
			conflicts = append(conflicts, f)
		}
	}
	return conflicts
}

// Ensure compares what is on disk with what the request wants and plans what is missing. Unlike NewPlan it holds every
// release to the same strictness: a directory of another cluster or node, one that cannot be read, or one that a running
// node holds while work is due, is a conflict, and then nothing is planned. Errors are those of NewPlan.
func Ensure(req Request, env Surroundings) (*Assessment, error) {
	req.IgnoreFormatted = true
	check := &planner{req: req, env: env, row: req.Release.Storage(), plan: &Plan{Release: req.Release, NodeID: req.Node.NodeID}}
	if err := check.readClusterID(); err != nil {
		return nil, err
	}
	if refusal := check.requireNames(); refusal != nil {
		return nil, refusal
	}
	a := &Assessment{}
	ensemble := metaprops.Load(env.FS, check.sortedDirectories())
	for _, dir := range ensemble {
		a.Findings = append(a.Findings, check.assess(dir))
	}
	check.assessTogether(ensemble, a)
	if len(a.Conflicts()) > 0 || !a.has(StateUnformatted) {
		return a, nil
	}
	a.assessLocks(env.FS)
	if len(a.Conflicts()) > 0 {
		return a, nil
	}
	plan, err := NewPlan(req, env)
	a.Plan = plan
	return a, err
}

func (a *Assessment) has(state DirectoryState) bool {
	for _, f := range a.Findings {
		if f.State == state {
			return true
		}
	}
	return false
}

// assess judges one directory by itself.
func (p *planner) assess(dir metaprops.Directory) Finding {
	f := Finding{Directory: dir.Path, State: StateConflict}
	properties := dir.Properties
	if dir.State == metaprops.Formatted && properties.DirectoryID != nil {
		f.DirectoryID = properties.DirectoryID.String()
	}
	switch {
	case dir.State == metaprops.Unreadable:
		f.Reason = fmt.Sprintf("meta.properties cannot be read: %v", dir.Err)
	case dir.State == metaprops.Empty:
		return p.assessEmpty(f)
	case properties.Version == 0:
		f.Reason = "it is formatted for a ZooKeeper cluster (meta.properties version 0)"
	case properties.ClusterID != p.plan.ClusterID:
		f.Reason = fmt.Sprintf("it belongs to cluster %s, not to %s", properties.ClusterID, p.plan.ClusterID)
	case properties.NodeID != p.plan.NodeID:
		f.Reason = fmt.Sprintf("it belongs to node %d, not to node %d", properties.NodeID, p.plan.NodeID)
	case properties.DirectoryID != nil && properties.DirectoryID.ReservedDirectory():
		f.Reason = fmt.Sprintf("its directory ID %s is one Kafka keeps for itself", f.DirectoryID)
	default:
		f.State, f.Reason = StateFormatted, "it belongs to this cluster and node"
	}
	return f
}

// assessEmpty judges a directory without meta.properties.
func (p *planner) assessEmpty(f Finding) Finding {
	info, err := p.env.FS.Stat(f.Directory)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.State, f.Reason = StateUnformatted, "it does not exist"
	case err != nil:
		f.Reason = fmt.Sprintf("it cannot be looked into: %v", err)
	case !info.IsDir():
		f.Reason = "it is not a directory"
	default:
		f.State, f.Reason = StateUnformatted, "it has no meta.properties"
	}
	return f
}

// assessTogether finds what is wrong between the directories.
func (p *planner) assessTogether(ensemble metaprops.Ensemble, a *Assessment) {
	owner := map[string]string{}
	for i := range a.Findings {
		f := &a.Findings[i]
		if f.DirectoryID == "" || f.State != StateFormatted {
			continue
		}
		if earlier, taken := owner[f.DirectoryID]; taken {
			f.State, f.Reason = StateConflict, fmt.Sprintf("it has the directory ID of %s: one is a copy of the other", earlier)
		}
		owner[f.DirectoryID] = f.Directory
	}
	if !p.req.Standalone && p.req.InitialControllers == nil || len(ensemble.In(metaprops.Formatted)) == 0 {
		return
	}
	for i := range a.Findings {
		if f := &a.Findings[i]; f.Directory == p.req.Node.MetadataLogDir && f.State == StateUnformatted {
			f.State = StateConflict
			f.Reason = "the metadata directory is gone while others of this node are formatted: founding the quorum again would split it; " +
				"use --no-initial-controllers and let the controller join (kafka-metadata-quorum add-controller)"
		}
	}
}

// assessLocks turns the formatted directories of a running node into conflicts.
func (a *Assessment) assessLocks(fsys fsx.FS) {
	for i := range a.Findings {
		f := &a.Findings[i]
		lock, err := fsys.LockNode(f.Directory)
		var held *fsx.HeldError
		switch {
		case err == nil:
			_ = lock.Close() // it was only asked for
		case errors.As(err, &held):
			f.State, f.Reason = StateConflict, held.Error()
		case !errors.Is(err, fs.ErrNotExist):
			f.State, f.Reason = StateConflict, err.Error()
		}
	}
}
