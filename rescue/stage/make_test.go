package stage_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/rescue/stage"
)

// node is work that makes a log directory of a few files in dir, with reports beside it.
func node(t *testing.T, dir string) stage.Work {
	t.Helper()
	meta := stage.Bytes("meta.properties", 0o666, []byte("node.id=1"))
	meta.Last = true
	reports, err := stage.Reports(dir, "what was done", map[string]string{"did": "<this>"})
	if err != nil {
		t.Fatal(err)
	}
	return stage.Work{
		Dir: dir, Command: "restore", Plan: strings.Repeat("ab", 32),
		Files: []stage.File{
			meta, // in the wrong place on purpose
			stage.Bytes("__cluster_metadata-0/00000000000000000000.log", 0o666, []byte("batches")),
			stage.Bytes("__cluster_metadata-0/quorum-state", 0o666, nil),
			stage.Bytes("bootstrap.checkpoint", 0o400, []byte("records")),
		},
		Reports: reports,
	}
}

// shape is a disk before the work.
type shape struct {
	name string
	// files stand on the disk; a name that ends in a slash is a directory.
	files map[string]string
	dir   string
}

var shapes = []shape{
	{"a missing directory, and its parent", nil, "/var/data"},
	{"an empty directory", map[string]string{"/data/": ""}, "/data"},
	{"a mount point", map[string]string{"/data/lost+found/": ""}, "/data"},
	{"a mark that was not written to its end", map[string]string{"/data/" + stage.Mark: "This dir"}, "/data"},
}

func (s shape) disk(t *testing.T) *fsx.Crash {
	t.Helper()
	disk := fsx.NewCrash()
	for _, name := range slices.Sorted(maps.Keys(s.files)) {
		dir := path.Dir(name)
		if strings.HasSuffix(name, "/") {
			dir = strings.TrimSuffix(name, "/")
		}
		if _, err := fsx.MkdirAll(disk, dir, 0o777); err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, "/") {
			put(t, disk, name, s.files[name])
		}
	}
	disk.Settle()
	return disk
}

func put(t *testing.T, disk fsx.FS, name, text string) {
	t.Helper()
	file, err := disk.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(file, text); err != nil {
		t.Fatal(err)
	}
}

