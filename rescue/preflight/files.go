package preflight

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/release"
)

// The uses of a file.
const (
	read    = "read"
	ignored = "ignored"
	misread = "misread"
	missing = "missing"
)

const (
	bootstrapName = "bootstrap.checkpoint"
	quorumName    = "quorum-state"
)

// besides is the name of a file of the log directory, as [metalog.Log.ReadFile] of the log takes it.
func besides(log *metalog.Log, base string) string {
	if path.Base(log.Dir) == metalog.PartitionDir {
		return "../" + base
	}
	return base
}

// shownDir is how messages call the log directory.
func shownDir(log *metalog.Log) string {
	return path.Clean(log.Path(besides(log, ".")))
}

// inner reports whether the files of the log lie in the directory that was given, as in a metadata partition.
func (c *checker) inner() bool {
	return path.Base(c.log.Dir) != metalog.PartitionDir && len(c.log.Segments)+len(c.log.Snapshots) > 0
}

// ranFiles are what a broker leaves in each of its log directories.
var ranFiles = []string{"recovery-point-offset-checkpoint", "log-start-offset-checkpoint", "replication-offset-checkpoint", "cleaner-offset-checkpoint"}

// data reports whether the directory is one of a broker's further ones: a broker ran on it, and its metadata is elsewhere.
func (c *checker) data() bool {
	return path.Base(c.log.Dir) != metalog.PartitionDir && !c.inner() &&
		slices.ContainsFunc(c.log.Files, func(n metalog.Name) bool { return slices.Contains(ranFiles, n.Base) })
}

// metaProperties judges meta.properties.
func (c *checker) metaProperties() error {
	shown := path.Join(c.report.Directory, metaprops.Name)
	data, err := c.log.ReadFile(besides(c.log, metaprops.Name))
	switch {
	case errors.Is(err, fs.ErrNotExist) && c.inner():
		c.find(Finding{
			ID: "meta-properties", Effect: Tells, Role: AnyRole,
			Message: "this is what a " + metalog.PartitionDir + " holds: meta.properties and bootstrap.checkpoint, which lie beside it, were not looked at",
		})
		return nil
	case errors.Is(err, fs.ErrNotExist):
		c.use(shown, missing, "without it the directory is not formatted")
		c.find(Finding{
			ID: "meta-properties", Effect: Stops, Role: AnyRole, File: shown, Message: "there is no meta.properties: to the node the directory is not formatted",
			Log: []string{c.how.noMeta}, Fix: "if this is a copy, take meta.properties along; else kraftctl format",
		})
		return nil
	case err != nil:
		return err
	}
	p, err := metaprops.Parse(data)
	if err != nil {
		c.use(shown, read, "and refused")
		c.find(Finding{ID: "meta-properties", Effect: Stops, Role: AnyRole, File: shown, Message: "it cannot be made sense of: " + err.Error(), Fix: "kraftctl info says what is wrong with it"})
		return nil //nolint:nilerr // it is a finding
	}
	if !p.NoNodeID {
		node := p.NodeID
		c.report.NodeID = &node
	}
	c.report.ClusterID = p.ClusterID
	c.metaVersion(shown, &p)
	return nil
}

func (c *checker) metaVersion(shown string, p *metaprops.Properties) {
	why := fmt.Sprintf("version %d", p.Version)
	switch {
	case p.Version == 0 && c.how.oldMeta != "":
		c.use(shown, misread, why+": that of ZooKeeper mode")
		c.find(Finding{
			ID: "meta-properties", Effect: Stops, Role: AnyRole, File: shown, Message: fmt.Sprintf("it is of version 0, as in ZooKeeper mode; %s wants version 1 in KRaft mode", c.rel),
			Log: []string{c.how.oldMeta},
		})
		return
	case p.DirectoryID != nil && !c.how.directoryIDs:
		why += fmt.Sprintf("; %s takes no notice of directory.id and leaves it in place", c.rel)
	case p.DirectoryID == nil && c.how.directoryIDs:
		why += fmt.Sprintf("; %s adds a directory.id when it starts", c.rel)
	}
	c.use(shown, read, why)
}

// quorumState judges quorum-state.
func (c *checker) quorumState() error {
	if !slices.ContainsFunc(c.log.Files, func(n metalog.Name) bool { return n.Kind == metalog.QuorumState }) {
		return nil
	}
	shown := c.log.Path(quorumName)
	data, err := c.log.ReadFile(quorumName)
	if err != nil {
		return err
	}
	q, err := metalog.ParseQuorum(data)
	if version, ok := dataVersion(data); err != nil && ok && version > c.how.quorumVersion {
		q, err, c.newerQuorum = metalog.Quorum{DataVersion: version}, nil, true
	}
	if err != nil {
		return nil //nolint:nilerr // that is damage, which verify tells
	}
	c.quorum = &q
	switch {
	case q.DataVersion > c.how.quorumVersion:
		c.use(shown, misread, fmt.Sprintf("data_version %d", q.DataVersion))
		c.find(Finding{
			ID: "quorum-state", Effect: Stops, Role: AnyRole, File: shown,
			Message: fmt.Sprintf("data_version %d; %s knows it up to %d (3.8 and later write 1 for voters in the log)", q.DataVersion, c.rel, c.how.quorumVersion),
			Log:     []string{fmt.Sprintf(c.how.quorumText, q.DataVersion), noVoters}, phase: atQuorum,
		})
	default:
		c.use(shown, read, fmt.Sprintf("data_version %d", q.DataVersion))
		c.voters(shown)
	}
	return nil
}

