package preflight_test

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/rescue/preflight"
)

// What becomes of each file, written "use name: why", by directory and release. The metadata partition is left out of the names.
var fileCases = []struct {
	name, releases string
	fsys           fstest.MapFS
	files          []string
}{
	{"a log", "4.4", made(nil, batch(1, mv(7))), []string{
		"read meta.properties: version 1; 4.4 adds a directory.id when it starts", "read 00000000000000000000.log: from offset 0 on",
	}},
	{"directory.id", "3.7 4.4", made(map[string]string{"meta.properties": metaProperties + "directory.id=MvDxzVmcRsaTz33bUuRU6A\n"}), []string{"read meta.properties: version 1"}},
	{"directory.id for an old release", "3.3 3.6", made(map[string]string{"meta.properties": metaProperties + "directory.id=MvDxzVmcRsaTz33bUuRU6A\n"}), []string{
		"read meta.properties: version 1; % takes no notice of directory.id and leaves it in place",
	}},
	{"no meta.properties", "3.3 4.4", made(map[string]string{"meta.properties": ""}, batch(1, mv(7))), []string{
		"missing meta.properties: without it the directory is not formatted", "read 00000000000000000000.log: from offset 0 on",
	}},
	{"a broken meta.properties", "4.4", made(map[string]string{"meta.properties": "version=1\n"}, batch(1, mv(7))), []string{
		"read meta.properties: and refused", "read 00000000000000000000.log: from offset 0 on",
	}},
	{"meta.properties of ZooKeeper mode", "3.3", made(map[string]string{"meta.properties": "version=0\nbroker.id=1\n"}, batch(1, mv(7))), []string{
		"misread meta.properties: version 0: that of ZooKeeper mode", "read 00000000000000000000.log: from offset 0 on",
	}},
	{"quorum-state", "3.3 3.7", made(map[string]string{quorumState: staticState}), []string{"read quorum-state: data_version 0"}},
	{"quorum-state of 3.8", "3.3 3.7", made(map[string]string{quorumState: dynamicState}), []string{"misread quorum-state: data_version 1"}},
	{"quorum-state of 3.8 for 3.8", "3.8 4.4", made(map[string]string{quorumState: dynamicState}), []string{"read quorum-state: data_version 1"}},
	{"bootstrap.checkpoint without a log", "3.3 4.4", made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(7))}), []string{"read bootstrap.checkpoint: its records begin the log"}},
	{"bootstrap.checkpoint with a log", "3.3 4.4", made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(7))}, batch(1, mv(7))), []string{
		"read bootstrap.checkpoint: but not used: the log has its own records", "read 00000000000000000000.log: from offset 0 on",
	}},
	{"bootstrap.checkpoint with a 0-0 snapshot", "4.4", made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(7)), zeroSnapshot: snapshotOf(mv(7))}), []string{
		"ignored bootstrap.checkpoint: the 0-0 snapshot has metadata records", "read 00000000000000000000-0000000000.checkpoint: its records begin the log",
	}},
	{"the same on 4.3", "4.3", made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(7)), zeroSnapshot: snapshotOf(mv(7))}), []string{
		"read bootstrap.checkpoint: its records begin the log", "ignored 00000000000000000000-0000000000.checkpoint: but for the voters: 4.3 does not take metadata records from a 0-0 snapshot",
	}},
	{"the same on 4.2", "3.6 4.2", made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(7)), zeroSnapshot: snapshotOf(mv(7))}), []string{
		"read bootstrap.checkpoint: but not used: the log has its own records", "read 00000000000000000000-0000000000.checkpoint: what is loaded begins with it",
	}},
	{"the same on 3.5", "3.3 3.5", made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(7)), zeroSnapshot: snapshotOf(mv(7))}), []string{
		"read bootstrap.checkpoint: its records begin the log", "ignored 00000000000000000000-0000000000.checkpoint: % reads the log from offset 0",
	}},
	{"a 0-0 snapshot with a log", "4.4", made(map[string]string{zeroSnapshot: snapshotOf(mv(7))}, batch(1, mv(7))), []string{
		"ignored 00000000000000000000-0000000000.checkpoint: but for the voters: the log has its own records", "read 00000000000000000000.log: from offset 0 on",
	}},
	{"a 0-0 snapshot of voters", "4.3 4.4", made(map[string]string{zeroSnapshot: zeroOf(1)}, batch(1, mv(7))), []string{
		"read 00000000000000000000-0000000000.checkpoint: for the voters; it has no metadata records", "read 00000000000000000000.log: from offset 0 on",
	}},
	{"a 0-0 snapshot and a newer one", "3.6 4.2", made(map[string]string{zeroSnapshot: snapshotOf(mv(7)), snapshot(3): snapshotOf(mv(7))}), []string{
		"ignored 00000000000000000000-0000000000.checkpoint: there is a newer one", "read 00000000000000000003-0000000001.checkpoint: what is loaded begins with it",
	}},
	{"two snapshots and three segments", "3.3 3.5", rolled(0), []string{
		"ignored 00000000000000000002-0000000001.checkpoint: the log begins at offset 0, and % reads it from there",
		"ignored 00000000000000000004-0000000001.checkpoint: the log begins at offset 0, and % reads it from there",
		"read 00000000000000000000.log: from offset 0 on", "read 00000000000000000003.log: from offset 3 on", "read 00000000000000000005.log: from offset 5 on",
	}},
	{"the same from 3.6 on", "3.6 4.4", rolled(0), []string{
		"ignored 00000000000000000002-0000000001.checkpoint: there is a newer one", "read 00000000000000000004-0000000001.checkpoint: what is loaded begins with it",
		"ignored 00000000000000000000.log: the snapshot covers it", "read 00000000000000000003.log: from offset 4 on", "read 00000000000000000005.log: from offset 5 on",
	}},
	{"a snapshot that ends where a segment begins", "3.6 4.4", made(map[string]string{
		snapshot(3): snapshotOf(mv(7)), metalog.PartitionDir + "/00000000000000000003.log": string(batch(3, noOp())),
	}, batch(1, mv(7), noOp())), []string{
		"read 00000000000000000003-0000000001.checkpoint: what is loaded begins with it", "ignored 00000000000000000000.log: the snapshot covers it",
		"read 00000000000000000003.log: from offset 3 on",
	}},
	{"segments without the first", "3.3 3.5 3.6 4.4", rolled(1), []string{
		"ignored 00000000000000000002-0000000001.checkpoint: there is a newer one", "read 00000000000000000004-0000000001.checkpoint: what is loaded begins with it",
		"read 00000000000000000003.log: from offset 4 on", "read 00000000000000000005.log: from offset 5 on",
	}},
}

