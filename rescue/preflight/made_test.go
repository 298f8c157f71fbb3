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
	"github.com/kraftctl/kraftctl/record"
	"github.com/kraftctl/kraftctl/rescue/preflight"
)

// versioned is a record to be written at a version.
type versioned struct {
	record  metadata.Record
	version int16
}

func level(name string, to int16) versioned {
	r := metadata.NewFeatureLevelRecord()
	r.Name, r.FeatureLevel = name, to
	return versioned{r, 0}
}

func mv(to int16) versioned { return level("metadata.version", to) }

func noOp() versioned { return versioned{metadata.NewNoOpRecord(), 0} }

// batch is a batch of records in the log or a snapshot.
func batch(base int64, records ...versioned) []byte {
	var all []record.Record
	for i, r := range records {
		all = append(all, record.Record{OffsetDelta: int64(i), Value: metadata.AppendFramed(nil, r.record, r.version)})
	}
	return record.AppendBatch(nil, record.NewBatch(base, 1, 1_000), all)
}

// control is a batch of control records.
func control(base int64, bodies ...metadata.Control) []byte {
	b := record.NewBatch(base, 1, 1_000)
	b.Attributes |= 1 << 5
	var all []record.Record
	for i, body := range bodies {
		all = append(all, record.Record{OffsetDelta: int64(i), Key: record.ControlKey(body.ControlType()), Value: body.Append(nil, metadata.ControlVersion)})
	}
	return record.AppendBatch(nil, b, all)
}

// snapshotOf is a snapshot of these records.
func snapshotOf(records ...versioned) string {
	data := control(0, metadata.NewSnapshotHeaderRecord())
	next := int64(1)
	if len(records) > 0 {
		data = append(data, batch(next, records...)...)
		next += int64(len(records))
	}
	return string(append(data, control(next, metadata.NewSnapshotFooterRecord())...))
}

// zeroOf is the 0-0 snapshot of a dynamic quorum with so many voters, as 4.4 writes it when there are records. Without voters it is
// that of --no-initial-controllers.
func zeroOf(voters int, records ...versioned) string {
	version, set := metadata.NewKRaftVersionRecord(), metadata.NewVotersRecord()
	version.KRaftVersion = 1
	head := []metadata.Control{metadata.NewSnapshotHeaderRecord(), version}
	for id := range voters {
		set.Voters = append(set.Voters, metadata.Voter{VoterId: int32(id + 1)})
	}
	if voters > 0 {
		head = append(head, set)
	}
	data, next := control(0, head...), int64(len(head))
	if len(records) > 0 {
		data = append(data, batch(next, records...)...)
		next += int64(len(records))
	}
	return string(append(data, control(next, metadata.NewSnapshotFooterRecord())...))
}

const metaProperties = "#\n#Sat Nov 21 06:01:01 UTC 2026\nnode.id=1\nversion=1\ncluster.id=XcZZOzUqS4yHOjhMQB6JLQ\n"

const segment = metalog.PartitionDir + "/00000000000000000000.log"

// made is a log directory with a log of these batches, from offset 1 on, and other files by name; those without content are left out.
func made(others map[string]string, batches ...[]byte) fstest.MapFS {
	fsys := fstest.MapFS{"meta.properties": {Data: []byte(metaProperties)}}
	if len(batches) > 0 {
		log := control(0, metadata.NewLeaderChangeMessage())
		for _, b := range batches {
			log = append(log, b...)
		}
		fsys[segment] = &fstest.MapFile{Data: log}
	}
	for name, data := range others {
		if data == "" {
			delete(fsys, name)
			continue
		}
		fsys[name] = &fstest.MapFile{Data: []byte(data)}
	}
	return fsys
}

// snapshot is the name of a snapshot.
func snapshot(end int64) string { return metalog.PartitionDir + "/" + metalog.SnapshotName(end, 1) }

const zeroSnapshot = metalog.PartitionDir + "/00000000000000000000-0000000000.checkpoint"

