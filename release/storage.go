package release

// StorageFlow is the order in which a release's storage tool checks a format request.
type StorageFlow int

// The three generations of `kafka-storage format`.
const (
	// FlowByName is 3.3 … 3.6: a directory is formatted when something in it is called meta.properties.
	FlowByName StorageFlow = iota
	// FlowEnsemble is 3.7 and 3.8: all meta.properties are loaded and verified first (KIP-858).
	FlowEnsemble
	// FlowFormatter is 3.9 and later: org.apache.kafka.metadata.storage.Formatter (KIP-853, KIP-1022).
	FlowFormatter
)

// ScramSyntax is how a release reads the argument of --add-scram.
type ScramSyntax int

// The forms of --add-scram.
const (
	// ScramNone is 3.3 and 3.4, which have no such option.
	ScramNone ScramSyntax = iota
	// ScramLoose is 3.5 … 3.8: kafka.tools.StorageTool splits by hand.
	ScramLoose
	// ScramStrict is 3.9 and later: org.apache.kafka.metadata.storage.ScramParser.
	ScramStrict
)

// Storage is what one release's storage tool does in its own way. Texts are those people see; %s and %d are filled in.
type Storage struct {
	Releases Range
	Flow     StorageFlow
	Scram    ScramSyntax

	// BadVersion answers an unknown --release-version. Arguments: the text, then the lowest and the highest known
	// version (4.0, 4.1) or the list of versions (4.2 and later).
	BadVersion string
	// UnstableByFlagOnly says that a text naming an unstable version is unknown until unstable versions are enabled.
	UnstableByFlagOnly bool
	// BadLevel answers an unknown level of metadata.version: the level, then the lowest and highest known level.
	BadLevel string
	// BelowKRaft, Unstable, UnstableWarning, ScramTooOld and BootstrapTooOld answer versions that cannot be used.
	BelowKRaft      string
	Unstable        string
	UnstableWarning string
	ScramTooOld     string
	BootstrapTooOld string
	// LateBootstrapCheck says that BootstrapTooOld is only found out while writing.
	LateBootstrapCheck bool

	// ClusterIDMustParse says that --cluster-id has to be a UUID; it is then stored in canonical text.
	ClusterIDMustParse bool
	// DirectoryIDs says that meta.properties carries a directory.id (KIP-858).
	DirectoryIDs bool
	// EscapesUnicode says that meta.properties is written with \uXXXX beyond ASCII instead of UTF-8.
	EscapesUnicode bool
	// MetaPropertiesFirst says that meta.properties is written before bootstrap.checkpoint.
	MetaPropertiesFirst bool
	// RepeatedLines says that the tool's loop goes over all earlier directories again for each one (3.7).
	RepeatedLines bool
	// SkipsBrokenDirectories says that an unreadable directory is named and passed over instead of ending the run.
	SkipsBrokenDirectories bool
	// BootstrapInSnapshot says that the bootstrap records go into the 0-0 snapshot of a controller, and that no
	// bootstrap.checkpoint is written.
	BootstrapInSnapshot bool
	// PrintsBootstrap says that the bootstrap records are printed before the directories.
	PrintsBootstrap bool
	// NamesDirectoryKinds says that lines name the kind of directory ("metadata directory").
	NamesDirectoryKinds bool
}

