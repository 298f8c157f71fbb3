package preflight_test

import (
	"bufio"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/rescue/preflight"
)

// recorded is one line of testdata/starts.jsonl, see ORIGIN.md there.
type recorded struct {
	Dir           string
	Release       string
	Started       bool
	Features      map[string]int16
	Users         []string
	Says          []string
	Configuration bool
}

// Preflight says what the released servers did: started with these levels and users, or ended with these words.
func TestRecordedStarts(t *testing.T) {
	directories := corpus.Load(t, "testdata", "directories")
	for _, s := range recordedStarts(t) {
		t.Run(s.Dir+" on "+s.Release, func(t *testing.T) {
			dir, err := fs.Sub(directories, s.Dir)
			if err != nil {
				t.Fatal(err)
			}
			r := check(t, dir, ".", s.Release, func(o *preflight.Options) { o.Voters = []int32{1} })
			switch {
			case s.Started != (r.Verdict == preflight.Loads || r.Verdict == preflight.LoadsIgnoring):
				t.Errorf("started: %t\n%s\n%s", s.Started, strings.Join(s.Says, "\n"), said(t, r))
			case s.Started:
				s.compare(t, r)
			case !s.Configuration:
				s.heard(t, r)
			}
		})
	}
}

// compare holds the report against the cluster that came up.
func (s *recorded) compare(t *testing.T, r *preflight.Report) {
	t.Helper()
	got := map[string]int16{}
	for _, f := range r.Features {
		got[f.Name] = f.Level
	}
	if len(got) == 0 {
		got["metadata.version"] = 1 // the release takes it for 3.0-IV1
	}
	if !maps.Equal(got, s.Features) {
		t.Errorf("levels %v, the cluster has %v", got, s.Features)
	}
	if hidden := first(r, preflight.Hides); hidden != nil && hidden.ID == "records-ignored" && len(s.Users) > 0 {
		t.Errorf("users %v are not hidden:\n%s", s.Users, said(t, r))
	}
}

// heard looks for what stops the node first in what its log says.
func (s *recorded) heard(t *testing.T, r *preflight.Report) {
	t.Helper()
	f := first(r, preflight.Stops)
	inLog := func(text string) bool {
		return slices.ContainsFunc(s.Says, func(line string) bool { return strings.Contains(line, text) })
	}
	if !slices.ContainsFunc(f.Log, inLog) {
		t.Errorf("its log has none of %q, but\n%s", f.Log, strings.Join(s.Says, "\n"))
	}
	if len(f.Where) > 0 && !slices.ContainsFunc(f.Where, inLog) {
		t.Errorf("its log has none of %q, but\n%s", f.Where, strings.Join(s.Says, "\n"))
	}
}

func recordedStarts(t *testing.T) []recorded {
	t.Helper()
	f, err := os.Open("testdata/starts.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var all []recorded
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var s recorded
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}
