package preflight_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/preflight"
)

// ids are the findings of a report: the effect, the ID, and the offset where there is one.
func ids(r *preflight.Report) string {
	var all []string
	for _, f := range r.Findings {
		id := string(f.Effect) + " " + f.ID
		if f.Offset != nil {
			id += fmt.Sprintf(" @%d", *f.Offset)
		}
		all = append(all, id)
	}
	return strings.Join(all, ", ")
}

// For every type and release: the highest version it knows loads, and one more is a finding that names both.
func TestEveryVersionOfEveryType(t *testing.T) {
	hides := map[string]string{"PartitionChangeRecord": "the directories of the replicas", "BrokerRegistrationChangeRecord": "the log directories of the broker"}
	for _, kind := range metadata.Types() {
		for _, rel := range release.All() {
			highest, ok := kind.HighestIn(rel)
			if !ok || highest == kind.Highest() || kind.Name == "FeatureLevelRecord" {
				continue
			}
			atHighest := check(t, made(nil, batch(1, mv(7), versioned{kind.New(), highest})), ".", rel.String())
			if slices.ContainsFunc(atHighest.Findings, func(f preflight.Finding) bool { return f.ID == "record-version" }) {
				t.Errorf("%s, which it knows: %s", kind.Name, said(t, atHighest))
			}
			r := check(t, made(nil, batch(1, mv(7), versioned{kind.New(), highest + 1})), ".", rel.String())
			f := finding(t, r, "record-version")
			want := fmt.Sprintf("version %d of %s; %s knows versions up to %d", highest+1, kind.Name, rel, highest)
			unseen, passed := hides[kind.Name]
			if passed {
				want += " and reads it without " + unseen
			}
			if f.Message != want || *f.Offset != 2 || *f.RecordVersion != highest+1 || f.Type != kind.Name || passed != (f.Effect == preflight.Hides) || passed == (len(f.Log) > 0) {
				t.Errorf("%s", said(t, r))
			}
		}
	}
}

// A type that a release does not know is one in every release before the first that has it, and in none after.
func TestEveryTypeHasItsFirstRelease(t *testing.T) {
	for _, kind := range metadata.Types() {
		for _, rel := range release.All() {
			_, knows := kind.HighestIn(rel)
			r := check(t, made(nil, batch(1, mv(7)), batch(2, versioned{kind.New(), 0})), ".", rel.String())
			found := slices.ContainsFunc(r.Findings, func(f preflight.Finding) bool { return f.ID == "record-type" })
			if found == knows {
				t.Errorf("%s on %s, which knows it: %t\n%s", kind.Name, rel, knows, said(t, r))
			}
		}
	}
}

// 3.3 leaves a batch out with a record in it that it does not know: levels of the batch are not set, be they before it or after.
func TestPassedOverBatch(t *testing.T) {
	for _, c := range []struct {
		name, release string
		batches       [][]byte
		want          string
		level         int16
	}{
		{"after a bad level", "3.3", [][]byte{batch(1, mv(7)), batch(2, mv(8), unknownRecord)}, "ignored record-type @3", 8},
		{"before a bad level", "3.3", [][]byte{batch(1, mv(7)), batch(2, unknownRecord, mv(8))}, "ignored record-type @2", 8},
		{"in another batch", "3.3", [][]byte{batch(1, mv(7)), batch(2, unknownRecord), batch(3, mv(8))}, "ignored record-type @2, stops feature-level @3", 8},
		{"the same level, in both", "3.3", [][]byte{batch(1, mv(7)), batch(2, mv(8)), batch(3, mv(8), unknownRecord)}, "stops feature-level @2, ignored record-type @4", 8},
		{"later releases end", "3.4", [][]byte{batch(1, mv(7)), batch(2, mv(9), unknownRecord)}, "stops record-type @3, stops feature-level @2", 9},
	} {
		r := check(t, made(nil, c.batches...), ".", c.release)
		if got := ids(r); got != c.want {
			t.Errorf("%s: %s; want %s\n%s", c.name, got, c.want, said(t, r))
		}
		if first(r, preflight.Hides) != nil {
			mustSay(t, r, "it logs a fault and goes on without the whole batch")
		}
	}
}