// tree lists what is below name: files with their content, directories with a slash.
func tree(t *testing.T, disk fsx.FS, name string) map[string]string {
	t.Helper()
	found := map[string]string{}
	entries, err := disk.ReadDir(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for _, entry := range entries {
		child := path.Join(name, entry.Name())
		if entry.IsDir() {
			found[child+"/"] = ""
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

// wanted is what the work leaves on the disk of the shape.
func wanted(t *testing.T, s shape, w stage.Work) map[string]string {
	t.Helper()
	want := tree(t, s.disk(t), "/")
	delete(want, w.Dir+"/"+stage.Mark)
	add := func(name string, data []byte) {
		want[name] = string(data)
		for dir := path.Dir(name); dir != "/"; dir = path.Dir(dir) {
			want[dir+"/"] = ""
		}
	}
	for _, file := range w.Files {
		in, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		add(path.Join(w.Dir, file.Path), data)
	}
	for _, report := range w.Reports {
		add(report.Path, report.Data)
	}
	return want
}

// judge says what the directory is to the next who looks: "nothing", "incomplete", "whole", or what is wrong with it.
func judge(t *testing.T, disk fsx.FS, w stage.Work, want map[string]string) string {
	t.Helper()
	got := tree(t, disk, w.Dir)
	delete(got, w.Dir+"/lost+found/")
	_, marked := got[w.Dir+"/"+stage.Mark]
	delete(got, w.Dir+"/"+stage.Mark)
	missing := ""
	for name, text := range want {
		inside := strings.HasPrefix(name, w.Dir+"/") && !strings.HasSuffix(name, "/")
		if is, there := got[name]; inside && (!there || is != text) {
			missing = name
		}
	}
	_, formatted := got[w.Dir+"/meta.properties"]
	switch {
	case formatted && missing != "":
		return "meta.properties without " + missing
	case marked:
		return "incomplete"
	case len(got) == 0:
		return "nothing"
	case missing != "":
		return "no mark, and no " + missing
	}
	for _, report := range w.Reports {
		if tree(t, disk, "/")[report.Path] != string(report.Data) {
			return "no mark, and no report"
		}
	}
	return "whole"
}

func TestMakeLeavesWhatWasPlannedAndNothingElse(t *testing.T) {
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			disk, w := shape.disk(t), node(t, shape.dir)
			told := int64(0)
			if err := stage.Make(t.Context(), disk, w, func(n int64) { told += n }); err != nil {
				t.Fatal(err)
			}
			if got, want := tree(t, disk, "/"), wanted(t, shape, w); !maps.Equal(got, want) {
				t.Errorf("the disk holds\n%v\nwant\n%v", got, want)
			}
			if info, err := disk.Stat(shape.dir + "/bootstrap.checkpoint"); err != nil || info.Mode().Perm() != 0o400 {
				t.Errorf("bootstrap.checkpoint: %v, %v; want mode 0400", info, err)
			}
			if told != int64(len("node.id=1batchesrecords")) {
				t.Errorf("progress was told of %d bytes", told)
			}
			var full *stage.NotEmptyError
			if err := stage.Make(t.Context(), disk, w, nil); !errors.As(err, &full) || full.Incomplete {
				t.Errorf("a second run: %v; want that the directory is not empty", err)
			}
		})
	}
}

// statesPerMoment bounds how many outcomes of a power cut at one moment are looked at; above it they are sampled.
const statesPerMoment = 128

// A power cut at any moment of a run, and at any moment of the run that finishes it.
func TestAPowerCutLeavesNothingOrWhatTheSameCommandFinishes(t *testing.T) {
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			t.Parallel()
			w := node(t, shape.dir)
			want := wanted(t, shape, w)
			disk := shape.disk(t)
			verdicts, moment := map[string]int{}, 0
			disk.After = func(done fsx.Operation) {
				moment++
				for state := range disk.States(statesPerMoment, uint64(moment)) {
					verdict := judge(t, state, w, want)
					verdicts[verdict]++
					when := fmt.Sprintf("power cut after operation %d, %s %s", moment, done.Name, done.Path)
					requireSound(t, verdict, when)
					if verdict != "whole" {
						finish(t, state, w, want, moment%5 == 0, when)
					}
				}
			}
			if err := stage.Make(t.Context(), disk, w, nil); err != nil {
				t.Fatal(err)
			}
			for state := range disk.States(statesPerMoment, 0) {
				if got := tree(t, state, "/"); !maps.Equal(got, want) {
					t.Errorf("power cut after success: the disk holds %v", got)
				}
			}
			if _, torn := shape.files["/data/"+stage.Mark]; !torn && verdicts["nothing"] == 0 || verdicts["incomplete"] == 0 || verdicts["whole"] == 0 {
				t.Errorf("not all kinds of outcomes were seen: %v", verdicts)
			}
		})
	}
}

func requireSound(t *testing.T, verdict, when string) {
	t.Helper()
	if verdict != "nothing" && verdict != "incomplete" && verdict != "whole" {
		t.Fatalf("%s: %s", when, verdict)
	}
}

// finish runs the command again, with power cuts of its own when cuts is set, and wants the same bytes.
func finish(t *testing.T, disk *fsx.Crash, w stage.Work, want map[string]string, cuts bool, when string) {
	t.Helper()
	if cuts {
		moment := 0
		disk.After = func(done fsx.Operation) {
			moment++
			for state := range disk.States(statesPerMoment/16, uint64(moment)) {
				requireSound(t, judge(t, state, w, want), fmt.Sprintf("%s, and again after %s %s", when, done.Name, done.Path))
			}
		}
	}
	if err := stage.Make(t.Context(), disk, w, nil); err != nil {
		t.Fatalf("%s: running again: %v", when, err)
	}
	disk.After = nil
	got := tree(t, disk, "/")
	maps.DeleteFunc(got, func(name, _ string) bool {
		return strings.HasSuffix(name, ".json.part") || strings.HasSuffix(name, ".txt.part")
	})
	if !maps.Equal(got, want) {
		t.Fatalf("%s: running again leaves\n%v\nwant\n%v", when, got, want)
	}
}

