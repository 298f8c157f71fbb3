package preflight_test

import (
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/rescue/preflight"
)

// A broker of its own takes nothing from bootstrap.checkpoint, though 3.x looks at it; a further data directory is not looked at at all.
func TestNotTheMetadataOfAController(t *testing.T) {
	broker := func(o *preflight.Options) { o.Roles = []string{"broker"} }
	fsys := made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(30))})
	r := check(t, fsys, ".", "4.2", broker)
	if r.Verdict != preflight.Loads {
		t.Errorf("%s", said(t, r))
	}
	mustSay(t, r, "the first records come from the active controller")
	if r := check(t, fsys, ".", "3.9", broker); r.Verdict != preflight.Fails {
		t.Errorf("%s", said(t, r))
	}
	mustSay(t, check(t, fsys, ".", "4.2"), "a broker of its own and a controller that joins a quorum do not use the file")
	fsys["recovery-point-offset-checkpoint"] = &fstest.MapFile{Data: []byte("0\n0\n")}
	r = check(t, fsys, ".", "3.9")
	if r.Verdict != preflight.Loads {
		t.Errorf("%s", said(t, r))
	}
	mustSay(t, r, "this is not the node's metadata directory", "ignored bootstrap.checkpoint")
}

// A controller that joins a quorum never begins the log, so what would begin it does not count (seen with leaders of 4.1.2 and 4.3.1);
// but 3.6 … 4.2 load a 0-0 snapshot with records before they have the leader's.
func TestControllerThatJoins(t *testing.T) {
	joining := func(o *preflight.Options) { o.Roles, o.Bootstrapped = []string{"controller"}, true }
	by42 := made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(29), level("share.version", 1))})
	by44 := made(map[string]string{zeroSnapshot: zeroOf(0, mv(33))})
	at39 := made(map[string]string{zeroSnapshot: zeroOf(0, mv(21))})
	first := made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(29)), zeroSnapshot: zeroOf(1)})
	for _, c := range []struct {
		name, release string
		fsys          fstest.MapFS
		verdict       preflight.Verdict
	}{
		{"by 4.2", "4.0", by42, preflight.Loads},
		{"by 4.2", "4.4", by42, preflight.Loads},
		{"by 4.2", "3.9", by42, preflight.Fails},
		{"by 4.4", "4.1", by44, preflight.Fails},
		{"by 4.4", "4.3", by44, preflight.Loads},
		{"by 4.4", "4.4", by44, preflight.Loads},
		{"by 4.4 at 3.9", "4.1", at39, preflight.Loads},
		{"the first voter by 4.2", "4.0", first, preflight.Fails},
	} {
		if r := check(t, c.fsys, ".", c.release, joining); r.Verdict != c.verdict {
			t.Errorf("%s on %s:\n%s", c.name, c.release, said(t, r))
		}
	}
	if r := check(t, by44, ".", "4.3"); r.Verdict != preflight.Loads {
		t.Errorf("the snapshot alone tells it:\n%s", said(t, r))
	}
	mustSay(t, check(t, by44, ".", "4.4"), "but not used: the first records come from the active controller")
}

// One of several voters keeps what it loads from the 0-0 snapshot to itself: the others never come up.
func TestSeveralVotersAreApart(t *testing.T) {
	for voters, want := range map[int]preflight.Verdict{1: preflight.Loads, 3: preflight.LoadsIgnoring} {
		fsys := made(map[string]string{zeroSnapshot: zeroOf(voters, mv(21))})
		if r := check(t, fsys, ".", "4.1"); r.Verdict != want {
			t.Errorf("%d voters:\n%s", voters, said(t, r))
		}
	}
	static := made(map[string]string{zeroSnapshot: snapshotOf(mv(21))})
	if r := check(t, static, ".", "4.1", func(o *preflight.Options) { o.Voters = []int32{1, 2, 3} }); r.Verdict != preflight.LoadsIgnoring {
		t.Errorf("%s", said(t, r))
	}
}