// The order in which a node comes upon findings: up to 3.7 batch by batch, from 3.8 on all that cannot be decoded comes first.
func TestOrder(t *testing.T) {
	fsys := made(map[string]string{quorumState: strings.Replace(staticState, `version":0`, `version":9`, 1), "bootstrap.checkpoint": snapshotOf(unknownRecord)},
		batch(1, mv(7)), batch(2, level("foo.version", 1), noOp()), batch(4, level("bar.version", 1), unknownRecord), batch(6, level("foo.version", 1)))
	const before = "stops record-type @1, stops quorum-state, "
	for version, want := range map[string]string{
		"3.7": before + "stops feature-level @2, stops record-type @5, stops feature-level @4",
		"3.8": before + "stops record-type @5, stops feature-level @2, stops feature-level @4",
		"4.4": before + "stops record-type @5, stops feature-level @2, stops feature-level @4",
	} {
		if got := ids(check(t, fsys, ".", version)); got != want {
			t.Errorf("%s: %s; want %s", version, got, want)
		}
	}
	fsys["meta.properties"] = &fstest.MapFile{Data: []byte("version=1\n")}
	if got := ids(check(t, fsys, ".", "4.4")); !strings.HasPrefix(got, "stops meta-properties, "+before) {
		t.Errorf("%s", got)
	}
}

// How a node's log tells the place of a level, in a snapshot and in a batch.
func TestWhere(t *testing.T) {
	for _, c := range []struct {
		name, release string
		others        map[string]string
		where         []string
	}{
		{"the log", "4.0", map[string]string{segment: log(batch(2, noOp(), mv(29)))}, []string{
			"Error loading metadata log record from offset 3", "FeatureLevelRecord record at offset 3 on standby controller", "in the batch with baseOffset 2",
		}},
		{"the log, up to 3.9", "3.9", map[string]string{segment: log(batch(2, noOp(), mv(29)))}, []string{
			"Error loading metadata log record from offset 3", "FeatureLevelRecord record at offset 3 on standby controller", "in the batch with baseOffset 2",
			"Error loading metadata log record from offset 21",
		}},
		{"a snapshot", "4.0", map[string]string{snapshot(9): snapshotOf(mv(29))}, []string{
			"in snapshot at offset 8", "FeatureLevelRecord record from snapshot OffsetAndEpoch(offset=9, epoch=1)", "FeatureLevelRecord record from snapshot OffsetAndEpoch[offset=9, epoch=1]",
		}},
		{"bootstrap.checkpoint", "4.0", map[string]string{"bootstrap.checkpoint": snapshotOf(mv(29))}, nil},
		{"a record in bootstrap.checkpoint", "4.0", map[string]string{"bootstrap.checkpoint": snapshotOf(mv(7), unknownRecord)}, []string{"unable to deserialize record at offset 2"}},
		{"a record in the log", "4.0", map[string]string{segment: log(batch(2, unknownRecord))}, nil},
	} {
		r := check(t, made(c.others), ".", c.release)
		if f := first(r, preflight.Stops); f == nil || !slices.Equal(f.Where, c.where) {
			t.Errorf("%s: %q\n%s", c.name, f.Where, said(t, r))
		}
	}
}

// The migration from ZooKeeper: the last state counts, and only the two in which it runs.
func TestMigrationStates(t *testing.T) {
	for _, c := range []struct {
		name, release string
		records       []versioned
		want          string
	}{
		{"none", "4.0", []versioned{migration(0)}, ""},
		{"pre-migration", "4.0", []versioned{migration(2)}, "ignored zk-migration @2"},
		{"dual write", "4.0", []versioned{migration(2), migration(1)}, "ignored zk-migration @3"},
		{"over", "4.0", []versioned{migration(2), migration(1), migration(3)}, ""},
		{"dual write on a release that migrates", "3.9", []versioned{migration(1)}, ""},
		{"a broker in ZooKeeper mode", "4.0", []versioned{zkBroker()}, "note zk-broker @2"},
		{"two of them", "4.0", []versioned{zkBroker(), zkBroker()}, "note zk-broker @2"},
		{"one on a release that has them", "3.9", []versioned{zkBroker()}, ""},
	} {
		r := check(t, made(nil, batch(1, mv(11)), batch(2, c.records...)), ".", c.release)
		if got := ids(r); got != c.want {
			t.Errorf("%s: %q; want %q", c.name, got, c.want)
		}
	}
	inSnapshot := check(t, made(map[string]string{snapshot(3): snapshotOf(mv(11), migration(2))}), ".", "4.0")
	if f := finding(t, inSnapshot, "zk-migration"); f.Offset != nil || !strings.HasSuffix(f.File, "0003-0000000001.checkpoint") {
		t.Errorf("%s", said(t, inSnapshot))
	}
	mustSay(t, inSnapshot, "the migration from ZooKeeper is at PRE_MIGRATION; 4.0 takes no notice")
}