// The process dies between two operations, but the system lives: what was written and not synced is seen by the next run, which a
// power cut may then hit.
func TestARunAfterAKilledOneSyncsWhatThatLeft(t *testing.T) {
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			t.Parallel()
			w := node(t, shape.dir)
			want := wanted(t, shape, w)
			for at := 1; ; at++ {
				disk := shape.disk(t)
				killed := &fsx.Faulty{Under: disk, Errno: syscall.EIO, At: at, Stuck: true}
				err := stage.Make(t.Context(), killed, w, nil)
				if _, hit := killed.Failed(); !hit {
					return
				}
				if err != nil && judge(t, disk, w, want) == "whole" { // only the removal of the mark was not synced
					continue
				}
				if err == nil {
					t.Fatalf("killed at operation %d, and no error", at)
				}
				finish(t, disk, w, want, true, fmt.Sprintf("killed at operation %d", at))
			}
		})
	}
}

func TestAFaultIsNamedAndTheSameCommandFinishes(t *testing.T) {
	for _, shape := range shapes {
		for _, stuck := range []bool{false, true} {
			for _, errno := range []syscall.Errno{syscall.ENOSPC, syscall.EACCES} {
				t.Run(fmt.Sprintf("%s, %v, stuck %v", shape.name, errno, stuck), func(t *testing.T) {
					t.Parallel()
					w := node(t, shape.dir)
					want := wanted(t, shape, w)
					for at := 1; ; at++ {
						disk := shape.disk(t)
						faulty := &fsx.Faulty{Under: disk, Errno: errno, At: at, Stuck: stuck}
						err := stage.Make(t.Context(), faulty, w, nil)
						failed, hit := faulty.Failed()
						if !hit {
							return
						}
						when := fmt.Sprintf("%s %s fails", failed.Name, failed.Path)
						if err != nil && (!errors.Is(err, errno) || !names(err, faulty.Trace[at-1:])) {
							t.Errorf("%s: the error does not say so: %v", when, err)
						}
						verdict := judge(t, disk, w, want)
						requireSound(t, verdict, when)
						if err == nil && verdict != "whole" {
							t.Errorf("%s: no error, and the directory is %s", when, verdict)
						}
						if verdict != "whole" {
							finish(t, disk, w, want, false, when)
						}
					}
				})
			}
		}
	}
}

// names reports whether the error names one of the paths.
func names(err error, failed []fsx.Operation) bool {
	return slices.ContainsFunc(failed, func(done fsx.Operation) bool { return strings.Contains(err.Error(), " "+done.Path) })
}

func TestAnInterruptStopsBetweenOperations(t *testing.T) {
	s := shapes[0]
	w := node(t, s.dir)
	want := wanted(t, s, w)
	stopped := 0
	for at := 1; ; at++ {
		disk := s.disk(t)
		ctx, cancel := context.WithCancel(t.Context())
		count := 0
		disk.After = func(fsx.Operation) {
			if count++; count == at {
				cancel()
			}
		}
		err := stage.Make(ctx, disk, w, nil)
		cancel()
		if count < at {
			break
		}
		disk.After = nil
		if err == nil {
			continue
		}
		stopped++
		if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "stopped before /") {
			t.Errorf("interrupted at operation %d: %v", at, err)
		}
		requireSound(t, judge(t, disk, w, want), fmt.Sprintf("interrupted at operation %d", at))
		finish(t, disk, w, want, false, fmt.Sprintf("interrupted at operation %d", at))
	}
	if stopped < 20 {
		t.Errorf("%d interrupts stopped the work", stopped)
	}
}
