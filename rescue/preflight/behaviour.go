package preflight

import "github.com/kraftctl/kraftctl/release"

// bootstrapUse is what a release does with bootstrap.checkpoint when it starts.
type bootstrapUse int8

const (
	// looksUp: its records are decoded at every start, and its metadata.version has to be a known one.
	looksUp bootstrapUse = iota
	// decodes: its records are decoded at every start.
	decodes
	// decodesUnlessZero: they are, unless there is a 0-0 snapshot with metadata records.
	decodesUnlessZero
)

// zeroUse is what a release does with the metadata records of a 0-0 snapshot.
type zeroUse int8

const (
	// zeroUnlessLog: they are passed over when the log begins at offset 0.
	zeroUnlessLog zeroUse = iota
	// zeroState: they are loaded like those of any snapshot, and never written into the log.
	zeroState
	// zeroNever: they are passed over.
	zeroNever
	// zeroBootstrap: an empty log begins with them; else they are passed over.
	zeroBootstrap
)

// behaviour is how a span of releases reads a metadata directory.
type behaviour struct {
	releases release.Range
	// logFirst tells that a log that begins at offset 0 is read from there although there are snapshots.
	logFirst bool
	// passesOver tells that a batch with a record that cannot be decoded is logged as a fault and left out.
	passesOver bool
	// scansFirst tells that the Raft layer decodes all that will be loaded before anything is applied
	// (org.apache.kafka.raft.internals.KRaftControlRecordStateMachine).
	scansFirst bool
	bootstrap  bootstrapUse
	zero       zeroUse
	// quorumVersion is the highest data_version of quorum-state.
	quorumVersion int16
	// comparesVoters tells that controller.quorum.voters has to name the voters of quorum-state.
	comparesVoters bool
	// dynamic tells that the voters can be in the log (KIP-853).
	dynamic bool
	// directoryIDs tells that meta.properties has a directory.id (KIP-858).
	directoryIDs bool
	// lowest is the lowest level of metadata.version.
	lowest int16
	// migrates tells that the release can take a cluster from ZooKeeper to KRaft.
	migrates bool
	// noVersion, unknownLevel, noMeta, quorumText and oldMeta are Kafka's texts; the arguments of unknownLevel are the level and
	// the highest known one, that of quorumText is the data_version. oldMeta is "" where meta.properties may be of version 0,
	// noVersion where records without a metadata.version among them mean 3.0-IV1.
	noVersion, unknownLevel, noMeta, quorumText, oldMeta string
	// dynamicTexts are what a release says of voters in the log that does not know them.
	dynamicTexts []string
}

const (
	noVersionText  = "Unknown metadata version for FeaturesImage: metadataVersion(Optional.empty)"
	levelByVersion = "No MetadataVersion with metadata version %[1]d"
	levelByFeature = "No MetadataVersion with feature level %[1]d"
	levelInRange   = "No MetadataVersion with feature level %[1]d. Valid feature levels are from 7 to %[2]d."
	noMetaByFile   = "No `meta.properties` found in"
	noMetaReadable = "No readable meta.properties files found."
	quorumField    = "QuorumStateData: unable to locate field 'clusterId', which is mandatory in version %d"
	quorumUnknown  = "Unknown data version of %d"
	quorumRange    = "data_version (%d) is not within the min (0) and max (1) supported version"
	noVoters       = "controller.quorum.voters must contain a parseable set of voters"
)

// behaviours are what starts of 3.3.2, 3.4.1, 3.5.2, 3.6.2, 3.7.2, 3.8.1, 3.9.2, 4.0.2, 4.1.2, 4.2.1, 4.3.1 and 4.4.0 showed.
var behaviours = []behaviour{
	{
		releases: release.Range{Since: release.V3_3, Until: release.V3_3},
		logFirst: true, passesOver: true, zero: zeroUnlessLog, comparesVoters: true, lowest: 1,
		unknownLevel: levelByVersion, noMeta: noMetaByFile, quorumText: quorumField, dynamicTexts: []string{noVoters},
		oldMeta: "Expected version 1, but got version 0",
	},
	{
		releases: release.Range{Since: release.V3_4, Until: release.V3_5},
		logFirst: true, zero: zeroUnlessLog, comparesVoters: true, lowest: 1, migrates: true,
		unknownLevel: levelByVersion, noMeta: noMetaByFile, quorumText: quorumField, dynamicTexts: []string{noVoters},
	},
	{
		releases: release.Range{Since: release.V3_6, Until: release.V3_6},
		zero:     zeroState, comparesVoters: true, lowest: 1, migrates: true,
		unknownLevel: levelByVersion, noMeta: noMetaByFile, quorumText: quorumField, dynamicTexts: []string{noVoters},
	},
	{
		releases: release.Range{Since: release.V3_7, Until: release.V3_7},
		zero:     zeroState, comparesVoters: true, directoryIDs: true, lowest: 1, migrates: true,
		unknownLevel: levelByVersion, noMeta: noMetaReadable, quorumText: quorumUnknown, dynamicTexts: []string{noVoters},
	},
	{
		releases:   release.Range{Since: release.V3_8, Until: release.V3_8},
		scansFirst: true, zero: zeroState, quorumVersion: 1, directoryIDs: true, lowest: 1, migrates: true,
		unknownLevel: levelByFeature, noMeta: noMetaReadable, quorumText: quorumRange,
		dynamicTexts: []string{"Next offset -1 must be greater than or equal to 0", noVoters},
	},
	{
		releases:   release.Range{Since: release.V3_9, Until: release.V3_9},
		scansFirst: true, zero: zeroState, quorumVersion: 1, dynamic: true, directoryIDs: true, lowest: 1, migrates: true,
		unknownLevel: levelByFeature, noMeta: noMetaReadable, quorumText: quorumRange,
	},
	{
		releases:   release.Range{Since: release.V4_0, Until: release.V4_2},
		scansFirst: true, bootstrap: decodes, zero: zeroState, quorumVersion: 1, dynamic: true, directoryIDs: true, lowest: 7,
		noVersion: noVersionText, unknownLevel: levelInRange, noMeta: noMetaReadable, quorumText: quorumRange,
	},
	{
		releases:   release.Range{Since: release.V4_3, Until: release.V4_3},
		scansFirst: true, bootstrap: decodes, zero: zeroNever, quorumVersion: 1, dynamic: true, directoryIDs: true, lowest: 7,
		noVersion: noVersionText, unknownLevel: levelInRange, noMeta: noMetaReadable, quorumText: quorumRange,
	},
	{
		releases:   release.Since(release.V4_4),
		scansFirst: true, bootstrap: decodesUnlessZero, zero: zeroBootstrap, quorumVersion: 1, dynamic: true, directoryIDs: true, lowest: 7,
		noVersion: noVersionText, unknownLevel: levelInRange, noMeta: noMetaReadable, quorumText: quorumRange,
	},
}

// behaviourOf is the row of a release.
func behaviourOf(r release.Release) *behaviour {
	for i := range behaviours {
		if behaviours[i].releases.Contains(r) {
			return &behaviours[i]
		}
	}
	return &behaviours[len(behaviours)-1]
}
