package recovery

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/record"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/stage"
)

// epochMargin is how far the seed's epoch lies above the latest that any copy has heard of: the nodes that are gone may have
// elected leaders since, and records of such an epoch must not be taken for the seed's.
const epochMargin = 100

const (
	fileMode       = 0o644
	bootstrapName  = "bootstrap.checkpoint"
	partitionName  = "partition.metadata"
	epochsName     = "leader-epoch-checkpoint"
	quorumName     = "quorum-state"
	metadataFolder = metalog.PartitionDir + "/"
)

// makeSeed decides every byte of the seed.
func (p *planner) makeSeed() error {
	e, s := p.chosen.extent, &p.plan.Seed
	last := max(p.heardByAll(), e.LastEpoch)
	if last > 1<<31-1-2*epochMargin {
		return refuse("leave that copy out: its epoch was damaged, or changed by hand", "epoch %d is so large that none is left above it", last)
	}
	s.Epoch, s.StartOffset, s.EndOffset, s.OpenTransaction = last+epochMargin, e.Start, e.End, p.open
	s.Snapshots, s.Appended = snapshotNames(e.Snapshots), []AppendedRecord{}
	properties, err := p.properties()
	if err != nil {
		return err
	}
	if err := p.decideVoters(); err != nil {
		return err
	}
	appended := []byte(nil)
	if p.plan.Mode != Static {
		appended = p.appended()
	}
	if err := p.logFiles(appended); err != nil {
		return err
	}
	p.stateFiles(len(appended) > 0)
	if err := p.bootstrap(); err != nil {
		return err
	}
	p.work = append(p.work, stage.File{
		Path: metaprops.Name, Mode: fileMode, Size: int64(len(properties)), Sum: sha256.Sum256(properties), Open: opener(properties), Last: true,
	})
	p.plan.work = p.work
	for _, f := range p.work {
		p.plan.Files = append(p.plan.Files, OutputFile{Path: f.Path, Size: f.Size, SHA256: hex.EncodeToString(f.Sum[:])})
	}
	return nil
}

func opener(data []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
}

// properties is the meta.properties of the seed's node: as it is, or a new one.
func (p *planner) properties() ([]byte, error) {
	s := &p.plan.Seed
	if p.seed != nil {
		data, err := beside(p.seed.Copy.Log, metaprops.Name)
		if err == nil {
			var props metaprops.Properties
			if props, err = metaprops.Parse(data); err == nil && props.NodeID == s.NodeID {
				if props.DirectoryID != nil {
					s.DirectoryID = props.DirectoryID.String()
				}
				return data, nil
			}
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			p.warnf("The meta.properties of %s cannot be used (%v); a new one is made.", p.seed.Copy.Title(), err)
		}
	}
	return p.newProperties()
}

// newProperties makes a meta.properties. Its directory ID is drawn from what the seed is made of, so that the same plan has the
// same.
func (p *planner) newProperties() ([]byte, error) {
	s := &p.plan.Seed
	if p.plan.ClusterID == "" {
		return nil, misused("give the copy with the meta.properties beside it", "no copy tells the cluster ID, which the seed's meta.properties needs")
	}
	s.NewDirectoryID = true
	props := metaprops.Properties{Version: 1, ClusterID: p.plan.ClusterID, NodeID: s.NodeID}
	rel := release.V3_6
	if p.plan.Quorum.KRaftVersion > 0 || slices.ContainsFunc(p.ranked, func(c *candidate) bool { return c.Copy.DirectoryID != "" }) {
		id, err := p.drawDirectory()
		if err != nil {
			return nil, err
		}
		props.DirectoryID, rel, s.DirectoryID = &id, release.Newest(), id.String()
	}
	return props.Marshal(rel, time.UnixMilli(max(p.chosen.extent.LastTime, 0)).UTC()), nil
}

func (p *planner) drawDirectory() (clusterid.ID, error) {
	e := p.chosen.extent
	var stream bytes.Buffer
	for i := range 64 {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %d %d %d %d", p.plan.ClusterID, p.plan.Seed.NodeID, p.plan.Seed.Epoch, e.End, e.LastTime, i))
		stream.Write(sum[:])
	}
	return clusterid.NewDirectory(&stream)
}

