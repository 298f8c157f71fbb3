package format

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/internal/javalang"
	"github.com/kraftctl/kraftctl/release"
)

// Mapping is the metadata.version a text means to a release, and the level every other feature gets with it.
type Mapping struct {
	// Text is the version as it was asked for; the full name when none was.
	Text string
	// MetadataVersion is what the text means.
	MetadataVersion release.MetadataVersion
	// Features are all other features the release knows, in Kafka's order, those of level zero included.
	Features []NamedLevel
}

// NamedLevel is a feature at a level.
type NamedLevel struct {
	Name  string
	Level int16
}

// Lines is the mapping as `kafka-storage version-mapping` prints it.
func (m *Mapping) Lines() []string {
	lines := []string{fmt.Sprintf("%s=%d (%s)", release.MetadataVersionFeature, m.MetadataVersion.Level, m.Text)}
	for _, feature := range m.Features {
		lines = append(lines, fmt.Sprintf("%s=%d", feature.Name, feature.Level))
	}
	return lines
}

// wordings is what the tools of a span of releases say of arguments of version-mapping and feature-dependencies, and how
// they split NAME=LEVEL. Releases before 4.0 have neither command and are answered as the first span.
var wordings = []struct {
	releases release.Range
	// unknownVersion takes the text and the known versions.
	unknownVersion string
	known          func(r release.Release) string
	split          func(text string) (name, level string, ok bool)
}{
	{
		release.Until(release.V4_1), "Unknown release version '%s'. Supported versions are: %s",
		func(r release.Release) string {
			return fmt.Sprintf("%s to %s", kraftVersions(r)[0].Name, r.LatestStableMetadataVersion().Name)
		},
		splitEvery,
	},
	{
		release.Since(release.V4_2), "Unknown metadata.version '%s'. Supported metadata.version are: %s",
		func(r release.Release) string { return supportedVersions(r, true) },
		splitFirst,
	},
}

// kraftVersions are the versions a release can be told by level.
func kraftVersions(r release.Release) []release.MetadataVersion {
	return slices.DeleteFunc(r.MetadataVersions(), func(v release.MetadataVersion) bool { return v.Level < release.LevelKRaft })
}

// VersionMapping finds what a version text means to a release; nil is the release's default. Unstable versions are
// known by their full names.
//
// Source: kafka.tools.StorageTool.runVersionMappingCommand (KIP-1022).
func VersionMapping(r release.Release, text *string) (*Mapping, *Refusal) {
	m := &Mapping{MetadataVersion: r.LatestStableMetadataVersion()}
	m.Text = m.MetadataVersion.Name
	if text != nil {
		version, known := r.ParseMetadataVersion(*text)
		if !known || version.Level < release.LevelKRaft {
			return nil, unknownVersion(r, *text)
		}
		m.Text, m.MetadataVersion = *text, version
	}
	for _, feature := range r.Features() {
		m.Features = append(m.Features, NamedLevel{feature.Name, feature.Default(r, m.MetadataVersion.Level)})
	}
	return m, nil
}

func unknownVersion(r release.Release, text string) *Refusal {
	hint := fmt.Sprintf("without --release-version the answer is that of %s", r.LatestStableMetadataVersion().Name)
	for _, w := range wordings {
		if w.releases.Contains(r) {
			return refuse(hint, w.unknownVersion, text, w.known(r))
		}
	}
	return nil
}

// Dependency is a level of a feature, and the version it needs.
type Dependency struct {
	NamedLevel
	// Version is the full name of the level when the feature is metadata.version; "" otherwise.
	Version string
	// Needs is the metadata.version without which the level cannot be set; nil when there is none.
	Needs *release.MetadataVersion
}

// Lines is the dependency as `kafka-storage feature-dependencies` prints it.
func (d *Dependency) Lines() []string {
	subject := fmt.Sprintf("%s=%d", d.Name, d.Level)
	if d.Version != "" {
		subject += fmt.Sprintf(" (%s)", d.Version)
	}
	if d.Needs == nil {
		return []string{subject + " has no dependencies."}
	}
	return []string{
		subject + " requires:",
		fmt.Sprintf("    %s=%d (%s)", release.MetadataVersionFeature, d.Needs.Level, d.Needs.Name),
	}
}

// Dependencies tells what a feature level, written NAME=LEVEL, depends on in a release. Levels that are not ready for
// production count as known.
//
// Source: kafka.tools.StorageTool.runFeatureDependenciesCommand (KIP-1022).
func Dependencies(r release.Release, text string) (*Dependency, *Refusal) {
	name, level, refusal := splitFeature(r, text)
	if refusal != nil {
		return nil, refusal
	}
	number, err := javalang.ParseInt(level, 16)
	if err != nil {
		return nil, refuse("a level is a whole number from 0 to 32767", "Invalid version format: %s for feature %s", level, name)
	}
	d := &Dependency{NamedLevel: NamedLevel{name, int16(number)}}
	if name == release.MetadataVersionFeature {
		version, known := r.MetadataVersionAt(d.Level)
		if !known || d.Level < release.LevelKRaft {
			all := kraftVersions(r)
			return nil, refuse(fmt.Sprintf("Kafka %s knows the levels %d to %d", r, all[0].Level, all[len(all)-1].Level),
				"Unknown metadata.version %d", d.Level)
		}
		d.Version = version.Name
		return d, nil
	}
	return d, d.resolve(r)
}

// resolve looks the level up among those the release knows.
func (d *Dependency) resolve(r release.Release) *Refusal {
	feature, known := r.Feature(d.Name)
	if !known {
		return refuse(fmt.Sprintf("kraftctl version-mapping --kafka-version %s lists the features Kafka %s knows", r, r),
			"Unknown feature: %s", d.Name)
	}
	if d.Level == 0 {
		return nil
	}
	level, known := feature.Level(r, d.Level, true)
	if !known {
		return refuse(fmt.Sprintf("Kafka %s does not know this level", r), "Feature level %d is not supported for feature %s", d.Level, d.Name)
	}
	if needed, found := r.MetadataVersionAt(level.Needs); level.Needs > 0 && found {
		d.Needs = &needed
	}
	return nil
}

func splitFeature(r release.Release, text string) (name, level string, refusal *Refusal) {
	for _, w := range wordings {
		if !w.releases.Contains(r) {
			continue
		}
		if name, level, ok := w.split(text); ok {
			return name, level, nil
		}
	}
	return "", "", refuse("write --feature NAME=LEVEL", "Invalid feature format: %s. Expected format: 'feature=version' (e.g. 'group.version=1')", text)
}

// splitFirst separates at the first equals sign and trims both sides.
func splitFirst(text string) (name, level string, ok bool) {
	name, level, ok = strings.Cut(text, "=")
	return javalang.Trim(name), javalang.Trim(level), ok
}

// splitEvery separates at every equals sign and drops empty pieces at the end; there must be two others.
func splitEvery(text string) (name, level string, ok bool) {
	pieces := javalang.Split(text, "=")
	if len(pieces) != 2 {
		return "", "", false
	}
	return pieces[0], pieces[1], true
}
