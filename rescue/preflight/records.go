package preflight

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
)

// reading are the codes of what becomes of a record whose version a release does not know. Kafka's generated code looks at the
// version only inside nested structures; else it reads the fields it knows and wants to be at the end then.
type reading int8

const (
	// nested: a structure in it refuses the version.
	nested reading = iota
	// garbage: a field it does not know leaves bytes behind.
	garbage
	// passes: the fields it does not know are tagged, and passed over.
	passes
)

// laterVersion is what becomes of a type whose newer versions differ from those a release knows.
type laterVersion struct {
	name    string
	reading reading
	// text is Kafka's message, with the version as its argument, or what is not seen.
	text string
}

// laterVersions were seen with records appended to logs of 3.6.2 and 4.2.1, and in logs of 4.3.1 on older releases.
var laterVersions = []laterVersion{
	{"RegisterBrokerRecord", nested, "Can't read version %d of BrokerEndpoint"},
	{"PartitionRecord", garbage, "byte(s) of garbage after 3"},
	{"PartitionChangeRecord", passes, "the directories of the replicas"},
	{"BrokerRegistrationChangeRecord", passes, "the log directories of the broker"},
}

// relaid are record types whose layout changed without a new version: a release up to until reads them wrongly.
var relaid = []struct {
	name  string
	until release.Release
	text  string
}{
	{"UserScramCredentialRecord", release.V3_4, "Failed to deserialize record with type 11"},
}

// scan goes through the records a release would load.
type scan struct {
	rel      release.Release
	how      *behaviour
	unstable bool
	// bootstrap tells that the records are those of a file that begins a log; first, that the log is empty, so that they count.
	bootstrap, first bool

	groups   map[group]*Finding
	findings []*Finding
	levels   map[string]int16
	voters   int
	records  int64
	end      int64
	base     int64
	position int64
	file     *metalog.File
	// batch counts the batches; passed tells that the present one is passed over.
	batch  int64
	passed bool
}

// group is what makes records alike.
type group struct {
	id, name   string
	number     int16
	inSnapshot bool
}

func newScan(rel release.Release, unstable bool) *scan {
	return &scan{rel: rel, how: behaviourOf(rel), unstable: unstable, groups: map[group]*Finding{}, levels: map[string]int16{}, position: -1}
}

// record judges one record.
func (s *scan) record(r *metalog.Record) {
	if r.File != s.file || r.Position != s.position {
		s.file, s.position, s.base, s.passed = r.File, r.Position, r.Offset, false
		s.batch++
	}
	if !r.InSnapshot() {
		s.end = r.Offset + 1
	}
	if r.Control != nil {
		s.control(r)
		return
	}
	if r.Record == nil {
		return
	}
	s.records++
	if !s.decodable(r) {
		return
	}
	switch rec := r.Record.(type) {
	case *metadata.FeatureLevelRecord:
		s.level(r, rec)
	case *metadata.ZkMigrationStateRecord:
		s.migration(r, rec.ZkMigrationState)
	case *metadata.RegisterBrokerRecord:
		if rec.IsMigratingZkBroker && !s.how.migrates {
			s.zkBroker(r)
		}
	}
}

// decodable reports whether the release makes of a record what was meant.
func (s *scan) decodable(r *metalog.Record) bool {
	key := r.Record.APIKey()
	t, ok := metadata.TypeOf(key)
	highest := int16(-1)
	if ok {
		highest, ok = t.HighestIn(s.rel)
	}
	if !ok {
		s.unknownType(r, key)
		return false
	}
	for _, old := range relaid {
		if old.name == t.Name && s.rel <= old.until {
			f := Finding{
				ID: "record-layout", Effect: Stops, Role: AnyRole, Type: t.Name, Log: []string{old.text},
				Message: fmt.Sprintf("%s had another layout up to %s, which cannot read this one", t.Name, old.until),
			}
			s.goOn(&f)
			s.add(r, f, old.name, 0)
			return false
		}
	}
	if r.Version > highest {
		return s.laterVersion(r, t, highest)
	}
	return true
}

func (s *scan) unknownType(r *metalog.Record, key int16) {
	name, version := fmt.Sprintf("type %d", key), r.Version
	if t, ok := metadata.TypeOf(key); ok {
		name = t.Name
	}
	f := Finding{
		ID: "record-type", Effect: Stops, Role: AnyRole, Type: name, RecordVersion: &version,
		Message: fmt.Sprintf("%s is a record type that %s does not know", name, s.rel), Log: []string{fmt.Sprintf("Unknown metadata id %d", key)},
	}
	s.goOn(&f)
	s.add(r, f, name, r.Version)
}

// goOn is for a release that leaves a batch out where later ones end: no level in the batch is applied either.
func (s *scan) goOn(f *Finding) {
	if !s.how.passesOver || s.bootstrap {
		return
	}
	f.Effect, f.Message = Hides, f.Message+"; it logs a fault and goes on without the whole batch"
	s.passBatch()
}

// passBatch takes back what the levels of the present batch led to, and leaves out those that follow in it.
func (s *scan) passBatch() {
	s.passed = true
	s.findings = slices.DeleteFunc(s.findings, func(f *Finding) bool {
		drop := f.isLevel() && f.batch == s.batch
		if drop {
			delete(s.groups, group{f.ID, f.Feature, *f.Level, f.Offset == nil})
		}
		return drop
	})
}