// beside reads a file of the log directory that a metadata log lies in.
func beside(log *metalog.Log, name string) ([]byte, error) {
	if strings.HasSuffix(strings.TrimSuffix(log.Path(""), "/"), metalog.PartitionDir) {
		name = "../" + name
	}
	return log.ReadFile(name)
}

// decideVoters decides who votes from now on.
func (p *planner) decideVoters() error {
	s := &p.plan.Seed
	switch p.plan.Mode {
	case Static:
		s.Voters = []Voter{{ID: s.NodeID, DirectoryID: s.DirectoryID, Endpoints: p.given(s.NodeID)}}
		p.decideStaticVoters()
		return nil
	case Standalone:
		v, err := p.newVoter(s.NodeID)
		if err != nil {
			return err
		}
		s.Voters = []Voter{v}
		return nil
	}
	for _, id := range p.report.Voters {
		old := p.state.Voters[id]
		if old == nil {
			return refuse("voters whose disks are damaged count as dead: --dead IDS --force-standalone", "the sound part of %s does not have voter %d, which the copies tell of", p.chosen.Copy.Name, id)
		}
		v := Voter{ID: id, DirectoryID: old.Directory.String(), Endpoints: p.given(id)}
		if len(v.Endpoints) == 0 {
			v.Endpoints = p.stored(id)
		}
		s.Voters = append(s.Voters, v)
	}
	return nil
}

// newVoter is the only voter of the new quorum.
func (p *planner) newVoter(id int32) (Voter, error) {
	s := &p.plan.Seed
	v := Voter{ID: id, DirectoryID: s.DirectoryID, Endpoints: p.given(id)}
	if v.DirectoryID == "" {
		return v, refuse("a node of 3.7 or later writes one at its next start", "node %d has no directory ID, without which it cannot vote", id)
	}
	if len(v.Endpoints) == 0 {
		v.Endpoints = p.stored(id)
	}
	if len(v.Endpoints) == 0 {
		return v, misused(fmt.Sprintf("say it: --set-endpoint %d=CONTROLLER://host:port", id), "no record tells at which address node %d, the new voter, listens", id)
	}
	return v, nil
}

// given are the addresses of a voter that were asked for.
func (p *planner) given(id int32) []Endpoint {
	list := []Endpoint{}
	for _, e := range p.opts.Endpoints {
		if e.Voter == id {
			list = append(list, e)
		}
	}
	return list
}

// stored are the addresses of a controller that records tell.
func (p *planner) stored(id int32) []Endpoint {
	list := []Endpoint{}
	if v := p.state.Voters[id]; v != nil {
		for _, e := range v.Endpoints {
			list = append(list, Endpoint{Voter: id, Listener: e.Name, Host: e.Host, Port: e.Port})
		}
	}
	if c := p.state.Controllers[id]; c != nil && len(list) == 0 {
		for _, e := range c.Endpoints {
			list = append(list, Endpoint{Voter: id, Listener: e.Name, Host: e.Host, Port: e.Port})
		}
	}
	return list
}

// decideStaticVoters words the configuration that replaces the voter set.
func (p *planner) decideStaticVoters() {
	id := p.plan.Seed.NodeID
	v := &StaticVoters{}
	given, stored := p.given(id), p.stored(id)
	address := "HOST:PORT"
	switch {
	case len(given) > 0:
		address, v.Source = given[0].Address(), "--set-endpoint"
	case p.opts.Addresses[id] != "":
		address, v.Source = p.opts.Addresses[id], "--config"
	case len(stored) > 0:
		address, v.Source = stored[0].Address(), "log"
	}
	v.Value = fmt.Sprintf("%d@%s", id, address)
	p.plan.StaticVoters = v
}

