package recovery

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/kraftctl/kraftctl/inspect/compare"
	"github.com/kraftctl/kraftctl/rescue/stage"
)

// Mode is the kind of recovery.
type Mode string

// The modes.
const (
	// Static: the voters are configured. The log stays as it is, the configuration of every node changes.
	Static Mode = "static"
	// Standalone: the voters are in the log, and the seed's node is the only one from now on.
	Standalone Mode = "standalone"
	// Endpoints: the voters are in the log, stay the same, and get new addresses.
	Endpoints Mode = "endpoints"
)

// Plan is everything about a recovery, decided. Its JSON form is stable at Version 1; docs/recovery.md describes it.
type Plan struct {
	Version int `json:"version"`
	// Hash is the SHA-256, in hex, over the plan's canonical JSON: this JSON without indentation, in which hash, out, warnings,
	// steps and brokers are empty and no copy is in use.
	Hash string `json:"hash"`
	Mode Mode   `json:"mode"`
	// Out is the directory to be made, as given; empty when none was.
	Out       string `json:"out"`
	ClusterID string `json:"clusterId"`
	Quorum    Quorum `json:"quorum"`
	// Copies are the copies by rank, best first.
	Copies []RankedCopy `json:"copies"`
	Chosen Chosen       `json:"chosen"`
	Loss   Loss         `json:"loss"`
	Seed   Seed         `json:"seed"`
	// StaticVoters is the new controller.quorum.voters, with PLACEHOLDER for what is not known; nil for other modes.
	StaticVoters *StaticVoters `json:"staticVoters"`
	// Inputs are the files the plan rests on, Files those it makes.
	Inputs   []InputFile   `json:"inputs"`
	Files    []OutputFile  `json:"files"`
	Brokers  []BrokerCheck `json:"brokers"`
	Warnings []string      `json:"warnings"`
	Steps    []Step        `json:"steps"`

	work []stage.File
}

// Quorum is the quorum as the chosen copy tells it.
type Quorum struct {
	// KRaftVersion is 0 for voters that are configured, 1 for voters in the log.
	KRaftVersion int16 `json:"kraftVersion"`
	// MetadataVersion is the level of metadata.version, 0 when the log does not tell.
	MetadataVersion int16   `json:"metadataVersion"`
	Voters          []int32 `json:"voters"`
	// Dead are the voters that are said to be gone for good, Living the others.
	Dead     []int32 `json:"dead"`
	Living   []int32 `json:"living"`
	Majority int     `json:"majority"`
}

// RankedCopy is one of the copies.
type RankedCopy struct {
	Name   string `json:"name"`
	NodeID *int32 `json:"nodeId"`
	Voter  bool   `json:"voter"`
	Dead   bool   `json:"dead"`
	// StartOffset to EndOffset (exclusive) is what of it can be used, LastEpoch the epoch it ends in, LastTime the time of its
	// last batch in ms since 1970, -1 when there is none. All are -1 when nothing can.
	StartOffset int64 `json:"startOffset"`
	EndOffset   int64 `json:"endOffset"`
	LastEpoch   int32 `json:"lastEpoch"`
	LastTime    int64 `json:"lastTime"`
	// HeardEpoch is the latest epoch the node has heard of.
	HeardEpoch int32 `json:"heardEpoch"`
	// Cut is how many bytes of its segments cannot be used.
	Cut int64 `json:"cutBytes"`
	// Same tells that it goes as far as the best one.
	Same bool `json:"sameAsBest"`
	// InUse says which process holds the directory; empty when none is known to.
	InUse    string   `json:"inUse"`
	Troubles []string `json:"troubles"`
}

// Chosen is the copy that the seed is made of.
type Chosen struct {
	Name string `json:"name"`
	Why  string `json:"why"`
	// Overridden tells that it is not the best one, but that of Options.From.
	Overridden bool `json:"overridden"`
}

// Loss is what may be missing.
type Loss struct {
	// Safe tells that every committed record is certainly in the seed.
	Safe bool `json:"safe"`
	// CertainEnd is the offset below which everything is certainly committed (and in the seed, unless Words say otherwise), and
	// CertainTime the time of the last batch before it in ms since 1970, -1 when it is not known.
	CertainEnd  int64 `json:"certainEnd"`
	CertainTime int64 `json:"certainTime"`
	// Kept is the offset below which the seed has what the chosen copy has, KeptTime the time of its last batch. Of what is between
	// CertainEnd and Kept it is not known whether it was committed; it is from now on.
	Kept     int64 `json:"keptEnd"`
	KeptTime int64 `json:"keptTime"`
	// From is the first offset at which a committed record may be missing, because the seed has another one there or none; -1 when
	// Safe. Until is the end of these offsets, exclusive; -1 when there may be any number.
	From  int64    `json:"doubtFrom"`
	Until int64    `json:"doubtUntil"`
	Words []string `json:"words"`
}

