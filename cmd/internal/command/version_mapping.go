package command

import (
	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/format"
)

// mappingJSON is the stable JSON form of a mapping, version 1.
type mappingJSON struct {
	Version         int         `json:"version"`
	KafkaVersion    string      `json:"kafkaVersion"`
	MetadataVersion levelJSON   `json:"metadataVersion"`
	Features        []levelJSON `json:"features"`
}

func newVersionMapping(app *App) *cobra.Command {
	var kafkaVersion, releaseVersion, output string
	cmd := &cobra.Command{
		Use:   "version-mapping",
		Short: "Print the metadata.version and the feature levels a release stands for",
		Long: `Print the metadata.version a release such as 4.0 or 4.0-IV2 stands for, and the level every other feature gets in a
cluster formatted with it. Which of them exist depends on the Kafka whose tool formats: --kafka-version.`,
		Example: `  kraftctl version-mapping
  kraftctl version-mapping --release-version 4.0 --kafka-version 4.1
  kraftctl version-mapping -r 3.9 --output json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := parseKafkaVersion(kafkaVersion)
			if err != nil {
				return err
			}
			if err := checkOutput(output); err != nil {
				return err
			}
			var asked *string
			if cmd.Flags().Changed("release-version") {
				asked = &releaseVersion
			}
			mapping, refusal := format.VersionMapping(r, asked)
			if refusal != nil {
				return usageError(refusal, refusal.Hint)
			}
			if output == outputJSON {
				return writeJSON(app.Out, mappingReport(r.String(), mapping))
			}
			return printLines(app, mapping.Lines())
		},
	}
	registerKafkaVersion(cmd, &kafkaVersion)
	registerOutput(cmd, &output)
	cmd.Flags().StringVarP(&releaseVersion, "release-version", "r", "", "the `release` or metadata.version to look up (default the newest stable one)")
	return cmd
}

func mappingReport(kafkaVersion string, mapping *format.Mapping) mappingJSON {
	report := mappingJSON{
		Version: 1, KafkaVersion: kafkaVersion,
		MetadataVersion: levelJSON{mapping.MetadataVersion.Name, mapping.MetadataVersion.Level},
		Features:        []levelJSON{},
	}
	for _, feature := range mapping.Features {
		report.Features = append(report.Features, levelJSON{feature.Name, feature.Level})
	}
	return report
}
