package command

import (
	"os"

	"github.com/kraftctl/kraftctl/cmd/internal/argparse"
	"github.com/kraftctl/kraftctl/format"
	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/release"
)

// The requests kafka-storage can be given, one type for each command.
type (
	infoRequest   struct{ config string }
	formatRequest struct {
		config, clusterID    string
		releaseVersion       *string
		scram, features      []string
		ignoreFormatted      bool
		standalone           bool
		noInitialControllers bool
		initialControllers   *string
	}
	versionMappingRequest      struct{ releaseVersion *string }
	featureDependenciesRequest struct{ features []string }
	randomUUIDRequest          struct{}
)

// readStorageRequest turns what was parsed into a request.
func readStorageRequest(given *argparse.Result) any {
	text := func(name string) string {
		value, _ := given.Last(name)
		return value
	}
	optional := func(name string) *string {
		if value, ok := given.Last(name); ok {
			return &value
		}
		return nil
	}
	switch given.Command {
	case "info":
		return infoRequest{text("config")}
	case "format":
		return formatRequest{
			config: text("config"), clusterID: text("cluster-id"), releaseVersion: optional("release-version"),
			scram: given.All("add-scram"), features: given.All("feature"), ignoreFormatted: given.Has("ignore-formatted"),
			standalone: given.Has("standalone"), noInitialControllers: given.Has("no-initial-controllers"),
			initialControllers: optional("initial-controllers"),
		}
	case "version-mapping":
		return versionMappingRequest{optional("release-version")}
	case "feature-dependencies":
		return featureDependenciesRequest{given.All("feature")}
	}
	return randomUUIDRequest{}
}

// plan is the request to the planner, which is to behave exactly as the release's tool.
func (r formatRequest) plan(rel release.Release, node *nodeconf.Node) format.Request {
	return format.Request{
		Release: rel, Node: node, ClusterID: r.clusterID, ReleaseVersion: r.releaseVersion,
		Features: r.features, Scram: r.scram, IgnoreFormatted: r.ignoreFormatted,
		Standalone: r.standalone, NoInitialControllers: r.noInitialControllers, InitialControllers: r.initialControllers,
		Exact: true,
	}
}

// storageOption is an option of kafka-storage in the releases that have it in this form.
type storageOption struct {
	releases release.Range
	option   argparse.Option
	// defaultVersion says that the help text ends in the release's default metadata.version, and then in tail.
	defaultVersion bool
	tail           string
}

// storageCommand is a sub-command of kafka-storage.
type storageCommand struct {
	releases   release.Range
	name, help string
	options    []storageOption
}

// quorumKind is the set of options of which a format takes at most one (KIP-853).
const quorumKind = "quorum"

// always is the range of all releases.
var always = release.Since(release.Oldest())

// storageConfig is the option both info and format need.
var storageConfig = storageOption{releases: always, option: argparse.Option{
	Flags: []string{"--config", "-c"}, Required: true, Help: "The Kafka configuration file to use.",
}}

// storageCommands are the commands and options of kafka-storage in the order its help lists them. The texts are Kafka's,
// which scripts and people know.
var storageCommands = []storageCommand{
	{always, "info", "Get information about the Kafka log directories on this node.", []storageOption{storageConfig}},
	{always, "format", "Format the Kafka log directories on this node.", storageFormatOptions},
	{
		release.Since(release.V4_0), "version-mapping",
		"Look up the corresponding features for a given metadata version. Using the command with no --release-version  argument" +
			" will return the mapping for the latest stable metadata version",
		[]storageOption{{
			releases: always, defaultVersion: true, option: argparse.Option{
				Flags: []string{"--release-version", "-r"},
				Help:  "The release version to use for the corresponding feature mapping. The minimum is 3.3-IV3; the default is ",
			},
		}},
	},
	{
		release.Since(release.V4_0), "feature-dependencies",
		"Look up dependencies for a given feature version. If the feature is not known or the version not yet defined, an error" +
			" is thrown. Multiple features can be specified.",
		[]storageOption{{releases: always, option: argparse.Option{
			Flags: []string{"--feature", "-f"}, Action: argparse.Append, Required: true,
			Help: "The features and their versions to look up dependencies for, in feature=version format. For example: `metadata.version=5`.",
		}}},
	},
	{always, "random-uuid", "Print a random UUID.", nil},
}

// storageParser is the command line of a release's kafka-storage. From 3.5 on, @FILE stands for the arguments in FILE.
func storageParser(rel release.Release, width int) *argparse.Parser {
	p := &argparse.Parser{Program: "kafka-storage", Description: "The Kafka storage tool.", Width: width, ReadFile: os.ReadFile}
	if rel >= release.V3_5 {
		p.FilePrefix = "@"
	}
	for _, command := range storageCommands {
		if !command.releases.Contains(rel) {
			continue
		}
		known := argparse.Command{Name: command.name, Help: command.help}
		for _, o := range command.options {
			if o.releases.Contains(rel) {
				known.Options = append(known.Options, o.of(rel))
			}
		}
		p.Commands = append(p.Commands, known)
	}
	return p
}

// of is the option with its help text completed for a release.
func (o storageOption) of(rel release.Release) argparse.Option {
	option := o.option
	if o.defaultVersion {
		option.Help += rel.LatestStableMetadataVersion().Name + o.tail
	}
	return option
}
