package preflight_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/preflight"
)

// outcome is what releases of a span make of a directory: the verdict, the finding the verdict rests on, and the first text of
// the log that it names; both are empty when the release loads everything.
type outcome struct {
	until   string
	verdict preflight.Verdict
	id, log string
}

// turn is a directory on which releases part.
type turn struct {
	name     string
	fsys     fstest.MapFS
	change   func(*preflight.Options)
	outcomes []outcome
}

const quorumState = metalog.PartitionDir + "/quorum-state"

var (
	unknownRecord = versioned{&metadata.Unknown{Key: 77, Raw: []byte{0}}, 0}
	dynamicState  = `{"leaderId":1,"leaderEpoch":1,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}`
	staticState   = `{"clusterId":"","leaderId":1,"leaderEpoch":1,"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":1}],"data_version":0}`
)

func migration(state int8) versioned {
	r := metadata.NewZkMigrationStateRecord()
	r.ZkMigrationState = state
	return versioned{r, 0}
}

func zkBroker() versioned {
	r := metadata.NewRegisterBrokerRecord()
	r.BrokerId, r.IsMigratingZkBroker = 5, true
	return versioned{r, 2}
}

func otherVoters(o *preflight.Options) { o.Voters = []int32{1, 2} }

// turns are the columns of the table of behaviours, one after the other; what they say was seen in starts (conformance/preflight_test.go
// and testdata/starts.jsonl).
var turns = []turn{
	{"nothing odd", made(nil, batch(1, mv(7))), nil, []outcome{{"4.4", preflight.Loads, "", ""}}},
	{
		"logFirst: an unknown record behind a snapshot",
		made(map[string]string{snapshot(3): snapshotOf(mv(7))}, batch(1, mv(7)), batch(2, unknownRecord), batch(3, noOp())), nil,
		[]outcome{
			{"3.3", preflight.LoadsIgnoring, "record-type", "Unknown metadata id 77"},
			{"3.5", preflight.Fails, "record-type", "Unknown metadata id 77"},
			{"4.4", preflight.Loads, "", ""},
		},
	},
	{
		"logFirst: the log no longer begins at offset 0",
		made(map[string]string{snapshot(3): snapshotOf(mv(7)), metalog.PartitionDir + "/00000000000000000002.log": string(batch(2, unknownRecord))}), nil,
		[]outcome{{"4.4", preflight.Loads, "", ""}},
	},
	{
		"passesOver: an unknown record", made(nil, batch(1, mv(7)), batch(2, unknownRecord)), nil, []outcome{
			{"3.3", preflight.LoadsIgnoring, "record-type", "Unknown metadata id 77"},
			{"4.4", preflight.Fails, "record-type", "Unknown metadata id 77"},
		},
	},
	{
		"scansFirst: a level, and an unknown record after it", made(nil, batch(1, mv(7), level("foo.version", 3)), batch(3, unknownRecord)), nil, []outcome{
			{"3.7", preflight.Fails, "feature-level", supports("foo.version", 3, "0")},
			{"4.4", preflight.Fails, "record-type", "Unknown metadata id 77"},
		},
	},
	{
		"bootstrap: its level is not known", made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(35))}, batch(1, mv(7))), nil, []outcome{
			{"3.7", preflight.Fails, "feature-level", "No MetadataVersion with metadata version 35"},
			{"3.9", preflight.Fails, "feature-level", "No MetadataVersion with feature level 35"},
			{"4.4", preflight.Loads, "", ""},
		},
	},
	{
		"bootstrap: another level is not known", made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(7), level("foo.version", 3))}, batch(1, mv(7))), nil,
		[]outcome{{"4.4", preflight.Loads, "", ""}},
	},
	{
		"bootstrap: a record is not known", made(map[string]string{"bootstrap.checkpoint": snapshotOf(mv(7), unknownRecord)}, batch(1, mv(7))), nil,
		[]outcome{{"4.4", preflight.Fails, "record-type", "Unknown metadata id 77"}},
	},
	{
		"bootstrap: a record is not known, and a 0-0 snapshot has some", made(map[string]string{
			"bootstrap.checkpoint": snapshotOf(mv(7), unknownRecord), zeroSnapshot: snapshotOf(mv(7)),
		}, batch(1, mv(7))), nil, []outcome{{"4.3", preflight.Fails, "record-type", "Unknown metadata id 77"}, {"4.4", preflight.Loads, "", ""}},
	},
	{
		"zero: records only in a 0-0 snapshot, with a log", made(map[string]string{zeroSnapshot: snapshotOf(mv(7))}, batch(1, noOp())), nil, []outcome{
			{"3.5", preflight.LoadsIgnoring, "records-ignored", ""},
			{"4.2", preflight.Loads, "", ""},
			{"4.4", preflight.Fails, "no-metadata-version", "Unknown metadata version for FeaturesImage: metadataVersion(Optional.empty)"},
		},
	},
	{
		"zero: records only in a 0-0 snapshot, without a log", made(map[string]string{zeroSnapshot: snapshotOf(mv(7), level("foo.version", 0))}), nil, []outcome{
			{"3.3", preflight.Loads, "", ""}, // its own default is the same level
			{"3.5", preflight.LoadsIgnoring, "records-ignored", ""},
			{"4.2", preflight.Loads, "", ""},
			{"4.3", preflight.LoadsIgnoring, "records-ignored", ""},
			{"4.4", preflight.Loads, "", ""},
		},
	},
	{
		"quorumVersion: 1, as 3.8 writes it", made(map[string]string{quorumState: dynamicState}, batch(1, mv(7))), nil, []outcome{
			{"3.6", preflight.Fails, "quorum-state", "QuorumStateData: unable to locate field 'clusterId', which is mandatory in version 1"},
			{"3.7", preflight.Fails, "quorum-state", "Unknown data version of 1"},
			{"4.4", preflight.Loads, "", ""},
		},
	},
	{
		"comparesVoters: one more is configured", made(map[string]string{quorumState: staticState}, batch(1, mv(7))), otherVoters, []outcome{
			{"3.7", preflight.Fails, "voters", "is different from the voter set read from the state file"},
			{"4.4", preflight.Loads, "", ""},
		},
	},
	{
		"dynamic: the voters are in a 0-0 snapshot", made(map[string]string{zeroSnapshot: zeroOf(1)}, batch(1, mv(7))), nil, []outcome{
			{"3.7", preflight.Fails, "dynamic-quorum", "controller.quorum.voters must contain a parseable set of voters"},
			{"3.8", preflight.Fails, "dynamic-quorum", "Next offset -1 must be greater than or equal to 0"},
			{"4.4", preflight.Loads, "", ""},
		},
	},
	{
		"lowest: a level of before 3.3", made(nil, batch(1, mv(6))), nil, []outcome{
			{"3.9", preflight.Loads, "", ""},
			{"4.4", preflight.Fails, "feature-level", supports("metadata.version", 6, "7-25 7-27 7-29 7-30 7-33")},
		},
	},
	{
		"migrates: a migration that runs", made(nil, batch(1, mv(7), migration(1))), nil, []outcome{
			{"3.3", preflight.LoadsIgnoring, "record-type", "Unknown metadata id 21"},
			{"3.9", preflight.Loads, "", ""},
			{"4.4", preflight.LoadsIgnoring, "zk-migration", ""},
		},
	},
	{
		"migrates: one that is over; 3.3 leaves the level out with the batch", made(nil, batch(1, mv(8), migration(2)), batch(3, migration(3))), nil, []outcome{
			{"3.3", preflight.LoadsIgnoring, "record-type", "Unknown metadata id 21"},
			{"4.4", preflight.Loads, "", ""},
		},
	},
	{
		"noVersion: records, and no level", made(nil, batch(1, noOp())), nil, []outcome{
			{"3.9", preflight.Loads, "", ""},
			{"4.4", preflight.Fails, "no-metadata-version", "Unknown metadata version for FeaturesImage: metadataVersion(Optional.empty)"},
		},
	},
	{
		"noMeta: no meta.properties", made(map[string]string{"meta.properties": ""}, batch(1, mv(7))), nil, []outcome{
			{"3.6", preflight.Fails, "meta-properties", "No `meta.properties` found in"},
			{"4.4", preflight.Fails, "meta-properties", "No readable meta.properties files found."},
		},
	},
	{
		"oldMeta: a meta.properties of ZooKeeper mode", made(map[string]string{"meta.properties": "version=0\nbroker.id=1\ncluster.id=x\n"}, batch(1, mv(7))), nil, []outcome{
			{"3.3", preflight.Fails, "meta-properties", "Expected version 1, but got version 0"},
			{"4.4", preflight.Loads, "", ""},
		},
	},
	{
		"relaid: a SCRAM user", made(nil, batch(1, mv(7)), batch(2, versioned{metadata.NewUserScramCredentialRecord(), 0})), nil, []outcome{
			{"3.3", preflight.LoadsIgnoring, "record-layout", "Failed to deserialize record with type 11"},
			{"3.4", preflight.Fails, "record-layout", "Failed to deserialize record with type 11"},
			{"4.4", preflight.Loads, "", ""},
		},
	},
}

