package dumplog

import (
	"bytes"
	"slices"
	"testing"
	"testing/quick"

	"github.com/kraftctl/kraftctl/release"
)

// However a file is cut into chunks, the jumps are the same.
func TestJumpsJoin(t *testing.T) {
	if err := quick.Check(func(steps []int8, cuts []bool) bool {
		var whole, joined, part jumps
		offset := int64(0)
		for i, step := range steps {
			offset += int64(step % 3)
			whole.see(offset)
			part.see(offset)
			if i < len(cuts) && cuts[i] {
				joined.then(&part)
				part = jumps{}
			}
		}
		joined.then(&part)
		return slices.Equal(whole.pairs, joined.pairs) && whole.first == joined.first && whole.last == joined.last
	}, nil); err != nil {
		t.Error(err)
	}
}

// 4.3 expects the first record at offset 0; before, any offset would do, and -1 counted as none.
func TestJumpsByRelease(t *testing.T) {
	var j jumps
	for _, offset := range []int64{7, 8, 5, -1, 3} {
		j.see(offset)
	}
	for rel, want := range map[release.Release][]pair{
		release.V4_3: {{-1, 7}, {8, 5}, {5, -1}, {-1, 3}},
		release.V4_2: {{8, 5}, {5, -1}},
	} {
		if got := j.found(mannersOf(rel)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", rel, got, want)
		}
	}
}

func TestReportOrder(t *testing.T) {
	found := []pair{{9, 1}, {3, 4}, {9, 2}}
	for rel, want := range map[release.Release]string{
		release.V4_3: "file\n3 4\n9 2\n",
		release.V3_9: "file\n9 2\n3 4\n9 1\n",
	} {
		var r report
		r.add("file", slices.Clone(found)...)
		r.add("sound")
		r.arrange(mannersOf(rel), false)
		var b bytes.Buffer
		r.print(&b, func(file string) string { return file }, "%d %d")
		if b.String() != want {
			t.Errorf("%s: %q, want %q", rel, b.String(), want)
		}
	}
}

func TestPaths(t *testing.T) {
	for in, want := range map[string][4]string{
		"a//b/0.log/": {"a/b/0.log", "0.log", "0", "/work/a/b/0.log"},
		"/x.y.z":      {"/x.y.z", "x.y.z", "x", "/x.y.z"},
		"":            {"", "", "", "/work"},
		"/":           {"/", "", "", "/"},
		"../00.index": {"../00.index", "00.index", "00", "/work/../00.index"},
	} {
		p := newPath(in)
		if got := [4]string{string(p), p.name(), p.stem(), p.absolute("/work")}; got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := newPath("n/1.index").sibling("/work", "1.log"); got != "/work/n/1.log" {
		t.Error(got)
	}
}

func TestTitle(t *testing.T) {
	for name, want := range map[string]string{
		"00000000000000001295.log":                   "Log starting offset: 1295",
		"bootstrap.checkpoint":                       "KRaft bootstrap snapshot",
		"00000000000000002110-0000000001.checkpoint": "Snapshot end offset: 2110, epoch: 1",
		"x.log":                                 `java.lang.NumberFormatException: For input string: "x"`,
		"x.checkpoint":                          "java.lang.StringIndexOutOfBoundsException: begin 0, end 20, length 12",
		"00000000000000000000-00000.checkpoint": `java.lang.NumberFormatException: For input string: "00000.chec"`,
		"0000000000000000000é-0000000000.checkpoint":      `java.lang.NumberFormatException: For input string: "0000000000000000000é"`,
		"00000000000000000000-9999999999.checkpoint":      `java.lang.NumberFormatException: For input string: "9999999999"`,
		"99999999999999999999.log":                        `java.lang.NumberFormatException: For input string: "99999999999999999999"`,
		"00000000000000000007-0000000002-mine.checkpoint": "Snapshot end offset: 7, epoch: 2",
	} {
		got, err := Title(name)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// Every habit has its row, and the newest release and the one before 4.3 differ.
func TestHabits(t *testing.T) {
	for h, releases := range habits {
		if releases == (release.Range{}) {
			t.Errorf("habit %d has no row", h)
		}
	}
	if len(habits) > 32 {
		t.Error("manners has too few bits")
	}
	if mannersOf(release.V4_4) != mannersOf(release.V4_3) {
		t.Error("4.4 has no tool of its own; it should behave as 4.3")
	}
}
