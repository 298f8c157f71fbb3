package preflight_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/preflight"
)

const corpusDir = "../../testdata/corpus"

// start is what became of a real release on a directory of the corpus. log is a line of its log that counts, if it ended.
type start struct {
	dir, release string
	verdict      preflight.Verdict
	log          string
}

// upgraded and migrated are directories of the corpus, by the release that ran on them last.
const (
	upgraded = "upgrade/3.3.2-to-4.3.1/"
	migrated = "zk-migration/3.9.2/controller3000-"
)

// starts were seen with the released servers on one machine.
var starts = []start{
	{upgraded + "stage1-3.3.2", "3.3.2", preflight.Loads, ""},
	{upgraded + "stage1-3.3.2", "3.5.2", preflight.Loads, ""},
	{upgraded + "stage1-3.3.2", "3.6.2", preflight.Loads, ""},
	{upgraded + "stage1-3.3.2", "3.9.2", preflight.Loads, ""},
	{upgraded + "stage1-3.3.2", "4.0.2", preflight.Loads, ""},
	{upgraded + "stage1-3.3.2", "4.4.0", preflight.Loads, ""},
	{upgraded + "stage2-3.5.2", "3.3.2", preflight.Fails, "Tried to apply FeatureLevelRecord FeatureLevelRecord(name='metadata.version', featureLevel=11), but this controller only supports versions 1-7"},
	{upgraded + "stage2-3.5.2", "3.5.2", preflight.Loads, ""},
	{upgraded + "stage2-3.5.2", "3.6.2", preflight.Loads, ""},
	{upgraded + "stage2-3.5.2", "4.4.0", preflight.Loads, ""},
	{upgraded + "stage3-3.7.2", "3.5.2", preflight.Fails, ""},
	{upgraded + "stage3-3.7.2", "3.6.2", preflight.Fails, ""},
	{upgraded + "stage3-3.7.2", "3.9.2", preflight.Loads, ""},
	{upgraded + "stage4-3.9.2", "3.6.2", preflight.Fails, ""},
	{upgraded + "stage4-3.9.2", "3.9.2", preflight.Loads, ""},
	{upgraded + "stage4-3.9.2", "4.0.2", preflight.Loads, ""},
	{upgraded + "stage4-3.9.2", "4.4.0", preflight.Loads, ""},
	{upgraded + "stage5-4.3.1", "3.9.2", preflight.Fails, "No MetadataVersion with feature level 30"},
	{upgraded + "stage5-4.3.1", "4.0.2", preflight.Fails, "No MetadataVersion with feature level 30. Valid feature levels are from 7 to 26."},
	{upgraded + "stage5-4.3.1", "4.4.0", preflight.Loads, ""},
	{migrated + "stage0-formatted", "4.4.0", preflight.Loads, ""},
	{migrated + "stage1-pre-migration", "3.9.2", preflight.Loads, ""},
	{migrated + "stage1-pre-migration", "4.0.2", preflight.LoadsIgnoring, ""},
	{migrated + "stage2-dual-write", "4.4.0", preflight.LoadsIgnoring, ""},
	{migrated + "stage4-finalised", "4.0.2", preflight.Loads, ""},
	{migrated + "stage4-finalised", "4.4.0", preflight.Loads, ""},
}

func TestStarts(t *testing.T) {
	fsys := corpus.Load(t, corpusDir, "upgrade", "zk-migration")
	for _, s := range starts {
		t.Run(s.dir+" on "+s.release, func(t *testing.T) {
			r := check(t, fsys, s.dir, s.release)
			if r.Verdict != s.verdict {
				t.Fatalf("verdict %s, the real start: %s\n%s", r.Verdict, s.verdict, said(t, r))
			}
			f := first(r, preflight.Stops)
			if s.log != "" && (f == nil || !slices.Contains(f.Log, s.log)) {
				t.Errorf("it does not name %q first:\n%s", s.log, said(t, r))
			}
		})
	}
}

// check asks about a directory of a file system.
func check(t *testing.T, fsys fs.FS, dir, version string, change ...func(*preflight.Options)) *preflight.Report {
	t.Helper()
	found, err := metalog.Find(fsys, dir)
	if err != nil || len(found) > 1 {
		t.Fatalf("%s: %v, %v", dir, found, err)
	}
	if len(found) == 0 {
		found = []string{dir}
	}
	log, err := metalog.OpenLog(fsys, found[0], found[0])
	if err != nil {
		t.Fatal(err)
	}
	opts := preflight.Options{Release: parse(t, version)}
	for _, c := range change {
		c(&opts)
	}
	r, err := preflight.Check(log, opts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func parse(t *testing.T, version string) release.Release {
	t.Helper()
	r, err := release.Parse(version)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func first(r *preflight.Report, effect preflight.Effect) *preflight.Finding {
	for i := range r.Findings {
		if r.Findings[i].Effect == effect {
			return &r.Findings[i]
		}
	}
	return nil
}

func finding(t *testing.T, r *preflight.Report, id string) *preflight.Finding {
	t.Helper()
	for i := range r.Findings {
		if r.Findings[i].ID == id {
			return &r.Findings[i]
		}
	}
	t.Fatalf("no finding %s:\n%s", id, said(t, r))
	return nil
}

func said(t *testing.T, r *preflight.Report) string {
	t.Helper()
	var b strings.Builder
	if err := preflight.WriteText(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func mustSay(t *testing.T, r *preflight.Report, parts ...string) {
	t.Helper()
	flat := strings.Join(strings.Fields(said(t, r)), " ")
	for _, p := range parts {
		if !strings.Contains(flat, p) {
			t.Errorf("it does not say %q:\n%s", p, said(t, r))
		}
	}
}
