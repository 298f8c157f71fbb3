package recovery

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/inspect/compare"
	"github.com/kraftctl/kraftctl/inspect/verify"
	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/rescue/bundle"
	"github.com/kraftctl/kraftctl/rescue/stage"
)

// corpusLogs are the copies that real nodes of a scenario left.
func corpusLogs(t *testing.T, scenario, below string, nodes ...string) []*metalog.Log {
	t.Helper()
	files := corpus.Load(t, "../../testdata/corpus", scenario)
	var logs []*metalog.Log
	for _, name := range nodes {
		dir := path.Join(scenario, below, name, metalog.PartitionDir)
		log, err := metalog.OpenLog(files, dir, path.Join(name, metalog.PartitionDir))
		if err != nil {
			t.Fatal(err)
		}
		logs = append(logs, log)
	}
	return logs
}

func load(t *testing.T, log *metalog.Log) *image.Image {
	t.Helper()
	img, err := image.Load(log, image.End, image.DefaultOptions(), func(d *metalog.Damage) { t.Error(d) })
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// TestSeedOfRealClusters recovers what real clusters of three controllers left, from one, and holds the seed against the copy.
func TestSeedOfRealClusters(t *testing.T) {
	for _, one := range []struct {
		scenario, below string
		mode            Mode
		only            []string // the paths that may differ
	}{
		{"quorum-3c2b", "3.9.2", Static, nil},
		{"quorum-3c2b", "4.3.1", Static, nil},
		{"dynamic-initial-controllers", "4.1.2", Standalone, []string{"/quorum", "/voters/1", "/voters/3"}},
		{"dynamic-standalone", "4.3.1", Standalone, []string{"/quorum", "/voters/1", "/voters/3"}},
	} {
		t.Run(one.scenario+" "+one.below, func(t *testing.T) {
			logs := corpusLogs(t, one.scenario, one.below, "controller2")
			sources := sourcesOfLogs(t, logs...)
			var dead []int32
			for _, id := range sources[0].Copy.Voters {
				if id != 2 {
					dead = append(dead, id)
				}
			}
			p, err := NewPlan(sources, Options{Dead: dead, Standalone: true, Node: -1})
			if err != nil {
				t.Fatal(err)
			}
			if p.Mode != one.mode || p.Loss.Safe || p.Seed.NodeID != 2 {
				t.Errorf("mode %s, safe %v, node %d", p.Mode, p.Loss.Safe, p.Seed.NodeID)
			}
			seed := madeLog(t, p)
			if report := verify.Log(seed, verify.Options{Workers: 1}); !report.Sound() {
				t.Errorf("the seed does not verify: %+v", report)
			}
			for _, c := range image.Diff(load(t, logs[0]), load(t, seed)) {
				if !slices.Contains(one.only, c.Path) {
					t.Errorf("the seed's state differs at %s", c.Path)
				}
			}
			copies, err := compare.Read([]*metalog.Log{seed}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if c := copies[0]; c.End != p.Seed.EndOffset || c.DirectoryID != p.Seed.DirectoryID || c.Quorum == nil || c.Quorum.LeaderEpoch != p.Seed.Epoch {
				t.Errorf("the seed is %+v, planned was %+v", c, p.Seed)
			}
			if p.Mode == Standalone && !slices.Equal(copies[0].Voters, []int32{2}) {
				t.Errorf("the voters are %v", copies[0].Voters)
			}
		})
	}
}

func quorumOfThree() []*node {
	a := newNode(1).elect(1, 1, 1, 2, 3).noop(1, 3)
	b := a.clone(2)
	c := a.noop(1, 1).clone(3)
	for _, n := range []*node{a, b, c} {
		n.heard(1, 1, -1, 1, 2, 3)
	}
	return []*node{a, b, c}
}

// dynamicOfThree is a quorum whose voters are in the log; node 2 lacks the last record.
func dynamicOfThree() []*node {
	a := newNode(1).elect(1, 1, 1, 2, 3).votes(1, 1, 2, 3).noop(1, 3)
	b := a.clone(2)
	c := a.noop(1, 1).clone(3)
	return []*node{a, b, c}
}

func TestRefusals(t *testing.T) {
	three, dynamic := quorumOfThree(), dynamicOfThree()
	for _, one := range []struct {
		name  string
		nodes []*node
		opts  Options
		want  string
	}{
		{"nobody is dead", three, Options{Node: -1}, "nothing to recover"},
		{"a majority lives", three, Options{Dead: []int32{2}, Node: -1}, "2 of 3 voters (1 and 3) live"},
		{"a majority lives, forced", dynamic, Options{Dead: []int32{2}, Standalone: true, Node: -1}, "2 of 3 voters (1 and 3) live"},
		{"not forced", dynamic[:1], Options{Dead: []int32{2, 3}, Node: -1}, "no leader can be elected"},
		{"a living voter's copy is missing", dynamic[:2], Options{Endpoints: []Endpoint{{1, "C", "h", 1}}, Node: -1}, "no copy of it is given"},
		{"an address for a stranger", dynamic, Options{Endpoints: []Endpoint{{7, "C", "h", 1}}, Node: -1}, "not a voter"},
		{"an address for another than the only voter", dynamic[:1], Options{Endpoints: []Endpoint{{2, "C", "h", 1}}, Dead: []int32{2, 3}, Standalone: true, Node: -1}, "node 1 alone votes"},
		{"an address twice", three[:1], Options{Endpoints: []Endpoint{{1, "C", "h", 1}, {1, "C", "i", 1}}, Dead: []int32{2, 3}, Node: -1}, "has an address already"},
		{"new addresses with an older log", append([]*node{dynamic[0].clone(1).noop(1, 1)}, dynamic[1:]...), Options{Endpoints: []Endpoint{{1, "C", "h", 1}}, Node: -1, From: "2"}, "all of them would take over"},
		{"no voter is left", three[:1], Options{Dead: []int32{1, 2, 3}, Node: -1}, "no living voter is left"},
		{"no such copy", three[:1], Options{Dead: []int32{2, 3}, Node: -1, From: "9"}, "no such copy"},
		{"a bundle", []*node{newNode(1).elect(1, 1, 1, 2, 3).add(1, &metadata.ConfigRecord{ResourceType: 4, ResourceName: "", Name: "ssl.keystore.password", Value: metadata.NullString{String: bundle.Marker, Valid: true}})}, Options{Dead: []int32{2, 3}, Node: -1}, "secrets were removed (configuration ssl.keystore.password)"},
		{"nothing in it", []*node{newNode(1).heard(0, -1, -1, 1, 2, 3)}, Options{Dead: []int32{2, 3}, Node: -1}, "has anything a node could start from"},
	} {
		t.Run(one.name, func(t *testing.T) {
			_, err := NewPlan(sourcesOf(t, one.nodes...), one.opts)
			if err == nil || !strings.Contains(err.Error(), one.want) {
				t.Errorf("error %v, want %q", err, one.want)
			}
			var refusal *Refusal
			if errors.As(err, &refusal) && refusal.Hint == "" {
				t.Error("there is no hint")
			}
		})
	}
}

func TestForeignCopiesAreRefused(t *testing.T) {
	a, b := newNode(1).elect(1, 1, 1, 2, 3), newNode(4).elect(1, 1, 1, 2, 3)
	b.files["meta.properties"] = &fstest.MapFile{Data: []byte("version=1\ncluster.id=other\nnode.id=4\n")}
	if _, err := NewPlan(sourcesOf(t, a, b), Options{Dead: []int32{2, 3}, Node: -1}); !errors.Is(err, compare.ErrForeign) {
		t.Errorf("error %v", err)
	}
}

func TestEndpointsKeepTheVoters(t *testing.T) {
	nodes := dynamicOfThree()
	p := planned(t, Options{Node: -1, Endpoints: []Endpoint{{2, "CONTROLLER", "new", 1}, {2, "SECURE", "new", 2}}}, nodes...)
	if p.Mode != Endpoints || !p.Loss.Safe || p.Seed.NodeID != 1 || p.Chosen.Name != "node1" {
		t.Errorf("mode %s, safe %v, node %d from %s", p.Mode, p.Loss.Safe, p.Seed.NodeID, p.Chosen.Name)
	}
	voters := load(t, madeLog(t, p)).Voters
	for id, want := range map[int32]string{1: "[CONTROLLER://c1:9093]", 2: "[CONTROLLER://new:1 SECURE://new:2]", 3: "[CONTROLLER://c3:9093]"} {
		if v := voters[id]; v == nil || v.Directory != metadata.UUID(directoryOf(id)) {
			t.Errorf("voter %d is %+v", id, v)
		} else if got := "[" + strings.Join(image.EndpointTexts(v.Endpoints), " ") + "]"; got != want {
			t.Errorf("voter %d listens at %s, want %s", id, got, want)
		}
	}
}

// TestUncommittedVoterSetDoesNotDecide has a voter set at the end of the log that may not have been committed: then the one before
// counts as well.
func TestUncommittedVoterSetDoesNotDecide(t *testing.T) {
	a := newNode(1).elect(1, 1, 1, 2, 3).votes(1, 1, 2, 3).noop(1, 3).votes(1, 1, 2)
	opts := Options{Dead: []int32{2}, Standalone: true, Node: -1}
	if p := planned(t, opts, a); p.Loss.Safe || !slices.Equal(p.Quorum.Voters, []int32{1, 2}) {
		t.Errorf("voters %v, safe %v: 2 and 3 may have gone on without 1", p.Quorum.Voters, p.Loss.Safe)
	}
	if p := planned(t, opts, a, a.clone(2)); !p.Loss.Safe {
		t.Errorf("of 1, 2 and 3 only 3 is missing, and it is said: %q", p.Loss.Words)
	}
	a = newNode(1).elect(1, 1, 1, 2, 3, 4).votes(1, 1, 2, 3, 4).noop(1, 3)
	b := a.clone(2)
	a.votes(1, 1, 2, 3)
	p := planned(t, Options{Dead: []int32{2, 3}, Standalone: true, Node: -1}, a, b)
	if words := strings.Join(p.Loss.Words, "\n"); p.Loss.Safe || !strings.Contains(words, "the voters before it, 1, 2, 3 and 4, count as well") {
		t.Errorf("3 and 4 may have removed 1, and it is said: %s", words)
	}
}

// TestAllControllersGone makes a controller of what a broker has.
func TestAllControllersGone(t *testing.T) {
	broker := dynamicOfThree()[0].clone(9)
	opts := Options{Dead: []int32{1, 2, 3}, Standalone: true, Node: 1}
	p := planned(t, opts, broker)
	if !p.Seed.NewDirectoryID || p.Seed.DirectoryID == directoryOf(1).String() || p.Chosen.Name != "node9" {
		t.Errorf("seed %+v from %s", p.Seed, p.Chosen.Name)
	}
	if again := planned(t, opts, broker); again.Hash != p.Hash {
		t.Error("the same plan has another hash: the new directory ID differs")
	}
	c, err := compare.Read([]*metalog.Log{madeLog(t, p)}, nil)
	if err != nil || c[0].NodeID != 1 || c[0].ClusterID != labCluster {
		t.Errorf("the seed belongs to %+v, %v", c[0], err)
	}
}

func TestFromOverrides(t *testing.T) {
	nodes := quorumOfThree()
	nodes[2].noop(1, 2) // what 3 has more was given to nobody else
	p := planned(t, Options{Dead: []int32{2, 3}, Node: -1, From: "2"}, nodes...)
	if !p.Chosen.Overridden || p.Chosen.Name != "node2" || p.Loss.Safe || p.Loss.From != 4 || p.Loss.Until != 7 {
		t.Errorf("chosen %+v, loss %+v", p.Chosen, p.Loss)
	}
	if p.Seed.NodeID != 1 {
		t.Errorf("the seed is for node %d", p.Seed.NodeID)
	}
}

// TestDamageBehindASnapshot takes the snapshot and the log after the damage, as long as they join.
func TestDamageBehindASnapshot(t *testing.T) {
	a := newNode(1).elect(1, 1, 1, 2, 3).noop(1, 1)
	before := len(a.log)
	a.noop(1, 13).snapshot(6, 1)
	whole := len(a.log)
	a.flip(before + 65) // within the batch at offset 2
	p := planned(t, Options{Dead: []int32{2, 3}, Node: -1}, a)
	if p.Seed.StartOffset != 3 || p.Seed.EndOffset != 15 || !slices.Equal(p.Seed.Snapshots, []string{metalog.SnapshotName(6, 1)}) {
		t.Errorf("seed %+v", p.Seed)
	}
	seed := madeLog(t, p)
	if len(seed.Segments) != 1 || seed.Segments[0].Offset != 3 {
		t.Errorf("segments %v", seed.Segments)
	}
	if p.Copies[0].Cut == 0 || p.Copies[0].Cut >= int64(whole) {
		t.Errorf("%d bytes are cut", p.Copies[0].Cut)
	}
}

func TestOpenTransactionIsTold(t *testing.T) {
	a := quorumOfThree()[0].add(1, &metadata.BeginTransactionRecord{}, &metadata.NoOpRecord{})
	p := planned(t, Options{Dead: []int32{2, 3}, Node: -1}, a)
	if p.Seed.OpenTransaction != 5 || !strings.Contains(strings.Join(p.Warnings, "\n"), "transaction begins at offset 5") {
		t.Errorf("transaction %d, warnings %q", p.Seed.OpenTransaction, p.Warnings)
	}
}

// TestHashRestsOnEveryInput changes every file of every copy, one at a time.
func TestHashRestsOnEveryInput(t *testing.T) {
	opts := Options{Dead: []int32{2, 3}, Node: -1, Out: "a"}
	nodes := quorumOfThree()
	nodes[0].file("bootstrap.checkpoint", []byte("x")).snapshot(2, 1)
	before := planned(t, opts, nodes...)
	other := opts
	other.Out = "b"
	if planned(t, other, nodes...).Hash != before.Hash {
		t.Error("the hash depends on where the seed is to be made")
	}
	earlier, err := json.Marshal(before)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		for name, file := range n.files {
			old := file.Data
			file.Data = append(slices.Clone(old), '\n')
			if name == "__cluster_metadata-0/00000000000000000000.log" {
				n.log = file.Data
			}
			now, err := NewPlan(sourcesOf(t, nodes...), opts)
			if err == nil && now.Hash == before.Hash {
				t.Errorf("%s of node %d changed, and the hash did not", name, n.id)
			}
			if err == nil {
				words, err := Differences(earlier, now)
				if err != nil || len(words) == 0 || !strings.Contains(strings.Join(words, ";"), path.Base(name)) {
					t.Errorf("%s of node %d: differences %q, %v", name, n.id, words, err)
				}
			}
			file.Data = old
			if strings.HasSuffix(name, ".log") {
				n.log = old
			}
		}
	}
}

// TestSeedSurvivesPowerCuts cuts the power at every operation of making a seed, and runs the same plan again.
func TestSeedSurvivesPowerCuts(t *testing.T) {
	p := planned(t, Options{Dead: []int32{2, 3}, Standalone: true, Node: -1}, dynamicOfThree()...)
	work, err := p.Work("/seed", "/seed")
	if err != nil {
		t.Fatal(err)
	}
	disk, states := fsx.NewCrash(), 0
	disk.After = func(fsx.Operation) {
		for state := range disk.States(6, 1) {
			states++
			if _, err := state.Stat("/seed/" + stage.Mark); errors.Is(err, fs.ErrNotExist) {
				if _, err := state.Stat("/seed/meta.properties"); err == nil {
					wholeSeed(t, state, p)
					continue
				}
			}
			if err := stage.Make(context.Background(), state, work, nil); err != nil {
				t.Fatalf("run again: %v", err)
			}
			wholeSeed(t, state, p)
		}
	}
	if err := stage.Make(context.Background(), disk, work, nil); err != nil {
		t.Fatal(err)
	}
	if states < 50 {
		t.Errorf("only %d states were tried", states)
	}
}

func wholeSeed(t *testing.T, disk *fsx.Crash, p *Plan) {
	t.Helper()
	for _, f := range p.Files {
		data, err := disk.ReadFile("/seed/" + f.Path)
		if err != nil || int64(len(data)) != f.Size {
			t.Fatalf("%s: %d bytes, %v", f.Path, len(data), err)
		}
	}
	if _, err := disk.Stat("/seed/" + stage.Mark); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("the seed is whole and marked as incomplete: %v", err)
	}
}
