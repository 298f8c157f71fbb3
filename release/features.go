package release

// Names of features the storage tool treats in a way of their own.
const (
	MetadataVersionFeature = "metadata.version"
	KRaftVersionFeature    = "kraft.version"
)

// Feature is a versioned feature of a cluster other than metadata.version
// (org.apache.kafka.server.common.Feature).
type Feature struct {
	Name   string
	levels []FeatureLevel
}

// FeatureLevel is one level above zero of a feature, as a span of releases knows it.
type FeatureLevel struct {
	Level int16
	// Needs is the metadata.version level this level depends on; 0 is none.
	Needs int16
	// defaultFrom is the metadata.version level from which this level is the default.
	defaultFrom int16
	// known and production are the releases that know the level, and that accept it without the unstable switch.
	known, production Range
}

// never is the range of no release.
var never = Range{Since: 1, Until: 0}

// features lists them in the order of Kafka's enumeration, which version-mapping prints. Seen in
// `kafka-storage version-mapping` and `format --feature` of each release.
var features = []Feature{
	{KRaftVersionFeature, []FeatureLevel{
		{1, 0, 21, Since(V3_9), Since(V3_9)},
	}},
	{"transaction.version", []FeatureLevel{
		{1, 0, 22, Range{V3_9, V3_9}, never},
		{2, 0, 22, Range{V3_9, V3_9}, never},
		{1, 0, 24, Since(V4_0), Since(V4_0)},
		{2, 0, 24, Since(V4_0), Since(V4_0)},
	}},
	{"group.version", []FeatureLevel{
		{1, 0, 22, Since(V4_0), Since(V4_0)},
	}},
	{"eligible.leader.replicas.version", []FeatureLevel{
		{1, 23, 26, Since(V4_0), Since(V4_0)},
	}},
	{"share.version", []FeatureLevel{
		{1, 0, 28, Since(V4_1), Since(V4_1)},
		{2, 0, 31, Since(V4_4), Since(V4_4)},
	}},
	{"streams.version", []FeatureLevel{
		{1, 0, 29, Since(V4_1), Since(V4_2)},
	}},
}

// Features lists the features release r knows besides metadata.version, in Kafka's order.
func (r Release) Features() []Feature {
	var known []Feature
	for _, f := range features {
		if f.KnownTo(r) {
			known = append(known, f)
		}
	}
	return known
}

// Feature finds a feature by name among those release r knows.
func (r Release) Feature(name string) (Feature, bool) {
	for _, f := range r.Features() {
		if f.Name == name {
			return f, true
		}
	}
	return Feature{}, false
}

// KnownTo reports whether release r knows the feature.
func (f Feature) KnownTo(r Release) bool {
	for _, level := range f.levels {
		if level.known.Contains(r) {
			return true
		}
	}
	return false
}

// Level finds a level above zero as release r knows it; unstable includes those not ready for production.
func (f Feature) Level(r Release, level int16, unstable bool) (FeatureLevel, bool) {
	for _, l := range f.levels {
		if l.Level == level && l.known.Contains(r) && (unstable || l.production.Contains(r)) {
			return l, true
		}
	}
	return FeatureLevel{}, false
}

// Default is the level release r gives the feature at a metadata.version level: the highest whose time has come.
// Whether it is ready for production does not matter, since an unready one needs an unready metadata.version.
func (f Feature) Default(r Release, metadataVersion int16) int16 {
	var level int16
	for _, l := range f.levels {
		if l.known.Contains(r) && l.defaultFrom <= metadataVersion {
			level = max(level, l.Level)
		}
	}
	return level
}

// FeatureBase is the metadata.version every level above zero of a feature needs in release r
// (Feature.validateVersion); false before features could be chosen (3.9).
func (r Release) FeatureBase() (MetadataVersion, bool) {
	switch {
	case r >= V4_0:
		return r.MetadataVersionAt(7)
	case r >= V3_9:
		return r.MetadataVersionAt(LevelBootstrap)
	}
	return MetadataVersion{}, false
}