// supports is what a controller says of a level; ranges are those of the releases of the span, one of which is meant.
func supports(feature string, level int, ranges string) string {
	return fmt.Sprintf("Tried to apply FeatureLevelRecord FeatureLevelRecord(name='%s', featureLevel=%d), but this controller only supports versions |%s", feature, level, ranges)
}

// Every release has its outcome on every directory.
func TestWhereReleasesPart(t *testing.T) {
	for _, turn := range turns {
		t.Run(turn.name, func(t *testing.T) {
			rest := turn.outcomes
			for _, rel := range release.All() {
				var changes []func(*preflight.Options)
				if turn.change != nil {
					changes = append(changes, turn.change)
				}
				r := check(t, turn.fsys, ".", rel.String(), changes...)
				rest[0].compare(t, rel, r)
				if rel.String() == rest[0].until {
					rest = rest[1:]
				}
			}
			if len(rest) > 0 {
				t.Errorf("no release is %v", rest)
			}
		})
	}
}

func (o outcome) compare(t *testing.T, rel release.Release, r *preflight.Report) {
	t.Helper()
	f := &preflight.Finding{}
	for _, effect := range []preflight.Effect{preflight.Hides, preflight.Stops} {
		if found := first(r, effect); found != nil {
			f = found
		}
	}
	got := ""
	if len(f.Log) > 0 {
		got = f.Log[0]
	}
	fits := got == o.log
	if before, ranges, some := strings.Cut(o.log, "|"); some {
		supported, found := strings.CutPrefix(got, before)
		fits = found && strings.Contains(" "+ranges+" ", " "+supported+" ")
	}
	if r.Verdict != o.verdict || f.ID != o.id || !fits {
		t.Errorf("on %s: %s for %s, the log says %q; want %s for %s, %q\n%s", rel, r.Verdict, f.ID, got, o.verdict, o.id, o.log, said(t, r))
	}
}