// storageRows holds one row for each generation of the tool; facts/storage.md of the project's material tells how each
// was observed, and the replayed runs in testdata/storage hold them to it.
var storageRows = []Storage{
	{
		Releases: Range{V3_3, V3_4}, Flow: FlowByName, Scram: ScramNone,
		BadVersion:         "Version %s is not a valid version",
		BelowKRaft:         "Must specify a valid KRaft metadata version of at least 3.0.",
		BootstrapTooOld:    "Bootstrap metadata versions before 3.3-IV0 are not supported. Can't load metadata from format command",
		LateBootstrapCheck: true,
		ClusterIDMustParse: true, EscapesUnicode: true, MetaPropertiesFirst: true,
	},
	{
		Releases: Range{V3_5, V3_6}, Flow: FlowByName, Scram: ScramLoose,
		BadVersion:         "Version %s is not a valid version",
		BelowKRaft:         "Must specify a valid KRaft metadata version of at least 3.0.",
		ScramTooOld:        "SCRAM is only supported in metadataVersion IBP_3_5_IV2 or later.",
		BootstrapTooOld:    "Bootstrap metadata versions before 3.3-IV0 are not supported. Can't load metadata from format command",
		ClusterIDMustParse: true, EscapesUnicode: true, MetaPropertiesFirst: true,
	},
	{
		Releases: Range{V3_7, V3_7}, Flow: FlowEnsemble, Scram: ScramLoose,
		BadVersion:      "Version %s is not a valid version",
		BelowKRaft:      "Must specify a valid KRaft metadata version of at least 3.0.",
		Unstable:        "Metadata version %s is not ready for production use yet.",
		UnstableWarning: "WARNING: using pre-production metadata version %s.",
		ScramTooOld:     "SCRAM is only supported in metadataVersion IBP_3_5_IV2 or later.",
		BootstrapTooOld: "Bootstrap metadata versions before 3.3-IV0 are not supported. Can't load metadata from format command",
		DirectoryIDs:    true, RepeatedLines: true,
	},
	{
		Releases: Range{V3_8, V3_8}, Flow: FlowEnsemble, Scram: ScramLoose,
		BadVersion:      "Version %s is not a valid version",
		BadLevel:        "No MetadataVersion with feature level %d",
		BelowKRaft:      "Must specify a valid KRaft metadata.version of at least 3.0-IV0.",
		Unstable:        "The metadata.version %s is not ready for production use yet.",
		UnstableWarning: "WARNING: using pre-production metadata.version %s.",
		ScramTooOld:     "SCRAM is only supported in metadata.version 3.5-IV2 or later.",
		BootstrapTooOld: "Bootstrap metadata.version before 3.3-IV0 are not supported. Can't load metadata from format command",
		DirectoryIDs:    true, SkipsBrokenDirectories: true,
	},
	{
		Releases: Range{V3_9, V3_9}, Flow: FlowFormatter, Scram: ScramStrict,
		BadVersion:      "Version %s is not a valid version",
		BadLevel:        "No MetadataVersion with feature level %d",
		BelowKRaft:      "metadata.version %s is too old to be supported.",
		Unstable:        "metadata.version %s is not yet stable.",
		ScramTooOld:     "SCRAM is only supported in metadata.version 3.5-IV2 or later.",
		BootstrapTooOld: "Bootstrap metadata.version before 3.3-IV0 are not supported. Can't load metadata from format command",
		DirectoryIDs:    true, SkipsBrokenDirectories: true, NamesDirectoryKinds: true,
	},
	{
		Releases: Range{V4_0, V4_1}, Flow: FlowFormatter, Scram: ScramStrict,
		BadVersion:   "Version %s is not a valid version. The minimum version is %s and the maximum version is %s",
		BadLevel:     "No MetadataVersion with feature level %d. Valid feature levels are from %d to %d.",
		Unstable:     "metadata.version %s is not yet stable.",
		ScramTooOld:  "SCRAM is only supported in metadata.version 3.5-IV2 or later.",
		DirectoryIDs: true, SkipsBrokenDirectories: true, NamesDirectoryKinds: true,
	},
	{
		Releases: Range{V4_2, V4_3}, Flow: FlowFormatter, Scram: ScramStrict,
		BadVersion:         "Unknown metadata.version '%s'. Supported metadata.version are: %s",
		UnstableByFlagOnly: true,
		BadLevel:           "No MetadataVersion with feature level %d. Valid feature levels are from %d to %d.",
		Unstable:           "metadata.version %s is not yet stable.",
		ScramTooOld:        "SCRAM is only supported in metadata.version 3.5-IV2 or later.",
		DirectoryIDs:       true, SkipsBrokenDirectories: true, NamesDirectoryKinds: true, PrintsBootstrap: true,
	},
	{
		Releases: Since(V4_4), Flow: FlowFormatter, Scram: ScramStrict,
		BadVersion:         "Unknown metadata.version '%s'. Supported metadata.version are: %s",
		UnstableByFlagOnly: true,
		BadLevel:           "No MetadataVersion with feature level %d. Valid feature levels are from %d to %d.",
		Unstable:           "metadata.version %s is not yet stable.",
		ScramTooOld:        "SCRAM is only supported in metadata.version 3.5-IV2 or later.",
		DirectoryIDs:       true, SkipsBrokenDirectories: true, NamesDirectoryKinds: true, PrintsBootstrap: true,
		BootstrapInSnapshot: true,
	},
}

// Storage is the row of release r.
func (r Release) Storage() *Storage {
	for i := range storageRows {
		if storageRows[i].Releases.Contains(r) {
			return &storageRows[i]
		}
	}
	return nil // unreachable: a test holds the rows to cover every release
}
