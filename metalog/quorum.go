package metalog

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/kraftctl/kraftctl/clusterid"
)

// Quorum is what quorum-state tells: what a node knows of the leader, and for whom it voted
// (org.apache.kafka.raft.FileQuorumStateStore, QuorumStateData.json).
type Quorum struct {
	// DataVersion is 0 for quorums whose voters are configured, 1 for those whose voters are in the log.
	DataVersion int16
	// ClusterID is empty in practice, and gone from version 1 on.
	ClusterID string
	// LeaderID is the leader, -1 when it is not known.
	LeaderID int32
	// LeaderEpoch is the latest epoch the node has heard of.
	LeaderEpoch int32
	// VotedID is who the node voted for in the epoch, -1 for nobody.
	VotedID int32
	// VotedDirectoryID is the directory of VotedID; zero in version 0.
	VotedDirectoryID clusterid.ID
	// AppliedOffset is 0 in practice, and gone from version 1 on.
	AppliedOffset int64
	// Voters are the IDs of the configured voters; none in version 1.
	Voters []int32
}

// quorumJSON is the file's form.
type quorumJSON struct {
	DataVersion      *int16  `json:"data_version"`
	ClusterID        string  `json:"clusterId"`
	LeaderID         *int32  `json:"leaderId"`
	LeaderEpoch      *int32  `json:"leaderEpoch"`
	VotedID          *int32  `json:"votedId"`
	VotedDirectoryID *string `json:"votedDirectoryId"`
	AppliedOffset    int64   `json:"appliedOffset"`
	CurrentVoters    []struct {
		VoterID int32 `json:"voterId"`
	} `json:"currentVoters"`
}

// writtenV0 and writtenV1 are the file as Kafka writes it: the fields in the order of QuorumStateData.json, data_version last.
type (
	writtenV0 struct {
		ClusterID     string         `json:"clusterId"`
		LeaderID      int32          `json:"leaderId"`
		LeaderEpoch   int32          `json:"leaderEpoch"`
		VotedID       int32          `json:"votedId"`
		AppliedOffset int64          `json:"appliedOffset"`
		CurrentVoters []writtenVoter `json:"currentVoters"`
		DataVersion   int16          `json:"data_version"`
	}
	writtenV1 struct {
		LeaderID         int32  `json:"leaderId"`
		LeaderEpoch      int32  `json:"leaderEpoch"`
		VotedID          int32  `json:"votedId"`
		VotedDirectoryID string `json:"votedDirectoryId"`
		DataVersion      int16  `json:"data_version"`
	}
	writtenVoter struct {
		VoterID int32 `json:"voterId"`
	}
)

// Marshal is the file as Kafka writes it, which has no newline at its end. A DataVersion above 0 is written as 1.
func (q Quorum) Marshal() []byte {
	if q.DataVersion > 0 {
		return marshal(writtenV1{
			LeaderID: q.LeaderID, LeaderEpoch: q.LeaderEpoch, VotedID: q.VotedID,
			VotedDirectoryID: q.VotedDirectoryID.String(), DataVersion: 1,
		})
	}
	voters := make([]writtenVoter, len(q.Voters))
	for i, id := range q.Voters {
		voters[i].VoterID = id
	}
	return marshal(writtenV0{
		ClusterID: q.ClusterID, LeaderID: q.LeaderID, LeaderEpoch: q.LeaderEpoch, VotedID: q.VotedID,
		AppliedOffset: q.AppliedOffset, CurrentVoters: voters,
	})
}

// marshal is for values whose fields are texts and numbers, which always have a JSON form.
func marshal(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}

// ParseQuorum reads a quorum-state file.
func ParseQuorum(data []byte) (Quorum, error) {
	var in quorumJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return Quorum{}, fmt.Errorf("not the JSON of a quorum-state: %w", err)
	}
	switch {
	case in.DataVersion == nil:
		return Quorum{}, errors.New("the field data_version is missing")
	case *in.DataVersion < 0 || *in.DataVersion > 1:
		return Quorum{}, fmt.Errorf("data_version %d, only 0 and 1 are known", *in.DataVersion)
	case in.LeaderID == nil || in.LeaderEpoch == nil || in.VotedID == nil:
		return Quorum{}, errors.New("one of the fields leaderId, leaderEpoch, votedId is missing")
	}
	q := Quorum{
		DataVersion: *in.DataVersion, ClusterID: in.ClusterID, LeaderID: *in.LeaderID, LeaderEpoch: *in.LeaderEpoch,
		VotedID: *in.VotedID, AppliedOffset: in.AppliedOffset,
	}
	if in.VotedDirectoryID != nil {
		id, err := clusterid.Parse(*in.VotedDirectoryID)
		if err != nil {
			return Quorum{}, fmt.Errorf("votedDirectoryId: %w", err)
		}
		q.VotedDirectoryID = id
	}
	for _, v := range in.CurrentVoters {
		q.Voters = append(q.Voters, v.VoterID)
	}
	return q, nil
}
