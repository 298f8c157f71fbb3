package dumplog_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/inspect/dumplog"
	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/internal/javalang"
	"github.com/kraftctl/kraftctl/release"
)

// memoryFile is a file in memory.
type memoryFile struct{ *bytes.Reader }

func (f memoryFile) Size() (int64, error) { return f.Reader.Size(), nil }
func (f memoryFile) Close() error         { return nil }

// workDir is the working directory of the tests.
const workDir = "/work"

// openIn opens files of a file system that lies in workDir.
func openIn(files fstest.MapFS, dir string) func(path string) (dumplog.File, error) {
	return func(path string) (dumplog.File, error) {
		name, absolute := strings.CutPrefix(path, workDir+"/")
		if !absolute && strings.HasPrefix(path, "/") {
			return nil, fs.ErrNotExist
		}
		f, ok := files[strings.TrimPrefix(dir+"/"+name, "/")]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return memoryFile{bytes.NewReader(f.Data)}, nil
	}
}

// result is what a run printed and how it ended.
type result struct {
	stdout, stderr string
	exit           int
}

func run(open func(string) (dumplog.File, error), workers int, opts dumplog.Options, files ...string) result {
	var out, errs bytes.Buffer
	err := dumplog.Run(dumplog.Env{Open: open, Dir: workDir, Out: &out, Err: &errs, Workers: workers}, opts, files)
	r := result{stdout: out.String()}
	var exception *dumplog.Exception
	switch {
	case errors.As(err, &exception):
		errs.WriteString(`Exception in thread "main" ` + exception.Error() + "\n")
		r.exit = 1
	case err != nil:
		errs.WriteString(err.Error() + "\n")
		r.exit = 1
	}
	r.stderr = strings.ReplaceAll(errs.String(), workDir+"/", "")
	return r
}

// arguments turns a plain command line into options and files; false when it is one for the parser's own tests.
func arguments(rel release.Release, args []string) (dumplog.Options, []string, bool) {
	opts := dumplog.Defaults(rel)
	flags := map[string]func(){
		"--cluster-metadata-decoder": func() { opts.Decoder, opts.PrintData = dumplog.ClusterMetadata, true },
		"--print-data-log":           func() { opts.PrintData = true },
		"--deep-iteration":           func() { opts.Deep = true },
		"--skip-record-metadata":     func() { opts.SkipRecordMetadata = true },
		"--verify-index-only":        func() { opts.VerifyIndexOnly = true },
		"--index-sanity-check":       func() { opts.IndexSanityCheck = true },
	}
	var files []string
	seen := map[string]bool{}
	for i := 0; i < len(args); i++ {
		flag, ok := flags[args[i]]
		switch {
		case ok:
			flag()
			continue
		case i+1 == len(args):
			return opts, nil, false
		case seen[args[i]]:
			return opts, nil, false
		case args[i] == "--files":
			files = javalang.Split(args[i+1], ",")
		case args[i] == "--max-bytes" || args[i] == "--max-message-size":
			n, err := strconv.ParseInt(args[i+1], 10, 32)
			if err != nil {
				return opts, nil, false
			}
			if args[i] == "--max-bytes" {
				opts.MaxBytes = int32(n)
			} else {
				opts.MaxMessageSize = int32(n)
			}
		default:
			return opts, nil, false
		}
		seen[args[i]] = true
		i++
	}
	return opts, files, files != nil
}

// lines decodes JSON Lines.
func lines[T any](t *testing.T, data []byte) []T {
	t.Helper()
	var all []T
	for dec := json.NewDecoder(bytes.NewReader(data)); dec.More(); {
		var v T
		if err := dec.Decode(&v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}

// compare reports the first line that differs.
func compare(t *testing.T, id string, got, want result) {
	t.Helper()
	if got.exit != want.exit || strings.TrimSpace(got.stderr) != strings.TrimSpace(want.stderr) {
		t.Errorf("%s: exit %d, want %d; stderr\n%s\nwant\n%s", id, got.exit, want.exit, got.stderr, want.stderr)
	}
	if got.stdout == want.stdout {
		return
	}
	a, b := strings.Split(got.stdout, "\n"), strings.Split(want.stdout, "\n")
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			t.Errorf("%s: line %d differs (%d lines, want %d)\n got %q\nwant %q", id, i+1, len(a), len(b), at(a, i), at(b, i))
			return
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(end)"
}

// TestDifferential replays what three releases print for files damaged in many ways; see testdata/ORIGIN.md.
func TestDifferential(t *testing.T) {
	files := corpus.Load(t, "testdata", "differential")
	type row struct {
		ID, Dir, Version, Stderr string
		Args                     []string
		Exit                     int
	}
	done := 0
	for _, c := range lines[row](t, files["cases.jsonl"].Data) {
		rel, err := release.Parse(c.Version)
		if err != nil {
			t.Fatal(err)
		}
		opts, names, ok := arguments(rel, c.Args)
		if !ok {
			continue
		}
		done++
		want := result{stdout: string(files["golden/"+c.ID+".stdout"].Data), stderr: c.Stderr, exit: c.Exit}
		compare(t, c.ID, run(openIn(files, c.Dir), 1, opts, names...), want)
	}
	if done < 250 {
		t.Errorf("only %d cases ran", done)
	}
}

// TestCorpus replays what Kafka's tool printed for the files of real clusters; see testdata/corpus/ORIGIN.md.
func TestCorpus(t *testing.T) {
	files := corpus.Load(t, "../../testdata/corpus")
	done := 0
	for _, c := range corpusCases(t) {
		opts, names, ok := arguments(c.release, c.Args)
		if !ok || c.ID == "edge/4.3.1/directory.txt" {
			continue
		}
		done++
		want := result{stdout: string(files[c.Stdout].Data), exit: c.Exit}
		if c.Stderr != "" {
			want.stderr = withoutStack(string(files[c.Stderr].Data))
		}
		compare(t, c.ID, run(openIn(files, ""), 2, opts, names...), want)
	}
	if done < 400 {
		t.Errorf("only %d cases ran", done)
	}
}

// withoutStack drops the frames of Java's stack traces.
func withoutStack(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "\tat ") && !strings.HasPrefix(line, "Caused by") && !strings.HasPrefix(strings.TrimSpace(line), "... ") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}
