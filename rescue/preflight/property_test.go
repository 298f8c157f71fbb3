package preflight_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
	"github.com/kraftctl/kraftctl/rescue/preflight"
)

// A log of nothing but levels of metadata.version loads when the release supports each of them, whatever their order, and
// the first it does not support is named first. A snapshot hides all before it from 3.6 on.
func TestEveryLevelCounts(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rel := rapid.SampledFrom(release.All()).Draw(rt, "release")
		levels := rapid.SliceOfN(rapid.Int16Range(7, 34), 1, 6).Draw(rt, "levels")
		covered := rapid.IntRange(0, len(levels)-1).Draw(rt, "covered")
		var batches [][]byte
		for i, l := range levels {
			batches = append(batches, batch(int64(i+1), mv(l)))
		}
		others := map[string]string{}
		loaded := levels
		if covered > 0 {
			others[snapshot(int64(covered+1))] = snapshotOf(mv(levels[covered-1]))
			if rel >= release.V3_6 {
				loaded = levels[covered-1:]
			}
		}
		r := checkMade(t, made(others, batches...), rel)
		highest := rel.LatestStableMetadataVersion().Level
		bad := slices.IndexFunc(loaded, func(l int16) bool { return l > highest })
		f := first(r, preflight.Stops)
		if (bad < 0) != (r.Verdict == preflight.Loads) || bad >= 0 && *f.Level != loaded[bad] {
			rt.Fatalf("%v covered %d on %s:\n%s", levels, covered, rel, said(t, r))
		}
		if last := loaded[len(loaded)-1]; r.Features[0].Level != last {
			rt.Fatalf("level %d, want %d", r.Features[0].Level, last)
		}
	})
}

// What is advised for a log that can be helped makes it load: the lowered levels, behind a snapshot.
func TestAdviceHelps(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rel := rapid.SampledFrom(release.All()).Draw(rt, "release")
		level := rapid.Int16Range(7, 33).Draw(rt, "level")
		r := checkMade(t, made(nil, batch(1, mv(level))), rel)
		if r.Verdict == preflight.Loads {
			return
		}
		highest := rel.LatestStableMetadataVersion().Level
		if r.Steps[0].Risk == preflight.Impossible {
			return
		}
		helped := made(map[string]string{snapshot(3): snapshotOf(mv(highest))}, batch(1, mv(level)), batch(2, mv(highest)), batch(3, noOp()))
		if rel < release.V3_6 {
			helped[metalog.PartitionDir+"/00000000000000000003.log"] = &fstest.MapFile{Data: batch(3, noOp())}
			delete(helped, segment)
		}
		if r := checkMade(t, helped, rel); r.Verdict == preflight.Fails {
			rt.Fatalf("level %d on %s:\n%s", level, rel, said(t, r))
		}
	})
}

// No bytes make it panic.
func FuzzCheck(f *testing.F) {
	f.Add(batch(1, mv(33), noOp()), []byte(snapshotOf(mv(7))), []byte(metaProperties), uint8(3))
	f.Add([]byte{}, []byte(zeroOf(1)), []byte("version=0"), uint8(11))
	f.Add(batch(0, level("share.version", 2)), []byte{}, []byte{}, uint8(0))
	f.Fuzz(func(t *testing.T, log, zero, meta []byte, number uint8) {
		fsys := fstest.MapFS{
			segment: {Data: log}, zeroSnapshot: {Data: zero}, "meta.properties": {Data: meta}, "bootstrap.checkpoint": {Data: zero},
			metalog.PartitionDir + "/quorum-state": {Data: meta},
		}
		all := release.All()
		r := checkMade(t, fsys, all[int(number)%len(all)])
		if (r.Verdict == preflight.Loads) != (first(r, preflight.Stops) == nil && first(r, preflight.Hides) == nil && first(r, preflight.Breaks) == nil) {
			t.Errorf("verdict %s: %s", r.Verdict, said(t, r))
		}
	})
}

func checkMade(t *testing.T, fsys fstest.MapFS, rel release.Release) *preflight.Report {
	t.Helper()
	log, err := metalog.OpenLog(fsys, metalog.PartitionDir, metalog.PartitionDir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := preflight.Check(log, preflight.Options{Release: rel})
	if err != nil {
		t.Fatal(err)
	}
	return r
}
