package format_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/kraftctl/kraftctl/format"
	"github.com/kraftctl/kraftctl/internal/fsx"
)

// directoryWork is work on dir as a plan of 4.3 has it; the metadata directory gets a quorum snapshot too. tag tells the
// contents of two plans apart.
func directoryWork(dir, tag string, metadata bool) format.DirectoryWork {
	file := func(role format.FileRole, name, temp string) format.FileWrite {
		return format.FileWrite{
			Role: role, Path: dir + "/" + name, TempName: temp,
			Data: []byte(tag + " content of " + name), Create: format.ModeFile,
		}
	}
	files := []format.FileWrite{file(format.BootstrapCheckpoint, "bootstrap.checkpoint", "bootstrap.checkpoint.tmp")}
	if metadata {
		snapshot := file(format.QuorumSnapshot, snapshotName, "00000000000000000000-0000000000-1.checkpoint.part")
		snapshot.Create, snapshot.Chmod = format.ModeTemp, format.ModeFrozen
		files = append(files, snapshot)
	}
	return format.DirectoryWork{
		Directory: dir, Line: "Formatting " + dir,
		Files: append(files, file(format.MetaProperties, "meta.properties", "meta.properties.tmp")),
	}
}

const snapshotName = "__cluster_metadata-0/00000000000000000000-0000000000.checkpoint"

// shape is a disk before formatting, and the work to do on it.
type shape struct {
	name string
	// files stand on the disk; a name that ends in a slash is a directory.
	files map[string]string
	work  []format.DirectoryWork
}

var shapes = []shape{
	{"one that exists", map[string]string{"/d1/": ""}, []format.DirectoryWork{directoryWork("/d1", "a", true)}},
	{"one that is missing, and its parents", nil, []format.DirectoryWork{directoryWork("/var/lib/d1", "a", true)}},
	{
		"one with what earlier runs left",
		map[string]string{
			"/d1/bootstrap.checkpoint": "old bootstrap", "/d1/bootstrap.checkpoint.tmp": "stale", "/d1/meta.properties.tmp": "stale",
			"/d1/" + snapshotName: "old snapshot", "/d1/__cluster_metadata-0/00000000000000000000.log": "log", "/d1/topic-0/": "",
		},
		[]format.DirectoryWork{directoryWork("/d1", "a", true)},
	},
	{
		"two, one of them missing",
		map[string]string{"/d1/bootstrap.checkpoint": "old bootstrap"},
		[]format.DirectoryWork{directoryWork("/p/d2", "a", false), directoryWork("/d1", "a", true)},
	},
	{
		"two below one missing parent", nil,
		[]format.DirectoryWork{directoryWork("/p/d1", "a", true), directoryWork("/p/d2", "a", false)},
	},
	{
		"meta.properties first, as until 3.6",
		map[string]string{"/d1/": ""},
		[]format.DirectoryWork{reversed(directoryWork("/d1", "a", false))},
	},
}

func reversed(work format.DirectoryWork) format.DirectoryWork {
	slices.Reverse(work.Files)
	return work
}

// disk makes the shape, settled.
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
			writeFile(t, disk, name, s.files[name])
		}
	}
	disk.Settle()
	return disk
}

func writeFile(t *testing.T, disk fsx.FS, name, text string) {
	t.Helper()
	file, err := disk.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

// tree lists what is below name: files with their content, directories with a slash.
func tree(t *testing.T, disk fsx.FS, name string) map[string]string {
	t.Helper()
	found := map[string]string{}
	entries, err := disk.ReadDir(name)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return found
		}
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

// judge says what a directory is to a node that starts: "unformatted", "whole", or what is wrong with it.
func judge(disk fsx.FS, work format.DirectoryWork) string {
	if _, err := disk.Stat(work.Directory + "/meta.properties"); err != nil {
		return "unformatted"
	}
	for _, file := range work.Files {
		data, err := disk.ReadFile(file.Path)
		if err != nil {
			return fmt.Sprintf("torn: %v", err)
		}
		if !bytes.Equal(data, file.Data) {
			return fmt.Sprintf("torn: %s holds %q", file.Path, data)
		}
	}
	return "whole"
}

// leftovers are names of temporary files and of replaced ones.
func leftovers(t *testing.T, disk fsx.FS) []string {
	t.Helper()
	var found []string
	for name := range tree(t, disk, "/") {
		if strings.HasSuffix(name, ".tmp") || strings.HasSuffix(name, ".part") || strings.HasSuffix(name, ".kraftctl-replaced") {
			found = append(found, name)
		}
	}
	return found
}

func TestApplyLeavesWhatWasPlannedAndNothingElse(t *testing.T) {
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			disk := shape.disk(t)
			want := tree(t, disk, "/")
			maps.DeleteFunc(want, func(name, _ string) bool { return strings.HasSuffix(name, ".tmp") })
			var lines, wantLines []string
			for _, work := range shape.work {
				wantLines = append(wantLines, work.Line)
				for _, file := range work.Files {
					want[file.Path] = string(file.Data)
					for dir := path.Dir(file.Path); dir != "/"; dir = path.Dir(dir) {
						want[dir+"/"] = ""
					}
				}
			}
			err := format.Apply(t.Context(), disk, shape.work, func(e format.Event) {
				if e.Line != "" {
					lines = append(lines, e.Line)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := tree(t, disk, "/"); !maps.Equal(got, want) {
				t.Errorf("the disk holds\n%v\nwant\n%v", got, want)
			}
			if !slices.Equal(lines, wantLines) {
				t.Errorf("lines %q; want %q", lines, wantLines)
			}
		})
	}
}

// statesPerMoment bounds how many outcomes of a power cut at one moment are looked at; above it they are sampled.
const statesPerMoment = 256

func TestAPowerCutLeavesEachDirectoryUnformattedOrWhole(t *testing.T) {
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			t.Parallel()
			disk := shape.disk(t)
			moment, cuts := 0, 0
			disk.After = func(done fsx.Operation) {
				moment++
				for state := range disk.States(statesPerMoment, uint64(moment)) {
					cuts++
					inspect(t, state, shape, fmt.Sprintf("power cut after operation %d, %s %s", moment, done.Name, done.Path))
				}
			}
			if err := format.Apply(t.Context(), disk, shape.work, nil); err != nil {
				t.Fatal(err)
			}
			for state := range disk.States(statesPerMoment, 0) {
				for _, work := range shape.work {
					if verdict := judge(state, work); verdict != "whole" {
						t.Errorf("power cut after success: %s is %s", work.Directory, verdict)
					}
				}
			}
			t.Logf("%d operations, %d outcomes", moment, cuts)
		})
	}
}

