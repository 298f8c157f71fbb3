package command

import (
	"bytes"
	"encoding/json"
	"runtime/debug"
	"strings"
	"testing"
)

// checkout is what the toolchain records about a binary built in a changed git checkout.
func checkout() *debug.BuildInfo {
	return &debug.BuildInfo{
		Main: debug.Module{Version: "v0.0.0-20261121084108-abcdef012345+dirty"},
		Settings: []debug.BuildSetting{
			{Key: "-trimpath", Value: "true"},
			{Key: "vcs.revision", Value: "abcdef0123456789"},
			{Key: "vcs.time", Value: "2026-11-21T08:41:08Z"},
			{Key: "vcs.modified", Value: "true"},
		},
	}
}

// stamp sets the linker's variables for one test.
func stamp(t *testing.T, v, c, d string) {
	t.Helper()
	oldVersion, oldCommit, oldDate := version, commit, date
	version, commit, date = v, c, d
	t.Cleanup(func() { version, commit, date = oldVersion, oldCommit, oldDate })
}

func TestVersionComesFromTheCheckoutWithoutStamps(t *testing.T) {
	stamp(t, "", "", "")
	got := currentVersion(checkout())
	if got.Version != "v0.0.0-20261121084108-abcdef012345+dirty" || got.Commit != "abcdef0123456789" ||
		got.Date != "2026-11-21T08:41:08Z" || !got.Modified {
		t.Errorf("got %+v", got)
	}
}

func TestStampsWinOverTheCheckout(t *testing.T) {
	stamp(t, "1.2.3", "feed", "2027-01-01T00:00:00Z")
	got := currentVersion(checkout())
	if got.Version != "1.2.3" || got.Commit != "feed" || got.Date != "2027-01-01T00:00:00Z" {
		t.Errorf("got %+v", got)
	}
}

func TestVersionWithNothingKnown(t *testing.T) {
	stamp(t, "", "", "")
	var out bytes.Buffer
	if err := currentVersion(nil).writeText(&out); err != nil {
		t.Fatal(err)
	}
	if want := "kraftctl (devel) (commit unknown, unknown)\n"; !strings.HasPrefix(out.String(), want) {
		t.Errorf("got %q, want it to begin %q", out.String(), want)
	}
}

func TestVersionTextMarksAModifiedCheckout(t *testing.T) {
	stamp(t, "", "", "")
	var out bytes.Buffer
	if err := currentVersion(checkout()).writeText(&out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "(commit abcdef0123456789, modified, 2026-11-21T08:41:08Z)") {
		t.Errorf("got %q", out.String())
	}
}

func TestVersionJSONKeysAreTheContract(t *testing.T) {
	text, err := json.Marshal(currentVersion(checkout()))
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"version", "commit", "date", "modified", "goVersion", "platform", "kafkaOldest", "kafkaNewest"} {
		if _, ok := fields[key]; !ok {
			t.Errorf("no %q in %s", key, text)
		}
	}
}
