package metalog

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"slices"
)

// PartitionDir is the name of the directory of the metadata log (topic __cluster_metadata, partition 0).
const PartitionDir = "__cluster_metadata-0"

// Log is what one node keeps of the metadata: the names of its files, as they were when it was looked at.
type Log struct {
	// Dir is the directory that was opened, within its file system: usually one called __cluster_metadata-0.
	Dir string
	// Segments are the files of the log by offset, without those that wait for removal.
	Segments []Name
	// Snapshots are the finished snapshots by offset and epoch, without those that wait for removal.
	Snapshots []Name
	// Bootstrap is the bootstrap snapshot beside the directory, or in it; its Kind is Other when there is none.
	Bootstrap Name
	// Files are all files of the directory, by name.
	Files []Name

	fsys  fs.FS
	shown string
	boot  string
}

// OpenLog looks at the log in the directory dir of fsys; messages will call that directory shown.
func OpenLog(fsys fs.FS, dir, shown string) (*Log, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, err
	}
	l := &Log{Dir: dir, fsys: fsys, shown: shown}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		n := ParseName(e.Name())
		l.Files = append(l.Files, n)
		switch {
		case n.Deleted || n.Partial:
		case n.Kind == Segment:
			l.Segments = append(l.Segments, n)
		case n.Kind == Snapshot:
			l.Snapshots = append(l.Snapshots, n)
		case n.Kind == Bootstrap:
			l.Bootstrap, l.boot = n, path.Join(dir, n.Base)
		}
	}
	slices.SortFunc(l.Segments, compareNames)
	slices.SortFunc(l.Snapshots, compareNames)
	if up := path.Join(path.Dir(dir), "bootstrap.checkpoint"); path.Base(dir) == PartitionDir && l.boot == "" {
		if info, err := fs.Stat(fsys, up); err == nil && info.Mode().IsRegular() {
			l.Bootstrap, l.boot = ParseName(up), up
		}
	}
	return l, nil
}

func compareNames(a, b Name) int {
	return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Epoch, b.Epoch))
}

// Again looks at the directory anew.
func (l *Log) Again() (*Log, error) { return OpenLog(l.fsys, l.Dir, l.shown) }

// Open opens one of the files of records. The last segment is active.
func (l *Log) Open(n Name) (*File, error) {
	name, shown := path.Join(l.Dir, n.Base), path.Join(l.shown, n.Base)
	if n.Kind == Bootstrap {
		name, shown = l.boot, path.Join(l.shown, n.Base)
		if path.Dir(l.boot) != l.Dir {
			shown = path.Join(path.Dir(l.shown), n.Base)
		}
	}
	f, err := OpenFile(l.fsys, name, shown)
	if err != nil {
		return nil, err
	}
	f.Active = len(l.Segments) > 0 && n == l.Segments[len(l.Segments)-1] && l.alive()
	return f, nil
}

// alive reports whether the directory looks like one a node works in, rather than like files put together.
func (l *Log) alive() bool {
	return slices.ContainsFunc(l.Files, func(n Name) bool { return n.Kind == QuorumState || n.Kind == EpochCheckpoint })
}

// searchDepth is how far below a directory logs are searched for.
const searchDepth = 6

// Find is the directories with metadata logs in or below dir, in the order of their names: dir itself if it has segments or
// snapshots of its own, else every __cluster_metadata-0, and directories that have only been formatted.
func Find(fsys fs.FS, dir string) ([]string, error) {
	return find(fsys, dir, 0)
}

func find(fsys fs.FS, dir string, depth int) ([]string, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		if depth > 0 && (errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist)) {
			return nil, nil
		}
		return nil, err
	}
	var found []string
	records, partition := false, false
	for _, e := range entries {
		switch {
		case !e.IsDir():
			n := ParseName(e.Name())
			records = records || n.Kind.Records() && (depth == 0 || n.Kind == Bootstrap)
		case e.Name() == PartitionDir:
			partition = true
		}
	}
	if partition {
		found = append(found, path.Join(dir, PartitionDir))
	} else if records {
		return []string{dir}, nil
	}
	if depth == searchDepth {
		return found, nil
	}
	for _, e := range entries {
		if !e.IsDir() || e.Name() == PartitionDir {
			continue
		}
		below, err := find(fsys, path.Join(dir, e.Name()), depth+1)
		if err != nil {
			return nil, err
		}
		found = append(found, below...)
	}
	return found, nil
}
