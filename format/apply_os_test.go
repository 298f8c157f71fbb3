//go:build unix

package format_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/kraftctl/kraftctl/format"
	"github.com/kraftctl/kraftctl/internal/fsx"
)

// TestMain doubles as another process: with FORMAT_DIRS it waits for its input to end, formats those directories with
// FORMAT_TAG in the contents, and says how that went; with FORMAT_HOLD it holds a directory as a Kafka node does.
func TestMain(m *testing.M) {
	dirs, hold := os.Getenv("FORMAT_DIRS"), os.Getenv("FORMAT_HOLD")
	switch {
	case dirs != "":
		_, _ = io.Copy(io.Discard, os.Stdin)
		fmt.Print(outcome(format.Apply(context.Background(), fsx.OS{}, realWork(filepath.SplitList(dirs), os.Getenv("FORMAT_TAG")), nil)))
	case hold != "":
		file, err := os.OpenFile(hold, os.O_RDWR|os.O_CREATE, 0o666)
		if err == nil {
			err = syscall.FcntlFlock(file.Fd(), syscall.F_SETLK, &syscall.Flock_t{Type: syscall.F_WRLCK, Whence: io.SeekStart})
		}
		fmt.Println("holding", err)
		_, _ = io.Copy(io.Discard, os.Stdin)
	default:
		os.Exit(m.Run())
	}
}

// realWork formats dirs; the first is the metadata directory.
func realWork(dirs []string, tag string) []format.DirectoryWork {
	var work []format.DirectoryWork
	for i, dir := range dirs {
		work = append(work, directoryWork(dir, tag, i == 0))
	}
	return work
}

// outcome is "won", or the reason not to have.
func outcome(err error) string {
	var locked *fsx.LockedError
	var refusal *format.Refusal
	switch {
	case err == nil:
		return "won"
	case errors.As(err, &locked):
		return "locked"
	case errors.As(err, &refusal):
		return "formatted before"
	}
	return err.Error()
}

func TestModesOnARealDisk(t *testing.T) {
	old := syscall.Umask(0o022)
	defer syscall.Umask(old)
	root := t.TempDir()
	work := realWork([]string{root + "/new/d1", root + "/d2"}, "a")
	for name, apply := range map[string]func(context.Context, fsx.FS, []format.DirectoryWork, func(format.Event)) error{
		"Apply": format.Apply, "ApplyExact": format.ApplyExact,
	} {
		if err := apply(t.Context(), fsx.OS{}, work, nil); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := map[string]fs.FileMode{
			"new": fs.ModeDir | 0o755, "new/d1": fs.ModeDir | 0o755, "new/d1/__cluster_metadata-0": fs.ModeDir | 0o755, "d2": fs.ModeDir | 0o755,
			"new/d1/bootstrap.checkpoint": 0o644, "new/d1/meta.properties": 0o644, "new/d1/" + snapshotName: 0o400,
			"d2/bootstrap.checkpoint": 0o644, "d2/meta.properties": 0o644,
		}
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || path == root {
				return err
			}
			info, err := entry.Info()
			if err != nil {
				return err
			}
			name, _ := strings.CutPrefix(path, root+"/")
			if info.Mode() != want[name] {
				t.Errorf("%s is %s; want %s", name, info.Mode(), want[name])
			}
			delete(want, name)
			return nil
		})
		if err != nil || len(want) > 0 {
			t.Errorf("%s: missing %v, %v", name, want, err)
		}
		for _, dir := range []string{"/new", "/d2"} {
			if err := os.RemoveAll(root + dir); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Both ways of applying, many at a time, on directories that exist and on missing ones: one wins, its files are whole, and
// all others say why they did nothing.
func TestOneOfManyRunsWins(t *testing.T) {
	applies := []func(context.Context, fsx.FS, []format.DirectoryWork, func(format.Event)) error{format.Apply, format.ApplyExact}
	for round := range 24 {
		root := t.TempDir()
		dirs := []string{root + "/a/d1", root + "/a/d2"}
		if round%2 == 0 {
			if err := os.MkdirAll(dirs[0], 0o777); err != nil {
				t.Fatal(err)
			}
		}
		var winners atomic.Int32
		var group sync.WaitGroup
		const runs = 6
		for run := range runs {
			group.Go(func() {
				apply := applies[0]
				if round%4 == 3 {
					apply = applies[1]
				}
				err := apply(t.Context(), fsx.OS{}, realWork(dirs[:1+round%2], fmt.Sprint(run)), nil)
				switch got := outcome(err); got {
				case "won":
					winners.Add(1)
				case "locked", "formatted before":
				default:
					t.Errorf("round %d: %s", round, got)
				}
			})
		}
		group.Wait()
		if winners.Load() != 1 && round%4 != 3 {
			t.Errorf("round %d: %d winners", round, winners.Load())
		}
		for i, dir := range dirs[:1+round%2] {
			requireOneWriter(t, directoryWork(dir, "", i == 0))
		}
	}
}

// requireOneWriter checks that all files of a directory come from one run and nothing else is there.
func requireOneWriter(t *testing.T, work format.DirectoryWork) {
	t.Helper()
	var writer []byte
	for _, file := range work.Files {
		data, err := os.ReadFile(file.Path)
		if err != nil {
			t.Fatal(err)
		}
		tag, _, found := bytes.Cut(data, []byte(" content of "))
		if !found || writer != nil && !bytes.Equal(writer, tag) {
			t.Errorf("%s holds %q; the files before it are of run %s", file.Path, data, writer)
		}
		writer = tag
	}
	entries, err := os.ReadDir(work.Directory)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if name := entry.Name(); name != "__cluster_metadata-0" && name != "bootstrap.checkpoint" && name != "meta.properties" {
			t.Errorf("%s is left in %s", name, work.Directory)
		}
	}
}

