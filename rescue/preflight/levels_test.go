package preflight

import (
	"testing"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
)

// What UpdateFeatures with validateOnly answered on each release, for the levels it allows at its own default.
func TestLowestFrom(t *testing.T) {
	for from, lowest := range map[int16]int16{33: 33, 31: 30, 30: 30, 29: 23, 27: 23, 25: 23, 21: 17, 20: 17, 19: 17, 14: 14, 11: 11, 10: 8, 8: 8, 7: 7} {
		if got := lowestFrom(from); got != lowest {
			t.Errorf("from %d down to %d, Kafka says %d", from, got, lowest)
		}
	}
}

// The ranges that ApiVersions of the released servers answers.
func TestSupported(t *testing.T) {
	for _, c := range []struct {
		release release.Release
		feature string
		want    string
	}{
		{release.V3_3, "metadata.version", "1-7"},
		{release.V3_5, "metadata.version", "1-11"},
		{release.V3_9, "metadata.version", "1-21"},
		{release.V4_0, "metadata.version", "7-25"},
		{release.V4_3, "metadata.version", "7-30"},
		{release.V4_4, "metadata.version", "7-33"},
		{release.V3_9, "kraft.version", "0-1"},
		{release.V3_9, "transaction.version", "0"},
		{release.V4_0, "transaction.version", "0-2"},
		{release.V4_0, "share.version", "0"},
		{release.V4_1, "share.version", "0-1"},
		{release.V4_1, "streams.version", "0"},
		{release.V4_2, "streams.version", "0-1"},
		{release.V4_4, "share.version", "0-2"},
	} {
		if got := supported(c.release, c.feature, false).String(); got != c.want {
			t.Errorf("%s %s: %s, the server says %s", c.release, c.feature, got, c.want)
		}
	}
	if got := supported(release.V4_3, "metadata.version", true); got.high != 31 {
		t.Errorf("with unstable levels 4.3 goes to %d", got.high)
	}
}

// The tables name what exists, and every release has one row.
func TestTables(t *testing.T) {
	for _, r := range release.All() {
		rows := 0
		for _, b := range behaviours {
			if b.releases.Contains(r) {
				rows++
			}
		}
		if rows != 1 {
			t.Errorf("%s has %d rows", r, rows)
		}
	}
	for _, later := range laterVersions {
		known, ok := metadata.TypeNamed(later.name)
		if !ok || known.Highest() == 0 {
			t.Errorf("%s has no later versions", later.name)
		}
	}
	for _, known := range metadata.Types() {
		listed := false
		for _, later := range laterVersions {
			listed = listed || later.name == known.Name
		}
		if known.Highest() > 0 && !listed {
			t.Errorf("nothing says what becomes of later versions of %s", known.Name)
		}
	}
	for _, l := range losses {
		if _, ok := release.Newest().Feature(l.feature); !ok {
			t.Errorf("there is no feature %s", l.feature)
		}
	}
}

func TestFirstToSupport(t *testing.T) {
	for level, want := range map[int16]release.Release{7: release.V3_3, 21: release.V3_9, 30: release.V4_3, 33: release.V4_4} {
		if got, ok := firstToSupport(release.MetadataVersionFeature, level); !ok || got != want {
			t.Errorf("level %d: %s", level, got)
		}
	}
	if _, ok := firstToSupport("foo.version", 1); ok {
		t.Error("no release supports foo.version")
	}
}
