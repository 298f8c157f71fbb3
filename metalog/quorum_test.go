package metalog_test

import (
	"path"
	"testing"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metalog"
)

// TestQuorumMarshalAsKafka reads every quorum-state that real nodes of all releases left, and writes it again byte for byte.
func TestQuorumMarshalAsKafka(t *testing.T) {
	versions := map[int16]int{}
	for name, file := range corpus.Load(t, "../testdata/corpus") {
		if path.Base(name) != "quorum-state" {
			continue
		}
		q, err := metalog.ParseQuorum(file.Data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		versions[q.DataVersion]++
		if got := q.Marshal(); string(got) != string(file.Data) {
			t.Errorf("%s:\n got %s\nwant %s", name, got, file.Data)
		}
	}
	if versions[0] < 10 || versions[1] < 4 {
		t.Errorf("files by version: %v; there are more in the corpus", versions)
	}
}

func TestQuorumMarshalIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.Int32Range(-1, 1<<30)
		q := metalog.Quorum{LeaderID: number.Draw(t, "leader"), LeaderEpoch: number.Draw(t, "epoch"), VotedID: number.Draw(t, "voted")}
		if rapid.Bool().Draw(t, "dynamic") {
			q.DataVersion = 1
			copy(q.VotedDirectoryID[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "directory"))
		} else {
			q.ClusterID = rapid.StringMatching(`[A-Za-z0-9_-]{0,22}`).Draw(t, "cluster")
			q.AppliedOffset = rapid.Int64Range(0, 1<<40).Draw(t, "applied")
			q.Voters = rapid.SliceOfN(number, 1, 5).Draw(t, "voters")
		}
		again, err := metalog.ParseQuorum(q.Marshal())
		if err != nil || string(again.Marshal()) != string(q.Marshal()) {
			t.Fatalf("%s is read as %+v, %v", q.Marshal(), again, err)
		}
	})
}
