package command_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kraftctl/kraftctl/cmd/internal/command"
)

// storageCase is one recorded run of the real kafka-storage; see testdata/storage/ORIGIN.md.
type storageCase struct {
	ID          string            `json:"id"`
	Version     string            `json:"version"`
	Args        []string          `json:"args"`
	Env         map[string]string `json:"env"`
	Files       map[string]string `json:"files"`
	Symlinks    map[string]string `json:"symlinks"`
	Modes       map[string]int    `json:"modes"`
	Cwd         string            `json:"cwd"`
	RecordedDir string            `json:"dir"`
	Directories []string          `json:"dirs_preexisting"`
	Volatile    []string          `json:"volatile"`
	Expected    struct {
		Exit   int                  `json:"exit"`
		Stdout string               `json:"stdout"`
		Stderr string               `json:"stderr"`
		Dirs   []string             `json:"dirs"`
		Tree   map[string]treeEntry `json:"tree"`
	} `json:"expected"`
}

func (c *storageCase) volatile(what string) bool {
	return strings.Contains(strings.Join(c.Volatile, " "), what)
}

// TestStorageReplay runs the drop-in through everything the real tool was recorded doing. KRAFTCTL_STORAGE_CASES names
// another file of cases.
func TestStorageReplay(t *testing.T) {
	file := os.Getenv("KRAFTCTL_STORAGE_CASES")
	if file == "" {
		file = filepath.Join("..", "..", "..", "testdata", "storage", "cases.jsonl.gz")
	}
	var free, bound []storageCase
	skipped := 0
	for _, c := range readCases(t, file) {
		switch {
		case len(c.Modes) > 0 && os.Geteuid() == 0:
			skipped++
		case c.Cwd != "":
			bound = append(bound, c)
		default:
			free = append(free, c)
		}
	}
	if skipped > 0 {
		t.Logf("NOT RUN: %d cases with file modes, which do not bind root; run the tests as another user for them", skipped)
	}
	root := t.TempDir()
	report := func(c *storageCase, faults []string) {
		for _, fault := range faults {
			t.Errorf("%s %q: %s", c.ID, c.Args, fault)
		}
	}
	eachCase(free, func(c *storageCase) { report(c, replay(c, filepath.Join(root, dirName(c)))) })
	for i := range bound {
		c := &bound[i]
		dir := filepath.Join(root, dirName(c))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		t.Chdir(strings.ReplaceAll(c.Cwd, "@DIR@", dir))
		report(c, replay(c, dir))
	}
}

func dirName(c *storageCase) string {
	return strings.NewReplacer("/", "_", " ", "_", ",", "_").Replace(c.ID)
}

func readCases(t *testing.T, file string) []storageCase {
	t.Helper()
	raw, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	packed, err := gzip.NewReader(raw)
	if err != nil {
		t.Fatal(err)
	}
	var cases []storageCase
	lines := bufio.NewScanner(packed)
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		var c storageCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		cases = append(cases, c)
	}
	if lines.Err() != nil || len(cases) == 0 {
		t.Fatalf("%s: %d cases, %v", file, len(cases), lines.Err())
	}
	return cases
}

func eachCase(cases []storageCase, run func(*storageCase)) {
	var workers sync.WaitGroup
	queue := make(chan *storageCase)
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for c := range queue {
				run(c)
			}
		})
	}
	for i := range cases {
		queue <- &cases[i]
	}
	close(queue)
	workers.Wait()
}

// replay runs one case in dir, which it removes, and says what differs.
func replay(c *storageCase, dir string) []string {
	defer os.RemoveAll(dir)
	args, err := c.prepare(dir)
	if err != nil {
		return []string{err.Error()}
	}
	defer c.unlock(dir)
	var out, errs bytes.Buffer
	env := map[string]string{"KRAFTCTL_KAFKA_VERSION": c.Version}
	for key, value := range c.Env {
		env[key] = value
	}
	app := &command.App{
		In: strings.NewReader(""), Out: &out, Err: &errs,
		LookupEnv:  func(key string) (string, bool) { value, ok := env[key]; return value, ok },
		Now:        time.Now,
		Rand:       rand.Reader,
		Executable: "kafka-storage",
	}
	code := command.Main(append([]string{"kafka-storage"}, args...), app)
	c.unlock(dir)
	return c.compare(dir, code, out.String(), errs.String())
}

// prepare lays out what was on disk before the run and returns the arguments.
func (c *storageCase) prepare(dir string) ([]string, error) {
	fill := func(s string) string { return strings.ReplaceAll(s, "@DIR@", dir) }
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	for _, name := range c.Directories {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			return nil, err
		}
	}
	for name, text := range c.Files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, []byte(fill(text)), 0o644); err != nil {
			return nil, err
		}
	}
	for name, target := range c.Symlinks {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	for name, mode := range c.Modes {
		if err := os.Chmod(filepath.Join(dir, name), os.FileMode(mode)); err != nil {
			return nil, err
		}
	}
	args := make([]string, len(c.Args))
	for i, arg := range c.Args {
		args[i] = fill(arg)
	}
	return args, nil
}

// unlock makes everything readable again.
func (c *storageCase) unlock(dir string) {
	for name := range c.Modes {
		_ = os.Chmod(filepath.Join(dir, name), 0o755)
	}
}

// compare says where a run differs from the recorded one.
func (c *storageCase) compare(dir string, code int, out, errs string) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	want := &c.Expected
	if code != want.Exit {
		fault("exit code %d; want %d (stderr %q)", code, want.Exit, errs)
	}
	if !c.volatile("which-directories-were-done") {
		for _, difference := range c.compareTree(dir) {
			fault("%s", difference)
		}
	}
	out, errs = strings.ReplaceAll(out, dir, "@DIR@"), strings.ReplaceAll(errs, dir, "@DIR@")
	if got, wanted, compared := c.comparableStdout(out); compared && got != wanted {
		fault("stdout %q; want %q", got, wanted)
	}
	got, wanted := c.comparableStderr(errs)
	switch {
	case wanted == "" && want.Stderr == "" && got != "":
		fault("stderr %q; want none", got)
	case !c.volatile("which-directory") && !strings.Contains(got, wanted):
		fault("stderr %q; want %q", got, wanted)
	}
	return faults
}
