package restore_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/internal/golden"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/archive"
	"github.com/kraftctl/kraftctl/rescue/backup"
	"github.com/kraftctl/kraftctl/rescue/restore"
	"github.com/kraftctl/kraftctl/rescue/stage"
)

// planOf is the plan of a backup of node 1.
func planOf(t *testing.T, dynamic bool, change func(map[string]string, *backup.Details), opts func(*restore.Options)) *restore.Plan {
	t.Helper()
	files, details := node1(dynamic, change)
	p, err := restore.NewPlan(pack(t, archive.Backup, files, details), options(opts))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What a voter that forgets is told to do instead: a static one and a dynamic one have different ways.
func TestAForgetfulVoterIsToldTheOtherWay(t *testing.T) {
	const common = "node 1 votes together with nodes 2 and 3, and will have forgotten every record from offset 42 on and every vote since the backup. "
	for dynamic, end := range map[bool]string{
		true:  "then do not restore; remove voter 1 (remove-controller), format its directory with --no-initial-controllers, let it catch up, and add it (add-controller)",
		false: "then start it only while the others have a leader, and stop none of them before it has caught up (kafka-metadata-quorum describe --replication)",
	} {
		p := planOf(t, dynamic, nil, nil)
		if len(p.Warnings) != 1 || !strings.HasPrefix(p.Warnings[0], common) || !strings.HasSuffix(p.Warnings[0], end) {
			t.Errorf("dynamic: %t: %q", dynamic, p.Warnings)
		}
	}
}

// A broker's replicas are warned of from the first broker on.
func TestDataIsWarnedOf(t *testing.T) {
	for brokers, want := range map[int]bool{0: false, 1: true, 3: true} {
		p := planOf(t, false, func(_ map[string]string, d *backup.Details) { alone(nil, d); d.Objects.Brokers = brokers }, nil)
		if got := len(p.Warnings) == 1 && strings.HasPrefix(p.Warnings[0], "a backup has no records of topics."); got != want {
			t.Errorf("%d brokers: %q", brokers, p.Warnings)
		}
	}
}

// The last step, by role and number of voters: its text, cut off at "…", and its commands.
func TestTheLastStep(t *testing.T) {
	nobody := func(files map[string]string, d *backup.Details) { d.Voters = nil; delete(files, state) }
	for _, c := range []struct {
		name    string
		dynamic bool
		change  func(map[string]string, *backup.Details)
		options func(*restore.Options)
		want    string
	}{
		{"the only static voter", false, alone, nil, "Start node 1. It is the only voter, and leads."},
		{"the only dynamic voter", true, alone, nil, "Start node 1. It is the only voter, and leads."},
		{"the only voter, with another directory ID", true, alone, as(1, restore.New), "Make it a quorum of its own:\nkraftctl recover /data --force-standalone"},
		{"one of three, with another directory ID", true, nil, as(1, restore.New), "Start node 1."},
		{"a broker of a dynamic quorum", true, nil, as(8, ""), "Start node 8. It follows the leader. Only a controller becomes a voter:\n" +
			"kafka-metadata-quorum.sh --command-config server.properties --bootstrap-controller HOST:PORT add-controller"},
		{"a broker of a static quorum", false, nil, as(8, ""), "Start node 8."},
		{"nobody knows", false, nobody, nil, "Start node 1."},
		{"one of three", false, nil, nil, "When the whole quorum is lost, bring back the other voters from this same backup too: a leader is elected once a majority of 3 voters is there. Then start them.\n" +
			"kraftctl restore node1.tar.zst DIR --as-node 2\nkraftctl restore node1.tar.zst DIR --as-node 3"},
	} {
		p := planOf(t, c.dynamic, c.change, c.options)
		last := p.Steps[len(p.Steps)-1]
		if got := strings.Join(append([]string{last.Text}, last.Commands...), "\n"); got != c.want || len(p.Steps) != 3 {
			t.Errorf("%s: %s; want %s", c.name, got, c.want)
		}
		if want := fmt.Sprintf("Make /data the metadata log directory of node %d: node.id=%[1]d, and metadata.log.dir, ", p.NodeID); !strings.HasPrefix(p.Steps[0].Text, want) {
			t.Errorf("%s: %s", c.name, p.Steps[0].Text)
		}
		if want := "kraftctl ensure -c server.properties -t " + cluster; p.Steps[1].Commands[0] != want {
			t.Errorf("%s: %s", c.name, p.Steps[1].Commands)
		}
	}
}

// The row of the directory ID and that of quorum-state.
func TestTheTextOfDecisions(t *testing.T) {
	without := func(files map[string]string, d *backup.Details) {
		alone(nil, d)
		files[metaprops.Name] = strings.Replace(files[metaprops.Name], "directory.id="+first+"\n", "", 1)
		d.DirectoryID, d.MetadataVersion = "", ""
	}
	noState := func(files map[string]string, _ *backup.Details) { delete(files, state) }
	broker := func(_ map[string]string, d *backup.Details) { d.Voters = d.Voters[1:] }
	for _, c := range []struct {
		name    string
		change  func(map[string]string, *backup.Details)
		options func(*restore.Options)
		want    string
	}{
		{"kept", nil, nil, "\ndirectory ID   " + first + ", as in the backup\n"},
		{"given, and the same", nil, as(1, first), "\ndirectory ID   " + first + ", as in the backup\n"},
		{"given", nil, as(5, second), "\ndirectory ID   " + second + " instead of " + first + "\n"},
		{"given where there was none", without, as(1, second), "\ndirectory ID   " + second + "\n"},
		{"kept where there was none", without, as(1, restore.Keep), "\ndirectory ID   none; Kafka 3.7 and later draw one when they start\n"},
		{"new", nil, as(1, restore.New), "\ndirectory ID   a new one, drawn when it is restored\n"},
		{"a level that is not known", without, nil, "epoch 4, metadata.version unknown, kraft.version 0"},
		{"a voter's vote", nil, nil, "\nquorum-state   as in the backup: the node's own vote counts on\n"},
		{"no vote", broker, nil, "\nquorum-state   as in the backup\n"},
		{"no quorum-state", noState, nil, "\nquorum-state   none in the backup; Kafka takes the epoch from the log\n"},
		{"voters", nil, nil, "\nin the quorum  static voter; voters: 1, 2, 3\n"},
		{"the files", nil, nil, "\n  meta.properties                                                  made anew\n\nwarnings"},
	} {
		if text := planOf(t, false, c.change, c.options).Text(); !strings.Contains(text, c.want) {
			t.Errorf("%s: it lacks %q:\n%s", c.name, c.want, text)
		}
	}
}

// The next epoch is after both that of quorum-state and that of the log; everything but leader and vote stays.
func TestTheNextEpoch(t *testing.T) {
	odd := strings.NewReplacer(`"clusterId":""`, `"clusterId":"c"`, `"appliedOffset":0`, `"appliedOffset":7`).Replace(stateV0)
	for lastEpoch, want := range map[int32]int32{0: 5, 3: 5, 4: 5, 9: 10} {
		p := planOf(t, false, func(files map[string]string, d *backup.Details) { files[state], d.LastEpoch = odd, lastEpoch }, as(2, ""))
		q, err := metalog.ParseQuorum([]byte(made(t, p)["/data/"+state]))
		if err != nil || q.LeaderEpoch != want || q.ClusterID != "c" || q.AppliedOffset != 7 || !slices.Equal(q.Voters, []int32{1, 2, 3}) || q.LeaderID != -1 || q.VotedID != -1 {
			t.Errorf("log at epoch %d: %+v, %v", lastEpoch, q, err)
		}
	}
	p := planOf(t, true, nil, as(2, second))
	if got := made(t, p)["/data/"+state]; strings.Contains(got, first) || !strings.Contains(got, `"data_version":1`) {
		t.Errorf("the vote of another: %s", got)
	}
}

// Voters without directory IDs are nobody's: a node without one is not the dynamic voter of its ID.
func TestNoDirectoryIDIsNoIdentity(t *testing.T) {
	p := planOf(t, true, func(_ map[string]string, d *backup.Details) { d.Voters[0].DirectoryID = "" }, func(o *restore.Options) { o.Release = release.V3_6 })
	if p.Role != restore.FormerVoter || p.DirectoryID != "" {
		t.Errorf("%s, %q", p.Role, p.DirectoryID)
	}
}

// The report in JSON is a contract; in a dry run nothing is drawn, and it is not said to be restored.
func TestJSON(t *testing.T) {
	p := planOf(t, true, nil, as(2, restore.New))
	disk := fsx.NewCrash()
	work, err := p.Work(disk)
	if err != nil {
		t.Fatal(err)
	}
	if err := stage.Make(t.Context(), disk, work, nil); err != nil {
		t.Fatal(err)
	}
	got := tree(t, disk, "/")["/data.report.json"]
	golden.Check(t, "as-node-2.json", got)
	dry, err := json.Marshal(p.Dry())
	if err != nil || bytes.Contains(dry, []byte(`"directoryId":"`+p.DirectoryID)) || !bytes.Contains(dry, []byte(`"restored":false`)) || p.DirectoryID == "" {
		t.Errorf("%v: %s", err, dry)
	}
	if kept := planOf(t, true, nil, nil).Dry(); kept.DirectoryID != first {
		t.Errorf("a directory ID that is kept is in the plan: %q", kept.DirectoryID)
	}
}

// The reports are beside the directory, or where --report says.
func TestWhereTheReportsAre(t *testing.T) {
	for report, want := range map[string]string{"": "/data", "/elsewhere/r": "/elsewhere/r"} {
		p := planOf(t, true, nil, func(o *restore.Options) { o.Dir, o.Report = "/data/", report })
		work, err := p.Work(fsx.NewCrash())
		if err != nil || p.ReportPrefix() != want || len(work.Reports) != 2 || work.Reports[0].Path != want+".report.txt" || work.Reports[1].Path != want+".report.json" {
			t.Errorf("%q: %q, %v", report, p.ReportPrefix(), err)
		}
	}
}

// Files keep the permissions of the node, and the owner can read them.
func TestModes(t *testing.T) {
	work, err := planOf(t, true, nil, nil).Work(fsx.NewCrash())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range work.Files {
		want := map[string]uint32{snapshot: 0o400, metaprops.Name: 0o666, "bootstrap.checkpoint": 0o444}[f.Path]
		if want == 0 {
			want = 0o644
		}
		if uint32(f.Mode) != want || f.Last != (f.Path == metaprops.Name) {
			t.Errorf("%s: mode %o, last %t", f.Path, f.Mode, f.Last)
		}
	}
}

// dry is randomness that has run out.
type dry struct{}

func (dry) Read([]byte) (int, error) { return 0, errors.New("no entropy") }

func TestNoRandomness(t *testing.T) {
	p := planOf(t, true, nil, func(o *restore.Options) { o.DirectoryID, o.Rand = restore.New, dry{} })
	if _, err := p.Work(fsx.NewCrash()); err == nil || !strings.HasPrefix(err.Error(), "no directory ID could be drawn: ") || !strings.HasSuffix(err.Error(), "no entropy") {
		t.Errorf("%v", err)
	}
}
