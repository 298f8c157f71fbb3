package preflight

import (
	"fmt"
	"slices"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
)

// voterControls are the control records of KIP-853.
var voterControls = map[string]bool{"KRaftVersionRecord": true, "VotersRecord": true}

// control judges a control record: those of dynamic quorums are all that releases differ in.
func (s *scan) control(r *metalog.Record) {
	t, ok := metadata.ControlTypeOf(r.Control.ControlType())
	if !ok {
		return
	}
	switch rec := r.Control.(type) {
	case *metadata.KRaftVersionRecord:
		s.levels[release.KRaftVersionFeature] = rec.KRaftVersion
		if rec.KRaftVersion == 0 {
			delete(s.levels, release.KRaftVersionFeature)
			return
		}
	case *metadata.VotersRecord:
		s.voters = len(rec.Voters)
	default:
	}
	if !voterControls[t.Name] || s.how.dynamic {
		return
	}
	level := int16(1)
	s.add(r, Finding{
		ID: "dynamic-quorum", Effect: Stops, Role: AnyRole, Type: t.Name, Feature: release.KRaftVersionFeature, Level: &level,
		Message: fmt.Sprintf("the voters are in the log (kraft.version 1); %s knows only controller.quorum.voters", s.rel),
		Log:     s.how.dynamicTexts,
		Fix:     "kraft.version cannot be lowered: this quorum needs 3.9 or newer",
	}, "kraft.version", 1)
}

// notTheVoters tells of what 3.9 and 4.0 write when they are asked to raise kraft.version: they answer that it was, the quorum
// stays as it is, and later releases take it for 0 (seen on 3.9.2 and 4.0.2, then 4.1.2 and 4.4.0).
func (s *scan) notTheVoters(r *metalog.Record, level int16) {
	s.add(r, Finding{
		ID: "kraft-version-record", Effect: Tells, Role: ControllerRole, Type: "FeatureLevelRecord", Feature: release.KRaftVersionFeature, Level: &level,
		Message: fmt.Sprintf("a metadata record sets kraft.version to %d, as 3.9 and 4.0 write it for kafka-features.sh upgrade: it puts no voters into the log, "+
			"and the quorum stays static", level),
	}, "kraft.version", level)
}

// The states of a migration from ZooKeeper that are not its end (org.apache.kafka.metadata.migration.ZkMigrationState).
const (
	migrationRuns  int8 = 1
	migrationWaits int8 = 2
)

// migration judges a state of the migration from ZooKeeper: 4.x reads it and does nothing about it. Only the last one counts.
func (s *scan) migration(r *metalog.Record, state int8) {
	key := group{"zk-migration", "state", 0, false}
	if old, ok := s.groups[key]; ok {
		delete(s.groups, key)
		s.findings = slices.DeleteFunc(s.findings, func(f *Finding) bool { return f == old })
	}
	if state != migrationRuns && state != migrationWaits || s.how.migrates {
		return
	}
	f := Finding{
		ID: "zk-migration", Effect: Hides, Role: ControllerRole, Type: "ZkMigrationStateRecord", File: r.File.Path, phase: atReplay, place: s.place(r), Count: 1,
		Message: fmt.Sprintf("the migration from ZooKeeper is at %s; %s takes no notice and goes on as a KRaft cluster: brokers still in ZooKeeper mode are lost to it, and so is the way back",
			image.Name(image.MigrationStates, state), s.rel),
		Fix: "finish the migration on 3.9 first: kraftctl migrate DIR tells what is missing",
	}
	if !r.InSnapshot() {
		offset := r.Offset
		f.Offset, f.LastOffset = &offset, &offset
	}
	s.groups[key] = &f
	s.findings = append(s.findings, &f)
}

func (s *scan) zkBroker(r *metalog.Record) {
	s.add(r, Finding{
		ID: "zk-broker", Effect: Tells, Role: ControllerRole, Type: "RegisterBrokerRecord",
		Message: fmt.Sprintf("a broker registered in ZooKeeper mode; %s loads the record and has no such brokers", s.rel),
	}, "zk", 0)
}
