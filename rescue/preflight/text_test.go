package preflight_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/internal/golden"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/preflight"
)

// reports are directories that released servers ran on (testdata/ORIGIN.md), with what each says in text.
var reports = []struct{ dir, release string }{
	{"S1", "4.0"},        // loads: the levels were lowered, and snapshots are behind that
	{"F5", "4.0"},        // fails: they were lowered, and the log still has the old ones
	{"S2", "3.7"},        // fails: only for bootstrap.checkpoint
	{"4.4.0-fmt", "4.3"}, // loads, without the records of the 0-0 snapshot
	{"dyn-3.9.2", "3.8"}, // fails for ever: the voters are in the log
	{"Z1", "4.2"},        // loads, with a word about records that are not in the log
}

func TestText(t *testing.T) {
	directories := corpus.Load(t, "testdata", "directories")
	for _, c := range reports {
		golden.Check(t, fmt.Sprintf("%s-on-%s.txt", c.dir, c.release), said(t, check(t, directories, c.dir, c.release)))
	}
}

// The JSON form is a contract: every field that F1 on 4.3 has, under its name.
func TestJSON(t *testing.T) {
	r := check(t, corpus.Load(t, "testdata", "directories"), "F1", "4.3")
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "F1-on-4.3.json", string(text)+"\n")
	var back preflight.Report
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&back); err != nil {
		t.Fatal(err)
	}
	if said(t, &back) != said(t, r) {
		t.Errorf("the text of what was read back:\n%s", said(t, &back))
	}
}

