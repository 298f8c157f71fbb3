package format

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/internal/javalang"
	"github.com/kraftctl/kraftctl/release"
)

// featureRequest is one --feature argument.
type featureRequest struct {
	name  string
	level int16
}

// parseFeature reads NAME=LEVEL as org.apache.kafka.server.common.Feature users of the storage tool do: the first equals
// sign separates, both sides are trimmed.
func parseFeature(text string) (featureRequest, *Refusal) {
	const hint = "write --feature NAME=LEVEL, for example group.version=1"
	name, level, found := strings.Cut(text, "=")
	if !found {
		return featureRequest{}, refuse(hint, "Can't parse feature=level string %s: equals sign not found.", text)
	}
	level = javalang.Trim(level)
	n, err := javalang.ParseInt(level, 16)
	if err != nil {
		return featureRequest{}, refuse(hint, "Can't parse feature=level string %s: unable to parse %s as a short.", text, level)
	}
	return featureRequest{javalang.Trim(name), int16(n)}, nil
}

// parseFeatures reads all --feature arguments; the last level given for a name counts.
func parseFeatures(texts []string) (map[string]int16, *Refusal) {
	levels := map[string]int16{}
	for _, text := range texts {
		feature, refusal := parseFeature(text)
		if refusal != nil {
			return nil, refusal
		}
		levels[feature.name] = feature.level
	}
	return levels, nil
}

// unsupported names the first feature asked for that the release does not know.
func unsupported(r release.Release, asked map[string]int16) *Refusal {
	var known []string
	for _, f := range r.Features() {
		known = append(known, f.Name)
	}
	slices.Sort(known)
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		if name != release.MetadataVersionFeature && !slices.Contains(known, name) {
			return refuse(fmt.Sprintf("Kafka %s has no such feature", r),
				"Unsupported feature: %s. Supported features are: %s", name, strings.Join(known, ", "))
		}
	}
	return nil
}

// effectiveLevels fills in the default of every feature not asked for. kraft.version follows from the kind of quorum,
// not from metadata.version.
func effectiveLevels(r release.Release, asked map[string]int16, metadataVersion, kraftVersion int16) map[string]int16 {
	levels := map[string]int16{}
	for _, f := range r.Features() {
		level, given := asked[f.Name]
		switch {
		case f.Name == release.KRaftVersionFeature:
			level = kraftVersion
		case !given:
			level = f.Default(r, metadataVersion)
		}
		levels[f.Name] = level
	}
	return levels
}

// checkLevels refuses a level that the release does not know or that needs a newer metadata.version, in order of names
// (org.apache.kafka.server.common.Feature.featureVersion and validateVersion).
func checkLevels(r release.Release, levels map[string]int16, metadataVersion int16, unstable bool) *Refusal {
	for _, name := range slices.Sorted(maps.Keys(levels)) {
		level := levels[name]
		if level == 0 {
			continue
		}
		feature, _ := r.Feature(name)
		known, found := feature.Level(r, level, unstable)
		if !found {
			return refuse(fmt.Sprintf("kraftctl version-mapping --kafka-version %s shows the levels a release sets", r),
				"No feature:%s with feature level %d", name, level)
		}
		if base, _ := r.FeatureBase(); metadataVersion < base.Level {
			return refuse("choose a later --release-version",
				"%s could not be set to %d because it depends on metadata.version=%d (%s)", name, level, base.Level, base.Name)
		}
		if metadataVersion < known.Needs {
			return refuse("choose a later --release-version",
				"%s could not be set to %d because it depends on metadata.version level %d", name, level, known.Needs)
		}
	}
	return nil
}
