package restore_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/archive"
	"github.com/kraftctl/kraftctl/rescue/backup"
	"github.com/kraftctl/kraftctl/rescue/restore"
	"github.com/kraftctl/kraftctl/rescue/stage"
)

const (
	cluster  = "XcZZOzUqS4yHOjhMQB6JLQ"
	first    = "MvDxzVmcRsaTz33bUuRU6A"
	second   = "2YCBrjbPQqWml7riuS2vYQ"
	third    = "0qDZFFUDuUFsSBMN9XH_2Q"
	stateV0  = `{"clusterId":"","leaderId":1,"leaderEpoch":4,"votedId":1,"appliedOffset":0,"currentVoters":[{"voterId":1},{"voterId":2},{"voterId":3}],"data_version":0}`
	stateV1  = `{"leaderId":1,"leaderEpoch":4,"votedId":1,"votedDirectoryId":"` + first + `","data_version":1}`
	logName  = "__cluster_metadata-0/00000000000000000000.log"
	snapshot = "__cluster_metadata-0/00000000000000000007-0000000001.checkpoint"
	state    = "__cluster_metadata-0/quorum-state"
)

// node1 are the files and the details of a backup of node 1; change may change both.
func node1(dynamic bool, change func(files map[string]string, d *backup.Details)) (map[string]string, *backup.Details) {
	files := map[string]string{
		"meta.properties":      "#\n#Sat Nov 21 06:01:01 UTC 2026\nnode.id=1\ndirectory.id=" + first + "\nversion=1\ncluster.id=" + cluster + "\n",
		"bootstrap.checkpoint": "bootstrap", logName: "batches", snapshot: "state", state: stateV0,
	}
	d := &backup.Details{
		NodeID: 1, ClusterID: cluster, DirectoryID: first, MetadataVersion: "3.9-IV0", EndOffset: 42, LastEpoch: 4,
		Voters: []backup.Voter{{ID: 1}, {ID: 2}, {ID: 3}}, Warnings: []string{},
	}
	if dynamic {
		files[state] = stateV1
		d.KRaftVersion, d.Voters = 1, []backup.Voter{{ID: 1, DirectoryID: first}, {ID: 2, DirectoryID: second}, {ID: 3, DirectoryID: third}}
	}
	if change != nil {
		change(files, d)
	}
	return files, d
}

