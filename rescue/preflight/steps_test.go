package preflight_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/rescue/preflight"
)

// Parts of steps. A step is written "risk command: text" here, without the command where there is none, and cut off at "…".
const (
	lookAgain  = "safe kraftctl preflight . --kafka-version %s: look again, at the directory of every node, before the new release is started"
	wayDown    = ": while the present release still runs on all nodes (the new one knows no way down)"
	waitFor    = "safe wait until every node has written a snapshot that "
	waitLower  = waitFor + "ends after the downgrade of the levels: what is before it still has the records that %s refuses. One is written every …"
	features   = "kafka-features.sh --bootstrap-server HOST:PORT "
	fromBackup = "loses kraftctl restore BACKUP.tar.zst DIR: go back to a backup of before the upgrade, on all controllers: everything since is lost"
	newCluster = "loses kraftctl export topics . --format commands: or make a new cluster with %s and recreate topics, configs, ACLs, quotas and users there; the data has to be copied"
	refused    = ", since the form of the records changed there. Kafka answers: Refusing to perform the requested downgrade because it might delete metadata information. " +
		"With --unsafe: Unsafe metadata downgrade is not supported in this version."
	keptDynamic = "impossible " + features + "downgrade --feature kraft.version=0: Kafka answers: Invalid update version 0 for feature kraft.version. " +
		"Can't downgrade the version of this feature."
	formatAnew = "safe kraftctl format --portable --release-version %s -c server.properties -t XcZZOzUqS4yHOjhMQB6JLQ: the node has never run: " +
		"remove what the formatting wrote and format it anew, at a level and in files that %s reads; …"
)