// The level that counts for a controller is every one it reads, not the last.
func TestLoweredLevelStops(t *testing.T) {
	log := [][]byte{batch(1, mv(29)), batch(2, mv(25)), batch(3, noOp())}
	r := check(t, made(nil, log...), ".", "4.0")
	f := first(r, preflight.Stops)
	if r.Verdict != preflight.Fails || f == nil || *f.Offset != 1 || *f.Level != 29 {
		t.Fatalf("%s", said(t, r))
	}
	mustSay(t, r, "metadata.version is set to 29 (4.2-IV1); 4.0 supports 7-25", "a snapshot that ends after offset 1")
	if !slices.Contains(f.Where, "Error loading metadata log record from offset 1") {
		t.Errorf("it looks for %q", f.Where)
	}
	covered := made(map[string]string{snapshot(3): snapshotOf(mv(25))}, log...)
	if r := check(t, covered, ".", "4.0"); r.Verdict != preflight.Loads {
		t.Errorf("with a snapshot behind it: %s", said(t, r))
	}
}

// 3.5 reads a log that begins at offset 0 from there, 3.6 begins with the snapshot (seen on both).
func TestSnapshotOfOldReleases(t *testing.T) {
	unknown := versioned{&metadata.Unknown{Key: 77, Raw: []byte{0}}, 0}
	fsys := made(map[string]string{snapshot(3): snapshotOf(mv(7))}, batch(1, mv(7), unknown), batch(3, noOp()))
	r := check(t, fsys, ".", "3.5")
	if r.Verdict != preflight.Fails {
		t.Errorf("3.5: %s", said(t, r))
	}
	mustSay(t, r, "Unknown metadata id 77", "the log begins at offset 0, and 3.5 reads it from there", "the segments before it are removed")
	for _, version := range []string{"3.6", "3.9", "4.4"} {
		if r := check(t, fsys, ".", version); r.Verdict != preflight.Loads {
			t.Errorf("%s: %s", version, said(t, r))
		}
	}
}

// What becomes of a record whose version is newer depends on its fields; seen with records appended to real logs.
func TestLaterVersions(t *testing.T) {
	partition, change := metadata.NewPartitionRecord(), metadata.NewPartitionChangeRecord()
	partition.Directories = []metadata.UUID{{9}}
	for _, c := range []struct {
		name    string
		record  versioned
		release string
		verdict preflight.Verdict
		log     string
	}{
		{"partition", versioned{partition, 1}, "3.6", preflight.Fails, "byte(s) of garbage after 3"},
		{"partition change", versioned{change, 1}, "3.6", preflight.LoadsIgnoring, ""},
		{"broker change", versioned{metadata.NewBrokerRegistrationChangeRecord(), 3}, "4.2", preflight.LoadsIgnoring, ""},
		{"broker", versioned{metadata.NewRegisterBrokerRecord(), 4}, "4.2", preflight.Fails, "Can't read version 4 of BrokerEndpoint"},
		{"clear", versioned{metadata.NewClearElrRecord(), 0}, "3.9", preflight.Fails, "Unknown metadata id 28"},
		{"unregister", versioned{metadata.NewUnregisterControllerRecord(), 0}, "4.3", preflight.Fails, "Unknown metadata id 29"},
		{"user", versioned{metadata.NewUserScramCredentialRecord(), 0}, "3.4", preflight.Fails, "Failed to deserialize record with type 11"},
		{"no version", versioned{metadata.NewNoOpRecord(), 0}, "3.3", preflight.Loads, ""},
		{"unknown on 3.3", versioned{metadata.NewEndTransactionRecord(), 0}, "3.3", preflight.LoadsIgnoring, ""},
		{"unknown on 3.4", versioned{metadata.NewEndTransactionRecord(), 0}, "3.4", preflight.Fails, "Unknown metadata id 24"},
	} {
		r := check(t, made(nil, batch(1, mv(7)), batch(2, c.record)), ".", c.release)
		if r.Verdict != c.verdict {
			t.Errorf("%s on %s: %s", c.name, c.release, said(t, r))
		}
		if f := first(r, preflight.Stops); f != nil && (f.Log[0] != c.log || *f.Offset != 2) {
			t.Errorf("%s on %s: %s", c.name, c.release, said(t, r))
		}
	}
}

// bootstrap.checkpoint outlives the log's beginning, and 3.x wants to know its level (seen: 3.7.2 on a directory of 3.9.2).
func TestBootstrapCheckpoint(t *testing.T) {
	fsys := made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(21))}, batch(1, mv(19)), batch(2, noOp()))
	r := check(t, fsys, ".", "3.7")
	if r.Verdict != preflight.Fails || r.Findings[0].Log[0] != "No MetadataVersion with metadata version 21" {
		t.Errorf("3.7: %s", said(t, r))
	}
	mustSay(t, r, "mv ./bootstrap.checkpoint ./bootstrap.checkpoint.old")
	for _, version := range []string{"3.8", "4.0", "4.4"} {
		if r := check(t, fsys, ".", version); r.Verdict != preflight.Loads {
			t.Errorf("%s: %s", version, said(t, r))
		}
	}
	delete(fsys, "bootstrap.checkpoint")
	if r := check(t, fsys, ".", "3.7"); r.Verdict != preflight.Loads {
		t.Errorf("3.7 without it: %s", said(t, r))
	}
}

