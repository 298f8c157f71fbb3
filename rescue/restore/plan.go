// Package restore makes a log directory out of a backup: for the node it is of, or as another node.
//
// The files of the backup are taken as they are, but for two:
//
//	meta.properties                        made anew, with the node ID and the directory ID that were asked for
//	__cluster_metadata-0/quorum-state      as it is for the same node with the same directory ID; otherwise the next
//	                                       epoch, without leader and vote
//
// A node is a voter of a dynamic quorum by its ID and its directory ID together (KIP-853), of a static one by its ID alone. The
// plan says which it will be, and what follows from that.
package restore

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/archive"
	"github.com/kraftctl/kraftctl/rescue/backup"
	"github.com/kraftctl/kraftctl/rescue/stage"
)

// Command is the word that marks an unfinished directory as this package's.
const Command = "restore"

// SameNode is Options.Node for the node the backup is of.
const SameNode int32 = -1

// The values of Options.DirectoryID that are no ID.
const (
	// Keep takes the directory ID of the backup.
	Keep = "keep"
	// New draws a directory ID.
	New = "new"
)

// Options say what to restore.
type Options struct {
	// File is how messages call the backup.
	File string
	// Dir is the log directory to make.
	Dir string
	// Node is the ID of the node it is for, or SameNode.
	Node int32
	// DirectoryID is Keep, New, or an ID; "" is Keep for the node of the backup and New for another.
	DirectoryID string
	// Digest is what the digest of the archive has to be, in hexadecimal; "" for anything.
	Digest string
	// Release is the one whose form meta.properties gets.
	Release release.Release
	// Report is the prefix of the reports; "" is Dir.
	Report string
	// Tool is what goes into the report as the program, Now as the time.
	Tool string
	Now  time.Time
	// Rand is where a new directory ID comes from.
	Rand io.Reader
}

// Refusal is why a backup cannot be restored as asked for.
type Refusal struct {
	// Message says what is wrong, Hint what to do.
	Message, Hint string
}

func (r *Refusal) Error() string { return r.Message }

func refuse(hint, format string, args ...any) error {
	return &Refusal{Message: fmt.Sprintf(format, args...), Hint: hint}
}

// Plan is everything that a restore does, decided before anything is written. Its JSON form is that of the report.
type Plan struct {
	// Version is that of the JSON form.
	Version int `json:"version"`
	// ID identifies what is restored and how: a hash over the backup's digest and the choices. An unfinished directory is
	// finished by the plan of the same ID.
	ID string `json:"plan"`
	// Tool and Time are of the run; Restored says that it was carried out.
	Tool     string `json:"tool"`
	Time     string `json:"time"`
	Restored bool   `json:"restored"`
	// Directory is the log directory.
	Directory string `json:"directory"`
	// Backup is what is restored.
	Backup Backup `json:"backup"`
	// ClusterID and NodeID are what meta.properties will say.
	ClusterID string `json:"clusterId"`
	NodeID    int32  `json:"nodeId"`
	// DirectoryID is what it will say too; empty for none, and in a plan that has yet to draw a new one.
	DirectoryID string `json:"directoryId,omitempty"`
	// DirectoryChoice is where it comes from: "kept", "new", "given", or "none".
	DirectoryChoice string `json:"directoryChoice"`
	// Role is what the node will be in the quorum.
	Role Role `json:"role"`
	// QuorumState says what becomes of the file: "kept", "next epoch", or "none" where the backup has none.
	QuorumState string `json:"quorumState"`
	// Files are what the directory will hold.
	Files []File `json:"files"`
	// Warnings are what may do harm, Steps what to do next.
	Warnings []string `json:"warnings"`
	Steps    []Step   `json:"steps"`

	opts    Options
	archive *archive.Archive
	details *backup.Details
	quorum  *metalog.Quorum
	props   metaprops.Properties
	staged  []stage.File
}

// Backup is the archive that is restored.
type Backup struct {
	File    string `json:"file"`
	Digest  string `json:"digest"`
	Created string `json:"created"`
	// Details are what the backup says of itself.
	Details *backup.Details `json:"details"`
}

// File is a file of the directory.
type File struct {
	Path string `json:"path"`
	// Size is in bytes; 0 for a file that is yet to be made.
	Size int64 `json:"size"`
	// Origin is "backup", or "new" for a file that is made anew.
	Origin string `json:"origin"`
}

// The origins of files.
const (
	fromBackup = "backup"
	madeAnew   = "new"
)

const quorumStateName = metalog.PartitionDir + "/quorum-state"

// NewPlan decides everything. Nothing is written, and a new directory ID is not drawn yet. The error is a *Refusal, or one of
// reading the archive.
func NewPlan(a *archive.Archive, o Options) (*Plan, error) {
	p := &Plan{
		Version: 1, Tool: o.Tool, Time: o.Now.UTC().Format(time.RFC3339), Directory: o.Dir,
		Warnings: []string{}, Steps: []Step{}, opts: o, archive: a,
	}
	for _, step := range []func() error{p.readBackup, p.decideNode, p.decideDirectoryID, p.decideRole, p.decideQuorumState, p.listFiles} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	p.warn()
	p.next()
	p.ID = p.identity()
	return p, nil
}