var stepCases = []struct {
	name, release string
	fsys          fstest.MapFS
	steps         []string
}{
	{"all is well", "4.1", made(nil, batch(1, mv(27))), nil},
	{"a level that Kafka lowers", "4.1", made(nil, batch(1, mv(29))), []string{
		"safe " + features + "downgrade --feature metadata.version=27" + wayDown + "; Kafka accepts it, no record is lost", waitLower, lookAgain,
	}},
	{"a level that can be lowered, and not as far", "3.9", made(nil, batch(1, mv(29))), []string{
		"impossible " + features + "downgrade --feature metadata.version=21: metadata.version 29 (4.2-IV1) can be lowered to 23 (4.0-IV1) and no further" + refused,
		"safe stay on 4.2 or newer", fromBackup, newCluster,
	}},
	{"a level that cannot be lowered", "4.2", made(nil, batch(1, mv(30))), []string{
		"impossible " + features + "downgrade --feature metadata.version=29: metadata.version 30 (4.3-IV0) cannot be lowered at all" + refused,
		"safe stay on 4.3 or newer", fromBackup, newCluster,
	}},
	{"a level of a release that is not known", "4.4", made(nil, batch(1, mv(99))), []string{
		"loses " + features + "downgrade --feature metadata.version=33" + wayDown +
			"; metadata.version: level 99 is of a release not known here, and only that one tells whether it can be lowered and what is lost", waitLower, lookAgain,
	}},
	{"the same on a release that is too far back", "4.2", made(nil, batch(1, mv(99))), []string{
		"impossible " + features + "downgrade --feature metadata.version=29: metadata.version 99 can be lowered to 33 (4.4-IV2) and no further" + refused,
		"safe stay on the release that runs now", fromBackup, newCluster,
	}},
	{"an unstable level", "4.4", made(nil, batch(1, mv(34))), []string{
		"safe " + features + "downgrade --feature metadata.version=33" + wayDown + "; Kafka accepts it, no record is lost", waitLower, lookAgain,
	}},
	{"other features", "3.9", made(nil, batch(1, mv(21), level("transaction.version", 2), level("group.version", 1))), []string{
		"loses " + features + "downgrade --feature group.version=0 --feature transaction.version=0" + wayDown + "; Kafka accepts it, no record is lost" +
			"; group.version: consumers with group.protocol=consumer (KIP-848) can no longer join; their groups have to use the classic protocol" +
			"; transaction.version: producers no longer use transactions of the second version (KIP-890), which fence stray writes of an earlier transaction" +
			"; transaction.version: transaction state is written in the old format", waitLower, lookAgain,
	}},
	{"one level of a feature less", "4.3", made(nil, batch(1, mv(30), level("share.version", 2))), []string{
		"loses " + features + "downgrade --feature share.version=1" + wayDown + "; Kafka accepts it, no record is lost; share.version: dead-letter queues of share groups end",
		waitLower, lookAgain,
	}},
	{"a feature that no release has", "4.4", made(nil, batch(1, mv(33), level("foo.version", 2))), []string{
		"loses " + features + "downgrade --feature foo.version=0" + wayDown + "; foo.version: level 2 is of a release not known here, …", waitLower, lookAgain,
	}},
	{"levels lowered already", "4.0", made(nil, batch(1, mv(29)), batch(2, mv(25)), batch(3, noOp())), []string{waitFor + "ends after offset 1: …", lookAgain}},
	{"several records, of which the last counts", "4.0", made(nil, batch(1, mv(7)), batch(2, unknownRecord), batch(3, mv(29)), batch(4, mv(25)), batch(5, unknownRecord)), []string{
		waitFor + "ends after offset 5: …", lookAgain,
	}},
	{"a snapshot", "4.0", made(map[string]string{snapshot(3): snapshotOf(mv(7), unknownRecord)}), []string{
		waitFor + "is newer than the one that is read: …", lookAgain,
	}},
	{"a release that reads the log from its beginning", "3.5", made(nil, batch(1, mv(7)), batch(2, unknownRecord)), []string{
		waitFor + "ends after offset 2: what is before it still has the records that 3.5 refuses. One is written every metadata.log.max.snapshot.interval.ms (1 hour by default) " +
			"or metadata.log.max.record.bytes.between.snapshots (20 MiB); and until the segments before it are removed (metadata.max.retention.ms, 7 days), " +
			"since 3.5 reads a log that begins at offset 0 from there", lookAgain,
	}},
	{"one that does not", "3.6", made(nil, batch(1, mv(7)), batch(2, unknownRecord)), []string{
		waitFor + "ends after offset 2: what is before it still has the records that 3.6 refuses. One is written every metadata.log.max.snapshot.interval.ms (1 hour by default) " +
			"or metadata.log.max.record.bytes.between.snapshots (20 MiB)", lookAgain,
	}},
	{"a level that is no longer known", "4.0", made(nil, batch(1, mv(3))), []string{
		"safe " + features + "upgrade --feature metadata.version=7: while 3.3 … 3.9 runs: 4.0 begins at 7 (3.3-IV3), and the cluster is at 3 (3.2-IV0)",
		waitFor + "ends after the upgrade of the level: …", "safe kraftctl preflight . --kafka-version 4.0: look again",
	}},
	{"voters in the log", "3.8", made(map[string]string{zeroSnapshot: zeroOf(1)}, batch(1, mv(19))), []string{
		keptDynamic, "safe stay on 3.9 or newer", fromBackup, newCluster,
	}},
	{"voters in the log, and a level of 4.2", "3.8", made(map[string]string{zeroSnapshot: zeroOf(1)}, batch(1, mv(29))), []string{
		"impossible " + features + "downgrade --feature metadata.version=20: metadata.version 29 (4.2-IV1) can be lowered to 23 (4.0-IV1) and no further" + refused,
		keptDynamic, "safe stay on 4.2 or newer", fromBackup, newCluster,
	}},
	{"voters in the log, and another feature of 4.4", "3.8", made(map[string]string{zeroSnapshot: zeroOf(1)}, batch(1, mv(19), level("share.version", 2))), []string{
		keptDynamic, "safe stay on 4.4 or newer", fromBackup, newCluster,
	}},
	{"bootstrap.checkpoint", "3.7", made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(21))}, batch(1, mv(19))), []string{
		"safe mv ./bootstrap.checkpoint ./bootstrap.checkpoint.old: with the node stopped, on every node: the log has long taken its records over, " +
			"but 3.7 still reads it at every start", lookAgain,
	}},
	{"formatted by a newer release", "3.7", made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(21))}), []string{formatAnew, lookAgain}},
	{"formatted by 4.4", "4.3", made(map[string]string{zeroSnapshot: snapshotOf(mv(29), level("group.version", 1))}), []string{formatAnew, lookAgain}},
	{"formatted with a newer record", "4.3", made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(7), unknownRecord)}), []string{formatAnew, lookAgain}},
	{"formatted with a record of another layout", "3.4", made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(7), user("alice"))}), []string{formatAnew, lookAgain}},
	{"one level of a feature, which is its first", "4.0", made(nil, batch(1, mv(25), level("share.version", 1))), []string{
		"loses " + features + "downgrade --feature share.version=0" + wayDown + "; Kafka accepts it, no record is lost; share.version: share groups (KIP-932) end", waitLower, lookAgain,
	}},
	{"run on 4.2 after it was formatted by 4.4", "4.3", made(map[string]string{zeroSnapshot: snapshotOf(mv(29))}, batch(1, noOp())), []string{
		"safe start the node with the release that ran it last until it has written a snapshot, which then holds everything", lookAgain,
	}},
	{"formatted for several nodes", "4.1", made(map[string]string{zeroSnapshot: zeroOf(3, mv(21))}), []string{
		"safe for a cluster of several nodes format with kraftctl format --portable", lookAgain,
	}},
	{"a migration that runs", "4.0", made(nil, batch(1, mv(8), migration(1))), []string{
		"safe finish the migration on 3.9 first: kraftctl migrate DIR tells what is missing", lookAgain,
	}},
	{"no meta.properties", "4.0", made(map[string]string{"meta.properties": ""}, batch(1, mv(7))), []string{
		"safe if this is a copy, take meta.properties along; else kraftctl format", lookAgain,
	}},
	{"a level from before 3.3", "4.0", made(nil, batch(1, noOp())), []string{
		"safe the log began before 3.3, at 1 (3.0-IV1): raise the level while 3.3 … 3.9 runs, with " + features + "upgrade --feature metadata.version=7, and wait for a snapshot", lookAgain,
	}},
	{"damage", "4.0", made(nil, batch(1, mv(7)), torn(batch(2, noOp())), batch(3, noOp())), []string{
		"safe kraftctl inspect verify .: says of every damaged file what is lost, and what Kafka does about it when it starts", lookAgain,
	}},
}