// inspect judges one outcome of a power cut, and finishes the work on it as ensure does.
func inspect(t *testing.T, state *fsx.Crash, shape shape, when string) {
	t.Helper()
	var rest []format.DirectoryWork
	for _, work := range shape.work {
		switch verdict := judge(state, work); verdict {
		case "unformatted":
			rest = append(rest, work)
		case "whole":
		default:
			t.Fatalf("%s: %s is %s", when, work.Directory, verdict)
		}
	}
	if err := format.Apply(t.Context(), state, rest, nil); err != nil {
		t.Fatalf("%s: running again: %v", when, err)
	}
	for _, work := range shape.work {
		if verdict := judge(state, work); verdict != "whole" {
			t.Fatalf("%s: after running again %s is %s", when, work.Directory, verdict)
		}
	}
	for _, work := range rest {
		for _, name := range leftovers(t, state) {
			if strings.HasPrefix(name, work.Directory+"/") {
				t.Fatalf("%s: running again leaves %s", when, name)
			}
		}
	}
}

var errnos = []syscall.Errno{syscall.ENOSPC, syscall.EIO, syscall.EACCES, syscall.EROFS}

func TestAFaultLeavesWhatWasThere(t *testing.T) {
	for _, shape := range shapes {
		for _, errno := range errnos {
			t.Run(shape.name+", "+errno.Error(), func(t *testing.T) {
				before := tree(t, shape.disk(t), "/")
				for at := 1; ; at++ {
					disk := shape.disk(t)
					faulty := &fsx.Faulty{Under: disk, Errno: errno, At: at}
					err := format.Apply(t.Context(), faulty, shape.work, nil)
					failed, hit := faulty.Failed()
					if !hit {
						return
					}
					when := fmt.Sprintf("%s %s fails", failed.Name, failed.Path)
					if err != nil && (!strings.Contains(err.Error(), failed.Path) || !errors.Is(err, errno)) {
						t.Errorf("%s: the error does not say so: %v", when, err)
					}
					compare(t, disk, shape, before, err, when)
				}
			})
		}
	}
}

// compare checks that every directory is whole, or as it was, and that the error says which.
func compare(t *testing.T, disk fsx.FS, shape shape, before map[string]string, err error, when string) {
	t.Helper()
	var failure *format.ApplyError
	if err != nil && !errors.As(err, &failure) {
		t.Fatalf("%s: %T", when, err)
	}
	after := tree(t, disk, "/")
	for _, work := range shape.work {
		inside := func(name string) bool { return strings.HasPrefix(name, work.Directory+"/") }
		switch verdict := judge(disk, work); {
		case verdict == "whole":
			if failure != nil && !slices.Contains(failure.Formatted, work.Directory) {
				t.Errorf("%s: %s is formatted, and the error does not list it", when, work.Directory)
			}
		case verdict != "unformatted" || err == nil:
			t.Errorf("%s: %s is %s, error %v", when, work.Directory, verdict, err)
		default:
			if !slices.Contains(failure.Unformatted, work.Directory) {
				t.Errorf("%s: %s is unformatted, and the error does not list it", when, work.Directory)
			}
			was, is := within(before, inside), within(after, inside)
			maps.DeleteFunc(was, func(name, _ string) bool { return strings.HasSuffix(name, ".tmp") })
			maps.DeleteFunc(is, func(name, text string) bool { return before[name] == text && strings.HasSuffix(name, ".tmp") })
			if !maps.Equal(was, is) {
				t.Errorf("%s: %s holds %v; before it held %v", when, work.Directory, is, was)
			}
		}
	}
}

