package bundle

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
)

// Node is one node's copy of the metadata.
type Node struct {
	Log *metalog.Log
	// FS is the file system the log is in.
	FS fs.FS
}

// Options say what goes into a bundle.
type Options struct {
	Nodes   []Node
	Configs []Config
	// KeepUnknown leaves records of unknown types, versions and fields as they are, though they may hold secrets.
	KeepUnknown bool
	// AcceptHits writes the bundle although a secret is still found in it. The report tells where.
	AcceptHits bool
	// Tool and Created are who makes the bundle, such as "kraftctl 1.0.0", and when.
	Tool    string
	Created time.Time
	// Progress is told of bytes read, of which there are twice [Bundle.Size]; it may be nil.
	Progress func(bytes int64)
}

// Bundle is a bundle to be written: everything is read once, and measured.
type Bundle struct {
	opts     Options
	entries  []*entry
	secrets  secrets
	patterns *patterns
	// quotable are the lines of files that cannot be read, which reports quote.
	quotable secrets
	summary  Summary
	folders  map[string]bool
}

// entry is a file of the bundle.
type entry struct {
	name     string
	mode     fs.FileMode
	modified time.Time
	size     int64
	report   *FileReport
	// config tells that it is a configuration file.
	config bool
	// data is the content of a small file; of others open opens the source, which is read up to end.
	data []byte
	open func() (*metalog.File, error)
	end  int64
}

// New reads everything that goes into a bundle once, and collects the secrets in it.
func New(opts Options) (*Bundle, error) {
	b := &Bundle{opts: opts, folders: map[string]bool{"reports": true, "config": true}}
	b.summary = Summary{
		Version: 1, Tool: opts.Tool, Created: opts.Created.UTC().Format(time.RFC3339), KeepUnknown: opts.KeepUnknown,
		Nodes: []NodeReport{}, Files: []*FileReport{}, LeftOut: []LeftOut{},
	}
	for _, n := range opts.Nodes {
		if err := b.node(n); err != nil {
			return nil, err
		}
	}
	for _, c := range opts.Configs {
		if err := b.config(c); err != nil {
			return nil, err
		}
	}
	b.patterns = b.secrets.compile()
	if err := b.maskComments(); err != nil {
		return nil, err
	}
	b.summary.Scan = ScanReport{
		Secrets: len(b.secrets.places), Forms: len(b.patterns.list), MinLength: minScan,
		TooShort: append([]string{}, b.patterns.short...), TooCommon: append([]string{}, b.patterns.common...), Hits: []*Hit{},
	}
	readme := b.readme()
	b.entries = slices.Insert(b.entries, 0, &entry{name: readmeName, mode: 0o644, modified: opts.Created, data: readme, size: int64(len(readme))})
	return b, nil
}

func (b *Bundle) add(e *entry) {
	if e.data != nil {
		e.size = int64(len(e.data))
	}
	b.entries = append(b.entries, e)
}

// note keeps what was replaced in a file for the report.
func (b *Bundle) note(n *FileReport) { b.summary.Files = append(b.summary.Files, n) }

// node reads the files of one node.
func (b *Bundle) node(n Node) error {
	props, inside := properties(n.Log)
	report := NodeReport{Source: n.Log.Path(""), StartOffset: -1, EndOffset: -1, LastEpoch: -1}
	if p, err := metaprops.Parse(props); err == nil && props != nil {
		report.ClusterID = p.ClusterID
		if !p.NoNodeID {
			report.NodeID = &p.NodeID
		}
		if p.DirectoryID != nil {
			report.DirectoryID = p.DirectoryID.String()
		}
	}
	report.Folder = b.folder(&report)
	c := &collector{b: b, node: n, report: &report, dir: report.Folder, inside: inside}
	if !inside || len(n.Log.Segments)+len(n.Log.Snapshots) > 0 {
		c.dir = path.Join(report.Folder, metalog.PartitionDir)
	}
	if err := c.collect(props); err != nil {
		return err
	}
	b.summary.Nodes = append(b.summary.Nodes, report)
	return nil
}

// properties is the meta.properties of a log directory, and whether it would be in the log's directory itself: one that was only
// formatted, or one that has another name than Kafka gives it.
func properties(log *metalog.Log) (data []byte, inside bool) {
	if path.Base(log.Path("")) == metalog.PartitionDir {
		data, _ = log.ReadFile("../meta.properties") // without it the directory's name has to do
		return data, false
	}
	data, _ = log.ReadFile("meta.properties") // as above
	return data, true
}

// folder is a name of a node's own: its ID, or else that of its directory.
func (b *Bundle) folder(n *NodeReport) string {
	name := path.Base(n.Source)
	if name == metalog.PartitionDir {
		name = path.Base(path.Dir(n.Source))
	}
	name = strings.Map(func(c rune) rune {
		if c > ' ' && c < 0x7f && !strings.ContainsRune(`\/:*?"<>|`, c) {
			return c
		}
		return '_'
	}, name)
	if n.NodeID != nil {
		name = "node-" + strconv.Itoa(int(*n.NodeID))
	}
	name = cmp.Or(strings.Trim(name, "."), "node")
	unique := name
	for i := 2; b.folders[unique]; i++ {
		unique = fmt.Sprintf("%s-%d", name, i)
	}
	b.folders[unique] = true
	return unique
}

// AddReport adds a report under reports/, with the marker in place of secrets, and of what it quotes of files that cannot be read.
func (b *Bundle) AddReport(name string, data []byte) {
	data = b.patterns.mask(data)
	if len(b.quotable.places) > 0 {
		data = b.quotable.compile().mask(data)
	}
	b.add(&entry{name: path.Join("reports", name), mode: 0o644, modified: b.opts.Created, data: data})
}

// Size is how many bytes the files of the bundle have together.
func (b *Bundle) Size() int64 {
	total := int64(0)
	for _, e := range b.entries {
		total += e.size
	}
	return total
}

// Files are the names and sizes of the files of the bundle.
func (b *Bundle) Files() []FileSize {
	var files []FileSize
	for _, e := range b.entries {
		files = append(files, FileSize{Name: e.name, Size: e.size})
	}
	return files
}

// Summary is what is known of the bundle: after New without what the scan found, after Write with it.
func (b *Bundle) Summary() *Summary { return &b.summary }

// redactor is a redactor for a file of the bundle.
func (b *Bundle) redactor(name string, found func([]byte, string)) *redactor {
	return &redactor{keepUnknown: b.opts.KeepUnknown, found: found, where: name}
}

// measured is a writer that counts only.
type measured struct{ n int64 }

func (m *measured) Write(data []byte) (int, error) {
	m.n += int64(len(data))
	return len(data), nil
}
