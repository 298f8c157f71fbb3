package stage_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/rescue/stage"
)

// begun is the disk on which a run of the work stopped before the file named last.
func begun(t *testing.T, w stage.Work, before string) *fsx.Crash {
	t.Helper()
	disk := fsx.NewCrash()
	for i := range w.Files {
		if w.Files[i].Path == before {
			w.Files[i].Open = func() (io.ReadCloser, error) { return nil, errors.New("the tape is torn") }
		}
	}
	if err := stage.Make(t.Context(), disk, w, nil); err == nil || !strings.Contains(err.Error(), before+" cannot be written: the tape is torn") {
		t.Fatalf("a source that cannot be read: %v", err)
	}
	return disk
}

func TestMakeRefusesBeforeItWrites(t *testing.T) {
	const log = "/data/__cluster_metadata-0/00000000000000000000.log"
	other := node(t, "/data")
	other.Plan = strings.Repeat("cd", 32)
	unfinished := func(t *testing.T) *fsx.Crash { return begun(t, node(t, "/data"), "bootstrap.checkpoint") }
	with := func(name, text string, disk func(*testing.T) *fsx.Crash) func(*testing.T) *fsx.Crash {
		return func(t *testing.T) *fsx.Crash {
			made := disk(t)
			put(t, made, name, text)
			return made
		}
	}
	files := func(files map[string]string) func(*testing.T) *fsx.Crash { return shape{files: files}.disk }
	tests := []struct {
		name string
		disk func(*testing.T) *fsx.Crash
		work stage.Work
		want string
	}{
		{"a formatted directory", files(map[string]string{"/data/meta.properties": "theirs"}), node(t, "/data"), "/data is not empty: it holds meta.properties"},
		{"many entries", files(map[string]string{"/data/a": "", "/data/b": "", "/data/c": "", "/data/d": "", "/data/e": "", "/data/f": ""}), node(t, "/data"), "/data is not empty: it holds a, b, c, d, e and 1 more"},
		{"a file called lost+found", files(map[string]string{"/data/lost+found": ""}), node(t, "/data"), "/data is not empty: it holds lost+found"},
		{"a file in its place", files(map[string]string{"/data": ""}), node(t, "/data"), "/data is there already; nothing is ever overwritten"},
		{"a file above it", files(map[string]string{"/data": ""}), node(t, "/data/below"), "cannot look at /data/below: not a directory"},
		{"a torn mark and something else", files(map[string]string{"/data/" + stage.Mark: "T", "/data/x": ""}), node(t, "/data"), "/data is not empty: it holds x"},
		{"another plan", unfinished, other, "/data is the unfinished result of another restore (plan abababababababab…)"},
		{"a stranger in what is unfinished", with("/data/__cluster_metadata-0/x", "", unfinished), node(t, "/data"), "/data is an unfinished result (.kraftctl-incomplete), but not all of it is what this command wrote: __cluster_metadata-0/x"},
		{"a file that was changed", with(log, "BATCHES", unfinished), node(t, "/data"), "/data is an unfinished result (.kraftctl-incomplete), but not all of it is what this command wrote: __cluster_metadata-0/00000000000000000000.log"},
		{"a report of somebody else", files(map[string]string{"/data.report.json": "{}"}), node(t, "/data"), "/data.report.json is there already; nothing is ever overwritten"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			disk := test.disk(t)
			before := tree(t, disk, "/")
			disk.After = func(done fsx.Operation) { t.Errorf("%s %s was done all the same", done.Name, done.Path) }
			for _, err := range []error{stage.Check(disk, test.work), stage.Make(t.Context(), disk, test.work, nil)} {
				if err == nil || err.Error() != test.want {
					t.Errorf("error %v; want %s", err, test.want)
				}
			}
			if after := tree(t, disk, "/"); !maps.Equal(before, after) {
				t.Errorf("the disk holds %v; before it held %v", after, before)
			}
		})
	}
}

func TestCheckAcceptsWhatMakeCanDo(t *testing.T) {
	for _, s := range shapes {
		disk := s.disk(t)
		disk.After = func(done fsx.Operation) { t.Errorf("%s %s was done", done.Name, done.Path) }
		if err := stage.Check(disk, node(t, s.dir)); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
	}
	unfinished := begun(t, node(t, "/data"), "bootstrap.checkpoint")
	if err := stage.Check(unfinished, node(t, "/data")); err != nil {
		t.Errorf("an unfinished directory of the same plan: %v", err)
	}
}

