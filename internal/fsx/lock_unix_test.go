//go:build unix

package fsx_test

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"

	"github.com/kraftctl/kraftctl/internal/fsx"
)

// TestMain doubles as a running Kafka node: with FSX_HOLD=file it takes the lock Java's FileChannel.tryLock takes
// (a POSIX record lock for writing on the whole file) until its input ends.
func TestMain(m *testing.M) {
	if name := os.Getenv("FSX_HOLD"); name != "" {
		os.Exit(hold(name))
	}
	os.Exit(m.Run())
}

func hold(name string) int {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return 1
	}
	lock := syscall.Flock_t{Type: syscall.F_WRLCK, Whence: io.SeekStart}
	if err := syscall.FcntlFlock(file.Fd(), syscall.F_SETLK, &lock); err != nil {
		return 1
	}
	_, _ = os.Stdout.WriteString("held\n")
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}

// startNode runs hold in another process until the returned function is called.
func startNode(t *testing.T, name string) (pid int, stop func()) {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), "FSX_HOLD="+name)
	input, err := command.StdinPipe()
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
	if line, err := bufio.NewReader(output).ReadString('\n'); err != nil || line != "held\n" {
		t.Fatalf("the other process said %q, %v", line, err)
	}
	return command.Process.Pid, sync.OnceFunc(func() {
		_ = input.Close()
		_ = command.Wait()
	})
}

func TestLockNodeSeesARunningNode(t *testing.T) {
	dir := t.TempDir()
	pid, stop := startNode(t, fsx.Join(dir, fsx.NodeLockName))
	defer stop()
	_, err := fsx.OS{}.LockNode(dir)
	var held *fsx.HeldError
	if !errors.As(err, &held) || held.Path != dir || held.PID != pid {
		t.Fatalf("LockNode while process %d holds it: %v", pid, err)
	}
	stop()
	lock, err := fsx.OS{}.LockNode(dir)
	if err != nil {
		t.Fatalf("LockNode after the node stopped: %v", err)
	}
	if err := lock.Close(); err != nil {
		t.Error(err)
	}
}

func TestLockNodeCreatesNothing(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{dir, dir + "/missing"} {
		lock, err := fsx.OS{}.LockNode(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := lock.Close(); err != nil {
			t.Error(err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

func TestLockDirExcludesAndLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	lock, err := fsx.OS{}.LockDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var locked *fsx.LockedError
	if _, err := (fsx.OS{}).LockDir(dir); !errors.As(err, &locked) || locked.Path != dir {
		t.Errorf("a second LockDir: %v; want a LockedError", err)
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := fsx.OS{}.LockDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	if _, err := (fsx.OS{}).LockDir(dir + "/missing"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("LockDir of nothing: %v", err)
	}
}

// Many take the lock, and each removes the directory while holding it and makes it anew: no two may ever be inside.
func TestLockDirHoldsWhileDirectoriesComeAndGo(t *testing.T) {
	dir := t.TempDir() + "/d"
	var inside, entered int
	var guard sync.Mutex
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 200 {
				_ = os.Mkdir(dir, 0o777)
				lock, err := fsx.OS{}.LockDir(dir)
				if err != nil {
					continue
				}
				guard.Lock()
				inside++
				entered++
				if inside > 1 {
					t.Error("two at once inside the lock")
				}
				guard.Unlock()
				guard.Lock()
				inside--
				guard.Unlock()
				_ = os.Remove(dir)
				_ = lock.Close()
			}
		})
	}
	group.Wait()
	if entered == 0 {
		t.Error("nobody got the lock")
	}
}

func TestOSErrorsNameThePath(t *testing.T) {
	dir := t.TempDir()
	missing := dir + "/missing/x"
	var disk fsx.OS
	open := func() error { _, err := disk.OpenFile(missing, os.O_WRONLY, 0); return err }
	for name, err := range map[string]error{
		"mkdir": disk.Mkdir(missing, 0o777), "open": open(), "chmod": disk.Chmod(missing, 0o400),
		"rename": disk.Rename(missing, missing+"y"), "remove": disk.Remove(missing), "sync": disk.SyncDir(missing), "writable": disk.Writable(missing),
	} {
		var pathError *fs.PathError
		var linkError *os.LinkError
		named := errors.As(err, &pathError) && pathError.Path == missing || errors.As(err, &linkError) && linkError.Old == missing
		if !named || !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v; want ENOENT naming %s", name, err, missing)
		}
	}
	if err := os.WriteFile(dir+"/f", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir+"/d", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := disk.Rename(dir+"/f", dir+"/d"); !errors.Is(err, syscall.EISDIR) {
		t.Errorf("rename onto a directory: %v; want EISDIR", err)
	}
}
