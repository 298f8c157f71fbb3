package backup

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/archive"
)

// Details are what the manifest of a backup tells beside its files, so that nothing has to be replayed to know what is in it.
type Details struct {
	// NodeID, ClusterID and DirectoryID are those of meta.properties; DirectoryID is empty where that has none.
	NodeID      int32  `json:"nodeId"`
	ClusterID   string `json:"clusterId"`
	DirectoryID string `json:"directoryId,omitempty"`
	// MetadataVersion is the level's name, such as "4.3-IV0", or its number where this build does not know it; empty before the
	// first record of it.
	MetadataVersion string `json:"metadataVersion"`
	// KRaftVersion is 1 where the voters are in the log (KIP-853).
	KRaftVersion int16 `json:"kraftVersion"`
	// Voters are those of the log, or of quorum-state where they are configured; none where neither tells.
	Voters []Voter `json:"voters"`
	// Snapshot is the name of the newest snapshot in the backup; empty for a log from its beginning.
	Snapshot string `json:"snapshot,omitempty"`
	// FirstOffset is the first offset of the log in the backup, EndOffset the one after the last, that of the snapshot where
	// there is no log after it.
	FirstOffset int64 `json:"firstOffset"`
	EndOffset   int64 `json:"endOffset"`
	// LastEpoch is the leader epoch of the last record, LastTime when it was written; empty where there is no log.
	LastEpoch int32  `json:"lastEpoch"`
	LastTime  string `json:"lastTime,omitempty"`
	// Whole tells that all of the retained log was asked for, not only what makes up the present state.
	Whole bool `json:"whole"`
	// Cut tells what of the log was left out at its end; nil for nothing.
	Cut *Cut `json:"cut,omitempty"`
	// Objects count what the cluster has at the end.
	Objects Objects `json:"objects"`
	// Warnings are worth knowing, such as a snapshot that was passed over because it is damaged.
	Warnings []string `json:"warnings"`
}

// Voter is a voter of the quorum.
type Voter struct {
	ID          int32    `json:"id"`
	DirectoryID string   `json:"directoryId,omitempty"`
	Endpoints   []string `json:"endpoints,omitempty"`
}

// Cut is what was left out at the end of the log.
type Cut struct {
	// Reason is "unfinished": a batch that was being written, or "damage": all that follows a damaged place.
	Reason string `json:"reason"`
	// File is the segment that was cut, Position where, in bytes.
	File     string `json:"file"`
	Position int64  `json:"position"`
	// Bytes is how much was left out, in this segment and those after it.
	Bytes int64 `json:"bytes"`
	// Message says what is there.
	Message string `json:"message"`
}

// Reasons of a [Cut].
const (
	Unfinished = "unfinished"
	Damaged    = "damage"
)

// Objects count what a cluster has.
type Objects struct {
	Topics      int `json:"topics"`
	Partitions  int `json:"partitions"`
	Brokers     int `json:"brokers"`
	Controllers int `json:"controllers"`
	Configs     int `json:"configs"`
	Quotas      int `json:"quotas"`
	ACLs        int `json:"acls"`
	Users       int `json:"users"`
	Tokens      int `json:"tokens"`
}

// ParseDetails are the details of a backup's manifest.
func ParseDetails(m *archive.Manifest) (*Details, error) {
	if m.Kind != archive.Backup {
		return nil, fmt.Errorf("it is a %s, not a backup", m.Kind)
	}
	d := &Details{}
	if err := json.Unmarshal(m.Details, d); err != nil {
		return nil, fmt.Errorf("its details cannot be read: %w", err)
	}
	return d, nil
}

func (d *Details) identity(p metaprops.Properties) {
	d.NodeID, d.ClusterID = p.NodeID, p.ClusterID
	if p.DirectoryID != nil {
		d.DirectoryID = p.DirectoryID.String()
	}
}

// state tells what an image holds; quorum may be nil.
func (d *Details) state(img *image.Image, quorum *metalog.Quorum) {
	d.Objects = Objects{
		Topics: img.Topics.Len(), Partitions: img.Topics.Partitions(), Brokers: len(img.Brokers), Controllers: len(img.Controllers),
		Quotas: len(img.Quotas), ACLs: len(img.ACLs), Users: len(img.Users), Tokens: len(img.Tokens),
	}
	for _, values := range img.Configs {
		d.Objects.Configs += len(values)
	}
	d.KRaftVersion = img.KRaftVersion
	if level, ok := img.Features[image.MetadataVersionFeature]; ok {
		d.MetadataVersion = fmt.Sprint(level)
		if v, known := release.Newest().MetadataVersionAt(level); known {
			d.MetadataVersion = v.Name
		}
	}
	d.Voters = []Voter{}
	for _, id := range slices.Sorted(maps.Keys(img.Voters)) {
		v := img.Voters[id]
		d.Voters = append(d.Voters, Voter{ID: id, DirectoryID: v.Directory.String(), Endpoints: image.EndpointTexts(v.Endpoints)})
	}
	if len(d.Voters) == 0 && quorum != nil {
		for _, id := range quorum.Voters {
			d.Voters = append(d.Voters, Voter{ID: id})
		}
	}
}
