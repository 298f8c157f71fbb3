package command

import (
	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/format"
	"github.com/kraftctl/kraftctl/release"
)

// dependenciesJSON is the stable JSON form of what features depend on, version 1.
type dependenciesJSON struct {
	Version      int              `json:"version"`
	KafkaVersion string           `json:"kafkaVersion"`
	Features     []dependencyJSON `json:"features"`
}

type dependencyJSON struct {
	levelJSON
	// MetadataVersion is the full name of a level of metadata.version.
	MetadataVersion string `json:"metadataVersion,omitempty"`
	// Requires are the levels without which this one cannot be set.
	Requires []requirementJSON `json:"requires"`
}

type requirementJSON struct {
	levelJSON
	MetadataVersion string `json:"metadataVersion"`
}

func newFeatureDependencies(app *App) *cobra.Command {
	var kafkaVersion, output string
	var features []string
	cmd := &cobra.Command{
		Use:   "feature-dependencies -f NAME=LEVEL",
		Short: "Print what levels of features depend on",
		Long: `Print what a level of a feature depends on: the metadata.version without which it cannot be set. Levels a release knows
but does not hold ready for production count as known.`,
		Example: `  kraftctl feature-dependencies -f eligible.leader.replicas.version=1
  kraftctl feature-dependencies -f group.version=1 -f metadata.version=25 --kafka-version 4.0`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			r, err := parseKafkaVersion(kafkaVersion)
			if err != nil {
				return err
			}
			if err := checkOutput(output); err != nil {
				return err
			}
			report := dependenciesJSON{Version: 1, KafkaVersion: r.String()}
			var lines []string
			for _, feature := range features {
				dependency, refusal := format.Dependencies(r, feature)
				if refusal != nil {
					return usageError(refusal, refusal.Hint)
				}
				report.Features = append(report.Features, dependencyReport(dependency))
				lines = append(lines, dependency.Lines()...)
			}
			if output == outputJSON {
				return writeJSON(app.Out, report)
			}
			return printLines(app, lines)
		},
	}
	registerKafkaVersion(cmd, &kafkaVersion)
	registerOutput(cmd, &output)
	cmd.Flags().StringArrayVarP(&features, "feature", "f", nil, "the feature and its level, as `NAME=LEVEL` (repeatable)")
	_ = cmd.MarkFlagRequired("feature") // the flag is there
	return cmd
}

func dependencyReport(d *format.Dependency) dependencyJSON {
	report := dependencyJSON{levelJSON: levelJSON{d.Name, d.Level}, MetadataVersion: d.Version, Requires: []requirementJSON{}}
	if d.Needs != nil {
		report.Requires = append(report.Requires, requirementJSON{levelJSON{release.MetadataVersionFeature, d.Needs.Level}, d.Needs.Name})
	}
	return report
}
