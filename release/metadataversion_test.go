package release_test

import (
	"testing"

	"github.com/kraftctl/kraftctl/release"
)

// What each release's kafka-storage formats with by default, and the newest version it knows.
func TestLatestMetadataVersions(t *testing.T) {
	tests := map[release.Release]struct{ stable, latest string }{
		release.V3_3: {"3.3-IV3", "3.3-IV3"},
		release.V3_4: {"3.4-IV0", "3.4-IV0"},
		release.V3_5: {"3.5-IV2", "3.5-IV2"},
		release.V3_6: {"3.6-IV2", "3.6-IV2"},
		release.V3_7: {"3.7-IV4", "3.8-IV0"},
		release.V3_8: {"3.8-IV0", "3.9-IV0"},
		release.V3_9: {"3.9-IV0", "4.0-IV1"},
		release.V4_0: {"4.0-IV3", "4.1-IV0"},
		release.V4_1: {"4.1-IV1", "4.2-IV1"},
		release.V4_2: {"4.2-IV1", "4.3-IV0"},
		release.V4_3: {"4.3-IV0", "4.4-IV0"},
		release.V4_4: {"4.4-IV2", "4.5-IV0"},
	}
	for _, r := range release.All() {
		want := tests[r]
		if got := r.LatestStableMetadataVersion().Name; got != want.stable {
			t.Errorf("%s formats with %s; want %s", r, got, want.stable)
		}
		if got := r.LatestMetadataVersion().Name; got != want.latest {
			t.Errorf("%s knows up to %s; want %s", r, got, want.latest)
		}
	}
}

// Texts as `kafka-storage version-mapping -r` and `format -r` of the release took or refused them.
func TestParseMetadataVersion(t *testing.T) {
	tests := []struct {
		r          release.Release
		text, want string
	}{
		{release.V4_4, "4.4", "4.4-IV2"},
		{release.V4_4, "4.4.0", "4.4-IV2"},
		{release.V4_4, "4.4.0-IV1", "4.4-IV2"},
		{release.V4_4, "4.4-IV1", "4.4-IV1"},
		{release.V4_4, "3.5.x", "3.5-IV2"},
		{release.V4_4, "3.3.2.1", "3.3-IV3"},
		{release.V4_4, "4.5-IV0", "4.5-IV0"},
		{release.V4_4, "4.5", ""},
		{release.V4_4, "3.5.", ""},
		{release.V4_4, "3..5", ""},
		{release.V4_4, " 3.5", ""},
		{release.V4_4, "3.5-iv0", ""},
		{release.V4_4, "3.3-IV0", ""},
		{release.V4_4, "", ""},
		{release.V3_9, "3.3-IV0", "3.3-IV0"},
		{release.V3_9, "0.11.0.1", "0.11.0-IV2"},
		{release.V3_9, "0.8.0", "0.8.0"},
		{release.V3_9, "4.0", ""},
		{release.V4_0, "4.1", ""},
		{release.V4_0, "4.1-IV0", "4.1-IV0"},
	}
	for _, test := range tests {
		got, known := test.r.ParseMetadataVersion(test.text)
		if got.Name != test.want || known != (test.want != "") {
			t.Errorf("%s: %q means %q (%v); want %q", test.r, test.text, got.Name, known, test.want)
		}
	}
}

func TestMetadataVersionsAreInOrder(t *testing.T) {
	for _, r := range release.All() {
		last := int16(-1)
		for _, v := range r.MetadataVersions() {
			if v.Level < last || v.Level >= 0 && v.Level == last {
				t.Errorf("%s: %s has level %d after %d", r, v.Name, v.Level, last)
			}
			last = v.Level
			found, ok := r.MetadataVersionAt(v.Level)
			if !ok || v.Level >= 0 && found != v {
				t.Errorf("%s: level %d is %s; want %s", r, v.Level, found.Name, v.Name)
			}
		}
	}
}

// Every level a feature has by default in a release can be asked for there, unless it needs the unstable switch.
func TestDefaultLevelsExist(t *testing.T) {
	for _, r := range release.All() {
		base, choosable := r.FeatureBase()
		for _, f := range r.Features() {
			if !choosable {
				t.Errorf("%s has feature %s and no base", r, f.Name)
			}
			for _, v := range r.MetadataVersions() {
				level := f.Default(r, v.Level)
				if level == 0 {
					continue
				}
				known, ok := f.Level(r, level, !v.Stable(r))
				if !ok || v.Level < base.Level || v.Level < known.Needs {
					t.Errorf("%s: %s=%d is the default of %s and cannot be set there", r, f.Name, level, v.Name)
				}
			}
		}
	}
}