// Lists without elements are [] for whoever reads the JSON, and what is not known is not there.
func TestJSONOfALittle(t *testing.T) {
	r := check(t, made(map[string]string{"meta.properties": ""}), ".", "4.4")
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"raises":[]`, `"reads":{"firstOffset":0,"endOffset":0,"records":0,"bootstrap":"default"}`} {
		if !strings.Contains(string(text), part) {
			t.Errorf("it lacks %s: %s", part, text)
		}
	}
	for _, part := range []string{"null", "nodeId", "clusterId"} {
		if strings.Contains(string(text), part) {
			t.Errorf("it has %s: %s", part, text)
		}
	}
	if r = check(t, made(nil, batch(1, mv(33))), ".", "4.4"); r.Findings == nil || r.Steps == nil || r.NodeID == nil || *r.NodeID != 1 {
		t.Errorf("%+v", r)
	}
}

// One line a release, as --kafka-version all prints it: the first finding that the verdict rests on, not the first of all.
func TestLines(t *testing.T) {
	ranOn := corpus.Load(t, "testdata", "directories")
	var b strings.Builder
	for _, rel := range release.All() {
		if err := preflight.WriteLine(&b, check(t, ranOn, "Z1", rel.String())); err != nil {
			t.Fatal(err)
		}
	}
	golden.Check(t, "Z1-on-all.txt", b.String())
	if strings.Contains(b.String(), " \n") {
		t.Error("a line ends in blanks")
	}
}

// Findings that are one in kind are one line, with their number and the last of them; those of a snapshot and of the log are two.
func TestWhereFindingsAre(t *testing.T) {
	for say, fsys := range map[string]map[string]string{
		"00000000000000000000.log, offset 2: type 77":                              {segment: log(batch(2, unknownRecord))},
		"00000000000000000000.log, offset 2 and 2 more up to 5: type 77":           {segment: log(batch(2, unknownRecord, unknownRecord), batch(5, unknownRecord))},
		"00000000000000000003-0000000001.checkpoint: type 77":                      {snapshot(3): snapshotOf(mv(7), unknownRecord)},
		"00000000000000000003-0000000001.checkpoint, 2 records: type 77":           {snapshot(3): snapshotOf(mv(7), unknownRecord, unknownRecord)},
		"bootstrap.checkpoint, offset 2: type 77":                                  {"bootstrap.checkpoint": snapshotOf(mv(7), unknownRecord)},
		"bootstrap.checkpoint, offset 1 and 1 more up to 3: type 77":               {"bootstrap.checkpoint": snapshotOf(unknownRecord, mv(7), unknownRecord)},
		"meta.properties: there is no meta.properties":                             {"meta.properties": ""},
		"stops quorum-state: data_version 7; 4.1 knows it up to 1 (3.8 and later ": {quorumState: strings.Replace(dynamicState, `version":1`, `version":7`, 1)},
	} {
		r := check(t, made(fsys), ".", "4.1")
		mustSay(t, r, say)
	}
	both := made(map[string]string{snapshot(3): snapshotOf(mv(7), unknownRecord)}, batch(1, mv(7), noOp()), batch(3, unknownRecord))
	if r := check(t, both, ".", "4.1"); len(r.Findings) != 2 || r.Findings[0].Offset != nil || r.Findings[1].Offset == nil {
		t.Errorf("%s", said(t, r))
	}
}

// log is a log that begins at offset 0 with a level.
func log(batches ...[]byte) string {
	return string(slices.Concat(append([][]byte{control(0, metadata.NewLeaderChangeMessage()), batch(1, mv(7))}, batches...)...))
}

// Many files of one use are not all named, and many changes neither.
func TestLongListsAreCut(t *testing.T) {
	others := map[string]string{}
	for end := int64(2); end < 9; end++ {
		others[snapshot(end)] = snapshotOf(mv(7))
	}
	r := check(t, made(others, batch(1, mv(7))), ".", "4.4")
	if len(r.Files) != 9 {
		t.Errorf("%d files", len(r.Files))
	}
	mustSay(t, r, "ignored __cluster_metadata-0/00000000000000000002-0000000001.checkpoint there is a newer one",
		"ignored __cluster_metadata-0/00000000000000000004-0000000001.checkpoint there is a newer one ignored … and 3 more there is a newer one read __cluster_metadata-0/00000000000000000008")
	var users []versioned
	for i := range 14 {
		u := metadata.NewUserScramCredentialRecord()
		u.Name, u.Mechanism, u.Iterations, u.Salt = fmt.Sprintf("user%02d", i), 1, 4096, []byte("salt")
		users = append(users, versioned{u, 0})
	}
	r = check(t, made(map[string]string{zeroSnapshot: snapshotOf(append(users, mv(30))...)}), ".", "4.3")
	d := finding(t, r, "records-ignored").Details
	if len(d) != 13 || d[0] != "/users/user00/SCRAM-SHA-256" || d[11] != "/users/user11/SCRAM-SHA-256" || d[12] != "… and 2 more" {
		t.Errorf("details %q", d)
	}
}

// Who ends is said of the kinds of finding that only some nodes end of, once for each.
func TestWhoEnds(t *testing.T) {
	const controller, begins = "a controller ends, also one that is a broker too", "a controller that begins the log ends"
	for _, c := range []struct {
		name, release      string
		others             map[string]string
		controller, begins int
	}{
		{"levels in the log", "4.0", map[string]string{segment: log(batch(2, mv(29), level("share.version", 1)))}, 1, 0},
		{"levels that begin the log", "4.0", map[string]string{"bootstrap.checkpoint": snapshotOf(mv(29), level("share.version", 1))}, 0, 1},
		{"a level that 3.7 looks up", "3.7", map[string]string{segment: log(), "bootstrap.checkpoint": snapshotOf(mv(21))}, 0, 0},
		{"an unknown record", "4.0", map[string]string{segment: log(batch(2, unknownRecord))}, 0, 0},
	} {
		r := check(t, made(c.others), ".", c.release)
		got := said(t, r)
		if r.Verdict != preflight.Fails || strings.Count(got, controller) != c.controller || strings.Count(got, begins) != c.begins {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

// full is a disk that takes so many bytes.
type full int

var errFull = errors.New("no space left")

func (f *full) Write(data []byte) (int, error) {
	if *f -= full(len(data)); *f < 0 {
		return 0, errFull
	}
	return len(data), nil
}

func TestWritingFails(t *testing.T) {
	r := check(t, made(nil, batch(1, mv(7))), ".", "4.4")
	for _, room := range []full{0, 100, full(len(said(t, r)) - 1)} {
		if err := preflight.WriteText(&room, r); !errors.Is(err, errFull) {
			t.Errorf("%v", err)
		}
	}
	none := full(0)
	if err := preflight.WriteLine(&none, r); !errors.Is(err, errFull) {
		t.Errorf("%v", err)
	}
}
