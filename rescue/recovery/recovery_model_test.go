package recovery

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/kraftctl/kraftctl/inspect/compare"
	"github.com/kraftctl/kraftctl/inspect/verify"
)

// disaster is what is left of a quorum that lived, and what is asked for.
type disaster struct {
	disks []*node
	opts  Options
}

// strike draws which disks are left, damages one of them perhaps, and which voters are dead: those without a disk, and others.
func (m *model) strike(t *rapid.T) (d disaster) {
	var furthest []entry
	left := voterBits(0)
	for i, one := range m.nodes {
		if !rapid.Bool().Draw(t, "disk") {
			continue
		}
		disk := m.disk(i, m.snapshotFor(t, i))
		d.disks, left = append(d.disks, disk), left|1<<i
		if furtherThan(one.log, furthest) {
			furthest = one.log
		}
	}
	if len(d.disks) > 0 && rapid.IntRange(0, 4).Draw(t, "damage") == 0 {
		if one := rapid.SampledFrom(d.disks).Draw(t, "damaged"); len(one.log) > 0 {
			one.flip(rapid.IntRange(0, len(one.log)-1).Draw(t, "byte"))
		}
	}
	d.opts = Options{Node: -1, Standalone: true}
	set, _ := m.votersOf(furthest)
	for _, id := range set.ids() {
		if !left.has(int(id)) || rapid.Bool().Draw(t, "dead") {
			d.opts.Dead = append(d.opts.Dead, id)
		}
	}
	if len(d.opts.Dead) == len(set.ids()) {
		d.opts.Node = d.opts.Dead[0]
	}
	if len(d.disks) > 0 && rapid.IntRange(0, 4).Draw(t, "override") == 0 {
		d.opts.From = fmt.Sprint(rapid.SampledFrom(d.disks).Draw(t, "from").id)
	}
	return d
}

// TestRecoveryInModel lets quorums live at random, with voters that are configured or in the log, destroys some of their disks, damages
// others, and holds the plan against what was really committed.
func TestRecoveryInModel(t *testing.T) {
	for name, inLog := range map[string]bool{"configured voters": false, "voters in the log": true} {
		t.Run(name, func(t *testing.T) {
			count := map[string]int{}
			for range 10 { // a hundred quorums may all be too simple
				rapid.Check(t, func(rt *rapid.T) {
					m := newModel(rapid.IntRange(1, 5).Draw(rt, "voters"), rapid.IntRange(0, 2).Draw(rt, "observers"), inLog)
					m.live(rt)
					count[m.recover(t, rt)]++
				})
			}
			if count["refused"] == 0 || count["safe true"] == 0 || count["safe false"] == 0 {
				t.Errorf("%v: the test shows nothing", count)
			}
			t.Log(count)
		})
	}
}

// recover strikes and makes a plan; it tells how that came out.
func (m *model) recover(t *testing.T, rt *rapid.T) string {
	d := m.strike(rt)
	if len(d.disks) == 0 {
		return "nothing left"
	}
	plan, err := NewPlan(sourcesOf(t, d.disks...), d.opts)
	var refusal *Refusal
	switch {
	case errors.As(err, &refusal):
		return "refused"
	case errors.Is(err, compare.ErrNoVoter): // damage may hide a voter that is said to be dead
		return "hidden voter"
	case err != nil:
		rt.Fatal(err)
	}
	m.judge(t, rt, plan)
	return fmt.Sprintf("safe %v", plan.Loss.Safe)
}

// judge holds a plan and its seed against what was committed.
func (m *model) judge(t *testing.T, rt *rapid.T, plan *Plan) {
	seed := madeLog(t, plan)
	got, committed := entries(rt, m, seed, plan.Seed.StartOffset), epochs(m.chosen)
	if int64(len(got)) != plan.Seed.EndOffset {
		rt.Fatalf("the seed has %d records, the plan says %d", len(got), plan.Seed.EndOffset)
	}
	l := &plan.Loss
	if l.Safe && (len(got) < len(committed) || !slices.Equal(got[:len(committed)], committed)) {
		rt.Fatalf("the seed is said to have everything committed, %v; it has %v", m.chosen, got)
	}
	if l.Until >= 0 && l.Until < int64(len(committed)) {
		rt.Fatalf("nothing committed is missing from offset %d on, it is said: %v", l.Until, m.chosen)
	}
	if l.CertainEnd > int64(len(committed)) {
		rt.Fatalf("everything before offset %d is said to be committed; committed is %v", l.CertainEnd, m.chosen)
	}
	if kept := min(int(l.From), len(committed)); !l.Safe && kept > 0 && !slices.Equal(got[:kept], committed[:kept]) {
		rt.Fatalf("before offset %d everything committed is kept, it is said: %v of %v", l.From, got, m.chosen)
	}
	for _, one := range m.nodes {
		if one.epoch >= plan.Seed.Epoch {
			rt.Fatalf("epoch %d of the seed was one of the old quorum's, which came to %d", plan.Seed.Epoch, one.epoch)
		}
	}
	if report := verify.Log(seed, verify.Options{Workers: 1}); !report.Sound() {
		rt.Fatalf("the seed does not verify: %+v", report)
	}
}
