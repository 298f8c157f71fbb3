package format

import (
	"slices"

	"github.com/kraftctl/kraftctl/internal/javahash"
	"github.com/kraftctl/kraftctl/internal/javalang"
	"github.com/kraftctl/kraftctl/metaprops"
)

// metaPropertiesName is the file whose presence makes a directory formatted.
const metaPropertiesName = "meta.properties"

// sortedDirectories is the set of log directories and the metadata directory, in Java's order of the texts as written.
func (p *planner) sortedDirectories() []string {
	return javalang.SortedSet(append(slices.Clone(p.req.Node.LogDirs), p.req.Node.MetadataLogDir))
}

// requireNames refuses a directory without a name, which Kafka takes for the working directory or, for some of its
// files, the root of the file system.
func (p *planner) requireNames() *Refusal {
	if p.req.Exact || !slices.Contains(p.sortedDirectories(), "") {
		return nil
	}
	return refuse("name the directory, or leave the key out: it then is the first of log.dirs",
		"metadata.log.dir is empty; Kafka would write to its working directory and to the root directory").about("metadata.log.dir")
}

// findByName splits the directories as 3.3 … 3.6 do: formatted is one in which anything is called meta.properties.
func (p *planner) findByName() error {
	if refusal := p.requireNames(); refusal != nil {
		return refusal
	}
	for _, dir := range p.sortedDirectories() {
		info, err := p.env.FS.Stat(dir)
		formatted := false
		if err == nil && info.IsDir() {
			_, err = p.env.FS.Stat(metaprops.FileIn(dir))
			formatted = err == nil
		}
		switch {
		case !formatted:
			p.empty = append(p.empty, dir)
		case !p.req.IgnoreFormatted:
			return alreadyFormatted(dir)
		default:
			p.plan.Formatted = append(p.plan.Formatted, dir)
		}
	}
	return nil
}

func alreadyFormatted(dir string) *Refusal {
	return refuse("kraftctl info shows what it is formatted for; kraftctl ensure formats only what is missing",
		"Log directory %s is already formatted. Use --ignore-formatted to ignore this directory and format the others.", dir).conflict()
}

// workOrder is the order in which 3.7 and later go over the empty directories: that of a hash map into which the
// formatted ones were copied first, then of a second one (MetaPropertiesEnsemble.Copier).
func workOrder(formatted, empty []string) []string {
	first := javahash.MapCopyOf(formatted)
	for _, dir := range empty {
		first.Add(dir)
	}
	var ordered []string
	for _, dir := range first.Keys() {
		if slices.Contains(empty, dir) {
			ordered = append(ordered, dir)
		}
	}
	return javahash.Order(ordered)
}

// loadDirectories splits the directories as 3.7 and later do: by what their meta.properties say, all of which must
// belong to this cluster and node.
func (p *planner) loadDirectories() error {
	if refusal := p.requireNames(); refusal != nil {
		return refusal
	}
	ensemble := metaprops.Load(p.env.FS, p.sortedDirectories())
	if err := ensemble.Verify(p.req.Release, p.plan.ClusterID, p.plan.NodeID); err != nil {
		return refuse("kraftctl info shows what is on disk; nothing was changed", "%s", err).conflict()
	}
	for _, dir := range ensemble {
		if dir.Properties.DirectoryID != nil {
			p.taken[*dir.Properties.DirectoryID] = true
		}
	}
	p.empty = ensemble.In(metaprops.Empty)
	p.plan.Formatted = ensemble.In(metaprops.Formatted)
	if len(p.plan.Formatted) > 0 && !p.req.IgnoreFormatted {
		return alreadyFormatted(javahash.MapCopyOf(p.plan.Formatted).Keys()[0])
	}
	return p.skip(ensemble)
}

// skip notes the directories that cannot be read. They end the run of 3.7, and that of others when nothing is left.
func (p *planner) skip(ensemble metaprops.Ensemble) error {
	reasons := map[string]error{}
	for _, dir := range ensemble {
		reasons[dir.Path] = dir.Err
	}
	for _, dir := range javahash.CopyOf(ensemble.In(metaprops.Unreadable)).Keys() {
		if !p.row.SkipsBrokenDirectories {
			return refuse(reasons[dir].Error(), "I/O error trying to read log directory %s.", dir).conflict()
		}
		p.plan.Skipped = append(p.plan.Skipped, Skipped{dir, reasons[dir]})
	}
	if len(p.plan.Skipped) > 0 && len(p.empty) == 0 && len(p.plan.Formatted) == 0 {
		return refuse(p.plan.Skipped[0].Err.Error(), "No available log directories to format.").conflict()
	}
	return nil
}