// pack makes an archive of files.
func pack(t *testing.T, kind archive.Kind, files map[string]string, details any) *archive.Archive {
	t.Helper()
	var out bytes.Buffer
	w, err := archive.NewWriter(&out, archive.Manifest{Kind: kind, Tool: "kraftctl test", Created: "2026-11-21T06:01:01Z"})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range sortedNames(files) {
		mode := fs.FileMode(0o644)
		switch name {
		case snapshot:
			mode = 0o400
		case "bootstrap.checkpoint":
			mode = 0o044 // which its owner cannot read
		}
		if err := w.Add(name, mode, time.Unix(0, 0), int64(len(files[name])), strings.NewReader(files[name])); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Close(details); err != nil {
		t.Fatal(err)
	}
	a, err := archive.Read(&out, "node1.tar.zst", archive.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

func sortedNames(files map[string]string) []string { return slices.Sorted(maps.Keys(files)) }

// counting gives the bytes 1, 2, 3, …
type counting byte

func (c *counting) Read(into []byte) (int, error) {
	for i := range into {
		*c++
		into[i] = byte(*c)
	}
	return len(into), nil
}

func options(change func(*restore.Options)) restore.Options {
	seed := counting(0)
	o := restore.Options{
		File: "node1.tar.zst", Dir: "/data", Node: restore.SameNode, Release: release.Newest(), Tool: "kraftctl test",
		Now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), Rand: &seed,
	}
	if change != nil {
		change(&o)
	}
	return o
}

// made restores on an empty disk and returns the files.
func made(t *testing.T, p *restore.Plan) map[string]string {
	t.Helper()
	disk := fsx.NewCrash()
	work, err := p.Work(disk)
	if err != nil {
		t.Fatal(err)
	}
	if err := stage.Make(t.Context(), disk, work, nil); err != nil {
		t.Fatal(err)
	}
	return tree(t, disk, "/")
}

func tree(t *testing.T, disk fsx.FS, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	entries, err := disk.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		child := path.Join(dir, entry.Name())
		if entry.IsDir() {
			maps.Copy(found, tree(t, disk, child))
			continue
		}
		data, err := disk.ReadFile(child)
		if err != nil {
			t.Fatal(err)
		}
		found[child] = string(data)
	}
	return found
}

func TestTheSameNodeComesBackAsItWas(t *testing.T) {
	for _, dynamic := range []bool{false, true} {
		files, details := node1(dynamic, nil)
		p, err := restore.NewPlan(pack(t, archive.Backup, files, details), options(nil))
		if err != nil {
			t.Fatal(err)
		}
		got := made(t, p)
		for name, text := range files {
			if name != metaprops.Name && got["/data/"+name] != text {
				t.Errorf("%s holds %q; want %q", name, got["/data/"+name], text)
			}
		}
		want := strings.Replace(files[metaprops.Name], "06:01:01", "12:00:00", 1)
		if got["/data/meta.properties"] != want {
			t.Errorf("meta.properties: %q; want %q", got["/data/meta.properties"], want)
		}
		if len(got) != len(files)+2 {
			t.Errorf("the disk holds %v", sortedNames(got))
		}
		var report restore.Plan
		if err := json.Unmarshal([]byte(got["/data.report.json"]), &report); err != nil || !report.Restored || report.ID != p.ID || report.DirectoryID != first {
			t.Errorf("the report is %+v, %v", report, err)
		}
		if text := got["/data.report.txt"]; !strings.HasPrefix(text, "restored into /data\nplan "+p.ID) {
			t.Errorf("the report is %s", text)
		}
	}
}

// choice is a way to restore, and what comes of it.
type choice struct {
	name        string
	dynamic     bool
	change      func(map[string]string, *backup.Details)
	options     func(*restore.Options)
	node        int32
	directory   string // first, second, …; "new", or "" for none
	role        restore.Role
	quorumState string
	warnings    []string // the beginnings
}

const forgets = "node %d votes together with nodes "

func as(node int32, directory string) func(*restore.Options) {
	return func(o *restore.Options) { o.Node, o.DirectoryID = node, directory }
}

func alone(_ map[string]string, d *backup.Details) { d.Voters = d.Voters[:1] }

var choices = []choice{
	{"static", false, nil, nil, 1, first, restore.StaticVoter, "kept", []string{fmt.Sprintf(forgets, 1) + "2 and 3"}},
	{"static alone", false, alone, nil, 1, first, restore.StaticVoter, "kept", nil},
	{"static, new directory ID", false, alone, as(restore.SameNode, restore.New), 1, "new", restore.StaticVoter, "kept", nil},
	{"static, named by its own ID", false, alone, as(1, ""), 1, first, restore.StaticVoter, "kept", nil},
	{"static as another voter", false, nil, as(2, ""), 2, "new", restore.StaticVoter, "next epoch", []string{fmt.Sprintf(forgets, 2) + "1 and 3", "no other node 2 may run"}},
	{"static as a stranger", false, nil, as(7, third), 7, third, restore.Observer, "next epoch", []string{"no other node 7 may run", "node 7 does not vote: controller.quorum.voters has nodes 1, 2 and 3"}},
	{"dynamic", true, nil, nil, 1, first, restore.DynamicVoter, "kept", []string{fmt.Sprintf(forgets, 1) + "2 and 3"}},
	{"dynamic alone", true, alone, nil, 1, first, restore.DynamicVoter, "kept", nil},
	{"dynamic, its ID written out", true, alone, as(1, first), 1, first, restore.DynamicVoter, "kept", nil},
	{"dynamic alone, new directory ID", true, alone, as(1, restore.New), 1, "new", restore.FormerVoter, "next epoch", []string{"the only voter is node 1 with the directory ID " + first}},
	{"dynamic, new directory ID", true, nil, as(1, restore.New), 1, "new", restore.FormerVoter, "next epoch", []string{"the quorum knows voter 1 by the directory ID " + first}},
	{"dynamic as another voter", true, nil, as(2, second), 2, second, restore.DynamicVoter, "next epoch", []string{fmt.Sprintf(forgets, 2) + "1 and 3", "no other node 2 may run"}},
	{"dynamic as an observer", true, alone, as(2, ""), 2, "new", restore.Observer, "next epoch", []string{"no other node 2 may run"}},
	{
		"of an old release", false, func(files map[string]string, d *backup.Details) {
			files[metaprops.Name] = strings.Replace(files[metaprops.Name], "directory.id="+first+"\n", "", 1)
			d.DirectoryID, d.Voters = "", nil
			delete(files, state)
		}, as(4, ""), 4, "", restore.Unknown, "none", []string{"no other node 4 may run", "the backup does not name the voters"},
	},
	{
		"for an old release", false, alone, func(o *restore.Options) { o.Release = release.V3_6 }, 1, "", restore.StaticVoter, "kept",
		[]string{"the directory ID " + first + " is left out, as Kafka 3.6 writes none"},
	},
	{
		"of a broker, cut at damage", false, func(_ map[string]string, d *backup.Details) {
			d.Voters = d.Voters[1:]
			d.Objects.Brokers, d.Warnings = 2, []string{"a snapshot was passed over"}
			d.Cut = &backup.Cut{Reason: backup.Damaged, Bytes: 9, Message: "bad CRC"}
		}, nil, 1, first, restore.Observer, "kept", []string{
			"node 1 does not vote: controller.quorum.voters has nodes 2 and 3", "a backup has no records of topics",
			"the log in the backup ends at offset 42; 9 bytes after that were left out (damage): bad CRC", "the backup says: a snapshot was passed over",
		},
	},
}

func TestChoices(t *testing.T) {
	for _, c := range choices {
		t.Run(c.name, func(t *testing.T) {
			files, details := node1(c.dynamic, c.change)
			a := pack(t, archive.Backup, files, details)
			p, err := restore.NewPlan(a, options(c.options))
			if err != nil {
				t.Fatal(err)
			}
			got := made(t, p)
			props, err := metaprops.Parse([]byte(got["/data/meta.properties"]))
			if err != nil {
				t.Fatal(err)
			}
			id := ""
			if props.DirectoryID != nil {
				id = props.DirectoryID.String()
			}
			if fresh := c.directory == "new"; props.NodeID != c.node || props.ClusterID != cluster || id != p.DirectoryID || !fresh && id != c.directory || fresh && (id == "" || id == first) {
				t.Errorf("meta.properties says %s; want node %d, directory %s", props, c.node, c.directory)
			}
			if p.Role != c.role || p.QuorumState != c.quorumState {
				t.Errorf("%s, quorum-state %s; want %s, %s", p.Role, p.QuorumState, c.role, c.quorumState)
			}
			checkQuorumState(t, c, files[state], got["/data/"+state])
			if len(p.Warnings) != len(c.warnings) {
				t.Fatalf("warnings %q; want %q", p.Warnings, c.warnings)
			}
			for i, want := range c.warnings {
				if !strings.HasPrefix(p.Warnings[i], want) {
					t.Errorf("warning %q; want %q", p.Warnings[i], want)
				}
			}
			if len(p.Steps) < 3 {
				t.Errorf("steps %q", p.Steps)
			}
		})
	}
}

// checkQuorumState checks that a vote stays with the node that cast it.
func checkQuorumState(t *testing.T, c choice, before, after string) {
	t.Helper()
	if c.quorumState != "next epoch" {
		if after != before {
			t.Errorf("quorum-state %q; want %q", after, before)
		}
		return
	}
	was, err := metalog.ParseQuorum([]byte(before))
	if err != nil {
		t.Fatal(err)
	}
	is, err := metalog.ParseQuorum([]byte(after))
	if err != nil {
		t.Fatal(err)
	}
	if is.LeaderID != -1 || is.VotedID != -1 || is.LeaderEpoch != was.LeaderEpoch+1 || is.DataVersion != was.DataVersion || len(is.Voters) != len(was.Voters) {
		t.Errorf("quorum-state %s", after)
	}
}

func TestThePlanSaysHowTheWholeQuorumComesBack(t *testing.T) {
	tests := []struct {
		dynamic bool
		options func(*restore.Options)
		want    string
	}{
		{false, nil, "kraftctl restore node1.tar.zst DIR --as-node 2\nkraftctl restore node1.tar.zst DIR --as-node 3"},
		{false, as(2, ""), "kraftctl restore node1.tar.zst DIR\nkraftctl restore node1.tar.zst DIR --as-node 3"},
		{true, nil, "kraftctl restore node1.tar.zst DIR --as-node 2 --directory-id " + second + "\nkraftctl restore node1.tar.zst DIR --as-node 3 --directory-id " + third},
	}
	for _, test := range tests {
		files, details := node1(test.dynamic, nil)
		p, err := restore.NewPlan(pack(t, archive.Backup, files, details), options(test.options))
		if err != nil {
			t.Fatal(err)
		}
		last := p.Steps[len(p.Steps)-1]
		if !strings.Contains(last.Text, "a majority of 3 voters") || strings.Join(last.Commands, "\n") != test.want {
			t.Errorf("step %q; want %s", last, test.want)
		}
	}
}

// The plan's ID stands for what is restored and how, not for where and when.
func TestThePlanHasOneID(t *testing.T) {
	files, details := node1(true, nil)
	a := pack(t, archive.Backup, files, details)
	id := func(change func(*restore.Options)) string {
		t.Helper()
		p, err := restore.NewPlan(a, options(change))
		if err != nil {
			t.Fatal(err)
		}
		return p.ID
	}
	same := []func(*restore.Options){
		nil, as(1, ""), as(1, restore.Keep), as(1, first),
		func(o *restore.Options) { o.Dir, o.File, o.Now, o.Report = "/other", "copy", time.Time{}, "/r" },
	}
	for i, change := range same {
		if id(change) != id(nil) {
			t.Errorf("same %d has another ID", i)
		}
	}
	seen := map[string]int{}
	for i, change := range []func(*restore.Options){nil, as(1, restore.New), as(2, ""), as(2, second), func(o *restore.Options) { o.Release = release.V3_7 }} {
		if other, repeated := seen[id(change)]; repeated {
			t.Errorf("choices %d and %d have one ID", other, i)
		}
		seen[id(change)] = i
	}
}

// A restore with a new directory ID dies anywhere: the run that finishes it keeps the ID and the date of the first.
func TestAnUnfinishedRestoreKeepsWhatWasDrawn(t *testing.T) {
	files, details := node1(true, nil)
	a := pack(t, archive.Backup, files, details)
	finished := 0
	for at := 1; ; at++ {
		disk := fsx.NewCrash()
		p, err := restore.NewPlan(a, options(as(5, restore.New)))
		if err != nil {
			t.Fatal(err)
		}
		work, err := p.Work(disk)
		if err != nil {
			t.Fatal(err)
		}
		faulty := &fsx.Faulty{Under: disk, Errno: syscall.EIO, At: at, Stuck: true}
		if err := stage.Make(t.Context(), faulty, work, nil); err == nil {
			break
		}
		_, begun, err := stage.Noted(disk, work)
		if err != nil {
			t.Fatal(err)
		}
		if !begun {
			continue
		}
		finished++
		later := counting(99)
		again, err := restore.NewPlan(a, options(func(o *restore.Options) {
			as(5, restore.New)(o)
			o.Rand, o.Now = &later, o.Now.Add(time.Hour)
		}))
		if err != nil {
			t.Fatal(err)
		}
		work, err = again.Work(disk)
		if err != nil {
			t.Fatal(err)
		}
		if err := stage.Make(t.Context(), disk, work, nil); err != nil {
			t.Fatalf("finishing what stopped at operation %d: %v", at, err)
		}
		got := tree(t, disk, "/data")
		if again.DirectoryID != p.DirectoryID || !strings.Contains(got["/data/meta.properties"], p.DirectoryID) || !strings.Contains(got["/data/meta.properties"], "12:00:00") {
			t.Fatalf("stopped at operation %d: meta.properties %q; want the directory ID %s and the first date", at, got["/data/meta.properties"], p.DirectoryID)
		}
	}
	if finished < 20 {
		t.Errorf("%d unfinished directories were finished", finished)
	}
}

func TestTheTextTellsThePlan(t *testing.T) {
	files, details := node1(true, nil)
	p, err := restore.NewPlan(pack(t, archive.Backup, files, details), options(as(2, "")))
	if err != nil {
		t.Fatal(err)
	}
	text := p.Text()
	for _, want := range []string{
		"restore into /data\nplan " + p.ID, "node ID        2 instead of 1", "directory ID   a new one, drawn when it is restored",
		"former voter; voters: 1 (" + first + "), 2 (" + second + "), 3 (" + third + ")",
		"the epoch after that of the backup, without leader and vote, which are another identity's",
		"  " + logName + "  ", "made anew", "\nwarnings\n", "\nnext\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
}