// A kraft.version of 0 in the log is no dynamic quorum, nor is a control record of another kind.
func TestControlRecords(t *testing.T) {
	version, voters := metadata.NewKRaftVersionRecord(), metadata.NewVotersRecord()
	voters.Voters = []metadata.Voter{{VoterId: 1}, {VoterId: 2}}
	static := made(nil, batch(1, mv(19)), control(2, version), control(3, metadata.NewLeaderChangeMessage()))
	if r := check(t, static, ".", "3.8"); r.Verdict != preflight.Loads {
		t.Errorf("%s", said(t, r))
	}
	up := metadata.NewKRaftVersionRecord()
	up.KRaftVersion = 1
	dynamic := made(nil, batch(1, mv(19)), control(2, up, voters))
	if r := check(t, dynamic, ".", "3.8"); ids(r) != "stops dynamic-quorum @2" || *r.Findings[0].LastOffset != 3 {
		t.Errorf("%s", said(t, r))
	}
	if r := check(t, dynamic, ".", "3.9"); r.Verdict != preflight.Loads || r.Features[0].Name != "kraft.version" || r.Features[0].Level != 1 {
		t.Errorf("%s", said(t, r))
	}
	lowered := made(nil, batch(1, mv(19)), control(2, up), control(3, version))
	if r := check(t, lowered, ".", "3.9"); len(r.Features) != 1 {
		t.Errorf("%v", r.Features)
	}
}

// A damaged quorum-state is told once, as damage; one of a newer Kafka is none.
func TestQuorumStateThatIsNone(t *testing.T) {
	for text, want := range map[string]string{
		"{}":                 "damaged damage",
		"":                   "damaged damage",
		`{"data_version":9}`: "stops quorum-state",
		strings.Replace(staticState, `"leaderEpoch":1,`, "", 1): "damaged damage",
	} {
		fsys := made(nil, batch(1, mv(7)))
		fsys[quorumState] = &fstest.MapFile{Data: []byte(text)}
		if r := check(t, fsys, ".", "4.4"); ids(r) != want {
			t.Errorf("%q: %s; want %s", text, ids(r), want)
		}
	}
}

// A data directory of a broker, and a metadata directory that has the broker's files too.
func TestDataDirectory(t *testing.T) {
	for _, name := range []string{"recovery-point-offset-checkpoint", "log-start-offset-checkpoint", "replication-offset-checkpoint", "cleaner-offset-checkpoint", "other"} {
		data := made(map[string]string{name: "0\n0\n"})
		if r := check(t, data, ".", "4.4"); (r.Reads.Bootstrap == "elsewhere") != (name != "other") || len(r.Features) > 0 != (name == "other") {
			t.Errorf("%s: %+v", name, r.Reads)
		}
		if r := check(t, made(map[string]string{name: "0\n0\n"}, batch(1, mv(7))), ".", "4.4"); r.Reads.Records != 1 {
			t.Errorf("%s: %+v", name, r.Reads)
		}
	}
	log, err := metalog.OpenLog(made(map[string]string{"recovery-point-offset-checkpoint": "0\n0\n"}), ".", "there")
	if err != nil {
		t.Fatal(err)
	}
	if r, err := preflight.Check(log, preflight.Options{Release: release.V4_4}); err != nil || r.Directory != "there" {
		t.Errorf("%+v, %v", r, err)
	}
}
