package format

import (
	"fmt"
	"slices"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/release"
)

// Names in a log directory (kafka.raft.KafkaRaftClient, org.apache.kafka.metadata.bootstrap.BootstrapDirectory).
const (
	bootstrapName = "bootstrap.checkpoint"
	metadataTopic = "__cluster_metadata-0"
	snapshotStem  = "00000000000000000000-0000000000"
)

// layOut turns the empty directories into work, in Kafka's order.
func (p *planner) layOut() error {
	if len(p.empty) == 0 {
		return nil
	}
	order := p.empty
	if p.row.Flow != release.FlowByName {
		order = workOrder(p.plan.Formatted, p.empty)
	}
	if !p.req.Exact {
		order = metadataFirst(order, p.req.Node.MetadataLogDir)
	}
	works := map[string]DirectoryWork{}
	for _, dir := range order {
		work, err := p.work(dir)
		if err != nil {
			return err
		}
		works[dir] = work
	}
	if p.row.RepeatedLines && p.req.Exact {
		order = repeated(p.plan.Formatted, p.empty)
	}
	for _, dir := range order {
		p.plan.Directories = append(p.plan.Directories, works[dir])
	}
	if p.row.PrintsBootstrap {
		p.bootstrapNotice()
	}
	return nil
}

// metadataFirst moves the metadata directory to the front. Should the work stop half-way, a node whose other directories
// are formatted has its metadata directory too, so that a missing one always tells of a disk that was replaced.
func metadataFirst(order []string, metadataDir string) []string {
	at := slices.Index(order, metadataDir)
	if at <= 0 {
		return order
	}
	return append([]string{metadataDir}, slices.Delete(slices.Clone(order), at, at+1)...)
}

// repeated is the loop of 3.7: it goes over the sorted directories and each time works on all of them up to there.
func repeated(formatted, empty []string) []string {
	var all []string
	for i := range empty {
		all = append(all, workOrder(formatted, empty[:i+1])...)
	}
	return all
}

// work is what formatting one directory takes.
func (p *planner) work(dir string) (DirectoryWork, error) {
	work := DirectoryWork{
		Directory: dir,
		Kind:      p.kind(dir),
		LineLast:  p.row.MetaPropertiesFirst,
	}
	work.Line = fmt.Sprintf("Formatting %s with metadata.version %s.", dir, p.plan.MetadataVersion.Name)
	if work.Kind != "" {
		work.Line = fmt.Sprintf("Formatting %s %s with metadata.version %s.", work.Kind, dir, p.plan.MetadataVersion.Name)
	}
	properties, err := p.metaProperties(dir)
	if err != nil {
		return work, err
	}
	switch {
	case p.late != nil:
		work.Files, work.Failure = []FileWrite{properties}, p.late
	case p.row.MetaPropertiesFirst:
		work.Files = append([]FileWrite{properties}, p.checkpoints(dir)...)
	default:
		work.Files = append(p.checkpoints(dir), properties)
	}
	return work, nil
}

// kind is Kafka's word for the directory.
func (p *planner) kind(dir string) string {
	switch {
	case !p.row.NamesDirectoryKinds:
		return ""
	case dir != p.req.Node.MetadataLogDir:
		return "data directory"
	case p.plan.Voters == nil:
		return "metadata directory"
	case p.isVoter():
		return "dynamic metadata voter directory"
	}
	return "dynamic metadata directory"
}

// isVoter reports whether this node is one of the initial voters.
func (p *planner) isVoter() bool {
	return slices.ContainsFunc(p.plan.Voters, func(v Voter) bool { return v.ID == p.req.Node.NodeID })
}

// bootstrapInSnapshot reports whether the bootstrap records go into the 0-0 snapshot. Only 4.4 reads them there in every
// kind of cluster, while all of 3.7 … 4.4 load bootstrap.checkpoint alike, which is why a portable directory has that
// (docs/portable.md).
func (p *planner) bootstrapInSnapshot() bool { return p.row.BootstrapInSnapshot && !p.req.Portable }

// checkpoints are the snapshot files that go into a directory.
func (p *planner) checkpoints(dir string) []FileWrite {
	var files []FileWrite
	metadataDir := dir == p.req.Node.MetadataLogDir
	now := p.env.Now.UnixMilli()
	inSnapshot := p.bootstrapInSnapshot()
	if !inSnapshot {
		files = append(files, FileWrite{
			Role: BootstrapCheckpoint, Path: fsx.Join(dir, bootstrapName), TempName: bootstrapName + ".tmp",
			Data: snapshot(snapshotContent{at: now, records: p.plan.Records}), Create: ModeFile,
		})
	}
	content := snapshotContent{at: now, lastContained: now, voters: p.quorumVoters()}
	switch {
	case !metadataDir:
		return files
	case inSnapshot && p.req.Node.IsController():
		content.records = p.plan.Records
		content.kraftVersion = p.plan.Levels[release.KRaftVersionFeature]
	case !inSnapshot && p.plan.Voters != nil:
		content.kraftVersion = p.plan.Levels[release.KRaftVersionFeature]
	default:
		return files
	}
	return append(files, FileWrite{
		Role: QuorumSnapshot, Path: fsx.Join(fsx.Join(fsx.Parent(p.metaPropertiesPath(dir)), metadataTopic), snapshotStem+".checkpoint"),
		TempName: fmt.Sprintf("%s-%d.checkpoint.part", snapshotStem, p.partNumber()),
		Data:     snapshot(content), Create: ModeTemp, Chmod: ModeFrozen,
	})
}

// partNumber tells temporary snapshot files apart: always the same one natively, so that a later run replaces what a crash
// left behind, and a new one each time in Kafka.
func (p *planner) partNumber() int64 {
	if p.req.Exact {
		return p.env.Now.UnixNano()
	}
	return 0
}

// metaProperties is meta.properties of a directory.
func (p *planner) metaProperties(dir string) (FileWrite, error) {
	properties := metaprops.Properties{Version: 1, ClusterID: p.plan.ClusterID, NodeID: p.req.Node.NodeID}
	if p.row.DirectoryIDs {
		id, err := p.directoryID(dir)
		if err != nil {
			return FileWrite{}, err
		}
		properties.DirectoryID = &id
	}
	return FileWrite{
		Role: MetaProperties, Path: p.metaPropertiesPath(dir), TempName: metaPropertiesName + ".tmp",
		Data: properties.Marshal(p.req.Release, p.env.Now), Create: ModeFile,
	}, nil
}

// directoryID is the voter's directory ID in the metadata directory of an initial voter, else a random one that no
// other directory of the node has.
func (p *planner) directoryID(dir string) (clusterid.ID, error) {
	if dir == p.req.Node.MetadataLogDir {
		for _, voter := range p.plan.Voters {
			if voter.ID == p.req.Node.NodeID {
				return voter.Directory, nil
			}
		}
	}
	for {
		id, err := clusterid.NewDirectory(p.env.Rand)
		if err != nil || !p.taken[id] {
			p.taken[id] = true
			return id, err
		}
	}
}

// metaPropertiesPath is where the release puts the file of a directory.
func (p *planner) metaPropertiesPath(dir string) string {
	if p.row.Flow == release.FlowByName {
		return metaprops.FileIn(dir)
	}
	return metaprops.FileSeen(dir)
}