// occupied is a disk on which a node runs in one directory.
type occupied struct {
	*fsx.Crash
	dir string
}

func (o occupied) LockNode(name string) (io.Closer, error) {
	if name == o.dir {
		return nil, &fsx.HeldError{Path: name, PID: 4711}
	}
	return o.Crash.LockNode(name)
}

func TestADirectoryOfARunningNodeIsRefused(t *testing.T) {
	disk := occupied{begun(t, node(t, "/data"), "bootstrap.checkpoint"), "/data"}
	before := tree(t, disk, "/")
	var held *fsx.HeldError
	for _, err := range []error{stage.Check(disk, node(t, "/data")), stage.Make(t.Context(), disk, node(t, "/data"), nil)} {
		if !errors.As(err, &held) || held.PID != 4711 {
			t.Errorf("error %v", err)
		}
	}
	if after := tree(t, disk, "/"); !maps.Equal(before, after) {
		t.Errorf("the disk holds %v; before it held %v", after, before)
	}
}

// A node may be started on a directory that is whole but for its mark; what it writes then is no reason to refuse, and not touched.
func TestOnlyTheEndIsDoneOnceMetaPropertiesIsThere(t *testing.T) {
	w := node(t, "/data")
	var disk *fsx.Crash
	for at := 1; ; at++ {
		disk = fsx.NewCrash()
		faulty := &fsx.Faulty{Under: disk, Errno: errors.New("gone"), At: at, Stuck: true}
		_ = stage.Make(t.Context(), faulty, w, nil)
		if _, err := disk.Stat("/data/meta.properties"); err == nil {
			break
		}
	}
	put(t, disk, "/data/__cluster_metadata-0/00000000000000000000.log", "batches and more")
	put(t, disk, "/data/recovery-point-offset-checkpoint", "0\n0\n")
	if err := stage.Make(t.Context(), disk, w, nil); err != nil {
		t.Fatal(err)
	}
	got := tree(t, disk, "/data")
	if got["/data/__cluster_metadata-0/00000000000000000000.log"] != "batches and more" || got["/data/recovery-point-offset-checkpoint"] == "" {
		t.Errorf("what the node wrote is gone: %v", got)
	}
	if _, marked := got["/data/"+stage.Mark]; marked {
		t.Error("the mark is still there")
	}
}

func TestContentIsHeldAgainstThePlan(t *testing.T) {
	tests := []struct {
		name, content, want string
	}{
		{"shorter", "ab", "/data/f was not written: its content is 2 bytes, planned were 3"},
		{"longer", "abcd", "/data/f was not written: its content is longer than the 3 bytes planned"},
		{"other", "abd", "/data/f was not written: its content does not have the SHA-256 planned"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file := stage.Bytes("f", 0o666, []byte("abc"))
			file.Open = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(test.content)), nil }
			disk := fsx.NewCrash()
			err := stage.Make(t.Context(), disk, stage.Work{Dir: "/data", Command: "restore", Plan: "00", Files: []stage.File{file}}, nil)
			var content *stage.ContentError
			if !errors.As(err, &content) || err.Error() != test.want {
				t.Errorf("error %v; want %s", err, test.want)
			}
			if got := tree(t, disk, "/data"); len(got) != 1 {
				t.Errorf("the directory holds %v; want the mark alone", got)
			}
		})
	}
}

func TestAPlanThatCannotBeMadeIsRefused(t *testing.T) {
	paths := map[string][]string{
		"out": {"../x"}, "rooted": {"/x"}, "itself": {"."}, "the mark": {stage.Mark}, "twice": {"a", "a"}, "file and directory": {"a", "a/b"}, "temporary": {"a.kraftctl-part"},
	}
	for name, list := range paths {
		w := stage.Work{Dir: "/data", Command: "restore", Plan: "00"}
		for _, path := range list {
			w.Files = append(w.Files, stage.Bytes(path, 0o666, nil))
		}
		if err := stage.Make(t.Context(), fsx.NewCrash(), w, nil); err == nil {
			t.Errorf("%s: %q was made", name, list)
		}
	}
}

