package release

import (
	"slices"
	"strings"
)

// MetadataVersion is one value of the feature metadata.version
// (org.apache.kafka.server.common.MetadataVersion).
type MetadataVersion struct {
	// Name is the full name, such as "4.0-IV3".
	Name string
	// Level is the feature level; −1 for the versions before KRaft, which have none.
	Level int16

	known, stable Range
}

// Levels a rule of the storage tool is tied to.
const (
	// LevelKRaft is 3.0-IV1, the first metadata.version of a KRaft cluster.
	LevelKRaft int16 = 1
	// LevelBootstrap is 3.3-IV0, the first one that can be written into a bootstrap snapshot.
	LevelBootstrap int16 = 4
	// LevelScram is 3.5-IV2, the first one with SCRAM credential records (KIP-900).
	LevelScram int16 = 11
	// LevelDirectories is 3.7-IV2, the first one with several log directories on a broker (KIP-858).
	LevelDirectories int16 = 17
)

// metadataVersions lists every version in order, with the releases that know its name and those that hold it
// to be stable. Seen in `kafka-storage format -r` and `version-mapping` of each release.
var metadataVersions = slices.Concat(
	preKRaft("0.8.0", "0.8.1", "0.8.2", "0.9.0", "0.10.0-IV0", "0.10.0-IV1", "0.10.1-IV0", "0.10.1-IV1", "0.10.1-IV2",
		"0.10.2-IV0", "0.11.0-IV0", "0.11.0-IV1", "0.11.0-IV2", "1.0-IV0", "1.1-IV0", "2.0-IV0", "2.0-IV1", "2.1-IV0",
		"2.1-IV1", "2.1-IV2", "2.2-IV0", "2.2-IV1", "2.3-IV0", "2.3-IV1", "2.4-IV0", "2.4-IV1", "2.5-IV0", "2.6-IV0",
		"2.7-IV0", "2.7-IV1", "2.7-IV2", "2.8-IV0", "2.8-IV1", "3.0-IV0"),
	[]MetadataVersion{
		{"3.0-IV1", 1, Until(V3_9), Until(V3_9)},
		{"3.1-IV0", 2, Until(V3_9), Until(V3_9)},
		{"3.2-IV0", 3, Until(V3_9), Until(V3_9)},
		{"3.3-IV0", 4, Until(V3_9), Until(V3_9)},
		{"3.3-IV1", 5, Until(V3_9), Until(V3_9)},
		{"3.3-IV2", 6, Until(V3_9), Until(V3_9)},
		{"3.3-IV3", 7, Since(V3_3), Since(V3_3)},
		{"3.4-IV0", 8, Since(V3_4), Since(V3_4)},
		{"3.5-IV0", 9, Since(V3_5), Since(V3_5)},
		{"3.5-IV1", 10, Since(V3_5), Since(V3_5)},
		{"3.5-IV2", 11, Since(V3_5), Since(V3_5)},
		{"3.6-IV0", 12, Since(V3_6), Since(V3_6)},
		{"3.6-IV1", 13, Since(V3_6), Since(V3_6)},
		{"3.6-IV2", 14, Since(V3_6), Since(V3_6)},
		{"3.7-IV0", 15, Since(V3_7), Since(V3_7)},
		{"3.7-IV1", 16, Since(V3_7), Since(V3_7)},
		{"3.7-IV2", 17, Since(V3_7), Since(V3_7)},
		{"3.7-IV3", 18, Since(V3_7), Since(V3_7)},
		{"3.7-IV4", 19, Since(V3_7), Since(V3_7)},
		{"3.8-IV0", 20, Since(V3_7), Since(V3_8)},
		{"3.9-IV0", 21, Since(V3_8), Since(V3_9)},
		{"4.0-IV0", 22, Since(V3_9), Since(V4_0)},
		{"4.0-IV1", 23, Since(V3_9), Since(V4_0)},
		{"4.0-IV2", 24, Since(V4_0), Since(V4_0)},
		{"4.0-IV3", 25, Since(V4_0), Since(V4_0)},
		{"4.1-IV0", 26, Since(V4_0), Since(V4_1)},
		{"4.1-IV1", 27, Since(V4_1), Since(V4_1)},
		{"4.2-IV0", 28, Since(V4_1), Since(V4_2)},
		{"4.2-IV1", 29, Since(V4_1), Since(V4_2)},
		{"4.3-IV0", 30, Since(V4_2), Since(V4_3)},
		{"4.4-IV0", 31, Since(V4_3), Since(V4_4)},
		{"4.4-IV1", 32, Since(V4_4), Since(V4_4)},
		{"4.4-IV2", 33, Since(V4_4), Since(V4_4)},
		{"4.5-IV0", 34, Since(V4_4), Range{V4_4 + 1, V4_4}},
	},
)

