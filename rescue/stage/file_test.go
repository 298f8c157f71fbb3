package stage_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/rescue/stage"
)

const content = "an archive of some length"

// newFile makes /b/x.tar.zst with two reports.
func newFile(ctx context.Context, fsys fsx.FS) error {
	return stage.NewFile(ctx, fsys, stage.Result{
		Path: "/b/x.tar.zst", Mode: stage.Secret,
		Write: func(w io.Writer) error { _, err := io.WriteString(w, content); return err },
		Check: func(open func() (io.ReadCloser, error)) error {
			in, err := open()
			if err != nil {
				return err
			}
			defer in.Close()
			data, err := io.ReadAll(in)
			if err == nil && string(data) != content {
				err = fmt.Errorf("read back %q", data)
			}
			return err
		},
		Reports: func() ([]stage.Report, error) { return stage.Reports("/b/x", "text", 1) },
	})
}

var wholeFile = map[string]string{"/b/": "", "/b/x.tar.zst": content, "/b/x.report.txt": "text", "/b/x.report.json": "1\n"}

func emptyDir(t *testing.T) *fsx.Crash { return shape{files: map[string]string{"/b/": ""}}.disk(t) }

// soundFile checks that the file is absent or whole with its reports, and that the same command finishes it.
func soundFile(t *testing.T, disk *fsx.Crash, when string) (whole bool) {
	t.Helper()
	got := tree(t, disk, "/")
	text, there := got["/b/x.tar.zst"]
	if there && (text != content || got["/b/x.report.txt"] != "text" || got["/b/x.report.json"] != "1\n") {
		t.Fatalf("%s: the disk holds %v", when, got)
	}
	if there {
		return true
	}
	if err := newFile(t.Context(), disk); err != nil {
		t.Fatalf("%s: running again: %v", when, err)
	}
	if got := tree(t, disk, "/"); !maps.Equal(got, wholeFile) {
		t.Fatalf("%s: running again leaves %v", when, got)
	}
	return false
}

func TestAPowerCutLeavesTheFileAbsentOrWhole(t *testing.T) {
	disk := emptyDir(t)
	outcomes := map[bool]int{}
	moment := 0
	disk.After = func(done fsx.Operation) {
		moment++
		for state := range disk.States(statesPerMoment, uint64(moment)) {
			outcomes[soundFile(t, state, fmt.Sprintf("power cut after %s %s", done.Name, done.Path))]++
		}
	}
	if err := newFile(t.Context(), disk); err != nil {
		t.Fatal(err)
	}
	for state := range disk.States(statesPerMoment, 0) {
		if got := tree(t, state, "/"); !maps.Equal(got, wholeFile) {
			t.Errorf("power cut after success: %v", got)
		}
	}
	if outcomes[true] == 0 || outcomes[false] == 0 {
		t.Errorf("outcomes %v", outcomes)
	}
}

func TestAFaultLeavesNothingOfTheFile(t *testing.T) {
	for _, stuck := range []bool{false, true} {
		for at := 1; ; at++ {
			disk := emptyDir(t)
			faulty := &fsx.Faulty{Under: disk, Errno: syscall.ENOSPC, At: at, Stuck: stuck}
			err := newFile(t.Context(), faulty)
			failed, hit := faulty.Failed()
			if !hit {
				break
			}
			when := fmt.Sprintf("%s %s fails", failed.Name, failed.Path)
			if err != nil && (!errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), failed.Path)) {
				t.Errorf("%s: the error does not say so: %v", when, err)
			}
			got := tree(t, disk, "/")
			if _, there := got["/b/x.tar.zst"]; !there && !stuck && len(got) > 1 {
				t.Errorf("%s: %v is left", when, got)
			}
			soundFile(t, disk, when)
		}
	}
}

func TestAnInterruptLeavesNothingOfTheFile(t *testing.T) {
	for at := 1; ; at++ {
		disk := emptyDir(t)
		ctx, cancel := context.WithCancel(t.Context())
		count := 0
		disk.After = func(fsx.Operation) {
			if count++; count == at {
				cancel()
			}
		}
		err := newFile(ctx, disk)
		cancel()
		if count < at {
			return
		}
		disk.After = nil
		switch got := tree(t, disk, "/"); {
		case err == nil && !maps.Equal(got, wholeFile):
			t.Errorf("interrupted at operation %d: %v", at, got)
		case err != nil && (!errors.Is(err, context.Canceled) || len(got) > 1):
			t.Errorf("interrupted at operation %d: %v, and %v is left", at, err, got)
		}
	}
}

