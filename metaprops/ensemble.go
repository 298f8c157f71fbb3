package metaprops

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/release"
)

// State is what a log directory is to a node that starts.
type State int

const (
	// Empty directories have no meta.properties, or do not exist.
	Empty State = iota
	// Formatted directories have one that can be read.
	Formatted
	// Unreadable directories have one that cannot, or are no directories, or may not be looked into.
	Unreadable
)

func (s State) String() string { return [...]string{"empty", "formatted", "unreadable"}[s] }

// Directory is one log directory.
type Directory struct {
	// Path is the directory as configured.
	Path string
	// State is what Properties and Err follow from.
	State State
	// Properties is what the file of a formatted directory says.
	Properties Properties
	// Err says why an unreadable directory is that: a *ParseError, or an error of the file system.
	Err error
}

// Ensemble is what the log directories of a node say, in the order they were given in
// (org.apache.kafka.metadata.properties.MetaPropertiesEnsemble).
type Ensemble []Directory

// Load reads the file of each directory as 3.7 and later do.
func Load(fsys fsx.FS, dirs []string) Ensemble {
	ensemble := make(Ensemble, len(dirs))
	for i, dir := range dirs {
		ensemble[i] = load(fsys, dir)
	}
	return ensemble
}

func load(fsys fsx.FS, path string) Directory {
	data, err := fsys.ReadFile(FileSeen(path))
	if errors.Is(err, fs.ErrNotExist) {
		return Directory{Path: path, State: Empty}
	}
	if err != nil {
		return Directory{Path: path, State: Unreadable, Err: err}
	}
	properties, err := Parse(data)
	if err != nil {
		return Directory{Path: path, State: Unreadable, Err: err}
	}
	return Directory{Path: path, State: Formatted, Properties: properties}
}

// In lists the paths of the directories in a state.
func (e Ensemble) In(state State) []string {
	var paths []string
	for _, dir := range e {
		if dir.State == state {
			paths = append(paths, dir.Path)
		}
	}
	return paths
}

// Fault is the kind of a Mismatch.
type Fault int

const (
	// OtherCluster is a directory of another cluster.
	OtherCluster Fault = iota
	// OtherNode is a directory of another node.
	OtherNode
	// ReservedDirectoryID is a directory whose ID Kafka keeps for itself.
	ReservedDirectoryID
	// DuplicateDirectoryID is a directory with the ID of another one: most likely its copy.
	DuplicateDirectoryID
)

// Mismatch says that a formatted directory does not belong to the node. Its text is Kafka's message.
type Mismatch struct {
	// Message is the text Kafka of the release prints (of a java.lang.RuntimeException).
	Message string
	// Kind is what is wrong.
	Kind Fault
	// Directory is the directory it is wrong in.
	Directory string
	// Stored is the value its file has.
	Stored string
}

func (m *Mismatch) Error() string { return m.Message }

// reservedTexts says how a release reports a reserved directory ID: 3.7 … 4.0 misspell it.
var reservedTexts = []struct {
	releases release.Range
	format   string
}{
	{release.Until(release.V4_0), "Invalid resrved directory ID %s found in %s"},
	{release.Since(release.V4_1), "Invalid reserved directory ID %s found in %s"},
}

// Verify checks that all formatted directories belong to the cluster and node, in order, as 3.7 and later do before
// they format. The error is a *Mismatch for the first that does not.
func (e Ensemble) Verify(rel release.Release, cluster string, node int32) error {
	seen := map[clusterid.ID]string{}
	for _, dir := range e {
		if dir.State != Formatted {
			continue
		}
		if err := dir.verify(cluster, node); err != nil {
			return err
		}
		id := dir.Properties.DirectoryID
		if id == nil {
			continue
		}
		if id.ReservedDirectory() {
			return dir.mismatch(ReservedDirectoryID, id.String(), reservedText(rel), id, dir.Path)
		}
		if earlier, ok := seen[*id]; ok {
			return dir.mismatch(DuplicateDirectoryID, id.String(),
				"Duplicate directory ID Optional[%s] found. It was the ID of %s, but also of %s", id, earlier, dir.Path)
		}
		seen[*id] = dir.Path
	}
	return nil
}

func (d Directory) verify(cluster string, node int32) error {
	p := d.Properties
	file := JavaPath(FileSeen(d.Path))
	if !p.NoClusterID && p.ClusterID != cluster {
		return d.mismatch(OtherCluster, p.ClusterID, "Invalid cluster.id in: %s. Expected %s, but read %s", file, cluster, p.ClusterID)
	}
	if !p.NoNodeID && p.NodeID != node {
		return d.mismatch(OtherNode, fmt.Sprint(p.NodeID), "Stored node id %d doesn't match previous node id %d in %s. "+
			"If you moved your data, make sure your configured node id matches. "+
			"If you intend to create a new node, you should remove all data in your data directories.", p.NodeID, node, file)
	}
	return nil
}

func (d Directory) mismatch(kind Fault, stored, format string, args ...any) error {
	return &Mismatch{Message: fmt.Sprintf(format, args...), Kind: kind, Directory: d.Path, Stored: stored}
}

func reservedText(rel release.Release) string {
	for _, row := range reservedTexts {
		if row.releases.Contains(rel) {
			return row.format
		}
	}
	return ""
}