// dataVersion is the data_version of a quorum-state that may be of a newer Kafka than is known here.
func dataVersion(data []byte) (int16, bool) {
	var state struct {
		DataVersion *int16 `json:"data_version"`
	}
	if err := json.Unmarshal(data, &state); err != nil || state.DataVersion == nil {
		return 0, false
	}
	return *state.DataVersion, true
}

// voters compares the configured voters with those the node remembers (org.apache.kafka.raft.QuorumState.initialize).
func (c *checker) voters(shown string) {
	configured, known := slices.Sorted(slices.Values(c.opts.Voters)), slices.Sorted(slices.Values(c.quorum.Voters))
	if !c.how.comparesVoters || len(configured) == 0 || len(known) == 0 || slices.Equal(configured, known) {
		return
	}
	c.find(Finding{
		ID: "voters", Effect: Stops, Role: AnyRole, File: shown, phase: atQuorum,
		Message: fmt.Sprintf("it names the voters %v, controller.quorum.voters %v; up to 3.7 they have to be the same", known, configured),
		Log:     []string{"is different from the voter set read from the state file"},
	})
}

// view is the log as the release sees it: a copy without the snapshots it passes over.
func (c *checker) view() *metalog.Log {
	v := *c.log
	begin, some := v.SnapshotBefore(math.MaxInt64)
	fromStart := len(v.Segments) > 0 && v.Segments[0].Offset == 0 || len(v.Segments) == 0 && some && begin.Offset == 0
	switch {
	case c.how.logFirst && fromStart:
		v.Snapshots = nil
	case c.how.zero == zeroNever || c.how.zero == zeroBootstrap:
		v.Snapshots = slices.DeleteFunc(slices.Clone(v.Snapshots), isZero)
	}
	return &v
}

func isZero(n metalog.Name) bool { return n.Offset == 0 && n.Epoch == 0 }

// zero is the 0-0 snapshot.
func (c *checker) zero() (metalog.Name, bool) {
	i := slices.IndexFunc(c.log.Snapshots, isZero)
	if i < 0 {
		return metalog.Name{}, false
	}
	return c.log.Snapshots[i], true
}

// fileUses says what the release makes of the files of records.
func (c *checker) fileUses(v *metalog.Log) {
	begin, some := v.SnapshotBefore(math.MaxInt64)
	for _, n := range c.log.Snapshots {
		shown := c.log.Path(n.Base)
		switch {
		case some && n == begin:
			c.use(shown, read, "what is loaded begins with it")
		case isZero(n):
			use, why := c.zeroUse()
			c.use(shown, use, why)
		case c.how.logFirst && len(v.Snapshots) == 0:
			c.use(shown, ignored, fmt.Sprintf("the log begins at offset 0, and %s reads it from there", c.rel))
		default:
			c.use(shown, ignored, "there is a newer one")
		}
	}
	for i, n := range c.log.Segments {
		next := int64(math.MaxInt64)
		if i+1 < len(c.log.Segments) {
			next = c.log.Segments[i+1].Offset
		}
		if some && next <= begin.Offset {
			c.use(c.log.Path(n.Base), ignored, "the snapshot covers it")
			continue
		}
		c.use(c.log.Path(n.Base), read, fmt.Sprintf("from offset %d on", max(n.Offset, begin.Offset)))
	}
}

// zeroUse says what becomes of a 0-0 snapshot with which loading does not begin.
func (c *checker) zeroUse() (use, why string) {
	switch {
	case c.zeroRecords == 0:
		return read, "for the voters; it has no metadata records"
	case c.how.zero == zeroBootstrap && c.empty() && c.fetches():
		return read, "but not used: " + fromLeader
	case c.how.zero == zeroBootstrap && c.empty():
		return read, "its records begin the log"
	case c.how.zero == zeroBootstrap:
		return ignored, "but for the voters: the log has its own records"
	case c.how.zero == zeroNever:
		return ignored, fmt.Sprintf("but for the voters: %s does not take metadata records from a 0-0 snapshot", c.rel)
	case c.how.logFirst:
		return ignored, fmt.Sprintf("%s reads the log from offset 0", c.rel)
	}
	return ignored, "there is a newer one"
}

func (c *checker) use(file, use, why string) {
	c.report.Files = append(c.report.Files, FileUse{File: strings.TrimPrefix(file, "./"), Use: use, Why: why})
}

func (c *checker) find(f Finding) { c.report.Findings = append(c.report.Findings, f) }

// defaultLevel is the metadata.version a release gives a cluster it finds no records of.
func defaultLevel(r release.Release) int16 { return r.LatestStableMetadataVersion().Level }