// A directory that was only formatted: the bootstrap records count.
func TestFormattedOnly(t *testing.T) {
	users := versioned{metadata.NewUserScramCredentialRecord(), 0}
	users.record.(*metadata.UserScramCredentialRecord).Name = "alice"
	users.record.(*metadata.UserScramCredentialRecord).Mechanism = 1
	by43 := made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(30), users)})
	by44 := made(map[string]string{zeroSnapshot: snapshotOf(mv(29), level("group.version", 1), users)})
	for _, c := range []struct {
		fsys    fstest.MapFS
		release string
		verdict preflight.Verdict
		say     string
	}{
		{by43, "4.4", preflight.Loads, "begin the log with bootstrap.checkpoint"},
		{by43, "4.2", preflight.Fails, "kraftctl format --portable --release-version 4.2"},
		{by43, "3.9", preflight.Fails, "No MetadataVersion with feature level 30"},
		{by43, "3.4", preflight.Fails, "unable to deserialize"},
		{by44, "4.4", preflight.Loads, "begin the log with 00000000000000000000-0000000000.checkpoint"},
		{by44, "4.3", preflight.LoadsIgnoring, "/users/alice/SCRAM-SHA-256"},
		{by44, "4.2", preflight.Loads, "never writes them into the log"},
		{by44, "4.1", preflight.Fails, "4.1 supports 7-27"},
		{by44, "3.5", preflight.LoadsIgnoring, "metadata.version 11 (3.5-IV2) and no other feature"},
	} {
		r := check(t, c.fsys, ".", c.release)
		if r.Verdict != c.verdict {
			t.Errorf("on %s %s:\n%s", c.release, r.Verdict, said(t, r))
		}
		if c.say == "unable to deserialize" {
			if f := first(r, preflight.Stops); !strings.HasPrefix(f.Where[0], c.say) {
				t.Errorf("%v", f.Where)
			}
			continue
		}
		mustSay(t, r, c.say)
	}
}

// The inside of a metadata partition does not tell whether the directory around it is formatted.
func TestPartitionAlone(t *testing.T) {
	inside, err := fs.Sub(made(nil, batch(1, mv(7))), metalog.PartitionDir)
	if err != nil {
		t.Fatal(err)
	}
	r := check(t, inside, ".", "4.4")
	if r.Verdict != preflight.Loads {
		t.Errorf("%s", said(t, r))
	}
	mustSay(t, r, "meta.properties and bootstrap.checkpoint, which lie beside it, were not looked at")
}

// Formatted by 4.4 and run on 4.2, whose controller never wrote the records into the log: 4.3 and 4.4 die on it (seen on both).
func TestRecordsNeverLogged(t *testing.T) {
	fsys := made(map[string]string{zeroSnapshot: snapshotOf(mv(29), level("group.version", 1))}, batch(1, noOp()), batch(2, noOp()))
	for _, version := range []string{"4.3", "4.4"} {
		r := check(t, fsys, ".", version)
		f := finding(t, r, "no-metadata-version")
		if r.Verdict != preflight.Fails || f.Log[0] != "Unknown metadata version for FeaturesImage: metadataVersion(Optional.empty)" {
			t.Errorf("%s: %s", version, said(t, r))
		}
		mustSay(t, r, "/features/group.version = 1", "start the node with the release that ran it last until it has written a snapshot")
	}
	if r := check(t, fsys, ".", "4.2"); r.Verdict != preflight.Loads || finding(t, r, "records-not-in-log").Effect != preflight.Tells {
		t.Errorf("4.2: %s", said(t, r))
	}
	apart := func(o *preflight.Options) { o.Roles = []string{"controller"} }
	if r := check(t, fsys, ".", "4.2", apart); r.Verdict != preflight.LoadsIgnoring {
		t.Errorf("4.2, a controller of its own: %s", said(t, r))
	}
	fsys[snapshot(3)] = &fstest.MapFile{Data: []byte(snapshotOf(mv(29), level("group.version", 1)))}
	if r := check(t, fsys, ".", "4.4"); r.Verdict != preflight.Loads {
		t.Errorf("4.4 with a newer snapshot: %s", said(t, r))
	}
}

