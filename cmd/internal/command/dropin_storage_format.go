package command

import (
	"github.com/kraftctl/kraftctl/cmd/internal/argparse"
	"github.com/kraftctl/kraftctl/release"
)

// storageFormatOptions are the options of `kafka-storage format`, in the order usage and help list them.
var storageFormatOptions = []storageOption{
	storageConfig,
	{releases: always, option: argparse.Option{
		Flags: []string{"--cluster-id", "-t"}, Required: true, Help: "The cluster ID to use.",
	}},
	{releases: release.Since(release.V3_5), option: argparse.Option{
		Flags: []string{"--add-scram", "-S"}, Action: argparse.Append,
		Help: "A SCRAM_CREDENTIAL to add to the __cluster_metadata log e.g.\n" +
			"'SCRAM-SHA-256=[name=alice,password=alice-secret]'\n" +
			"'SCRAM-SHA-512=[name=alice,iterations=8192,salt=\"N3E=\",saltedpassword=\"YCE=\"]'",
	}},
	{releases: release.Until(release.V3_9), option: argparse.Option{
		Flags: []string{"--ignore-formatted", "-g"}, Action: argparse.StoreTrue,
	}},
	{releases: release.Since(release.V4_0), option: argparse.Option{
		Flags: []string{"--ignore-formatted", "-g"}, Action: argparse.StoreTrue,
		Help: "When this option is passed, the format command will skip over already formatted directories rather than failing.",
	}},
	releaseVersionOption(release.Until(release.V3_7),
		"A KRaft release version to use for the initial metadata version. The minimum is 3.0, the default is ", ""),
	releaseVersionOption(release.Range{Since: release.V3_8, Until: release.V3_8},
		"A KRaft release version to use for the initial metadata.version. The minimum is 3.0-IV0, the default is ", ""),
	releaseVersionOption(release.Range{Since: release.V3_9, Until: release.V3_9},
		"The release version to use for the initial feature settings. The minimum is 3.0-IV0; the default is ", ""),
	releaseVersionOption(release.Range{Since: release.V4_0, Until: release.V4_3},
		"The release version to use for the initial feature settings. The minimum is 3.3-IV3; the default is ", ""),
	releaseVersionOption(release.Since(release.V4_4),
		"The release version to use for the initial feature settings. The minimum is 3.3-IV3; the default is ",
		". Note: formatted directories are not forward-compatible — the broker version must be greater than or equal to the"+
			" kafka-storage tool that formatted the directory, regardless of this setting."),
	{releases: release.Range{Since: release.V3_8, Until: release.V3_8}, option: argparse.Option{
		Flags: []string{"--feature", "-f"}, Action: argparse.Append,
		Help: "A feature upgrade we should perform, in feature=level format. For example: `metadata.version=5`.",
	}},
	{releases: release.Since(release.V3_9), option: argparse.Option{
		Flags: []string{"--feature", "-f"}, Action: argparse.Append,
		Help: "The setting to use for a specific feature, in feature=level format. For example: `kraft.version=1`.",
	}},
	{releases: release.Since(release.V3_9), option: argparse.Option{
		Flags: []string{"--standalone", "-s"}, Action: argparse.StoreTrue, Exclusive: quorumKind,
		Help: "Used to initialize a controller as a single-node dynamic quorum. When setting this flag, the controller.quorum.voters" +
			" config must not be set, and controller.quorum.bootstrap.servers is set instead.",
	}},
	{releases: release.Since(release.V3_9), option: argparse.Option{
		Flags: []string{"--no-initial-controllers", "-N"}, Action: argparse.StoreTrue, Exclusive: quorumKind,
		Help: "Used to initialize a server without specifying a dynamic quorum. When setting this flag, the controller.quorum.voters" +
			" config should not be set, and controller.quorum.bootstrap.servers is set instead.",
	}},
	{releases: release.Since(release.V3_9), option: argparse.Option{
		Flags: []string{"--initial-controllers", "-I"}, Exclusive: quorumKind,
		Help: "Used to initialize a server with the specified dynamic quorum. The argument is a comma-separated list of" +
			" id@hostname:port:directory. The same values must be used to format all nodes. For example:\n" +
			"0@example.com:8082:JEXY6aqzQY-32P5TStzaFg,1@example.com:8083:MvDxzVmcRsaTz33bUuRU6A,2@example.com:8084:07R5amHmR32VDA6jHkGbTA\n" +
			". When setting this flag, the controller.quorum.voters config must not be set, and controller.quorum.bootstrap.servers is set instead.",
	}},
}

// releaseVersionOption is --release-version with the wording of some releases around the default.
func releaseVersionOption(releases release.Range, before, after string) storageOption {
	return storageOption{
		releases: releases, defaultVersion: true, tail: after,
		option: argparse.Option{Flags: []string{"--release-version", "-r"}, Help: before},
	}
}
