package preflight_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/rescue/preflight"
)

func user(name string) versioned {
	r := metadata.NewUserScramCredentialRecord()
	r.Name, r.Mechanism = name, 1
	return versioned{r, 0}
}

// Cases at the edge of a rule, with all findings.
func TestNearMisses(t *testing.T) {
	zero5 := metalog.PartitionDir + "/" + metalog.SnapshotName(0, 5)
	two := strings.Replace(staticState, `[{"voterId":1}]`, `[{"voterId":1},{"voterId":2}]`, 1)
	none := strings.Replace(staticState, `[{"voterId":1}]`, `[]`, 1)
	for _, c := range []struct {
		name, release string
		fsys          fstest.MapFS
		change        func(*preflight.Options)
		want          string
	}{
		{"a snapshot at offset 0 of a later epoch", "4.3", made(map[string]string{zero5: snapshotOf(mv(7))}), nil, ""},
		{"a newer snapshot has what the log lacks", "4.2", made(map[string]string{zeroSnapshot: snapshotOf(mv(29)), snapshot(2): snapshotOf(mv(29))}, batch(1, noOp())), nil, ""},
		{"and without it", "4.2", made(map[string]string{zeroSnapshot: snapshotOf(mv(29))}, batch(1, noOp())), nil, "note records-not-in-log"},
		{"two voters in a 0-0 snapshot", "4.1", made(map[string]string{zeroSnapshot: zeroOf(2, mv(21))}), nil, "ignored records-not-in-log"},
		{"two voters in quorum-state", "4.1", made(map[string]string{zeroSnapshot: snapshotOf(mv(21)), quorumState: two}), nil, "ignored records-not-in-log"},
		{"one voter in quorum-state", "4.1", made(map[string]string{zeroSnapshot: snapshotOf(mv(21)), quorumState: staticState}), nil, "note records-not-in-log"},
		{"a quorum-state without voters", "3.7", made(map[string]string{quorumState: none}, batch(1, mv(7))), otherVoters, ""},
		{"a quorum-state of version 1 that lacks the rest", "4.4", made(map[string]string{quorumState: `{"data_version":1}`}, batch(1, mv(7))), nil, "damaged damage"},
		{"a broken meta.properties is told once", "4.4", made(map[string]string{"meta.properties": "version=1\n"}, batch(1, mv(7))), nil, "stops meta-properties"},
		{"a level that 3.9 looks up begins the log", "3.9", made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(22)), quorumState: strings.Replace(staticState, `version":0`, `version":9`, 1)}), nil, "stops bootstrap-level @1, stops quorum-state"},
		{"one that 4.0 applies", "4.0", made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(26)), quorumState: strings.Replace(staticState, `version":0`, `version":9`, 1)}), nil, "stops quorum-state, stops bootstrap-level @1"},
		{"what is not seen stops no scan", "4.2", made(nil, batch(1, mv(30)), batch(2, versioned{metadata.NewBrokerRegistrationChangeRecord(), 3})), nil, "stops feature-level @1, ignored record-version @2"},
		{"the records of bootstrap.checkpoint and the 0-0 snapshot are the same", "4.3", made(map[string]string{
			"bootstrap.checkpoint": snapshotOf(mv(29), user("alice")), zeroSnapshot: snapshotOf(mv(29), user("alice")),
		}), nil, ""},
		{"the 0-0 snapshot has one more", "4.3", made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(29)), zeroSnapshot: snapshotOf(mv(29), user("alice"))}), nil, "ignored records-ignored"},
	} {
		var changes []func(*preflight.Options)
		if c.change != nil {
			changes = append(changes, c.change)
		}
		if r := check(t, c.fsys, ".", c.release, changes...); ids(r) != c.want {
			t.Errorf("%s on %s: %q; want %q\n%s", c.name, c.release, ids(r), c.want, said(t, r))
		}
	}
}

