package compare_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/inspect/compare"
	"github.com/kraftctl/kraftctl/inspect/internal/lab"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
)

const corpusDir = "../../testdata/corpus"

func report(t *testing.T, logs []*metalog.Log, opts compare.Options) *compare.Report {
	t.Helper()
	copies, err := compare.Read(logs, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := compare.Copies(copies, opts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func text(t *testing.T, r *compare.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := compare.WriteText(&b, r); err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func mustSay(t *testing.T, r *compare.Report, parts ...string) {
	t.Helper()
	said := text(t, r)
	for _, p := range parts {
		if !strings.Contains(said, p) {
			t.Errorf("it does not say %q:\n%s", p, strings.Join(r.Verdict.Words, "\n"))
		}
	}
}

func chances(r *compare.Report) map[int32]compare.Chance {
	m := map[int32]compare.Chance{}
	for _, c := range r.Election {
		m[c.Voter] = c.Chance
	}
	return m
}

// TestQuorum: three real controllers, of which the active one was killed twice. Controller 1 won epoch 5 just before the copies
// were made, and nobody has its first record yet.
func TestQuorum(t *testing.T) {
	nodes := lab.Logs(t, corpusDir, "quorum-3c2b", "4.3.1")
	r := report(t, []*metalog.Log{nodes["controller1"], nodes["controller2"], nodes["controller3"], nodes["broker11"], nodes["broker12"]}, compare.Options{})
	if !slices.Equal(r.Voters, []int32{1, 2, 3}) || r.Majority != 2 {
		t.Errorf("voters %v, majority %d", r.Voters, r.Majority)
	}
	for i, want := range []struct {
		end      int64
		relation compare.Relation
		voter    bool
	}{{494, compare.Reference, true}, {493, compare.Behind, true}, {493, compare.Behind, true}, {493, compare.Behind, false}, {486, compare.Behind, false}} {
		c := r.Copies[i]
		if c.EndOffset != want.end || c.Relation != want.relation || c.Voter != want.voter {
			t.Errorf("%s: end %d, %s, voter %t", c.Name, c.EndOffset, c.Relation, c.Voter)
		}
	}
	if r.CommonUntil != 486 || r.Difference != nil || r.Committed.Certain != 493 || r.Committed.Possible != 493 {
		t.Errorf("common %d, difference %v, committed %+v", r.CommonUntil, r.Difference, r.Committed)
	}
	leaders := []compare.Epoch{{Epoch: 1, Leader: 3, Start: 0}, {Epoch: 3, Leader: 1, Start: 62}, {Epoch: 4, Leader: 2, Start: 127}, {Epoch: 5, Leader: 1, Start: 493}}
	if !slices.Equal(r.Copies[0].Epochs, leaders) {
		t.Errorf("epochs %v", r.Copies[0].Epochs)
	}
	if !r.Verdict.Complete || !r.Agree() {
		t.Errorf("verdict %+v", r.Verdict)
	}
	mustSay(t, r, "Every committed record is in these copies", "offset 492 is certainly committed", "from offset 493 on was not committed")
}

func TestDeadVoters(t *testing.T) {
	nodes := lab.Logs(t, corpusDir, "quorum-3c2b", "4.3.1")
	two := report(t, []*metalog.Log{nodes["controller2"], nodes["controller3"]}, compare.Options{Dead: []int32{1}})
	if !two.Verdict.Complete || !two.Verdict.Electable {
		t.Errorf("with two of three: %+v", two.Verdict)
	}
	mustSay(t, two, "only voter 1 is missing", "heard of epoch 5, led by 1, of which no copy has a record", "2 and 3 can become leader", "they are kept")
	one := report(t, []*metalog.Log{nodes["controller3"], nodes["broker11"]}, compare.Options{Dead: []int32{1, 2}})
	if one.Verdict.Complete || one.Verdict.Electable || one.Agree() {
		t.Errorf("with one of three: %+v", one.Verdict)
	}
	mustSay(t, one, "It is not certain that every committed record is here", "No leader can be elected: 1 of 3 voters live, 2 are needed")
	disk := report(t, []*metalog.Log{nodes["controller1"], nodes["controller2"], nodes["controller3"]}, compare.Options{Dead: []int32{1, 3}})
	if !disk.Verdict.Complete || disk.Verdict.Living {
		t.Errorf("with the disks of the dead: %+v", disk.Verdict)
	}
	mustSay(t, disk, "Without the copies of the dead voters 1 and 3 that would not be certain")
}

// TestSnapshotThatDoesNotFit: a real broker's snapshot has the configuration of a topic that was created and deleted while the
// broker caught up; the controller's has not.
func TestSnapshotThatDoesNotFit(t *testing.T) {
	nodes := lab.Logs(t, corpusDir, "snapshots", "4.3.1")
	r := report(t, []*metalog.Log{nodes["node1"], nodes["broker2"]}, compare.Options{})
	i := slices.IndexFunc(r.States, func(s compare.StateDifference) bool { return s.SameOffset })
	if i < 0 || r.Agree() {
		t.Fatal("the states are said to be the same")
	}
	if s := r.States[i]; len(s.Changes) != 1 || s.Changes[0].Path != "/configs/topic/topic-0107/retention.ms" {
		t.Errorf("changes %v", s.Changes)
	}
}

func topic(name string) *metadata.TopicRecord { return &metadata.TopicRecord{Name: name} }

func secret() *metadata.UserScramCredentialRecord {
	return &metadata.UserScramCredentialRecord{Name: "alice", Mechanism: 1, Salt: []byte("salt"), StoredKey: []byte("stored"), ServerKey: []byte("server")}
}

// TestSnapshotAheadOfLog takes the voters of a snapshot that was fetched when the log, which ends before it, was not yet removed.
func TestSnapshotAheadOfLog(t *testing.T) {
	voters := func(ids ...int32) *metadata.VotersRecord {
		r := &metadata.VotersRecord{}
		for _, id := range ids {
			r.Voters = append(r.Voters, metadata.Voter{VoterId: id})
		}
		return r
	}
	node := lab.NewNode(1).Control(1, voters(1, 2)).Append(1, topic("a"))
	b := record.NewBatch(0, 2, lab.Base)
	b.Attributes = record.ControlAttributes
	var snapshot []byte
	for _, body := range []metadata.Control{&metadata.SnapshotHeaderRecord{}, voters(1, 2, 3)} {
		snapshot = record.AppendBatch(snapshot, b, []record.Record{{Key: record.ControlKey(body.ControlType()), Value: body.Append(nil, metadata.ControlVersion)}})
		b.BaseOffset++
	}
	node.Extra[metalog.PartitionDir+"/"+metalog.SnapshotName(10, 2)] = snapshot
	copies, err := compare.Read([]*metalog.Log{node.Log(t)}, nil)
	if err != nil || copies[0].End != 10 || !slices.Equal(copies[0].Voters, []int32{1, 2, 3}) {
		t.Errorf("%+v, %v", copies[0], err)
	}
}

func TestParted(t *testing.T) {
	first := lab.NewNode(1).Elect(1, 1, 1, 2, 3).Append(1, topic("a"))
	second, third := first.Clone(2), first.Clone(3)
	first.Append(1, secret(), topic("lost")).Heard(1, 1, 1)
	second.Elect(2, 2, 1, 2, 3).Append(2, topic("kept")).Heard(2, 2, 2)
	third.Elect(2, 2, 1, 2, 3).Heard(2, 2, 2)
	logs := []*metalog.Log{first.Log(t), second.Log(t), third.Log(t)}
	r := report(t, logs, compare.Options{})
	d := r.Difference
	if d == nil || d.Kind != compare.Parted || d.Offset != 2 || d.Sides[0].Batch.LeaderEpoch != 2 || d.Sides[1].Batch.LeaderEpoch != 1 {
		t.Fatalf("difference %+v", d)
	}
	if c := r.Copies[0]; c.Relation != compare.Relation(compare.Parted) || c.Lacks != 2 || c.Extra != 1 {
		t.Errorf("the parted copy: %+v", c)
	}
	if r.Committed.Certain != 3 || r.Committed.Possible != 3 || r.Agree() {
		t.Errorf("committed %+v", r.Committed)
	}
	if got := chances(r); got[1] != compare.Cannot || got[2] != compare.Can || got[3] != compare.Can {
		t.Errorf("chances %v", got)
	}
	mustSay(t, r, "node 1 parts from node 2 at offset 2", "USER_SCRAM_CREDENTIAL_RECORD", `"salt":"(redacted)"`, "LEADER_CHANGE")
	shown := report(t, logs, compare.Options{ShowSecrets: true})
	mustSay(t, shown, `"salt":"c2FsdA=="`)
}

func TestDamageAndEmptyDisk(t *testing.T) {
	whole := lab.NewNode(1).Elect(1, 1, 1, 2, 3).Append(1, topic("a")).Append(1, topic("b")).Append(1, topic("c")).Heard(1, 1, -1)
	torn := whole.Clone(2).Flip(100)
	r := report(t, []*metalog.Log{whole.Log(t), torn.Log(t), lab.NewNode(3).Log(t)}, compare.Options{})
	if d := r.Difference; d == nil || d.Kind != compare.DamagedThere || d.Sides[0].Batch.Damage != "" || d.Sides[1].Batch == nil || d.Sides[1].Batch.Damage == "" {
		t.Fatalf("difference %+v", d)
	}
	if !slices.Equal(r.Verdict.Missing, []int32{2, 3}) || r.Verdict.Complete {
		t.Errorf("verdict %+v", r.Verdict)
	}
	mustSay(t, r, "The copy of node 2 is damaged", "The copy of node 3 is empty", "would vote for anybody")
	if r.Copies[2].Relation != compare.Empty {
		t.Errorf("the empty copy is %s", r.Copies[2].Relation)
	}
}

// TestLostMajority: two of three disks were replaced by empty ones; what the third has is known to be committed by a snapshot.
func TestLostMajority(t *testing.T) {
	old := lab.NewNode(3).Elect(1, 1, 1, 2, 3).Append(1, topic("a"), topic("b")).Heard(1, 1, 1)
	ahead := old.Clone(1).Append(1, topic("c"))
	ahead.Extra[metalog.PartitionDir+"/"+metalog.SnapshotName(4, 1)] = nil
	fresh := lab.NewNode(2)
	r := report(t, []*metalog.Log{ahead.Log(t), fresh.Log(t), old.Log(t)}, compare.Options{Dead: []int32{1}, NoStates: true})
	if r.Committed.Certain != 4 || !strings.Contains(r.Committed.Why, "snapshot") {
		t.Errorf("committed %+v", r.Committed)
	}
	mustSay(t, r, "WARNING: node 3 does not have everything that is certainly committed (only up to offset 2)")
}

// TestObserverAhead: a broker has a record that no voter at hand has.
func TestObserverAhead(t *testing.T) {
	voter := lab.NewNode(1).Elect(1, 1, 1, 2, 3).Append(1, topic("a")).Heard(1, 1, -1)
	broker := voter.Clone(9).Append(1, topic("b"))
	r := report(t, []*metalog.Log{voter.Log(t), voter.Clone(2).Log(t), broker.Log(t)}, compare.Options{})
	if r.Copies[2].Relation != compare.Ahead || r.Agree() {
		t.Errorf("the broker is %s", r.Copies[2].Relation)
	}
	mustSay(t, r, "node 9 is no voter and yet has offsets 2 to 2, which no voter's copy here has")
}

func TestRefusals(t *testing.T) {
	one, other := lab.NewNode(1).Elect(1, 1, 1), lab.NewNode(2).Elect(1, 1, 1)
	other.Extra["meta.properties"] = []byte("version=1\ncluster.id=elsewhere\nnode.id=2\n")
	foreign := other.Log(t)
	copies, err := compare.Read([]*metalog.Log{one.Log(t), foreign}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := compare.Copies(copies, compare.Options{}); !errors.Is(err, compare.ErrForeign) {
		t.Errorf("copies of two clusters: %v", err)
	}
	if _, err := compare.Copies(copies[:1], compare.Options{Dead: []int32{7}}); !errors.Is(err, compare.ErrNoVoter) {
		t.Errorf("a dead stranger: %v", err)
	}
}

// TestCorpus: every scenario can be compared, whole and with its damage.
func TestCorpus(t *testing.T) {
	for scenario, below := range map[string]string{
		"combined-1node": ".", "dynamic-standalone": "4.3.1", "dynamic-initial-controllers": "4.1.2", "jbod": "3.9.2", "upgrade": "3.3.2-to-4.3.1",
		"zk-migration": "3.9.2", "quorum-3c2b": "3.9.2",
	} {
		var logs []*metalog.Log
		if scenario == "combined-1node" {
			// Its folders are clusters of their own.
			for _, release := range []string{"3.3.2", "4.3.1"} {
				text(t, report(t, []*metalog.Log{lab.Logs(t, corpusDir, scenario, release)["node1"], lab.Logs(t, corpusDir, scenario, release)["node1"]}, compare.Options{}))
			}
			continue
		}
		for _, l := range lab.Logs(t, corpusDir, scenario, below) {
			logs = append(logs, l)
		}
		if r := report(t, logs, compare.Options{}); len(r.Copies) != len(logs) || len(r.Verdict.Words) == 0 || text(t, r) == "" {
			t.Errorf("%s: %+v", scenario, r.Verdict)
		}
	}
}

// TestDamagedCorpus: a damaged segment is told from the whole one, wherever the damage is.
func TestDamagedCorpus(t *testing.T) {
	whole := lab.Logs(t, corpusDir, "damage", "4.3.1/00-original")
	for _, variant := range []struct {
		name     string
		relation compare.Relation
	}{
		{"01-truncated-mid-batch", compare.Behind},
		{"21-gap-batch-removed", compare.Relation(compare.MissingThere)},
		{"23-bitflip-crc", compare.Relation(compare.DamagedThere)},
		{"25-bitflip-leader-epoch", compare.Relation(compare.Parted)},
		{"16-all-zero-1000", compare.Empty},
	} {
		var logs []*metalog.Log
		for _, l := range whole {
			logs = append(logs, l)
		}
		for _, l := range lab.Logs(t, corpusDir, "damage", "4.3.1/"+variant.name) {
			logs = append(logs, l)
		}
		r := report(t, logs, compare.Options{})
		if c := r.Copies[1]; c.Relation != variant.relation && r.Copies[0].Relation != variant.relation {
			t.Errorf("%s: %s, troubles %v", variant.name, c.Relation, c.Troubles)
		}
	}
}