// Seed is what is made.
type Seed struct {
	// NodeID is the node it is for.
	NodeID int32 `json:"nodeId"`
	// DirectoryID is that of its meta.properties; empty before 3.7.
	DirectoryID string `json:"directoryId"`
	// NewDirectoryID tells that no meta.properties of the node is there, so that one is made.
	NewDirectoryID bool `json:"newDirectoryId"`
	// StartOffset to EndOffset (exclusive) is its log. Epoch is the one of quorum-state and of Appended.
	StartOffset int64 `json:"startOffset"`
	EndOffset   int64 `json:"endOffset"`
	Epoch       int32 `json:"epoch"`
	// Snapshots are the snapshots it has.
	Snapshots []string `json:"snapshots"`
	// Appended are the records after those of the chosen copy.
	Appended []AppendedRecord `json:"appended"`
	// Voters are the voters from now on; without endpoints in mode static.
	Voters      []Voter         `json:"voters"`
	QuorumState json.RawMessage `json:"quorumState"`
	// OpenTransaction is the offset at which a metadata transaction begins that does not end, -1 when there is none.
	OpenTransaction int64 `json:"openTransaction"`
}

// AppendedRecord is a control record that the seed's log has and the chosen copy has not.
type AppendedRecord struct {
	Offset int64           `json:"offset"`
	Type   string          `json:"type"`
	Data   json.RawMessage `json:"data"`
}

// Voter is a voter of the new quorum.
type Voter struct {
	ID          int32      `json:"id"`
	DirectoryID string     `json:"directoryId"`
	Endpoints   []Endpoint `json:"endpoints"`
}

// StaticVoters is the configuration key that every node needs.
type StaticVoters struct {
	// Value is that of controller.quorum.voters.
	Value string `json:"value"`
	// Source says where the address is from: "--set-endpoint", "--config", "log", or "" for a placeholder.
	Source string `json:"source"`
}

// InputFile is a file the plan rests on.
type InputFile struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// OutputFile is a file of the seed, its path relative to the directory.
type OutputFile struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Step is something a person has to do.
type Step struct {
	Title string `json:"title"`
	// Text says how and why.
	Text string `json:"text"`
	// Commands are command lines, as far as they are known.
	Commands []string `json:"commands"`
}

// Refusal says why there is no plan, although the copies can be read.
type Refusal struct {
	Message string
	// Hint says what to do next.
	Hint string
	// Usage tells that the arguments are to blame, not what is on disk.
	Usage bool
}

func (r *Refusal) Error() string { return r.Message }

func refuse(hint, format string, args ...any) *Refusal {
	return &Refusal{Message: fmt.Sprintf(format, args...), Hint: hint}
}

func misused(hint, format string, args ...any) *Refusal {
	return &Refusal{Message: fmt.Sprintf(format, args...), Hint: hint, Usage: true}
}

// Source is a copy with what is known of where it lies.
type Source struct {
	Copy *compare.Copy
	// Directory tells that it lies in a directory of the file system, not in an archive.
	Directory bool
	// Backup tells that it is a backup: the node may have written more since.
	Backup bool
	// InUse says which process holds its directory; empty when none is known to.
	InUse string
}

// Options say what to recover.
type Options struct {
	// Dead are the voters that are gone for good.
	Dead []int32
	// Standalone makes the seed's node the only voter.
	Standalone bool
	// Endpoints are new addresses.
	Endpoints []Endpoint
	// From is the copy to take instead of the best: a name, or a node ID.
	From string
	// Node is the node to make the seed for, -1 for the owner of the chosen copy.
	Node int32
	// Addresses are host:port of controllers by ID, as a configuration has them.
	Addresses map[int32]string
	// Brokers are directories of brokers to be held against the seed.
	Brokers []BrokerDir
	// Out is the directory to be made; it may be empty.
	Out string
	// Command is the command line that asks for this plan, for the steps; it may be empty.
	Command string
	// Progress is told how many bytes more have been read; it may be nil.
	Progress func(bytes int64)
}

// seal computes the hash.
func (p *Plan) seal() error {
	c := *p
	c.Hash, c.Out, c.Warnings, c.Steps, c.Brokers = "", "", nil, nil, nil
	c.Copies = make([]RankedCopy, len(p.Copies))
	for i, one := range p.Copies {
		one.InUse = ""
		c.Copies[i] = one
	}
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	p.Hash = hex.EncodeToString(sum[:])
	p.putHash()
	return nil
}

// Work is what makes the seed in the directory out, with reports beside it whose paths begin with prefix. The copies must stay
// open until it is done.
func (p *Plan) Work(out, prefix string) (stage.Work, error) {
	done := fmt.Sprintf("Done: %s was made for node %d by the plan below. Nothing is recovered before its other steps are carried out.\n\n", out, p.Seed.NodeID)
	reports, err := stage.Reports(prefix, done+Text(p), p)
	if err != nil {
		return stage.Work{}, err
	}
	return stage.Work{Dir: out, Command: "recover", Plan: p.Hash, Files: p.work, Reports: reports}, nil
}
