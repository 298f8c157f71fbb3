package format_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/format"
	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/release"
)

func ensureRequest(t *testing.T, r release.Release, root string) format.Request {
	return format.Request{Release: r, Node: node(t, r, staticConfig, root+"/a", root+"/b"), ClusterID: testCluster}
}

func assessed(t *testing.T, req format.Request) *format.Assessment {
	t.Helper()
	a, err := format.Ensure(req, surroundings())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func apply(t *testing.T, plan *format.Plan) {
	t.Helper()
	if err := format.Apply(context.Background(), fsx.OS{}, plan.Directories, nil); err != nil {
		t.Fatal(err)
	}
}

func TestEnsureOnEveryRelease(t *testing.T) {
	for _, r := range release.All() {
		root := t.TempDir()
		req := ensureRequest(t, r, root)
		if r < release.V3_7 {
			req.Node.Roles.Broker = r >= release.V3_4
		}
		a := assessed(t, req)
		if a.Plan == nil || len(a.Plan.Directories) != 2 {
			t.Fatalf("%s: %+v", r, a)
		}
		apply(t, a.Plan)
		if again := assessed(t, req); again.Plan != nil || len(again.Conflicts()) != 0 {
			t.Errorf("%s: a second ensure would work again: %+v", r, again.Findings)
		}
		if err := os.RemoveAll(root + "/b"); err != nil {
			t.Fatal(err)
		}
		after := assessed(t, req)
		if after.Plan == nil || len(after.Plan.Directories) != 1 || after.Plan.Directories[0].Directory != root+"/b" {
			t.Errorf("%s: a replaced directory gives %+v", r, after)
		}
	}
}

func TestEnsureConflicts(t *testing.T) {
	write := func(content string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "meta.properties"), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	v1 := "version=1\nnode.id=1\ncluster.id=" + testCluster + "\n"
	tests := map[string]struct {
		prepare func(t *testing.T, dir string)
		want    string
	}{
		"another cluster":   {write("version=1\nnode.id=1\ncluster.id=" + otherID + "\n"), "belongs to cluster " + otherID},
		"another node":      {write("version=1\nnode.id=2\ncluster.id=" + testCluster + "\n"), "belongs to node 2"},
		"ZooKeeper":         {write("version=0\nbroker.id=1\n"), "ZooKeeper"},
		"garbage":           {write("version=x\n"), "cannot be read"},
		"reserved ID":       {write(v1 + "directory.id=AAAAAAAAAAAAAAAAAAAAAQ\n"), "keeps for itself"},
		"a file":            {func(t *testing.T, dir string) { putFile(t, dir) }, "cannot be"},
		"a directory there": {func(t *testing.T, dir string) { makeDir(t, dir+"/meta.properties") }, "cannot be read"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			test.prepare(t, root+"/b")
			a := assessed(t, ensureRequest(t, release.Newest(), root))
			if a.Plan != nil || len(a.Conflicts()) != 1 || !strings.Contains(a.Conflicts()[0].Reason, test.want) {
				t.Fatalf("findings %+v", a.Findings)
			}
			if _, err := os.Stat(root + "/a"); err == nil {
				t.Error("a conflict in one directory let another be made")
			}
		})
	}
}

func putFile(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func makeDir(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
}

func TestEnsureFindsCopies(t *testing.T) {
	root := t.TempDir()
	req := ensureRequest(t, release.Newest(), root)
	apply(t, assessed(t, req).Plan)
	data, err := os.ReadFile(root + "/a/meta.properties")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(root+"/b/meta.properties", data, 0o600); err != nil {
		t.Fatal(err)
	}
	if a := assessed(t, req); len(a.Conflicts()) != 1 || !strings.Contains(a.Conflicts()[0].Reason, "one is a copy of the other") {
		t.Errorf("findings %+v", a.Findings)
	}
}

// Once others of its directories are formatted, a founder of a quorum must not found it again.
func TestEnsureDoesNotFoundTwice(t *testing.T) {
	root := t.TempDir()
	r := release.Newest()
	req := format.Request{
		Release: r, Node: node(t, r, dynamicConfig+"metadata.log.dir="+root+"/m\n", root+"/d"), ClusterID: testCluster, Standalone: true,
	}
	apply(t, assessed(t, req).Plan)
	if err := os.RemoveAll(root + "/m"); err != nil {
		t.Fatal(err)
	}
	a := assessed(t, req)
	if len(a.Conflicts()) != 1 || a.Conflicts()[0].Directory != root+"/m" || a.Plan != nil {
		t.Fatalf("findings %+v", a.Findings)
	}
	req.Standalone, req.NoInitialControllers = false, true
	if a := assessed(t, req); a.Plan == nil || len(a.Conflicts()) != 0 {
		t.Errorf("joining again is refused too: %+v", a.Findings)
	}
}

// Whatever moment the power fails at, ensure then finishes the node.
func TestEnsureCompletesAfterPowerCut(t *testing.T) {
	r := release.Newest()
	req := format.Request{Release: r, Node: node(t, r, dynamicConfig+"metadata.log.dir=/m\n", "/d", "/e"), ClusterID: testCluster, Standalone: true}
	disk := fsx.NewCrash()
	env := surroundings()
	env.FS = disk
	plan, err := format.NewPlan(req, env)
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	disk.After = func(fsx.Operation) {
		for state := range disk.States(8, uint64(checked)) {
			checked++
			finish(t, req, state)
		}
	}
	if err := format.Apply(context.Background(), disk, plan.Directories, nil); err != nil {
		t.Fatal(err)
	}
	if checked < 50 {
		t.Fatalf("only %d states were tried", checked)
	}
}

// finish runs ensure on what a power cut left, twice.
func finish(t *testing.T, req format.Request, state *fsx.Crash) {
	t.Helper()
	env := surroundings()
	env.FS = state
	a, err := format.Ensure(req, env)
	if err != nil || len(a.Conflicts()) > 0 {
		t.Fatalf("after a power cut: %v, %+v", err, a)
	}
	if a.Plan != nil {
		if err := format.Apply(context.Background(), state, a.Plan.Directories, nil); err != nil {
			t.Fatal(err)
		}
	}
	if a, err = format.Ensure(req, env); err != nil || a.Plan != nil || len(a.Conflicts()) > 0 {
		t.Fatalf("ensure did not complete the node: %v, %+v", err, a)
	}
}