func (s *scan) laterVersion(r *metalog.Record, t *metadata.Type, highest int16) bool {
	version := r.Version
	f := Finding{
		ID: "record-version", Effect: Stops, Role: AnyRole, Type: t.Name, RecordVersion: &version,
		Message: fmt.Sprintf("version %d of %s; %s knows versions up to %d", r.Version, t.Name, s.rel, highest),
	}
	for _, later := range laterVersions {
		if later.name != t.Name {
			continue
		}
		switch later.reading {
		case nested:
			f.Log = []string{fmt.Sprintf(later.text, r.Version)}
		case garbage:
			f.Log = []string{later.text}
		case passes:
			f.Effect, f.Message = Hides, f.Message+" and reads it without "+later.text
		}
	}
	s.add(r, f, t.Name, r.Version)
	return f.Effect == Hides
}

// The IDs of findings about levels: in the log or a snapshot, and in the file that begins an empty log, which only a controller uses.
const (
	featureLevel   = "feature-level"
	bootstrapLevel = "bootstrap-level"
)

func (f *Finding) isLevel() bool { return f.ID == featureLevel || f.ID == bootstrapLevel }

// level judges a feature level. Each one counts, not only the last: they are applied one after the other.
func (s *scan) level(r *metalog.Record, rec *metadata.FeatureLevelRecord) {
	name := strings.Clone(rec.Name)
	can := supported(s.rel, name, s.unstable)
	if name == release.KRaftVersionFeature && can.has(rec.FeatureLevel) {
		s.notTheVoters(r, rec.FeatureLevel)
		return
	}
	s.levels[name] = rec.FeatureLevel
	if rec.FeatureLevel == 0 {
		delete(s.levels, name)
	}
	if can.has(rec.FeatureLevel) || s.passed {
		return
	}
	known := true
	if name == release.MetadataVersionFeature {
		_, known = s.rel.MetadataVersionAt(rec.FeatureLevel)
		known = known && rec.FeatureLevel >= s.how.lowest
	}
	level := rec.FeatureLevel
	f := Finding{
		ID: featureLevel, Effect: Stops, Role: ControllerRole, Feature: name, Level: &level, Type: "FeatureLevelRecord",
		Message: fmt.Sprintf("%s is set to %s; %s supports %s", name, levelText(name, level), s.rel, can),
	}
	if s.bootstrap && !s.first {
		// The log has long taken the record over; the file is only looked at.
		if known || s.how.bootstrap != looksUp {
			return
		}
		f.Role, f.Log = AnyRole, []string{fmt.Sprintf(s.how.unknownLevel, level, 0)}
		s.add(r, f, name, level)
		return
	}
	f.Log = []string{fmt.Sprintf("Tried to apply FeatureLevelRecord FeatureLevelRecord(name='%s', featureLevel=%d), but this controller only supports versions %s",
		name, level, can)}
	if !known {
		f.Log = append(f.Log, fmt.Sprintf(s.how.unknownLevel, level, s.rel.LatestMetadataVersion().Level))
	}
	if s.bootstrap {
		f.ID = bootstrapLevel
	}
	f.Where = s.where(r)
	s.add(r, f, name, level)
}

// where is how the node's log tells the place of a record that cannot be applied: in the words of its loader, or of its controller.
func (s *scan) where(r *metalog.Record) []string {
	switch {
	case s.bootstrap:
		return nil
	case r.InSnapshot():
		n := r.File.Name
		return []string{
			fmt.Sprintf("in snapshot at offset %d", n.Offset-1),
			fmt.Sprintf("FeatureLevelRecord record from snapshot OffsetAndEpoch(offset=%d, epoch=%d)", n.Offset, n.Epoch),
			fmt.Sprintf("FeatureLevelRecord record from snapshot OffsetAndEpoch[offset=%d, epoch=%d]", n.Offset, n.Epoch),
		}
	}
	texts := []string{
		fmt.Sprintf("Error loading metadata log record from offset %d", r.Offset),
		fmt.Sprintf("FeatureLevelRecord record at offset %d on standby controller", r.Offset),
		fmt.Sprintf("in the batch with baseOffset %d", s.base),
	}
	if s.rel < release.V4_0 {
		// Up to 3.9 the base offset and the index in the batch are written one behind the other.
		texts = append(texts, fmt.Sprintf("Error loading metadata log record from offset %d%d", s.base, r.Offset-s.base))
	}
	return texts
}

func levelText(feature string, level int16) string {
	if name := release.MetadataVersionName(level); feature == release.MetadataVersionFeature && name != "" {
		return fmt.Sprintf("%d (%s)", level, name)
	}
	return fmt.Sprint(level)
}

// add files a finding with those of its kind.
func (s *scan) add(r *metalog.Record, f Finding, name string, number int16) {
	key := group{f.ID, name, number, r.InSnapshot()}
	known, ok := s.groups[key]
	if !ok {
		f.File, f.batch, f.place, f.phase = r.File.Path, s.batch, s.place(r), s.phase(&f)
		if !r.InSnapshot() || s.bootstrap {
			offset := r.Offset
			f.Offset = &offset
		}
		if f.phase == atBootstrap && !f.isLevel() {
			f.Where = []string{fmt.Sprintf("unable to deserialize record at offset %d", r.Offset)}
		}
		known = &f
		s.groups[key] = known
		s.findings = append(s.findings, known)
	}
	known.Count++
	if known.Offset != nil {
		last := r.Offset
		known.LastOffset = &last
	}
}

// phase is when the node comes upon a finding.
func (s *scan) phase(f *Finding) phase {
	switch {
	case s.bootstrap && (!f.isLevel() || !s.first || s.how.bootstrap == looksUp):
		return atBootstrap
	case s.how.scansFirst && !f.isLevel() && f.Effect == Stops:
		return atScan
	}
	return atReplay
}

// place orders the records of what is loaded: a snapshot comes first. A batch is decoded before any of it is applied.
func (s *scan) place(r *metalog.Record) int64 {
	if r.InSnapshot() {
		return -1
	}
	return s.base
}
