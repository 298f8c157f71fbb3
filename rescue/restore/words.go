package restore

import (
	"fmt"
	"io/fs"

	"github.com/kraftctl/kraftctl/internal/wording"
)

// stageMode is a mode from a manifest: its permissions, readable for the owner in any case.
func stageMode(bits uint32) fs.FileMode { return fs.FileMode(bits)&permissions | 0o400 }

// warnings are what may do harm, in this order; a text is empty where it does not apply.
var warnings = []func(*Plan) string{
	warnForgetful, warnFormer, warnTwin, warnStaticJoiner, warnUnknown, warnDropped, warnData, warnCut,
}

func (p *Plan) warn() {
	for _, one := range warnings {
		if text := one(p); text != "" {
			p.Warnings = append(p.Warnings, text)
		}
	}
	for _, text := range p.details.Warnings {
		p.Warnings = append(p.Warnings, "the backup says: "+text)
	}
}

// warnForgetful is about Raft: a voter must not forget what it acknowledged and whom it voted for.
func warnForgetful(p *Plan) string {
	others := p.otherVoters()
	if !p.votes() || len(others) == 0 {
		return ""
	}
	text := fmt.Sprintf("node %d votes together with %s, and will have forgotten every record from offset %d on and every vote since the backup. "+
		"That is right when the whole quorum is lost, or grows back from the one survivor that the backup is of. Where a majority of the voters still has its disks, a voter that forgets can elect a leader "+
		"that lacks committed records, or vote twice in an epoch: ", p.NodeID, nodes(others), p.details.EndOffset)
	if p.dynamic() {
		return text + fmt.Sprintf("then do not restore; remove voter %d (remove-controller), format its directory with --no-initial-controllers, let it catch up, and add it (add-controller)", p.NodeID)
	}
	return text + "then start it only while the others have a leader, and stop none of them before it has caught up (kafka-metadata-quorum describe --replication)"
}

func warnFormer(p *Plan) string {
	v, _ := p.voter()
	switch {
	case p.Role != FormerVoter:
		return ""
	case len(p.details.Voters) == 1:
		return fmt.Sprintf("the only voter is node %d with the directory ID %s; with another one it will wait for ever for a leader to be elected: "+
			"keep the directory ID, or make it the voter with kraftctl recover --force-standalone", p.NodeID, v.DirectoryID)
	}
	return fmt.Sprintf("the quorum knows voter %d by the directory ID %s; with another one this node is an observer, and the old voter still counts: "+
		"once the others have a leader, remove the old one (remove-controller) and add this one (add-controller)", p.NodeID, v.DirectoryID)
}

// warnTwin is about a node of the same ID that may still be there.
func warnTwin(p *Plan) string {
	if p.sameNode() {
		return ""
	}
	return fmt.Sprintf("no other node %d may run, nor come back: two nodes with one ID corrupt each other's state", p.NodeID)
}

func warnStaticJoiner(p *Plan) string {
	if p.dynamic() || p.Role != Observer {
		return ""
	}
	return fmt.Sprintf("node %d does not vote: controller.quorum.voters has %s. A controller votes once it is in that list on every node", p.NodeID, nodes(p.otherVoters()))
}

func warnUnknown(p *Plan) string {
	if p.Role != Unknown {
		return ""
	}
	return "the backup does not name the voters of the quorum; find out whether others live before this node is started"
}

func warnDropped(p *Plan) string {
	if p.details.DirectoryID == "" || p.DirectoryChoice != choiceNone {
		return ""
	}
	return fmt.Sprintf("the directory ID %s is left out, as Kafka %s writes none; a later release will draw another one", p.details.DirectoryID, p.opts.Release)
}

// warnData is about replicas, which a backup of metadata does not have.
func warnData(p *Plan) string {
	if p.details.Objects.Brokers == 0 {
		return ""
	}
	return "a backup has no records of topics. Where the node is a broker and its replicas were in this directory, they begin empty; " +
		"a partition of which it is the only in-sync replica is led by it with an empty log, and its followers cut theirs to match"
}

func warnCut(p *Plan) string {
	if c := p.details.Cut; c != nil {
		return fmt.Sprintf("the log in the backup ends at offset %d; %d bytes after that were left out (%s): %s", p.details.EndOffset, c.Bytes, c.Reason, c.Message)
	}
	return ""
}

// nodes is a list of IDs in a sentence.
func nodes(ids []int32) string {
	if len(ids) == 0 {
		return "nobody"
	}
	if len(ids) == 1 {
		return "node " + wording.IDs(ids)
	}
	return "nodes " + wording.IDs(ids)
}
