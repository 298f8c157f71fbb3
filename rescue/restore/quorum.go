package restore

import (
	"encoding/hex"
	"errors"
	"io"
	"path"
	"slices"
	"strconv"

	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/rescue/archive"
	"github.com/kraftctl/kraftctl/rescue/backup"
	"github.com/kraftctl/kraftctl/rescue/stage"
)

// Role is what a node is in the quorum.
type Role string

// The roles.
const (
	// StaticVoter is one of the voters of controller.quorum.voters, as far as the backup tells.
	StaticVoter Role = "static voter"
	// DynamicVoter has the ID and the directory ID of a voter in the log.
	DynamicVoter Role = "dynamic voter"
	// FormerVoter has the ID of a voter in the log, and another directory ID: to the quorum it is somebody else.
	FormerVoter Role = "former voter"
	// Observer is not among the voters: a broker, or a controller that may join.
	Observer Role = "observer"
	// Unknown is of a backup that names no voters.
	Unknown Role = "unknown"
)

// dynamic says that the voters are in the log.
func (p *Plan) dynamic() bool { return p.details.KRaftVersion > 0 }

// voter is the voter with the node's ID.
func (p *Plan) voter() (backup.Voter, bool) {
	for _, v := range p.details.Voters {
		if v.ID == p.NodeID {
			return v, true
		}
	}
	return backup.Voter{}, false
}

// votes says that the node takes part in elections.
func (p *Plan) votes() bool { return p.Role == StaticVoter || p.Role == DynamicVoter }

func (p *Plan) decideRole() error {
	v, found := p.voter()
	switch {
	case len(p.details.Voters) == 0:
		p.Role = Unknown
	case !found:
		p.Role = Observer
	case !p.dynamic():
		p.Role = StaticVoter
	case v.DirectoryID == p.DirectoryID && p.DirectoryID != "":
		p.Role = DynamicVoter
	default:
		p.Role = FormerVoter
	}
	return nil
}

// The values of Plan.QuorumState.
const (
	stateKept = "kept"
	stateNext = "next epoch"
	stateNone = "none"
)

// decideQuorumState keeps the vote of the node that cast it: it must not vote again in that epoch. Any other identity begins in the
// next epoch, of which nobody has heard. It may have led the epoch of the backup, and a voter that does not know so dies when another
// tells it: "Cannot transition to Follower with leader 3 and epoch 2 since it matches the local node.id" (seen on 4.3.1).
func (p *Plan) decideQuorumState() error {
	if _, found := p.archive.Manifest.Find(quorumStateName); !found {
		p.QuorumState = stateNone
		return nil
	}
	text, err := p.read(quorumStateName)
	if err != nil {
		return err
	}
	quorum, err := metalog.ParseQuorum(text)
	if err != nil {
		return refuse("use another backup", "%s: %s: %v", p.opts.File, quorumStateName, err)
	}
	p.quorum = &quorum
	p.QuorumState = stateNext
	if p.sameNode() && p.Role != FormerVoter {
		p.QuorumState = stateKept
	}
	return nil
}

// nextEpoch is the quorum-state of a node that knows of no leader and has not voted in the epoch after that of the backup.
func (p *Plan) nextEpoch() []byte {
	return metalog.Quorum{
		DataVersion: p.quorum.DataVersion, ClusterID: p.quorum.ClusterID, LeaderID: -1, LeaderEpoch: max(p.quorum.LeaderEpoch, p.details.LastEpoch) + 1,
		VotedID: -1, AppliedOffset: p.quorum.AppliedOffset, Voters: p.quorum.Voters,
	}.Marshal()
}

// listFiles decides where each file comes from.
func (p *Plan) listFiles() error {
	for _, entry := range p.archive.Manifest.Files {
		switch {
		case entry.Name == metaprops.Name:
			continue
		case !known(entry.Name):
			return refuse("give a file that kraftctl backup wrote", "%s holds %q, which is no file of a node's metadata", p.opts.File, entry.Name)
		case entry.Name == quorumStateName && p.QuorumState == stateNext:
			p.add(stage.Bytes(entry.Name, 0o666, p.nextEpoch()), madeAnew)
			continue
		}
		file, err := p.stagedFile(entry)
		if err != nil {
			return refuse("use another copy", "%s: %s: %v", p.opts.File, entry.Name, err)
		}
		p.add(file, fromBackup)
	}
	p.Files = append(p.Files, File{Path: metaprops.Name, Origin: madeAnew})
	return nil
}

func (p *Plan) add(file stage.File, origin string) {
	p.staged = append(p.staged, file)
	p.Files = append(p.Files, File{Path: file.Path, Size: file.Size, Origin: origin})
}

// known says that a file belongs to a node's metadata: bootstrap.checkpoint, and files of the partition.
func known(name string) bool {
	return name == "bootstrap.checkpoint" || path.Dir(name) == metalog.PartitionDir
}

// errNoSum is a checksum in a manifest that is none; archives with one are refused when they are opened.
var errNoSum = errors.New("it has no SHA-256 in the manifest")

// permissions are all bits a file may have.
const permissions = 0o777

func (p *Plan) stagedFile(entry archive.Entry) (stage.File, error) {
	file := stage.File{
		Path: entry.Name, Size: entry.Size,
		Open: func() (io.ReadCloser, error) { return p.archive.Open(entry.Name) },
	}
	sum, err := hex.DecodeString(entry.SHA256)
	if err != nil || len(sum) != len(file.Sum) {
		return file, errNoSum
	}
	copy(file.Sum[:], sum)
	mode, err := strconv.ParseUint(entry.Mode, 8, 32)
	if err != nil {
		return file, err
	}
	file.Mode = stageMode(uint32(mode))
	return file, nil
}

// otherVoters are the IDs of the voters beside the node.
func (p *Plan) otherVoters() []int32 {
	var ids []int32
	for _, v := range p.details.Voters {
		if v.ID != p.NodeID {
			ids = append(ids, v.ID)
		}
	}
	slices.Sort(ids)
	return ids
}