// A log that began before 3.3 has no record of its level: 3.x takes it for 3.0-IV1, 4.x dies of it (seen on 3.3.2, 3.5.2, 4.0.2, 4.4.0).
func TestNoLevel(t *testing.T) {
	fsys := made(nil, batch(1, noOp()))
	r := check(t, fsys, ".", "3.5")
	if r.Verdict != preflight.Loads || finding(t, r, "no-metadata-version").Effect != preflight.Tells {
		t.Errorf("%s", said(t, r))
	}
	r = check(t, fsys, ".", "4.0")
	if r.Verdict != preflight.Fails {
		t.Errorf("%s", said(t, r))
	}
	mustSay(t, r, "Unknown metadata version for FeaturesImage", "upgrade --feature metadata.version=7")
}

// Voters in the log: 3.9 and later.
func TestDynamicQuorum(t *testing.T) {
	state := `{"leaderId":1,"leaderEpoch":1,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}`
	fsys := made(map[string]string{metalog.PartitionDir + "/quorum-state": state, zeroSnapshot: zeroOf(1)}, batch(1, mv(19)))
	for version, log := range map[string]string{
		"3.6": "QuorumStateData: unable to locate field 'clusterId', which is mandatory in version 1",
		"3.7": "Unknown data version of 1", "3.8": "Next offset -1 must be greater than or equal to 0", "3.9": "", "4.3": "", "4.4": "",
	} {
		r := check(t, fsys, ".", version)
		f := first(r, preflight.Stops)
		if (f != nil) != (log != "") || f != nil && f.Log[0] != log {
			t.Errorf("%s: %s", version, said(t, r))
		}
		if log != "" {
			mustSay(t, r, "Can't downgrade the version of this feature", "stay on 3.9 or newer")
		}
	}
}

// 3.7 wants the voters it remembers, 3.8 does not look (seen on both).
func TestVoters(t *testing.T) {
	state := `{"clusterId":"","leaderId":1,"leaderEpoch":1,"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":1}],"data_version":0}`
	fsys := made(map[string]string{metalog.PartitionDir + "/quorum-state": state}, batch(1, mv(7)))
	for _, c := range []struct {
		release string
		voters  []int32
		loads   bool
	}{{"3.7", []int32{9}, false}, {"3.3", []int32{1, 2}, false}, {"3.7", []int32{1}, true}, {"3.7", nil, true}, {"3.8", []int32{9}, true}} {
		r := check(t, fsys, ".", c.release, func(o *preflight.Options) { o.Voters = c.voters })
		if f := first(r, preflight.Stops); (f == nil) != c.loads || f != nil && f.ID != "voters" {
			t.Errorf("%v: %s", c, said(t, r))
		}
	}
}

func TestMetaProperties(t *testing.T) {
	old := strings.NewReplacer("version=1", "version=0", "node.id", "broker.id").Replace(metaProperties)
	for _, c := range []struct {
		text, release, log string
		verdict            preflight.Verdict
	}{
		{old, "3.3", "Expected version 1, but got version 0", preflight.Fails},
		{old, "3.6", "", preflight.Loads},
		{old, "4.4", "", preflight.Loads},
		{"", "3.5", "No `meta.properties` found in", preflight.Fails},
		{"", "4.3", "No readable meta.properties files found.", preflight.Fails},
		{"node.id=x\nversion=1\n", "4.3", "", preflight.Fails},
	} {
		r := check(t, made(map[string]string{"meta.properties": c.text}, batch(1, mv(7))), ".", c.release)
		if r.Verdict != c.verdict || c.log != "" && r.Findings[0].Log[0] != c.log {
			t.Errorf("%q on %s: %s", c.text, c.release, said(t, r))
		}
	}
	mustSay(t, check(t, made(nil, batch(1, mv(7))), ".", "4.4"), "4.4 adds a directory.id")
}