// torn is a batch whose CRC does not fit.
func torn(b []byte) []byte {
	b[len(b)-1] ^= 1
	return b
}

// What is advised: each step, in order, and nothing else.
func TestSteps(t *testing.T) {
	for _, c := range stepCases {
		t.Run(c.name, func(t *testing.T) {
			r := check(t, c.fsys, ".", c.release)
			if len(r.Steps) != len(c.steps) {
				t.Fatalf("%d steps, want %q:\n%s", len(r.Steps), c.steps, said(t, r))
			}
			for i, s := range r.Steps {
				want, open := strings.CutSuffix(strings.ReplaceAll(c.steps[i], "%s", c.release), "…")
				got := s.Risk + " " + s.Text
				if s.Command != "" {
					got = s.Risk + " " + s.Command + ": " + s.Text
				}
				if got != want && !(open && strings.HasPrefix(got, want)) {
					t.Errorf("step %d is\n%s\nwant\n%s", i+1, got, want)
				}
			}
		})
	}
}

// The copy of a formatted directory without its meta.properties: the cluster ID is left to be filled in.
func TestFormatAnewWithoutClusterID(t *testing.T) {
	r := check(t, made(map[string]string{"meta.properties": "", "bootstrap.checkpoint": snapshotOf(mv(21))}), ".", "3.7")
	if want := "kraftctl format --portable --release-version 3.7 -c server.properties -t CLUSTER_ID"; r.Steps[0].Command != want {
		t.Errorf("%q, want %q", r.Steps[0].Command, want)
	}
}

// Two findings with one remedy give one step.
func TestStepsAreToldOnce(t *testing.T) {
	fix := preflight.Finding{ID: "configuration", Effect: preflight.Stops, Role: preflight.AnyRole, Message: "it names another directory", Fix: "mend the configuration"}
	note := preflight.Finding{ID: "configuration", Effect: preflight.Tells, Role: preflight.AnyRole, Message: "it is old", Fix: "read it again"}
	r := check(t, made(nil, batch(1, mv(7))), ".", "4.4", func(o *preflight.Options) { o.Config = []preflight.Finding{note, fix, fix} })
	if len(r.Findings) != 3 || r.Verdict != preflight.Fails || r.Raises == nil || len(r.Raises) > 0 {
		t.Errorf("%s", said(t, r))
	}
	if len(r.Steps) != 2 || r.Steps[0].Text != fix.Fix {
		t.Errorf("steps %v", r.Steps)
	}
}
