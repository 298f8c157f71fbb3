package backup_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
	"github.com/kraftctl/kraftctl/rescue/archive"
	"github.com/kraftctl/kraftctl/rescue/backup"
)

// snapshotsNode is the log directory of a node that has two snapshots, and a segment that begins at offset 1625.
const (
	snapshotsNode = "snapshots/4.3.1/broker2"
	newest        = "00000000000000001767-0000000001.checkpoint"
	lastSegment   = "00000000000000001625.log"
)

func load(t *testing.T) (fstest.MapFS, string) {
	t.Helper()
	return corpus.Load(t, "../../testdata/corpus", "snapshots"), path.Join(snapshotsNode, metalog.PartitionDir)
}

// positions are where the batches of a file begin, and its size.
func positions(data []byte) []int {
	var at []int
	for pos := 0; pos < len(data); {
		at = append(at, pos)
		b, _, err := record.Parse(data[pos:])
		if err != nil {
			return at
		}
		pos += b.Size()
	}
	return append(at, len(data))
}

func spoil(fsys fstest.MapFS, name string, at int) {
	data := []byte(string(fsys[name].Data))
	data[at] ^= 0x55
	fsys[name] = &fstest.MapFile{Data: data, Mode: 0o644}
}

func TestOlderSnapshot(t *testing.T) {
	fsys, dir := load(t)
	spoil(fsys, path.Join(dir, newest), 1000)
	log, err := metalog.OpenLog(fsys, dir, dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := take(t, fsys, dir, backup.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := log.Snapshots[len(log.Snapshots)-2].Base
	if got.details.Snapshot != want || len(got.details.Warnings) != 1 || !strings.Contains(got.details.Warnings[0], newest+" is passed over") {
		t.Errorf("the backup rests on %q, want %q; %v", got.details.Snapshot, want, got.details.Warnings)
	}
	if got.details.EndOffset != 1780 || got.details.Objects.Topics != 131 {
		t.Errorf("%+v", got.details)
	}
	// Without a footer it is not sound either, though every batch in it is.
	fsys, dir = load(t)
	at := positions(fsys[path.Join(dir, newest)].Data)
	fsys[path.Join(dir, newest)].Data = fsys[path.Join(dir, newest)].Data[:at[len(at)-2]]
	if got, err := take(t, fsys, dir, backup.Options{Whole: true}); err != nil || got.details.Snapshot != want {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestNoSnapshot(t *testing.T) {
	fsys, dir := load(t)
	log, err := metalog.OpenLog(fsys, dir, dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range log.Snapshots {
		spoil(fsys, path.Join(dir, n.Base), 1000)
	}
	var damage *backup.DamageError
	for _, until := range []bool{false, true} {
		if _, err := take(t, fsys, dir, backup.Options{UntilDamage: until}); !errors.As(err, &damage) || damage.End != -1 {
			t.Errorf("a log that does not begin at 0 without a sound snapshot: %v", err)
		}
	}
	// With an older snapshot than the log goes back to, that snapshot is what there is.
	fsys, dir = load(t)
	spoil(fsys, path.Join(dir, newest), 1000)
	older := log.Snapshots[len(log.Snapshots)-2]
	for _, n := range log.Segments[:len(log.Segments)-1] {
		delete(fsys, path.Join(dir, n.Base))
	}
	if older.Offset >= log.Segments[len(log.Segments)-1].Offset {
		t.Skip("the older snapshot is young enough")
	}
	if _, err := take(t, fsys, dir, backup.Options{}); !errors.As(err, &damage) || damage.End != older.Offset {
		t.Errorf("a gap after the snapshot: %v", err)
	}
	got, err := take(t, fsys, dir, backup.Options{UntilDamage: true})
	if err != nil || got.details.EndOffset != older.Offset || got.details.LastTime != "" {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestSnapshotAheadOfLog(t *testing.T) {
	fsys, dir := load(t)
	log, err := metalog.OpenLog(fsys, dir, dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range log.Segments {
		if n.Offset > 1500 {
			delete(fsys, path.Join(dir, n.Base))
		}
	}
	got, err := take(t, fsys, dir, backup.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got.details.EndOffset != 1767 || got.details.LastEpoch != 1 || got.details.FirstOffset != 1767 || len(got.details.Warnings) != 1 {
		t.Errorf("%+v", got.details)
	}
}

// TestDamageBeforeSnapshotsEnd: where the log is damaged in what the snapshot covers, the snapshot alone can be taken, and that is said.
func TestDamageBeforeSnapshotsEnd(t *testing.T) {
	fsys, dir := load(t)
	name := path.Join(dir, lastSegment)
	spoil(fsys, name, positions(fsys[name].Data)[2]+70)
	var damage *backup.DamageError
	if _, err := take(t, fsys, dir, backup.Options{}); !errors.As(err, &damage) || damage.End != 1767 {
		t.Fatalf("%v", err)
	}
	got, err := take(t, fsys, dir, backup.Options{UntilDamage: true})
	if err != nil {
		t.Fatal(err)
	}
	d := got.details
	if d.Snapshot != newest || d.EndOffset != 1767 || len(d.Warnings) != 1 ||
		!strings.Contains(d.Warnings[0], "the snapshot alone is taken, up to offset 1767: the log, 10331 bytes, is damaged") ||
		!strings.Contains(d.Warnings[0], "CRC mismatch") {
		t.Errorf("%+v", d)
	}
	// A log that begins after the end of the snapshot does not go on from it.
	fsys, dir = load(t)
	for base := range fsys {
		if n := metalog.ParseName(path.Base(base)); n.Kind == metalog.Segment && n.Offset < 1700 || n.Kind == metalog.Snapshot && n.Offset > 1500 {
			delete(fsys, base)
		}
	}
	fsys[path.Join(dir, "00000000000000001700.log")] = &fstest.MapFile{Mode: 0o644}
	got, err = take(t, fsys, dir, backup.Options{UntilDamage: true})
	if err != nil {
		t.Fatal(err)
	}
	if d := got.details; d.EndOffset != 1422 || len(d.Warnings) != 1 || !strings.Contains(d.Warnings[0], "does not go on from the snapshot and is left out: ") {
		t.Errorf("%+v", d)
	}
}

// TestNoRecord: a backup of nothing says so.
func TestNoRecord(t *testing.T) {
	fsys, dir := load(t)
	for base := range fsys {
		if n := metalog.ParseName(path.Base(base)); n.Kind == metalog.Segment || n.Kind == metalog.Snapshot {
			delete(fsys, base)
		}
	}
	fsys[path.Join(dir, "00000000000000000000.log")] = &fstest.MapFile{Mode: 0o644}
	got, err := take(t, fsys, dir, backup.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if w := got.details.Warnings; len(w) != 1 || !strings.Contains(w[0], "the backup holds no metadata") {
		t.Errorf("%q", w)
	}
	// Nor is a log of anybody taken whose meta.properties does not name him.
	fsys[path.Join(snapshotsNode, "meta.properties")] = &fstest.MapFile{Data: []byte("garbage"), Mode: 0o644}
	var source *backup.SourceError
	if _, err := take(t, fsys, dir, backup.Options{}); !errors.As(err, &source) || !strings.Contains(err.Error(), "no node ID or no cluster ID") {
		t.Errorf("%v", err)
	}
}

// TestCut: what is not whole at the end is left out; damage before the end is refused, unless what is before it is asked for.
func TestCut(t *testing.T) {
	fsys, dir := load(t)
	name := path.Join(dir, lastSegment)
	data := fsys[name].Data
	at := positions(data)
	n := len(at) - 2 // the last batch
	for size := at[n] + 1; size < len(data); size += 7 {
		fsys[name] = &fstest.MapFile{Data: data[:size], Mode: 0o644}
		got, err := take(t, fsys, dir, backup.Options{})
		if err != nil {
			t.Fatalf("cut at %d: %v", size, err)
		}
		if c := got.details.Cut; c == nil || c.Reason != backup.Unfinished || c.Position != int64(at[n]) || c.Bytes != int64(size-at[n]) {
			t.Fatalf("cut at %d: %+v", size, c)
		}
	}
	fsys[name] = &fstest.MapFile{Data: data, Mode: 0o644}
	middle := len(at) - 6 // after the snapshot's end
	spoil(fsys, name, at[middle]+70)
	var damage *backup.DamageError
	if _, err := take(t, fsys, dir, backup.Options{}); !errors.As(err, &damage) || damage.Damage.Position != int64(at[middle]) || damage.Damage.Kind != metalog.BadCRC {
		t.Fatalf("damage in the middle: %v", err)
	}
	b, _, err := record.Parse(data[at[middle]:])
	if err != nil {
		t.Fatal(err)
	}
	if damage.End != b.BaseOffset {
		t.Errorf("%v: it is said that offset %d can be reached, want %d", err, damage.End, b.BaseOffset)
	}
	got, err := take(t, fsys, dir, backup.Options{UntilDamage: true})
	if err != nil {
		t.Fatal(err)
	}
	if c := got.details.Cut; c == nil || c.Reason != backup.Damaged || got.details.EndOffset != b.BaseOffset || c.Bytes != int64(len(data)-at[middle]) {
		t.Errorf("%+v", got.details)
	}
}

// TestUndecodable: a record that cannot be decoded is damage like any other.
func TestUndecodable(t *testing.T) {
	fsys, dir := load(t)
	name := path.Join(dir, lastSegment)
	at := positions(fsys[name].Data)
	middle := len(at) - 6
	head, _, err := record.Parse(fsys[name].Data[at[middle]:])
	if err != nil {
		t.Fatal(err)
	}
	// A TopicRecord of version 0 that ends within its name.
	data := record.AppendBatch(append([]byte{}, fsys[name].Data[:at[middle]]...), head, []record.Record{{Value: []byte{1, 2, 0, 50, 'x'}, OffsetDelta: int64(head.LastOffsetDelta)}})
	fsys[name] = &fstest.MapFile{Data: append(data, fsys[name].Data[at[middle+1]:]...), Mode: 0o644}
	var damage *backup.DamageError
	if _, err := take(t, fsys, dir, backup.Options{}); !errors.As(err, &damage) || damage.Damage.Kind != metalog.Undecodable || damage.End != head.BaseOffset {
		t.Fatalf("%v", err)
	}
	got, err := take(t, fsys, dir, backup.Options{UntilDamage: true})
	if err != nil || got.details.EndOffset != head.BaseOffset {
		t.Fatalf("%+v, %v", got, err)
	}
}

// TestSmallFiles: what Kafka does not start with, and makes anew, is left out.
func TestSmallFiles(t *testing.T) {
	fsys, dir := load(t)
	for _, name := range []string{path.Dir(dir) + "/bootstrap.checkpoint", dir + "/quorum-state", dir + "/partition.metadata"} {
		fsys[name] = &fstest.MapFile{Data: []byte("garbage"), Mode: 0o644}
	}
	got, err := take(t, fsys, dir, backup.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Manifest.Files) != 4 || len(got.details.Warnings) != 3 {
		t.Errorf("%+v, %v", got.Manifest.Files, got.details.Warnings)
	}
	// A snapshot that the log contradicts is another history.
	fsys, dir = load(t)
	file := fsys[path.Join(dir, newest)]
	delete(fsys, path.Join(dir, newest))
	fsys[path.Join(dir, metalog.SnapshotName(1767, 7))] = file
	var unsound *backup.UnsoundError
	if _, err := take(t, fsys, dir, backup.Options{}); !errors.As(err, &unsound) {
		t.Errorf("a snapshot of another epoch: %v", err)
	}
}

func TestNothingToTake(t *testing.T) {
	fsys, dir := load(t)
	root := path.Dir(dir)
	for name, c := range map[string]struct {
		change func(fstest.MapFS)
		want   string
	}{
		"no meta.properties":  {func(f fstest.MapFS) { delete(f, root+"/meta.properties") }, "no meta.properties"},
		"bad meta.properties": {func(f fstest.MapFS) { f[root+"/meta.properties"] = &fstest.MapFile{Data: []byte("version=7\n")} }, "version"},
		"huge meta.properties": {func(f fstest.MapFS) {
			f[root+"/meta.properties"] = &fstest.MapFile{Data: make([]byte, 5<<20)}
		}, "larger than"},
		"a pipe": {func(f fstest.MapFS) { f[dir+"/quorum-state"] = &fstest.MapFile{Mode: fs.ModeNamedPipe} }, "not a regular file"},
		"only formatted": {func(f fstest.MapFS) {
			for name := range f {
				if n := metalog.ParseName(path.Base(name)); strings.HasPrefix(name, dir+"/") && (n.Kind == metalog.Segment || n.Kind == metalog.Snapshot) {
					delete(f, name)
				}
			}
		}, "did not run"},
	} {
		changed := fstest.MapFS{}
		for name, file := range fsys {
			changed[name] = file
		}
		c.change(changed)
		var source *backup.SourceError
		if _, err := take(t, changed, dir, backup.Options{}); !errors.As(err, &source) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// denying is a file system that does not let one file be opened.
type denying struct {
	fstest.MapFS
	name string
}

func (d denying) Open(name string) (fs.File, error) {
	if name == d.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return d.MapFS.Open(name)
}

// TestUnreadable: it is said which file cannot be read, by the path a person knows, and what to do.
func TestUnreadable(t *testing.T) {
	fsys, dir := load(t)
	name := path.Join(dir, lastSegment)
	var source *backup.SourceError
	_, err := take(t, denying{fsys, name}, dir, backup.Options{})
	if !errors.As(err, &source) || source.Path != "node/"+name || source.Hint != backup.PermissionHint || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%v", err)
	}
}

// changing is a file system that changes before a file is opened for the n-th time.
type changing struct {
	fstest.MapFS
	name   string
	n      int
	change func(fstest.MapFS)
}

func (c *changing) Open(name string) (fs.File, error) {
	if name == c.name {
		if c.n--; c.n == 0 {
			c.change(c.MapFS)
		}
	}
	return c.MapFS.Open(name)
}

// TestChanges: what changes under its hands is seen, and all is done again.
func TestChanges(t *testing.T) {
	_, dir := load(t)
	root := path.Dir(dir)
	for name, c := range map[string]struct {
		file   string
		n      int
		change func(fstest.MapFS)
	}{
		"the snapshot is gone": {path.Join(dir, newest), 1, func(f fstest.MapFS) { delete(f, path.Join(dir, newest)) }},
		"another node moved in": {root + "/meta.properties", 2, func(f fstest.MapFS) {
			f[root+"/meta.properties"] = &fstest.MapFile{Data: []byte("version=1\nnode.id=9\ncluster.id=AAAAAAAAQACAAAAAAAAACQ\n")}
		}},
	} {
		fsys, _ := load(t)
		attempts := 1
		got, err := take(t, &changing{fsys, c.file, c.n, c.change}, dir, backup.Options{Pause: func(n int) { attempts = n }})
		if err != nil || attempts != 2 {
			t.Errorf("%s: %d attempts, %v", name, attempts, err)
			continue
		}
		if name == "another node moved in" && got.details.NodeID != 9 {
			t.Errorf("%s: it is said to be of node %d", name, got.details.NodeID)
		}
	}
	fsys, _ := load(t)
	delete(fsys, path.Join(dir, newest))
	var changed *backup.ChangedError
	if _, err := take(t, lying{fsys, path.Join(dir, newest)}, dir, backup.Options{}); !errors.As(err, &changed) || changed.Attempts != 10 {
		t.Errorf("a file that is listed and cannot be opened: %v", err)
	}
}

// lying lists a file that is not there.
type lying struct {
	fstest.MapFS
	name string
}

func (l lying) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := l.MapFS.ReadDir(name)
	if name == path.Dir(l.name) {
		entries = append(entries, fs.FileInfoToDirEntry(gone{path.Base(l.name)}))
	}
	return entries, err
}

type gone struct{ name string }

func (g gone) Name() string       { return g.name }
func (g gone) Size() int64        { return 0 }
func (g gone) Mode() fs.FileMode  { return 0o644 }
func (g gone) ModTime() time.Time { return time.Time{} }
func (g gone) IsDir() bool        { return false }
func (g gone) Sys() any           { return nil }

func compact(t *testing.T, data []byte) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, data); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestCheck: a backup that does not hold what its manifest tells is not sound.
func TestCheck(t *testing.T) {
	fsys, dir := load(t)
	got, err := take(t, fsys, dir, backup.Options{})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Join(got.details.Lines(), "\n")
	for _, want := range []string{"node 2 of cluster", "metadata.version 4.3", "offsets 1625 to 1779, leader epoch 1", "131 topics, 389 partitions", "1 controller,", "voters: 1"} {
		if !strings.Contains(lines, want) {
			t.Errorf("%q is not in\n%s", want, lines)
		}
	}
	for from, to := range map[string]string{`"endOffset":1780`: `"endOffset":1781`, `"nodeId":2`: `"nodeId":3`, `{"nodeId"`: `[{"nodeId"`} {
		wrong := *got.Archive
		wrong.Manifest.Details = []byte(strings.Replace(compact(t, got.Manifest.Details), from, to, 1))
		findings, err := backup.Check(&wrong, "x", 1)
		if err != nil || len(findings.Problems) != 1 || findings.Logs != 1 {
			t.Errorf("%s: %+v, %v", to, findings, err)
		}
	}
	bundle := got.Manifest
	bundle.Kind = archive.Bundle
	if _, err := backup.ParseDetails(&bundle); err == nil {
		t.Error("the details of a bundle")
	}
}