// readBackup makes sure that the archive is a backup that can be restored.
func (p *Plan) readBackup() error {
	m := &p.archive.Manifest
	if m.Kind == archive.Bundle {
		return refuse("restore a file that kraftctl backup wrote; an incident bundle is for looking into with kraftctl inspect",
			"%s is an incident bundle: its secrets were replaced by %s, so that a node restored from it would have lost its SCRAM users and secret configurations", p.opts.File, release.Redacted)
	}
	details, err := backup.ParseDetails(m)
	if err != nil {
		return refuse("give a file that kraftctl backup wrote", "%s: %v", p.opts.File, err)
	}
	if want := strings.ToLower(p.opts.Digest); want != "" && want != m.Digest {
		return refuse("find out which file is meant; kraftctl backup verify prints the digest of each", "%s has the digest %s, not %s", p.opts.File, m.Digest, want)
	}
	text, err := p.read(metaprops.Name)
	if err != nil {
		return err
	}
	if p.props, err = metaprops.Parse(text); err != nil {
		return refuse("take a backup of the node's log directory", "%s: its meta.properties: %v", p.opts.File, err)
	}
	if p.props.Version != 1 {
		return refuse("restore the backup of a controller; a broker takes the metadata from the controllers, into a directory that kraftctl format makes",
			"%s is of a broker that began in ZooKeeper mode: its meta.properties has version %d", p.opts.File, p.props.Version)
	}
	if details.NodeID != p.props.NodeID || details.ClusterID != p.props.ClusterID {
		return refuse("use another copy", "%s says it is of node %d of cluster %s, and its meta.properties of node %d of cluster %s",
			p.opts.File, details.NodeID, details.ClusterID, p.props.NodeID, p.props.ClusterID)
	}
	p.details = details
	p.ClusterID = p.props.ClusterID
	p.Backup = Backup{File: p.opts.File, Digest: m.Digest, Created: m.Created, Details: details}
	return nil
}

// read is the content of a small file of the backup. One that is missing is a *Refusal.
func (p *Plan) read(name string) ([]byte, error) {
	if _, found := p.archive.Manifest.Find(name); !found {
		return nil, refuse("take a backup of a node's log directory, not of its "+metalog.PartitionDir+" alone", "%s has no %s", p.opts.File, name)
	}
	in, err := p.archive.Open(name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return io.ReadAll(in)
}

func (p *Plan) decideNode() error {
	switch {
	case p.opts.Node == SameNode:
		p.NodeID = p.props.NodeID
	case p.opts.Node < 0:
		return refuse("node IDs begin at 0", "%d is no node ID", p.opts.Node)
	default:
		p.NodeID = p.opts.Node
	}
	return nil
}

// sameNode says that the directory is for the node the backup is of.
func (p *Plan) sameNode() bool { return p.NodeID == p.props.NodeID }

// The values of Plan.DirectoryChoice.
const (
	choiceKept  = "kept"
	choiceNew   = "new"
	choiceGiven = "given"
	choiceNone  = "none"
)

func (p *Plan) decideDirectoryID() error {
	stored := p.details.DirectoryID
	wanted := p.opts.DirectoryID
	switch {
	case wanted == "" && stored == "":
		p.DirectoryChoice = choiceNone
		return nil
	case wanted == "" && !p.sameNode():
		wanted = New
	case wanted == "":
		wanted = Keep
	}
	if !p.opts.Release.Storage().DirectoryIDs {
		if wanted != Keep {
			return refuse("leave --directory-id out, or --kafka-version", "Kafka %s writes no directory ID into meta.properties", p.opts.Release)
		}
		p.DirectoryChoice = choiceNone
		return nil
	}
	switch {
	case wanted == New:
		p.DirectoryChoice = choiceNew
	case wanted == Keep && stored == "":
		p.DirectoryChoice = choiceNone
	case wanted == Keep && !p.sameNode():
		return p.refuseTwins(stored)
	case wanted == Keep:
		p.DirectoryChoice, p.DirectoryID = choiceKept, stored
	default:
		return p.giveDirectoryID(wanted)
	}
	return nil
}

func (p *Plan) refuseTwins(id string) error {
	return refuse(fmt.Sprintf("leave --directory-id out, and node %d gets one of its own", p.NodeID), "the directory ID %s is that of node %d; two nodes must not have one directory ID", id, p.props.NodeID)
}

// giveDirectoryID takes an ID that was asked for by its text.
func (p *Plan) giveDirectoryID(text string) error {
	id, err := clusterid.Parse(text)
	if err != nil || id.String() != text {
		return refuse("--directory-id takes new, keep, or an ID of 22 characters, as kraftctl random-uuid prints", "%q is no directory ID", text)
	}
	if id.ReservedDirectory() {
		return refuse("use another ID; kraftctl random-uuid makes one", "Kafka keeps the directory ID %s for itself", text)
	}
	if text == p.details.DirectoryID && !p.sameNode() {
		return p.refuseTwins(text)
	}
	for _, v := range p.details.Voters {
		if v.DirectoryID == text && v.ID != p.NodeID {
			return refuse("use another ID", "the directory ID %s is that of voter %d; two nodes must not have one directory ID", text, v.ID)
		}
	}
	p.DirectoryChoice, p.DirectoryID = choiceGiven, text
	if text == p.details.DirectoryID {
		p.DirectoryChoice = choiceKept
	}
	return nil
}

// identity hashes what decides the content of the directory. Where it is made, and when, does not count.
func (p *Plan) identity() string {
	id := p.DirectoryID
	if p.DirectoryChoice == choiceNew {
		id = New
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "kraftctl restore 1\n%s\nnode %d\ndirectory %s\nform %s\nquorum-state %s\n",
		p.Backup.Digest, p.NodeID, id, p.opts.Release, p.QuorumState))
	return hex.EncodeToString(sum[:])
}
