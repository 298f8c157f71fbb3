package backup

import (
	"fmt"
	"io/fs"
	"path"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/inspect/verify"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/rescue/archive"
)

// Findings are what was found out about the logs in an archive.
type Findings struct {
	// Logs is how many metadata logs there are in it.
	Logs int
	// Problems are what is wrong.
	Problems []string
	// Notes are worth knowing, and not wrong.
	Notes []string
}

func (f *Findings) problem(format string, args ...any) {
	f.Problems = append(f.Problems, fmt.Sprintf(format, args...))
}

// Check looks at the logs in an archive that was verified: whether each is sound and without a gap from its snapshot to its end,
// and, of a backup, whether it is the log that the manifest tells of. Messages will call the archive shown. The error is one of
// reading.
func Check(a *archive.Archive, shown string, workers int) (*Findings, error) {
	f := &Findings{}
	dirs, err := metalog.Find(a.FS, ".")
	if err != nil {
		return f, err
	}
	f.Logs = len(dirs)
	var last extent
	for _, dir := range dirs {
		log, err := metalog.OpenLog(a.FS, dir, path.Join(shown, dir))
		if err != nil {
			return f, err
		}
		if last, err = f.log(log, workers); err != nil {
			return f, err
		}
	}
	if a.Manifest.Kind == archive.Backup {
		f.agree(a, dirs, last)
	}
	return f, nil
}

// log verifies and replays a log, and tells how far it goes.
func (f *Findings) log(log *metalog.Log, workers int) (extent, error) {
	x := extent{next: -1}
	report := verify.Log(log, verify.Options{Workers: max(workers, 1)})
	for _, file := range report.Files {
		for _, p := range file.Problems {
			message := fmt.Sprintf("%s: %s", file.Path, p.Message)
			if tolerable[p.Kind] {
				f.Notes = append(f.Notes, message)
			} else {
				f.Problems = append(f.Problems, message)
			}
		}
		if s := file.Summary; s != nil && file.Kind == metalog.Segment {
			x.next = max(x.next, s.NextOffset)
		}
		if file.Verdict == verify.Unfinished {
			f.problem("%s: it ends within a batch", file.Path)
		}
	}
	if len(f.Problems) > 0 {
		return x, nil
	}
	_, err := image.Load(log, image.End, image.DefaultOptions(), func(d *metalog.Damage) { f.problem("%v", d) })
	return x, err
}

// agree holds a backup against what its manifest tells of it.
func (f *Findings) agree(a *archive.Archive, dirs []string, x extent) {
	d, err := ParseDetails(&a.Manifest)
	if err != nil {
		f.problem("%v", err)
		return
	}
	if len(dirs) != 1 || dirs[0] != metalog.PartitionDir {
		f.problem("there is no log, or not just one, in %s", metalog.PartitionDir)
		return
	}
	data, err := fs.ReadFile(a.FS, "meta.properties")
	if err != nil {
		f.problem("%v", err)
		return
	}
	properties, err := metaprops.Parse(data)
	var stored Details
	stored.identity(properties)
	switch {
	case err != nil:
		f.problem("meta.properties: %v", err)
	case stored.NodeID != d.NodeID || stored.ClusterID != d.ClusterID || stored.DirectoryID != d.DirectoryID:
		f.problem("meta.properties is that of node %d of cluster %s, and the manifest tells of node %d of cluster %s",
			stored.NodeID, stored.ClusterID, d.NodeID, d.ClusterID)
	}
	end := max(x.next, metalog.ParseName(d.Snapshot).Offset)
	if end != d.EndOffset {
		f.problem("the log ends at offset %d, and by the manifest at offset %d", end, d.EndOffset)
	}
}