func TestOneOfManyProcessesWins(t *testing.T) {
	for range 5 {
		dirs := []string{t.TempDir() + "/a/d1", t.TempDir() + "/b/d2"}
		var outputs [4]bytes.Buffer
		var commands []*exec.Cmd
		var gates []io.Closer
		for run := range outputs {
			command := exec.Command(os.Args[0])
			command.Env = append(os.Environ(), "FORMAT_DIRS="+strings.Join(dirs, string(filepath.ListSeparator)), fmt.Sprintf("FORMAT_TAG=%d", run))
			command.Stdout = &outputs[run]
			gate, err := command.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			commands, gates = append(commands, command), append(gates, gate)
		}
		for _, gate := range gates {
			_ = gate.Close()
		}
		won := 0
		for run, command := range commands {
			if err := command.Wait(); err != nil {
				t.Fatal(err)
			}
			switch text := outputs[run].String(); text {
			case "won":
				won++
			case "locked", "formatted before":
			default:
				t.Errorf("process %d: %s", run, text)
			}
		}
		if won != 1 {
			t.Errorf("%d processes won", won)
		}
		for i, dir := range dirs {
			requireOneWriter(t, directoryWork(dir, "", i == 0))
		}
	}
}

func TestADirectoryOfARunningNodeIsLeftAlone(t *testing.T) {
	root := t.TempDir()
	held := root + "/d2"
	if err := os.Mkdir(held, 0o777); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), "FORMAT_HOLD="+held+"/.lock")
	gate, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = gate.Close()
		_ = command.Wait()
	}()
	if line, err := io.ReadAll(io.LimitReader(output, int64(len("holding <nil>\n")))); err != nil || string(line) != "holding <nil>\n" {
		t.Fatalf("the other process says %q, %v", line, err)
	}
	err = format.Apply(t.Context(), fsx.OS{}, realWork([]string{root + "/d1", held}, "a"), nil)
	var node *fsx.HeldError
	if !errors.As(err, &node) || node.Path != held || node.PID != command.Process.Pid {
		t.Errorf("error %v; want that process %d holds %s", err, command.Process.Pid, held)
	}
	if entries, err := os.ReadDir(root); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v; nothing may be created next to the held directory", entries, err)
	}
	if entries, err := os.ReadDir(held); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v; the held directory may only hold its .lock", entries, err)
	}
}

func TestOneDirectoryUnderTwoNamesIsRefused(t *testing.T) {
	root := t.TempDir()
	if err := os.Mkdir(root+"/d1", 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("d1", root+"/link"); err != nil {
		t.Fatal(err)
	}
	err := format.Apply(t.Context(), fsx.OS{}, realWork([]string{root + "/d1", root + "/link"}, "a"), nil)
	if err == nil || !strings.Contains(err.Error(), "are one directory") {
		t.Errorf("error %v", err)
	}
	if entries, err := os.ReadDir(root + "/d1"); err != nil || len(entries) > 0 {
		t.Errorf("%v, %v; nothing may be written", entries, err)
	}
}

func TestAPathThroughNothingCreatesNothing(t *testing.T) {
	root := t.TempDir()
	err := format.Apply(t.Context(), fsx.OS{}, realWork([]string{root + "/x/../d1"}, "a"), nil)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), root+"/x/..") {
		t.Errorf("error %v; want that %s/x/.. does not exist", err, root)
	}
	if entries, err := os.ReadDir(root); err != nil || len(entries) > 0 {
		t.Errorf("%v, %v; nothing may be created", entries, err)
	}
	// Kafka's tool makes d1 beside the missing x, and then fails to find it.
	err = format.ApplyExact(t.Context(), fsx.OS{}, realWork([]string{root + "/x/../d1"}, "a"), nil)
	if _, statErr := os.Stat(root + "/d1"); err == nil || statErr != nil {
		t.Errorf("as Kafka: error %v, d1 %v", err, statErr)
	}
}