func preKRaft(names ...string) []MetadataVersion {
	versions := make([]MetadataVersion, len(names))
	for i, name := range names {
		versions[i] = MetadataVersion{name, -1, Until(V3_9), Until(V3_9)}
	}
	return versions
}

// Stable reports whether release r considers the version ready for production.
func (v MetadataVersion) Stable(r Release) bool { return v.stable.Contains(r) }

// KnownTo reports whether release r knows the version, stable or not.
func (v MetadataVersion) KnownTo(r Release) bool { return v.known.Contains(r) }

// Line is the name of the release line the version belongs to: "4.0" of "4.0-IV3".
func (v MetadataVersion) Line() string {
	line, _, _ := strings.Cut(v.Name, "-")
	return line
}

// MetadataVersions lists the versions release r knows, lowest first, stable or not.
func (r Release) MetadataVersions() []MetadataVersion {
	var known []MetadataVersion
	for _, v := range metadataVersions {
		if v.KnownTo(r) {
			known = append(known, v)
		}
	}
	return known
}

// LatestMetadataVersion is the newest version release r knows, stable or not.
func (r Release) LatestMetadataVersion() MetadataVersion {
	return r.newest(MetadataVersion.KnownTo)
}

// LatestStableMetadataVersion is the version release r formats with when none is asked for.
func (r Release) LatestStableMetadataVersion() MetadataVersion {
	return r.newest(MetadataVersion.Stable)
}

func (r Release) newest(wanted func(MetadataVersion, Release) bool) MetadataVersion {
	for _, v := range slices.Backward(metadataVersions) {
		if wanted(v, r) {
			return v
		}
	}
	return MetadataVersion{} // unreachable: every release has a stable version
}

// MetadataVersionAt finds the version of a feature level as release r knows it.
func (r Release) MetadataVersionAt(level int16) (MetadataVersion, bool) {
	for _, v := range metadataVersions {
		if v.Level == level && v.KnownTo(r) {
			return v, true
		}
	}
	return MetadataVersion{}, false
}

// MetadataVersionName is the name of a level of metadata.version, in whichever release has it; "" when none has.
func MetadataVersionName(level int16) string {
	for _, r := range slices.Backward(All()) {
		if v, ok := r.MetadataVersionAt(level); ok {
			return v.Name
		}
	}
	return ""
}

// ParseMetadataVersion finds the version a text such as "3.5", "3.5.1" or "3.5-IV2" means to release r, as
// MetadataVersion.fromVersionString does: segments beyond the second (the third after "0.") are dropped, then the
// text is either a full name or a line, which means that line's last stable version.
func (r Release) ParseMetadataVersion(text string) (MetadataVersion, bool) {
	key := versionKey(text)
	for _, v := range slices.Backward(metadataVersions) {
		if v.KnownTo(r) && (v.Name == key || v.Stable(r) && v.Line() == key) {
			return v, true
		}
	}
	return MetadataVersion{}, false
}

// versionKey drops the segments of a version that say nothing about its metadata.version. As with
// String.split, empty segments at the end do not count.
func versionKey(text string) string {
	segments := strings.Split(strings.TrimRight(text, "."), ".")
	keep := 2
	if strings.HasPrefix(text, "0.") {
		keep = 3
	}
	if len(segments) <= keep {
		return text
	}
	return strings.Join(segments[:keep], ".")
}