// With what an empty log begins instead of the records of a 0-0 snapshot, and only what is lost.
func TestWhatIsLost(t *testing.T) {
	r := check(t, made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(29)), zeroSnapshot: snapshotOf(mv(29), user("alice"))}), ".", "4.3")
	f := finding(t, r, "records-ignored")
	if !strings.HasSuffix(f.Message, "no other file has them; it begins the log with bootstrap.checkpoint instead") || !slices.Equal(f.Details, []string{"/users/alice/SCRAM-SHA-256"}) || f.Fix != "" {
		t.Errorf("%s", said(t, r))
	}
	withLevel := made(map[string]string{zeroSnapshot: snapshotOf(mv(7), user("alice"))}, batch(1, mv(7)))
	if f := finding(t, check(t, withLevel, ".", "4.3"), "records-ignored"); !strings.HasPrefix(f.Fix, "start the node with the release that ran it last") || !strings.HasSuffix(f.Message, "no other file has them") {
		t.Errorf("%+v", f)
	}
	withoutLevel := check(t, made(map[string]string{zeroSnapshot: snapshotOf(mv(7))}, batch(1, noOp())), ".", "3.5")
	if f := finding(t, withoutLevel, "records-ignored"); f.Fix != "" {
		t.Errorf("%+v", f)
	}
	noLevelAnywhere := check(t, made(map[string]string{zeroSnapshot: snapshotOf(level("group.version", 1))}, batch(1, noOp())), ".", "4.2")
	if f := finding(t, noLevelAnywhere, "no-metadata-version"); strings.Contains(f.Message, "0-0") || !strings.HasPrefix(f.Fix, "the log began before 3.3") {
		t.Errorf("%+v", f)
	}
}

// A configuration that holds a password is named among what is lost, without its value; another one with it.
func TestDetailsKeepSecrets(t *testing.T) {
	config := func(name, value string) versioned {
		r := metadata.NewConfigRecord()
		r.ResourceType, r.ResourceName, r.Name, r.Value = 4, "1", name, metadata.Str(value)
		return versioned{r, 0}
	}
	r := check(t, made(map[string]string{zeroSnapshot: snapshotOf(mv(30), config("ssl.keystore.password", "hunter2"), config("log.cleaner.threads", "7"))}), ".", "4.3")
	if got := said(t, r); strings.Contains(got, "hunter2") || !strings.Contains(got, "ssl.keystore.password") || !strings.Contains(got, "log.cleaner.threads = 7") {
		t.Errorf("%s", got)
	}
}

// Damage in a segment that a snapshot covers counts, as the segment is recovered at every start.
func TestDamageInCoveredSegment(t *testing.T) {
	fsys := rolled(0)
	torn(fsys[segment].Data)
	r := check(t, fsys, ".", "4.4")
	if f := finding(t, r, "damage"); f.File != segment || f.Effect != preflight.Breaks || !slices.ContainsFunc(r.Files, func(u preflight.FileUse) bool { return u.File == segment && u.Use == "ignored" }) {
		t.Errorf("%s", said(t, r))
	}
}

// A level at the lowest of a release is not too low, nor one below it just that; what no release knows is said in its words.
func TestLowestLevel(t *testing.T) {
	if got := said(t, check(t, made(nil, batch(1, mv(7))), ".", "4.0")); strings.Contains(got, "too low") {
		t.Error(got)
	}
	r := check(t, made(nil, batch(1, mv(6))), ".", "4.0")
	mustSay(t, r, "4.0 supports 7-25 too low", "or: No MetadataVersion with feature level 6. Valid feature levels are from 7 to 26.")
	if len(r.Raises) > 0 {
		t.Errorf("%v", r.Raises)
	}
}

// A level can be lowered again as far as the form of the records is the same (seen with validateOnly on each release).
func TestRaiseAndBack(t *testing.T) {
	for from, back := range map[int16]bool{22: false, 23: true, 24: true} {
		r := check(t, made(nil, batch(1, mv(from))), ".", "4.2")
		if len(r.Raises) == 0 || r.Raises[0] != (preflight.Raise{Name: "metadata.version", From: from, To: 29, Back: back}) {
			t.Errorf("from %d: %v", from, r.Raises)
		}
	}
	if r := check(t, made(nil, batch(1, mv(29))), ".", "4.2"); slices.ContainsFunc(r.Raises, func(x preflight.Raise) bool { return x.Name == "metadata.version" }) {
		t.Errorf("%v", r.Raises)
	}
}

// Three files of one use are named; the fourth begins a count.
func TestThreeFiles(t *testing.T) {
	others := map[string]string{}
	for end := int64(2); end < 6; end++ {
		others[snapshot(end)] = snapshotOf(mv(7))
	}
	if got := said(t, check(t, made(others), ".", "4.4")); strings.Contains(got, "… and") {
		t.Error(got)
	}
	others[snapshot(6)] = snapshotOf(mv(7))
	mustSay(t, check(t, made(others), ".", "4.4"), "ignored … and 1 more there is a newer one")
}