// rolled is a log in segments from 0, 3 and 5 on, without the first so many, with snapshots that end at 2 and 4.
func rolled(without int) fstest.MapFS {
	fsys := made(map[string]string{snapshot(2): snapshotOf(mv(7)), snapshot(4): snapshotOf(mv(7))})
	segments := map[int64][]byte{
		0: append(control(0, metadata.NewLeaderChangeMessage()), batch(1, mv(7), noOp())...),
		3: batch(3, noOp(), noOp()), 5: batch(5, noOp()),
	}
	for _, base := range []int64{0, 3, 5}[without:] {
		fsys[fmt.Sprintf("%s/%020d.log", metalog.PartitionDir, base)] = &fstest.MapFile{Data: segments[base]}
	}
	return fsys
}

func TestFiles(t *testing.T) {
	for _, c := range fileCases {
		for _, version := range strings.Fields(c.releases) {
			r := check(t, c.fsys, ".", version)
			var got []string
			for _, f := range r.Files {
				line := f.Use + " " + strings.TrimPrefix(f.File, metalog.PartitionDir+"/") + ": " + f.Why
				if strings.HasPrefix(c.files[0], f.Use+" meta.properties") || !strings.HasPrefix(line, "read meta.properties: version 1") {
					got = append(got, line)
				}
			}
			want := slices.Clone(c.files)
			for i := range want {
				want[i] = strings.ReplaceAll(want[i], "%", version)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s on %s:\n%s\nwant\n%s", c.name, version, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
	}
}

// What is loaded: the snapshot, the bounds of the log, the number of records, and what begins an empty log.
func TestReads(t *testing.T) {
	for _, c := range []struct {
		name, release string
		fsys          fstest.MapFS
		want          preflight.Reads
	}{
		{"a log", "4.4", made(nil, batch(1, mv(7), noOp())), preflight.Reads{EndOffset: 3, Records: 2}},
		{"nothing", "4.4", made(nil), preflight.Reads{Bootstrap: "default"}},
		{"bootstrap.checkpoint", "4.3", made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(7))}), preflight.Reads{Bootstrap: "bootstrap.checkpoint"}},
		{"snapshots", "3.6", rolled(0), preflight.Reads{Snapshot: "00000000000000000004-0000000001.checkpoint", FirstOffset: 4, EndOffset: 6, Records: 3}},
		{"snapshots on 3.5", "3.5", rolled(0), preflight.Reads{EndOffset: 6, Records: 5}},
		{"snapshots on 3.5, without the beginning", "3.5", rolled(1), preflight.Reads{Snapshot: "00000000000000000004-0000000001.checkpoint", FirstOffset: 4, EndOffset: 6, Records: 3}},
		{"a snapshot alone", "4.4", made(map[string]string{snapshot(9): snapshotOf(mv(7))}), preflight.Reads{
			Snapshot: "00000000000000000009-0000000001.checkpoint", FirstOffset: 9, EndOffset: 9, Records: 1,
		}},
	} {
		if r := check(t, c.fsys, ".", c.release); r.Reads != c.want {
			t.Errorf("%s on %s: %+v, want %+v", c.name, c.release, r.Reads, c.want)
		}
	}
}

// unreadable is a file system of which one file cannot be read.
type unreadable struct {
	fstest.MapFS
	name string
}

func (u unreadable) Open(name string) (fs.File, error) {
	if name == u.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return u.MapFS.Open(name)
}

func (u unreadable) ReadFile(name string) ([]byte, error) {
	if name == u.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return u.MapFS.ReadFile(name)
}

// A file that cannot be read is an error, not a verdict.
func TestFilesThatCannotBeRead(t *testing.T) {
	whole := made(map[string]string{
		quorumState: staticState, zeroSnapshot: zeroOf(1), snapshot(3): snapshotOf(mv(21)), "bootstrap.checkpoint": snapshotOf(mv(21)),
	}, batch(1, mv(21), noOp()), batch(3, noOp()))
	for _, name := range []string{"meta.properties", zeroSnapshot, snapshot(3), segment, "bootstrap.checkpoint", quorumState} {
		log, err := metalog.OpenLog(unreadable{whole, name}, metalog.PartitionDir, metalog.PartitionDir)
		if err != nil {
			t.Fatal(err)
		}
		r, err := preflight.Check(log, preflight.Options{Release: parse(t, "4.1")})
		if err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("%s: %v, %+v", name, err, r)
		}
	}
}
