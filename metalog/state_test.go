package metalog_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metalog"
)

// TestSmallFilesOfCorpus reads every small file that real clusters wrote.
func TestSmallFilesOfCorpus(t *testing.T) {
	seen := map[metalog.Kind]int{}
	for path, f := range corpus.Load(t, corpusDir, sound...) {
		n := metalog.ParseName(path)
		var err error
		switch n.Kind {
		case metalog.QuorumState:
			_, err = metalog.ParseQuorum(f.Data)
		case metalog.EpochCheckpoint:
			_, err = metalog.ParseEpochs(f.Data)
		case metalog.PartitionMetadata:
			_, err = metalog.ParsePartitionMetadata(f.Data)
		case metalog.ProducerState:
			_, err = metalog.ParseProducerState(f.Data)
		case metalog.OffsetIndex:
			for _, e := range metalog.ReadIndex(bytes.NewReader(f.Data), n.Offset) {
				err = e
			}
		case metalog.TimeIndex:
			for _, e := range metalog.ReadTimeIndex(bytes.NewReader(f.Data), n.Offset) {
				err = e
			}
		default:
			continue
		}
		if seen[n.Kind]++; err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	if len(seen) != 6 {
		t.Errorf("saw only %v", seen)
	}
}

func TestParseQuorum(t *testing.T) {
	v0 := `{"clusterId":"","leaderId":1,"leaderEpoch":4,"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":1}],"data_version":0}`
	got, err := metalog.ParseQuorum([]byte(v0))
	want := metalog.Quorum{LeaderID: 1, LeaderEpoch: 4, VotedID: -1, Voters: []int32{1}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	v1 := `{"leaderId":2,"leaderEpoch":3,"votedId":5,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAQ","data_version":1}`
	got, err = metalog.ParseQuorum([]byte(v1))
	want = metalog.Quorum{DataVersion: 1, LeaderID: 2, LeaderEpoch: 3, VotedID: 5, VotedDirectoryID: clusterid.ID{15: 1}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	for text, want := range map[string]string{
		`{`: "not the JSON", `{}`: "data_version", `{"data_version":2}`: "data_version 2",
		`{"data_version":1,"leaderId":1}`: "missing", strings.Replace(v1, "AQ\"", "AQA\"", 1): "votedDirectoryId",
	} {
		if _, err := metalog.ParseQuorum([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestParseEpochs(t *testing.T) {
	got, err := metalog.ParseEpochs([]byte("0\n2\n1 0\n4 412\n"))
	if want := []metalog.EpochStart{{Epoch: 1}, {Epoch: 4, Offset: 412}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	for text, want := range map[string]string{
		"\n": "line 1", "1\n0\n": "version \"1\"", "0": "missing", "0\nx\n": "line 2", "0\n-1\n": "line 2",
		"0\n2\n1 0\n": "2 entries are promised, 1 are there", "0\n1\n1\n": "line 3", "0\n1\nx 1\n": "line 3", "0\n1\n1 y\n": "line 3",
	} {
		if _, err := metalog.ParseEpochs([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestParsePartitionMetadata(t *testing.T) {
	id, err := metalog.ParsePartitionMetadata([]byte("version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ"))
	if err != nil || id != (clusterid.ID{15: 1}) {
		t.Errorf("%v, %v", id, err)
	}
	for text, want := range map[string]string{
		"": "line 1", "version: 1\n": "line 1", "version: 0\nx": "line 2", "version: 0\ntopic_id: x": "line 2",
	} {
		if _, err := metalog.ParsePartitionMetadata([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestParseProducerState(t *testing.T) {
	empty := []byte{0, 1, 0x48, 0x67, 0x4b, 0xc7, 0, 0, 0, 0}
	if entries, err := metalog.ParseProducerState(empty); err != nil || len(entries) != 0 {
		t.Errorf("%v, %v", entries, err)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"short":   {empty[:5], "too few"},
		"version": {append([]byte{0, 2}, empty[2:]...), "version 2"},
		"crc":     {append(bytes.Clone(empty[:9]), 1), "CRC"},
	} {
		if _, err := metalog.ParseProducerState(c.data); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestReadIndex(t *testing.T) {
	data := []byte{0, 0, 0, 5, 0, 0, 0, 100, 0, 0, 0, 9, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	var got []metalog.IndexEntry
	for e, err := range metalog.ReadIndex(bytes.NewReader(data), 1000) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e)
	}
	if want := []metalog.IndexEntry{{1005, 100}, {1009, 256}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
	for _, err := range metalog.ReadIndex(bytes.NewReader(data[:13]), 0) {
		if err != nil && !strings.Contains(err.Error(), "within an entry: 5 of 8") {
			t.Error(err)
		}
	}
	for e, err := range metalog.ReadTimeIndex(bytes.NewReader([]byte{0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 3}), 10) {
		if err != nil || e != (metalog.TimeIndexEntry{Timestamp: 256, Offset: 13}) {
			t.Errorf("%v, %v", e, err)
		}
	}
}
