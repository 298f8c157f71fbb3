package preflight

import (
	"fmt"

	"github.com/kraftctl/kraftctl/release"
)

// span are the levels of a feature that a release supports; 0 to 0 for a feature it does not know.
type span struct{ low, high int16 }

func (s span) has(level int16) bool { return s.low <= level && level <= s.high }

// String is the span as Kafka's VersionRange prints it.
func (s span) String() string {
	if s.low == s.high {
		return fmt.Sprint(s.low)
	}
	return fmt.Sprintf("%d-%d", s.low, s.high)
}

// supported are the levels a node of release r accepts (QuorumFeatures.defaultSupportedFeatureMap), which the active controller
// and each standby check when a record sets a level; unstable adds those of unstable.feature.versions.enable.
func supported(r release.Release, feature string, unstable bool) span {
	if feature == release.MetadataVersionFeature {
		high := r.LatestStableMetadataVersion()
		if unstable {
			high = r.LatestMetadataVersion()
		}
		return span{behaviourOf(r).lowest, high.Level}
	}
	s := span{}
	f, ok := r.Feature(feature)
	if !ok {
		return s
	}
	for level := int16(1); ; level++ {
		if _, ok := f.Level(r, level, unstable); !ok {
			return s
		}
		s.high = level
	}
}

// raisesKRaft is the first release that can raise kraft.version: 3.9.2 and 4.0.2 answer that it was, and leave the quorum static.
const raisesKRaft = release.V4_1

// formatChanges are the levels of metadata.version that changed the form of the records (MetadataVersion.didMetadataChange, read
// from 3.9.2 and 4.4.0). Kafka refuses to lower the level past one of them, and refuses it with --unsafe too.
var formatChanges = []int16{1, 3, 5, 6, 7, 8, 11, 13, 14, 15, 17, 23, 30, 32, 33}

// lowestFrom is how far a level of metadata.version can be lowered.
func lowestFrom(level int16) int16 {
	lowest := level
	for _, changed := range formatChanges {
		if changed <= level {
			lowest = changed
		}
	}
	return lowest
}

// Kafka's answers to UpdateFeatures, seen on 3.3.2 … 4.4.0.
const (
	refusedSafe   = "Refusing to perform the requested downgrade because it might delete metadata information."
	refusedUnsafe = "Unsafe metadata downgrade is not supported in this version."
	refusedKRaft  = "Invalid update version 0 for feature kraft.version. Can't downgrade the version of this feature."
)

// loss is what is gone when a feature is lowered below a level.
type loss struct {
	feature string
	below   int16
	text    string
}

var losses = []loss{
	{"transaction.version", 2, "producers no longer use transactions of the second version (KIP-890), which fence stray writes of an earlier transaction"},
	{"transaction.version", 1, "transaction state is written in the old format"},
	{"group.version", 1, "consumers with group.protocol=consumer (KIP-848) can no longer join; their groups have to use the classic protocol"},
	{"eligible.leader.replicas.version", 1, "eligible leader replicas (KIP-966) are no longer kept: after the loss of all in-sync replicas only an unclean election is left"},
	{"share.version", 2, "dead-letter queues of share groups end"},
	{"share.version", 1, "share groups (KIP-932) end"},
	{"streams.version", 1, "Kafka Streams applications with group.protocol=streams (KIP-1071) can no longer join"},
}

// lossesOf tells what is gone when a feature is lowered.
func lossesOf(feature string, from, to int16) []string {
	var texts []string
	for _, l := range losses {
		if l.feature == feature && to < l.below && l.below <= from {
			texts = append(texts, l.text)
		}
	}
	return texts
}

// known reports whether any release has a level of a feature, if only as an unstable one.
func known(feature string, level int16) bool {
	_, ok := firstWith(feature, level, true)
	return ok
}

// firstToSupport is the oldest release that supports a level of a feature; false when none does.
func firstToSupport(feature string, level int16) (release.Release, bool) {
	return firstWith(feature, level, false)
}

func firstWith(feature string, level int16, unstable bool) (release.Release, bool) {
	for _, r := range release.All() {
		if supported(r, feature, unstable).has(level) {
			return r, true
		}
	}
	return 0, false
}
