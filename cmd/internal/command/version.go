package command

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/kraftctl/kraftctl/release"
)

// What the linker stamps into a release build (-X github.com/kraftctl/kraftctl/cmd/internal/command.version=…).
// A build without stamps falls back to what the Go toolchain recorded about the checkout.
var version, commit, date string

// versionInfo says which build of kraftctl this is. Its JSON form is part of the command's contract.
type versionInfo struct {
	// Version is the release tag without its leading v, or the module version Go derived from the checkout.
	Version string `json:"version"`
	// Commit is the full hash of the commit the build was made from; empty when unknown.
	Commit string `json:"commit"`
	// Date is the commit's time in RFC 3339; empty when unknown.
	Date string `json:"date"`
	// Modified reports that the checkout had changes no commit holds.
	Modified bool `json:"modified"`
	// GoVersion is the toolchain that built the binary.
	GoVersion string `json:"goVersion"`
	// Platform is the operating system and architecture, such as linux/amd64.
	Platform string `json:"platform"`
	// KafkaOldest and KafkaNewest bound the Kafka releases this build knows.
	KafkaOldest string `json:"kafkaOldest"`
	KafkaNewest string `json:"kafkaNewest"`
}

// currentVersion combines the linker's stamps with what the toolchain recorded; stamps win.
func currentVersion(build *debug.BuildInfo) versionInfo {
	info := versionInfo{
		Version:     version,
		Commit:      commit,
		Date:        date,
		GoVersion:   runtime.Version(),
		Platform:    runtime.GOOS + "/" + runtime.GOARCH,
		KafkaOldest: release.Oldest().Observed(),
		KafkaNewest: release.Newest().Observed(),
	}
	if build != nil {
		info.fillFrom(build)
	}
	if info.Version == "" {
		info.Version = "(devel)"
	}
	return info
}

// fillFrom takes from build what no stamp has set.
func (v *versionInfo) fillFrom(build *debug.BuildInfo) {
	if v.Version == "" {
		v.Version = build.Main.Version
	}
	for _, setting := range build.Settings {
		switch {
		case setting.Key == "vcs.revision" && v.Commit == "":
			v.Commit = setting.Value
		case setting.Key == "vcs.time" && v.Date == "":
			v.Date = setting.Value
		case setting.Key == "vcs.modified":
			v.Modified = setting.Value == "true"
		}
	}
}

func (v versionInfo) writeText(out io.Writer) error {
	state := ""
	if v.Modified {
		state = ", modified"
	}
	_, err := fmt.Fprintf(out, "kraftctl %s (commit %s%s, %s)\nbuilt with %s for %s\nknows Kafka %s … %s\n",
		v.Version, orUnknown(v.Commit), state, orUnknown(v.Date), v.GoVersion, v.Platform, v.KafkaOldest, v.KafkaNewest)
	return err
}

func orUnknown(text string) string {
	if text == "" {
		return "unknown"
	}
	return text
}

func newVersion(app *App) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Say which build of kraftctl this is and which Kafka releases it knows",
		Long: `Prints the version, the commit it was built from, the Go toolchain, the platform,
and the oldest and newest Kafka release this build can act as (--kafka-version).`,
		Example: `  kraftctl version
  kraftctl version --output json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			build, _ := debug.ReadBuildInfo()
			info := currentVersion(build)
			switch output {
			case "json":
				encoder := json.NewEncoder(app.Out)
				encoder.SetIndent("", "  ")
				return encoder.Encode(info)
			case "text":
				return info.writeText(app.Out)
			}
			return usageError(fmt.Errorf("--output %q is neither text nor json", output), "")
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "text", "how to print: text or json")
	return cmd
}
