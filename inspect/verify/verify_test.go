package verify_test

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/inspect/verify"
	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
)

const corpusDir = "../../testdata/corpus"

var update = flag.Bool("update", false, "rewrite the golden files")

// sound are the scenarios whose files have no deliberate damage.
var sound = []string{
	"combined-1node", "dynamic-initial-controllers", "dynamic-standalone", "jbod", "quorum-3c2b", "snapshots", "upgrade", "zk-migration",
}

func verifyDir(t *testing.T, fsys fs.FS, dir string) *verify.Report {
	t.Helper()
	log, err := metalog.OpenLog(fsys, dir, dir)
	if err != nil {
		t.Fatal(err)
	}
	return verify.Log(log, verify.Options{Workers: 2})
}

// TestSoundCorpus finds nothing wrong with what real clusters left, killed ones included.
func TestSoundCorpus(t *testing.T) {
	files := corpus.Load(t, corpusDir, sound...)
	dirs, err := metalog.Find(files, ".")
	if err != nil || len(dirs) < 40 {
		t.Fatalf("%d directories, %v", len(dirs), err)
	}
	count := 0
	for _, dir := range dirs {
		for _, f := range verifyDir(t, files, dir).Files {
			count++
			if f.Verdict != verify.Sound && f.Verdict != verify.Ignored {
				t.Errorf("%s: %s %+v %v", f.Path, f.Verdict, f.Problems, f.Notes)
			}
		}
	}
	if count < 400 {
		t.Errorf("only %d files", count)
	}
}

