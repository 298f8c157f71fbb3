package format_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/format"
	"github.com/kraftctl/kraftctl/release"
)

const voterDirectory = "MvDxzVmcRsaTz33bUuRU6A"

func quorumRequest(t *testing.T, voters string) format.Request {
	r := release.Newest()
	return format.Request{
		Release: r, Node: node(t, r, dynamicConfig, t.TempDir()+"/d"), ClusterID: testCluster, InitialControllers: &voters,
	}
}

// The hosts on the right are those kafka-storage 4.3.1 wrote into the snapshot.
func TestVoterHosts(t *testing.T) {
	for host, want := range map[string]string{
		"Kafka1.Example": "Kafka1.Example", "10.0.0.1": "10.0.0.1", "[::1]": "0:0:0:0:0:0:0:1", "": "localhost",
		"[::ffff:1.2.3.4]": "1.2.3.4", "127.1": "127.0.0.1", "a b": "a b",
	} {
		plan := planned(t, quorumRequest(t, fmt.Sprintf("1@%s:9093:%s", host, voterDirectory)))
		if got := plan.Voters[0].Host; got != want {
			t.Errorf("host %q became %q; want %q", host, got, want)
		}
	}
}

func TestVoterRefusals(t *testing.T) {
	tests := map[string]string{
		"":                             "No voters given.",
		" , ":                          "No voters given.",
		"1":                            "No @ found in dynamic voter string.",
		"@a:1:" + voterDirectory:       "Invalid @ at beginning of dynamic voter string.",
		"x@a:1:" + voterDirectory:      "Failed to parse node id in dynamic voter string.",
		"-1@a:1:" + voterDirectory:     "Invalid negative node id -1 in dynamic voter string.",
		"1@":                           "No hostname found after node id.",
		"1@[::1:1:" + voterDirectory:   "Hostname began with left bracket, but no right bracket was found.",
		"1@a":                          "No colon following hostname could be found.",
		"1@[::1]x:1:" + voterDirectory: "Port section must start with a colon.",
		"1@a:1":                        "No colon following port could be found.",
		"1@a:b:" + voterDirectory:      "Failed to parse port in dynamic voter string.",
		"1@a:65536:" + voterDirectory:  "Invalid port 65536 in dynamic voter string.",
		"1@a:1:short":                  "Failed to parse directory ID in dynamic voter string.",
		strings.Repeat("1@a:1:"+voterDirectory+",", 2): "Node id 1 was specified more than once.",
	}
	for text, want := range tests {
		if got := refusal(t, quorumRequest(t, text)).Message; got != want {
			t.Errorf("%q: %q; want %q", text, got, want)
		}
	}
}

func TestVotersRoundTrip(t *testing.T) {
	base := quorumRequest(t, "")
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfNDistinct(rapid.Int32Range(0, 5000), 1, 9, rapid.ID[int32]).Draw(t, "ids")
		var entries []string
		want := map[int32]format.Voter{}
		for _, id := range ids {
			v := format.Voter{
				ID: id, Host: rapid.StringMatching(`[a-z][a-z0-9.-]{0,20}`).Draw(t, "host"), Port: rapid.Uint16().Draw(t, "port"),
				Directory: clusterid.ID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "directory")),
			}
			want[id] = v
			entries = append(entries, fmt.Sprintf("%d@%s:%s", id, strings.TrimSuffix(v.Address(), ""), v.Directory))
		}
		req := base
		req.InitialControllers = pointer(strings.Join(entries, " , "))
		plan, err := format.NewPlan(req, surroundings())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.IsSortedFunc(plan.Voters, func(a, b format.Voter) int { return int(a.ID - b.ID) }) || len(plan.Voters) != len(ids) {
			t.Fatalf("voters %+v", plan.Voters)
		}
		for _, got := range plan.Voters {
			if got != want[got.ID] {
				t.Fatalf("voter %+v; want %+v", got, want[got.ID])
			}
		}
	})
}

// A metadata directory of an initial voter carries the voter's directory ID; nothing else does.
func TestVoterDirectoryID(t *testing.T) {
	plan := planned(t, quorumRequest(t, "1@a:1:"+voterDirectory))
	if got := metaPropertiesOf(t, plan.Directories[0]); got.DirectoryID.String() != voterDirectory {
		t.Errorf("directory.id = %s; want the voter's", got.DirectoryID)
	}
	plan = planned(t, quorumRequest(t, "2@a:1:"+voterDirectory))
	if got := metaPropertiesOf(t, plan.Directories[0]); got.DirectoryID.String() == voterDirectory {
		t.Error("a node that is no voter took a voter's directory ID")
	}
}