// appended is the batch that follows the chosen copy's log: the seed's node is elected in the new epoch, among the new voters,
// as an active controller that changes the voter set writes it.
func (p *planner) appended() []byte {
	s := &p.plan.Seed
	change := &metadata.LeaderChangeMessage{LeaderId: s.NodeID}
	set := &metadata.VotersRecord{}
	for _, v := range s.Voters {
		change.Voters = append(change.Voters, metadata.LeaderChangeVoter{VoterId: v.ID})
		set.Voters = append(set.Voters, p.voterRecord(v))
	}
	change.GrantingVoters = []metadata.LeaderChangeVoter{{VoterId: s.NodeID}}
	at := max(p.chosen.extent.LastTime, 0)
	header := record.NewBatch(s.EndOffset, s.Epoch, at)
	header.Attributes = record.ControlAttributes
	var records []record.Record
	for i, body := range []metadata.Control{change, set} {
		records = append(records, record.Record{Key: record.ControlKey(body.ControlType()), Value: body.Append(nil, metadata.ControlVersion), OffsetDelta: int64(i)})
		name := ""
		if t, ok := metadata.ControlTypeOf(body.ControlType()); ok {
			name = t.DumpName
		}
		s.Appended = append(s.Appended, AppendedRecord{
			Offset: s.EndOffset + int64(i), Type: name, Data: json.RawMessage(body.AppendJSON(nil, metadata.ControlVersion)),
		})
	}
	s.EndOffset += int64(len(records))
	return record.AppendBatch(nil, header, records)
}

func (p *planner) voterRecord(v Voter) metadata.Voter {
	out := metadata.Voter{VoterId: v.ID, KRaftVersionFeature: metadata.KRaftVersionFeature{MaxSupportedVersion: 1}}
	if id, err := clusterid.Parse(v.DirectoryID); err == nil {
		out.VoterDirectoryId = metadata.UUID(id)
	}
	if old := p.state.Voters[v.ID]; old != nil {
		out.KRaftVersionFeature = metadata.KRaftVersionFeature{MinSupportedVersion: old.MinVersion, MaxSupportedVersion: old.MaxVersion}
	}
	for _, e := range v.Endpoints {
		out.Endpoints = append(out.Endpoints, metadata.VoterEndpoint{Name: e.Listener, Host: e.Host, Port: e.Port})
	}
	return out
}

// stateFiles are the small files of the partition's directory.
func (p *planner) stateFiles(newEpoch bool) {
	e, s := p.chosen.extent, &p.plan.Seed
	epochs := slices.Clone(e.run.epochs)
	if newEpoch {
		epochs = append(epochs, metalog.EpochStart{Epoch: s.Epoch, Offset: e.End})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "0\n%d\n", len(epochs))
	for _, one := range epochs {
		fmt.Fprintf(&b, "%d %d\n", one.Epoch, one.Offset)
	}
	q := metalog.Quorum{LeaderID: -1, LeaderEpoch: s.Epoch, VotedID: -1}
	if p.plan.Mode == Static {
		for _, v := range s.Voters {
			q.Voters = append(q.Voters, v.ID)
		}
	} else {
		q.DataVersion = 1
	}
	s.QuorumState = json.RawMessage(q.Marshal())
	p.add(epochsName, []byte(b.String()))
	p.add(quorumName, s.QuorumState)
	p.add(partitionName, []byte("version: 0\ntopic_id: "+clusterid.One.String()))
}

// add adds a small file of the partition's directory.
func (p *planner) add(name string, data []byte) {
	p.work = append(p.work, stage.Bytes(metadataFolder+name, fileMode, data))
}

// bootstrap keeps the bootstrap snapshot of the node, or of the chosen copy's node: it is the same for a whole cluster.
func (p *planner) bootstrap() error {
	for _, c := range []*candidate{p.seed, p.chosen} {
		if c == nil || c.Copy.Log.Bootstrap.Kind != metalog.Bootstrap {
			continue
		}
		data, err := beside(c.Copy.Log, bootstrapName)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		p.work = append(p.work, stage.Bytes(bootstrapName, fileMode, data))
		return nil
	}
	return nil
}