// TestDamagedCorpus reports every damaged file, in words that people have read and found right.
func TestDamagedCorpus(t *testing.T) {
	files := corpus.Load(t, corpusDir, "damage")
	var out strings.Builder
	for _, p := range slices.Sorted(maps.Keys(files)) {
		if !corpus.IsRecords(p) {
			continue
		}
		r := verifyDir(t, files, path.Dir(p))
		for _, f := range r.Files {
			fmt.Fprintf(&out, "%s %s\n", f.Verdict, f.Path)
			for _, p := range f.Problems {
				fmt.Fprintf(&out, "  %s %d+%d %d to %d: %s\n    lost: %s\n    Kafka: %s\n",
					p.Kind, p.Position, p.Length, p.FirstOffset, p.LastOffset, p.Message, p.Lost, p.Kafka)
			}
			for _, n := range f.Notes {
				fmt.Fprintf(&out, "  note: %s\n", n)
			}
		}
		if base := path.Base(path.Dir(p)); r.Sound() != (base == "00-original" || base == "15-zero-length-file") {
			t.Errorf("%s: sound is %t", p, r.Sound())
		}
	}
	const name = "testdata/damage.golden"
	if *update {
		if err := os.WriteFile(name, []byte(out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil || out.String() != string(want) {
		t.Errorf("not as in %s (%v); got:\n%s", name, err, out.String())
	}
}

const (
	node     = "snapshots/4.3.1/node1"
	logDir   = node + "/" + metalog.PartitionDir
	last     = logDir + "/00000000000000001781.log"
	middle   = logDir + "/00000000000000001552"
	snapshot = logDir + "/00000000000000002110-0000000001.checkpoint"
)

// TestSpoiled spoils one thing in a sound directory, and expects exactly that to be reported.
func TestSpoiled(t *testing.T) {
	original := corpus.Load(t, corpusDir, "snapshots")
	for _, c := range []struct {
		name  string
		spoil func(files fstest.MapFS)
		file  string
		kind  string
	}{
		{"segment removed", func(f fstest.MapFS) { delete(f, middle+".log") }, last, "gap"},
		{"first segments removed", func(f fstest.MapFS) {
			delete(f, middle+".log")
			delete(f, logDir+"/00000000000000001295.log")
			for p := range f {
				if strings.HasSuffix(p, ".checkpoint") && strings.HasPrefix(p, logDir) {
					delete(f, p)
				}
			}
		}, last, "log-start"},
		{"index position", flip(middle+".index", 7, 1), middle + ".index", "index-entry"},
		{"index offset", flip(middle+".index", 2, 0x10), middle + ".index", "index-entry"},
		{"time index time", flip(middle+".timeindex", 7, 1), middle + ".timeindex", "index-entry"},
		{"time index cut off", cut(middle+".timeindex", 5), middle + ".timeindex", "unreadable"},
		{"no footer", cut(snapshot, 75), snapshot, "snapshot-footer"},
		{"snapshot torn", cut(snapshot, 100), snapshot, "truncated"},
		{
			"snapshot of another epoch", move(snapshot, logDir+"/00000000000000002110-0000000002.checkpoint"),
			logDir + "/00000000000000002110-0000000002.checkpoint", "snapshot-id",
		},
		{
			"snapshot ahead of the log", move(snapshot, logDir+"/00000000000000009110-0000000001.checkpoint"),
			logDir + "/00000000000000009110-0000000001.checkpoint", "snapshot-id",
		},
		{"quorum-state behind", set(logDir+"/quorum-state",
			`{"leaderId":1,"leaderEpoch":0,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}`), logDir + "/quorum-state", "quorum-epoch"},
		{"quorum-state empty", set(logDir+"/quorum-state", ""), logDir + "/quorum-state", "unreadable"},
		{"epochs elsewhere", set(logDir+"/leader-epoch-checkpoint", "0\n1\n1 1500\n"), logDir + "/leader-epoch-checkpoint", ""},
		{"epoch missing", set(logDir+"/leader-epoch-checkpoint", "0\n1\n7 1422\n"), logDir + "/leader-epoch-checkpoint", "leader-epochs"},
		{"epochs back", set(logDir+"/leader-epoch-checkpoint", "0\n2\n1 1422\n1 1400\n"), logDir + "/leader-epoch-checkpoint", "leader-epochs"},
		{"another topic", set(logDir+"/partition.metadata", "version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAg"), logDir + "/partition.metadata", "topic-id"},
		{"producer state", flip(logDir+"/00000000000000001781.snapshot", 3, 1), logDir + "/00000000000000001781.snapshot", "unreadable"},
		{"meta.properties", set(node+"/meta.properties", "version=1\n"), node + "/meta.properties", "unreadable"},
		{"reserved directory", set(node+"/meta.properties", "version=1\nnode.id=1\ncluster.id=x\ndirectory.id=AAAAAAAAAAAAAAAAAAAAAA\n"), node + "/meta.properties", ""},
	} {
		files := maps.Clone(original)
		c.spoil(files)
		checkSpoiled(t, c.name, verifyDir(t, files, logDir), c.file, c.kind)
	}
}

func checkSpoiled(t *testing.T, name string, r *verify.Report, file, kind string) {
	t.Helper()
	found := ""
	for _, f := range r.Files {
		for _, p := range f.Problems {
			if f.Path == file && found == "" {
				found = p.Kind
			}
			if f.Path != file && kind != "gap" && kind != "log-start" {
				t.Errorf("%s: also %s: %s", name, f.Path, p.Message)
			}
			if p.Kafka == "" {
				t.Errorf("%s: nothing is known of what Kafka does about %s in a %s", name, p.Kind, f.Kind)
			}
		}
	}
	if found != kind && kind != "" {
		t.Errorf("%s: found %q in %s, want %q", name, found, file, kind)
	}
}

func flip(file string, at int, by byte) func(fstest.MapFS) {
	return func(f fstest.MapFS) {
		data := bytes.Clone(f[file].Data)
		data[at] ^= by
		f[file] = &fstest.MapFile{Data: data}
	}
}

func cut(file string, bytes int) func(fstest.MapFS) {
	return func(f fstest.MapFS) {
		data := f[file].Data
		f[file] = &fstest.MapFile{Data: data[:len(data)-bytes]}
	}
}

func set(file, text string) func(fstest.MapFS) {
	return func(f fstest.MapFS) { f[file] = &fstest.MapFile{Data: []byte(text)} }
}

func move(from, to string) func(fstest.MapFS) {
	return func(f fstest.MapFS) { f[to] = f[from]; delete(f, from) }
}

// TestUnfinished does not call a batch that is being written damage.
func TestUnfinished(t *testing.T) {
	files := corpus.Load(t, corpusDir, "snapshots")
	data := files[last].Data
	next := record.AppendBatch(nil, record.NewBatch(2114, 1, 0), []record.Record{{Value: []byte{1, 20, 0, 0}}})
	files[last] = &fstest.MapFile{Data: slices.Concat(data, next[:70])}
	r := verifyDir(t, files, logDir)
	for _, f := range r.Files {
		if want := f.Path == last; (f.Verdict == verify.Unfinished) != want {
			t.Errorf("%s: %s %v", f.Path, f.Verdict, f.Problems)
		}
	}
	if !r.Sound() {
		t.Error("not sound")
	}
}

// TestOne verifies single files of each kind.
func TestOne(t *testing.T) {
	files := corpus.Load(t, corpusDir, "snapshots")
	for _, p := range slices.Sorted(maps.Keys(files)) {
		if !strings.HasPrefix(p, logDir) || metalog.ParseName(p).Deleted {
			continue
		}
		r, err := verify.One(files, p, "shown/"+path.Base(p), verify.Options{})
		if err != nil || len(r.Files) != 1 || r.Files[0].Verdict != verify.Sound || r.Files[0].Path != "shown/"+path.Base(p) {
			t.Errorf("%s: %+v, %v", p, r, err)
		}
	}
	flip(middle+".index", 7, 1)(files)
	if r, err := verify.One(files, middle+".index", "x", verify.Options{}); err != nil || r.Sound() {
		t.Errorf("%+v, %v", r, err)
	}
	delete(files, middle+".log")
	r, err := verify.One(files, middle+".timeindex", "x", verify.Options{})
	if err != nil || !r.Sound() || len(r.Files[0].Notes) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := verify.One(files, "nothing.log", "x", verify.Options{}); err == nil {
		t.Error("a file that does not exist is sound")
	}
}

// denied is a file system with a file that may not be read.
type denied struct {
	fstest.MapFS
	path string
}

func (d denied) Open(name string) (fs.File, error) {
	if name == d.path {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return d.MapFS.Open(name)
}

// TestDenied goes on with the other files when a segment or snapshot cannot be opened.
func TestDenied(t *testing.T) {
	files := corpus.Load(t, corpusDir, "snapshots")
	for _, path := range []string{middle + ".log", last, snapshot} {
		log, err := metalog.OpenLog(denied{files, path}, logDir, logDir)
		if err != nil {
			t.Fatal(err)
		}
		report := verify.Log(log, verify.Options{})
		for _, f := range report.Files {
			bad := f.Path == path
			if bad != (f.Verdict == verify.Damaged) || bad && f.Problems[0].Kind != "unreadable" {
				t.Errorf("with %s denied: %s is %s: %+v", path, f.Path, f.Verdict, f.Problems)
			}
		}
		if len(report.Files) < 10 {
			t.Errorf("with %s denied only %d files are told of", path, len(report.Files))
		}
	}
}