// Levels that no release knows any more, or not yet, or only as unstable.
func TestLevels(t *testing.T) {
	for _, c := range []struct {
		level    versioned
		release  string
		unstable bool
		verdict  preflight.Verdict
		say      string
	}{
		{mv(3), "4.0", false, preflight.Fails, "upgrade --feature metadata.version=7"},
		{mv(3), "3.9", false, preflight.Loads, ""},
		{mv(31), "4.3", false, preflight.Fails, "4.3 supports 7-30"},
		{mv(31), "4.3", true, preflight.Loads, ""},
		{mv(34), "4.4", false, preflight.Fails, "downgrade --feature metadata.version=33"},
		{mv(99), "4.4", false, preflight.Fails, "No MetadataVersion with feature level 99. Valid feature levels are from 7 to 34."},
		{level("share.version", 2), "4.3", false, preflight.Fails, "--feature share.version=1 loses something: while"},
		{level("share.version", 1), "4.0", false, preflight.Fails, "share groups (KIP-932) end"},
		{level("foo.version", 1), "4.4", false, preflight.Fails, "but this controller only supports versions 0"},
		{level("foo.version", 0), "4.4", false, preflight.Loads, ""},
	} {
		r := check(t, made(nil, batch(1, mv(21)), batch(2, c.level)), ".", c.release, func(o *preflight.Options) { o.Unstable = c.unstable })
		if r.Verdict != c.verdict {
			t.Errorf("%v on %s: %s", c.level.record, c.release, said(t, r))
		}
		mustSay(t, r, c.say)
	}
}

// A log that does not fit a reader's buffer: what was found in its beginning is still right at its end.
func TestLongLog(t *testing.T) {
	topic := metadata.NewTopicRecord()
	topic.Name = strings.Repeat("x", 200)
	batches := [][]byte{batch(1, mv(33), level("share.version", 2))}
	for next := int64(3); next < 30_000; next += 1_000 {
		batches = append(batches, batch(next, slices.Repeat([]versioned{{topic, 0}}, 1_000)...))
	}
	r := check(t, made(nil, batches...), ".", "4.3")
	if f := first(r, preflight.Stops); f == nil || f.Feature != "metadata.version" || *f.Offset != 1 || r.Reads.Records != 30_002 {
		t.Errorf("%s", said(t, r))
	}
	if len(r.Features) != 2 || r.Features[0].Name != "metadata.version" || r.Features[1].Name != "share.version" {
		t.Errorf("%v", r.Features)
	}
}

// The levels an upgrade allows, and the ways back.
func TestRaises(t *testing.T) {
	r := check(t, made(nil, batch(1, mv(25))), ".", "4.2")
	got := fmt.Sprint(r.Raises)
	if want := "[{metadata.version 25 29 true} {kraft.version 0 1 false} {transaction.version 0 2 true} {group.version 0 1 true} " +
		"{eligible.leader.replicas.version 0 1 true} {share.version 0 1 true} {streams.version 0 1 true}]"; got != want {
		t.Errorf("%s", got)
	}
	mustSay(t, r, "metadata.version 25 (4.0-IV3) → 29 (4.2-IV1) and lowered again", "kraft.version 0 → 1 for good")
}

// kraft.version is raised from 4.1 on; 4.0.2 says that it was and leaves it.
func TestWhoRaisesKRaftVersion(t *testing.T) {
	fsys := made(nil, batch(1, mv(21)))
	for version, want := range map[string]bool{"3.9": false, "4.0": false, "4.1": true, "4.4": true} {
		r := check(t, fsys, ".", version)
		got := slices.ContainsFunc(r.Raises, func(x preflight.Raise) bool { return x.Name == "kraft.version" })
		if got != want {
			t.Errorf("%s: %v", version, r.Raises)
		}
	}
}

// What 3.9 and 4.0 write when they are asked to raise kraft.version is no dynamic quorum (seen on 3.9.2, 4.0.2, 4.1.2, 4.4.0).
func TestKRaftVersionAsMetadataRecord(t *testing.T) {
	fsys := made(nil, batch(1, mv(21), level("kraft.version", 1)))
	for _, version := range []string{"3.9", "4.0", "4.4"} {
		r := check(t, fsys, ".", version)
		if f := finding(t, r, "kraft-version-record"); r.Verdict != preflight.Loads || f.Effect != preflight.Tells {
			t.Errorf("%s", said(t, r))
		}
		if len(r.Features) != 1 || r.Features[0].Name != "metadata.version" {
			t.Errorf("levels %v", r.Features)
		}
	}
	if r := check(t, fsys, ".", "3.7"); r.Verdict != preflight.Fails {
		t.Errorf("%s", said(t, r))
	}
}