func TestANoteIsKeptForTheRunThatFinishes(t *testing.T) {
	w := node(t, "/data")
	w.Note = `{"drawn":"at random"}`
	disk := begun(t, w, "bootstrap.checkpoint")
	if note, unfinished, err := stage.Noted(disk, node(t, "/data")); note != w.Note || !unfinished || err != nil {
		t.Errorf("Noted = %q, %v, %v", note, unfinished, err)
	}
	other := node(t, "/data")
	other.Plan = "cd"
	missing, inAFile := node(t, "/nowhere"), node(t, "/data/bootstrap.checkpoint")
	for _, w := range []stage.Work{other, missing, inAFile} {
		if note, unfinished, err := stage.Noted(disk, w); note != "" || unfinished || err != nil {
			t.Errorf("%s, plan %s: Noted = %q, %v, %v", w.Dir, w.Plan, note, unfinished, err)
		}
	}
	torn := shapes[3].disk(t)
	if _, unfinished, err := stage.Noted(torn, w); unfinished || err != nil {
		t.Errorf("a torn mark: %v, %v", unfinished, err)
	}
}

func TestTwoRunsForOneDirectoryExcludeEachOther(t *testing.T) {
	w := node(t, "/data")
	disk := fsx.NewCrash()
	inside := stage.Bytes("first", 0o666, []byte("x"))
	plain := inside.Open
	inside.Open = func() (io.ReadCloser, error) {
		var locked *fsx.LockedError
		if err := stage.Make(t.Context(), disk, w, nil); !errors.As(err, &locked) {
			t.Errorf("a run during a run: %v", err)
		}
		return plain()
	}
	w.Files = append([]stage.File{inside}, w.Files...)
	if err := stage.Make(t.Context(), disk, w, nil); err != nil {
		t.Fatal(err)
	}
}

// Whatever the files are, and whenever the first run dies, the second leaves exactly them.
func TestAnyDirectoryIsFinished(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-c]/[a-c]/[a-c]|[d-f]/[a-c]|[g-k]`), 1, 6, rapid.ID[string]).Draw(rt, "names")
		w := stage.Work{Dir: "/out", Command: "bundle", Plan: "00"}
		want := map[string]string{}
		for i, name := range names {
			data := rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(rt, name)
			file := stage.Bytes(name, 0o666, data)
			file.Last = i == len(names)-1
			w.Files = append(w.Files, file)
			want["/out/"+name] = string(data)
		}
		disk := fsx.NewCrash()
		faulty := &fsx.Faulty{Under: disk, Errno: errors.New("gone"), At: rapid.IntRange(1, 80).Draw(rt, "dies at"), Stuck: true}
		first := stage.Make(t.Context(), faulty, w, nil)
		second := stage.Make(t.Context(), disk, w, nil) // refused where the first failed only to sync the removal of the mark
		got := tree(t, disk, "/out")
		maps.DeleteFunc(got, func(name, _ string) bool { return strings.HasSuffix(name, "/") })
		if !maps.Equal(got, want) {
			rt.Fatalf("first %v, second %v: the directory holds %v; want %v", first, second, got, want)
		}
	})
}

func TestReportsAreTextAndIndentedJSON(t *testing.T) {
	reports, err := stage.Reports("/b/x", "text\n", map[string]string{"a": "<b>"})
	if err != nil {
		t.Fatal(err)
	}
	paths := stage.ReportPaths("/b/x")
	if len(reports) != 2 || reports[0].Path != paths[0] || reports[1].Path != paths[1] {
		t.Fatalf("%v; want %v", reports, paths)
	}
	if string(reports[0].Data) != "text\n" || !bytes.Equal(reports[1].Data, []byte("{\n  \"a\": \"<b>\"\n}\n")) {
		t.Errorf("%s and %s", reports[0].Data, reports[1].Data)
	}
	if _, err := stage.Reports("/b/x", "", func() {}); err == nil || fmt.Sprint(err) != "report /b/x.report.json: json: unsupported type: func()" {
		t.Errorf("a value that has no JSON: %v", err)
	}
}