func TestNewFileReplacesNothing(t *testing.T) {
	tests := map[string]map[string]string{
		"/b/x.tar.zst":     {"/b/x.tar.zst": "theirs"},
		"/b/x.report.json": {"/b/x.report.json": "theirs"},
	}
	for name, files := range tests {
		disk := shape{files: files}.disk(t)
		before := tree(t, disk, "/")
		if err := stage.CheckFile(disk, "/b/x.tar.zst", stage.ReportPaths("/b/x")...); !exists(err, name) {
			t.Errorf("CheckFile: %v", err)
		}
		if err := newFile(t.Context(), disk); !exists(err, name) {
			t.Errorf("NewFile: %v", err)
		}
		if after := tree(t, disk, "/"); !maps.Equal(before, after) {
			t.Errorf("the disk holds %v; before it held %v", after, before)
		}
	}
	if err := stage.CheckFile(emptyDir(t), "/b/x.tar.zst", stage.ReportPaths("/b/x")...); err != nil {
		t.Error(err)
	}
	var op *stage.OpError
	if err := stage.CheckFile(emptyDir(t), "/missing/x"); !errors.As(err, &op) || op.Path != "/missing" {
		t.Errorf("a missing directory: %v", err)
	}
}

func exists(err error, path string) bool {
	var there *stage.ExistsError
	return errors.As(err, &there) && there.Path == path
}

// Another process makes the file while this one writes its part.
func TestAFileThatAppearsMeanwhileIsNotReplaced(t *testing.T) {
	disk := emptyDir(t)
	err := stage.NewFile(t.Context(), disk, stage.Result{
		Path: "/b/x", Mode: stage.Shared,
		Write: func(w io.Writer) error {
			put(t, disk, "/b/x", "theirs")
			_, err := io.WriteString(w, "ours")
			return err
		},
		Reports: func() ([]stage.Report, error) { return stage.Reports("/b/x", "", 0) },
	})
	if !exists(err, "/b/x") {
		t.Errorf("error %v", err)
	}
	if got := tree(t, disk, "/"); !maps.Equal(got, map[string]string{"/b/": "", "/b/x": "theirs"}) {
		t.Errorf("the disk holds %v", got)
	}
}

func TestErrorsOfTheFunctionsEndTheWork(t *testing.T) {
	bad := errors.New("bad")
	good := func(w io.Writer) error { _, err := io.WriteString(w, "x"); return err }
	for name, r := range map[string]stage.Result{
		"write":   {Write: func(io.Writer) error { return bad }},
		"check":   {Write: good, Check: func(func() (io.ReadCloser, error)) error { return bad }},
		"reports": {Write: good, Reports: func() ([]stage.Report, error) { return nil, bad }},
	} {
		disk := emptyDir(t)
		r.Path, r.Mode = "/b/x", stage.Shared
		if err := stage.NewFile(t.Context(), disk, r); !errors.Is(err, bad) {
			t.Errorf("%s: %v", name, err)
		}
		if got := tree(t, disk, "/"); len(got) != 1 {
			t.Errorf("%s: %v is left", name, got)
		}
	}
}

// Many runs for one path on a real disk: one makes it, whole; the others say why not.
func TestRunsForOneFileExcludeEachOther(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x")
	var group sync.WaitGroup
	results := make([]error, 16)
	for i := range results {
		group.Go(func() {
			text := strings.Repeat(fmt.Sprint(i%10), 100_000)
			results[i] = stage.NewFile(t.Context(), fsx.OS{}, stage.Result{
				Path: name, Mode: stage.Shared,
				Write: func(w io.Writer) error { _, err := io.WriteString(w, text); return err },
			})
		})
	}
	group.Wait()
	won := -1
	for i, err := range results {
		var locked *fsx.LockedError
		switch {
		case err == nil && won < 0:
			won = i
		case err == nil:
			t.Errorf("runs %d and %d both made the file", won, i)
		case !errors.As(err, &locked) && !exists(err, name):
			t.Error(err)
		}
	}
	data, err := os.ReadFile(name)
	if err != nil || won < 0 || string(data) != strings.Repeat(fmt.Sprint(won%10), 100_000) {
		t.Errorf("run %d won, %d bytes, %v", won, len(data), err)
	}
	if left, err := filepath.Glob(name + ".*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