func within(all map[string]string, keep func(string) bool) map[string]string {
	kept := map[string]string{}
	for name, text := range all {
		if keep(name) {
			kept[name] = text
		}
	}
	return kept
}

// A disk goes bad, and then the power fails too, at any moment until the run has given up.
func TestABadDiskAndAPowerCutTearNothing(t *testing.T) {
	kinds := map[string]fsx.Faulty{
		"one operation fails": {},
		"all fail from then":  {Stuck: true},
		"all of a kind fail":  {Stuck: true, Alike: true},
	}
	for _, shape := range shapes {
		for kind, fault := range kinds {
			t.Run(shape.name+", "+kind, func(t *testing.T) {
				t.Parallel()
				for at := 1; ; at++ {
					disk := shape.disk(t)
					faulty := fault
					faulty.Under, faulty.Errno, faulty.At = disk, syscall.EIO, at
					disk.After = func(done fsx.Operation) {
						if _, hit := faulty.Failed(); hit {
							requireNothingTorn(t, disk, shape, fmt.Sprintf("fault %d, power cut after %s %s", at, done.Name, done.Path))
						}
					}
					_ = format.Apply(t.Context(), &faulty, shape.work, nil)
					if _, hit := faulty.Failed(); !hit {
						return
					}
					requireNothingTorn(t, disk, shape, fmt.Sprintf("fault %d, power cut at the end", at))
				}
			})
		}
	}
}

func requireNothingTorn(t *testing.T, disk *fsx.Crash, shape shape, when string) {
	t.Helper()
	for state := range disk.States(statesPerMoment/4, 1) {
		for _, work := range shape.work {
			if verdict := judge(state, work); verdict != "whole" && verdict != "unformatted" {
				t.Fatalf("%s: %s is %s", when, work.Directory, verdict)
			}
		}
	}
}

func TestAnInterruptStopsBetweenOperations(t *testing.T) {
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			before := tree(t, shape.disk(t), "/")
			for at := 1; ; at++ {
				disk := shape.disk(t)
				ctx, cancel := context.WithCancel(t.Context())
				count := 0
				disk.After = func(fsx.Operation) {
					if count++; count == at {
						cancel()
					}
				}
				err := format.Apply(ctx, disk, shape.work, nil)
				cancel()
				if count < at {
					return
				}
				disk.After = nil
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Errorf("interrupted at operation %d: %v", at, err)
				}
				compare(t, disk, shape, before, err, fmt.Sprintf("interrupted at operation %d", at))
			}
		})
	}
}

func TestApplyRefusesBeforeItWrites(t *testing.T) {
	late := directoryWork("/d1", "a", false)
	late.Failure = &format.Refusal{Message: "found out late"}
	good, bad := directoryWork("/good", "a", true), directoryWork("/d1", "a", true)
	tests := []struct {
		name  string
		files map[string]string
		work  []format.DirectoryWork
		want  string
	}{
		{"a file in place of the directory", map[string]string{"/d1": ""}, []format.DirectoryWork{good, bad}, "cannot create the directory /d1: not a directory"},
		{"a file in place of a parent", map[string]string{"/f": ""}, []format.DirectoryWork{good, directoryWork("/f/d1", "a", true)}, "cannot look at /f/d1: not a directory"},
		{"a file in place of __cluster_metadata-0", map[string]string{"/d1/__cluster_metadata-0": ""}, []format.DirectoryWork{good, bad}, "cannot create the directory /d1/__cluster_metadata-0: not a directory"},
		{"a directory in place of a file", map[string]string{"/d1/bootstrap.checkpoint/": ""}, []format.DirectoryWork{good, bad}, "cannot create /d1/bootstrap.checkpoint: is a directory"},
		{"a directory in place of a temporary file", map[string]string{"/d1/meta.properties.tmp/": ""}, []format.DirectoryWork{good, bad}, "cannot create /d1/meta.properties.tmp: is a directory"},
		{"formatted by somebody else", map[string]string{"/d1/meta.properties": "theirs"}, []format.DirectoryWork{good, bad}, "Log directory /d1 is already formatted. Use --ignore-formatted to ignore this directory and format the others."},
		{"what Kafka finds out while writing", nil, []format.DirectoryWork{good, late}, "found out late"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			disk := shape{files: test.files}.disk(t)
			before := tree(t, disk, "/")
			disk.After = func(done fsx.Operation) { t.Errorf("%s %s was done all the same", done.Name, done.Path) }
			err := format.Apply(t.Context(), disk, test.work, nil)
			if test.want != "" && (err == nil || err.Error() != test.want) {
				t.Errorf("error %v; want %s", err, test.want)
			}
			if after := tree(t, disk, "/"); test.want != "" && !maps.Equal(before, after) {
				t.Errorf("the disk holds %v; before it held %v", after, before)
			}
		})
	}
}
