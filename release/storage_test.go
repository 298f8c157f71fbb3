package release_test

import (
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/release"
)

func TestEveryReleaseHasItsStorageRow(t *testing.T) {
	for _, r := range release.All() {
		row := r.Storage()
		if row == nil || !row.Releases.Contains(r) {
			t.Fatalf("%s has no storage row", r)
		}
		if (row.Scram == release.ScramNone) != (row.ScramTooOld == "") {
			t.Errorf("%s: SCRAM syntax %d with text %q", r, row.Scram, row.ScramTooOld)
		}
		if row.BootstrapInSnapshot && !row.DirectoryIDs || row.LateBootstrapCheck && row.Flow != release.FlowByName {
			t.Errorf("%s: %+v", r, row)
		}
		if got := strings.Count(row.BadVersion, "%s"); got < 1 || got > 3 {
			t.Errorf("%s: BadVersion %q takes %d texts", r, row.BadVersion, got)
		}
	}
}

func TestParse(t *testing.T) {
	for text, want := range map[string]release.Release{
		"3.3": release.V3_3, "3.3.2": release.V3_3, "4.4.0": release.V4_4, "v4.0.1": release.V4_0, "4.1.0-rc1": release.V4_1,
	} {
		if got, err := release.Parse(text); err != nil || got != want {
			t.Errorf("Parse(%q) = %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "4", "3.2", "4.5", "4.4.x", "latest", "4..1"} {
		if _, err := release.Parse(text); err == nil || !strings.Contains(err.Error(), "3.3 … 4.4") {
			t.Errorf("Parse(%q) error = %v", text, err)
		}
	}
	for _, r := range release.All() {
		for _, name := range []string{r.String(), r.Observed()} {
			if got, err := release.Parse(name); err != nil || got != r {
				t.Errorf("Parse(%q) = %s, %v; want %s", name, got, err, r)
			}
		}
	}
}
