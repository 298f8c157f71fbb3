package command

import (
	"strings"

	"github.com/kraftctl/kraftctl/cmd/internal/joptsimple"
	"github.com/kraftctl/kraftctl/inspect/dumplog"
	"github.com/kraftctl/kraftctl/release"
)

// dumpOption is an option of kafka-dump-log and the releases that have it with this description.
type dumpOption struct {
	joptsimple.Option
	releases release.Range
}

// decoderPackage is a placeholder for the package that a release keeps its decoders in.
const decoderPackage = "DECODERS"

// stringDecoder is the class that decodes text, in a release's package.
const stringDecoder = decoderPackage + ".StringDecoder"

// dumpOptions are the options of kafka-dump-log (DumpLogSegments.DumpLogSegmentsOptions of 3.3.2 … 4.3.1).
var dumpOptions = []dumpOption{
	{joptsimple.Option{Name: "help", Description: "Print usage information."}, release.Until(release.Newest())},
	{joptsimple.Option{Name: "version", Description: "Display Kafka version."}, release.Until(release.Newest())},
	{joptsimple.Option{
		Name:        "print-data-log",
		Description: "If set, printing the messages content when dumping data logs. Automatically set if any decoder option is specified.",
	}, release.Until(release.Newest())},
	{joptsimple.Option{
		Name: "verify-index-only", Description: "If set, just verify the index log without printing its content.",
	}, release.Until(release.Newest())},
	{joptsimple.Option{
		Name: "index-sanity-check",
		Description: "If set, just checks the index sanity without printing its content. " +
			"This is the same check that is executed on broker startup to determine if an index needs rebuilding or not.",
	}, release.Until(release.Newest())},
	{joptsimple.Option{
		Name: "files", Description: "REQUIRED: The comma separated list of data and index log files to be dumped.",
		Argument: joptsimple.Required, Type: "String", Placeholder: "file1, file2, ...",
	}, release.Until(release.Newest())},
	{joptsimple.Option{
		Name: "max-message-size", Description: "Size of largest message.",
		Argument: joptsimple.Required, Type: "Integer", Placeholder: "size", Default: "5242880",
	}, release.Until(release.Newest())},
	{joptsimple.Option{
		Name: "max-bytes", Description: "Limit the amount of total batches read in bytes avoiding reading the whole .log file(s).",
		Argument: joptsimple.Required, Type: "Integer", Placeholder: "size", Default: "2147483647",
	}, release.Until(release.Newest())},
	{joptsimple.Option{
		Name:        "deep-iteration",
		Description: "If set, uses deep instead of shallow iteration. Automatically set if print-data-log is enabled.",
	}, release.Until(release.Newest())},
	{joptsimple.Option{
		Name: "value-decoder-class",
		Description: "If set, used to deserialize the messages. This class should implement " + decoderPackage +
			".Decoder trait. Custom jar should be available in kafka/libs directory.",
		Argument: joptsimple.Optional, Type: "String", Default: stringDecoder,
	}, release.Until(release.Newest())},
	{joptsimple.Option{
		Name: "key-decoder-class",
		Description: "If set, used to deserialize the keys. This class should implement " + decoderPackage +
			".Decoder trait. Custom jar should be available in kafka/libs directory.",
		Argument: joptsimple.Optional, Type: "String", Default: stringDecoder,
	}, release.Until(release.Newest())},
	{joptsimple.Option{
		Name: "offsets-decoder", Description: "If set, log data will be parsed as offset data from the __consumer_offsets topic.",
	}, release.Until(release.Newest())},
	{joptsimple.Option{
		Name:        "transaction-log-decoder",
		Description: "If set, log data will be parsed as transaction metadata from the __transaction_state topic.",
	}, release.Until(release.Newest())},
	{joptsimple.Option{
		Name: "cluster-metadata-decoder", Description: "If set, log data will be parsed as cluster metadata records.",
	}, release.Until(release.Newest())},
	{joptsimple.Option{
		Name: "remote-log-metadata-decoder",
		Description: "If set, log data will be parsed as TopicBasedRemoteLogMetadataManager (RLMM) metadata records. " +
			"Instead, the value-decoder-class option can be used if a custom RLMM implementation is configured.",
	}, release.Since(release.V3_9)},
	{joptsimple.Option{
		Name:        "share-group-state-decoder",
		Description: "If set, log data will be parsed as share group state data from the __share_group_state topic.",
	}, release.Since(release.V4_0)},
	{joptsimple.Option{
		Name: "skip-record-metadata", Description: "Whether to skip printing metadata for each record.",
	}, release.Until(release.V4_1)},
	{joptsimple.Option{
		Name: "skip-record-metadata", Description: "Skip metadata when printing records. This flag also skips control records.",
	}, release.Since(release.V4_2)},
}

// dumpOptionsOf are the options of a release. Before 3.9 the descriptions began with a small letter, and before 3.8 the decoders
// were in another package.
func dumpOptionsOf(rel release.Release) []joptsimple.Option {
	decoders := "org.apache.kafka.tools.api"
	if rel < release.V3_8 {
		decoders = oldDecoders
	}
	var options []joptsimple.Option
	for _, row := range dumpOptions {
		if !row.releases.Contains(rel) {
			continue
		}
		o := row.Option
		o.Description = strings.ReplaceAll(o.Description, decoderPackage, decoders)
		o.Default = strings.ReplaceAll(o.Default, decoderPackage, decoders)
		if rel < release.V3_9 && (strings.HasPrefix(o.Description, "If ") || strings.HasPrefix(o.Description, "Whether ")) {
			o.Description = strings.ToLower(o.Description[:1]) + o.Description[1:]
		}
		options = append(options, o)
	}
	return options
}

// oldDecoders is the package of decoders before 3.8, deprecated in 3.8 and 3.9.
const oldDecoders = "kafka.serializer"

// topicDecoders are the options that choose a decoder, in the order in which the tool asks for them.
var topicDecoders = []struct {
	option  string
	decoder dumplog.Decoder
}{
	{"offsets-decoder", dumplog.Offsets},
	{"transaction-log-decoder", dumplog.TransactionLog},
	{"cluster-metadata-decoder", dumplog.ClusterMetadata},
	{"remote-log-metadata-decoder", dumplog.RemoteLogMetadata},
	{"share-group-state-decoder", dumplog.ShareGroupState},
}
