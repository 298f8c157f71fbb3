package validate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// context is the number of unchanged lines a diff shows around a change.
const context = 3

// change is a line of a diff: ' ' is kept, '-' removed, '+' added.
type change struct {
	kind byte
	text string
}

// unifiedDiff writes changes as diff -u does.
func unifiedDiff(path string, changes []change) string {
	changes = removalsFirst(changes)
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n+++ %s\n", path, path)
	oldLine, newLine := 1, 1
	for i := 0; i < len(changes); {
		if changes[i].kind == ' ' && !changesSoon(changes, i) {
			i, oldLine, newLine = i+1, oldLine+1, newLine+1
			continue
		}
		end := hunkEnd(changes, i)
		removed, added := 0, 0
		for _, c := range changes[i:end] {
			if c.kind != '+' {
				removed++
			}
			if c.kind != '-' {
				added++
			}
		}
		fmt.Fprintf(&b, "@@ -%s +%s @@\n", hunkRange(oldLine, removed), hunkRange(newLine, added))
		for _, c := range changes[i:end] {
			fmt.Fprintf(&b, "%c%s\n", c.kind, c.text)
		}
		i, oldLine, newLine = end, oldLine+removed, newLine+added
	}
	return b.String()
}

// hunkRange is the lines of a hunk as diff writes them.
func hunkRange(start, n int) string {
	switch n {
	case 0:
		return fmt.Sprintf("%d,0", start-1)
	case 1:
		return fmt.Sprint(start)
	}
	return fmt.Sprintf("%d,%d", start, n)
}

// changesSoon tells whether a change follows within the context.
func changesSoon(changes []change, i int) bool {
	for j := i; j < len(changes) && j <= i+context; j++ {
		if changes[j].kind != ' ' {
			return j > i
		}
	}
	return false
}

// hunkEnd is the end of the hunk that begins at i: behind the context of its last change.
func hunkEnd(changes []change, i int) int {
	last := i
	for j := i; j < len(changes) && j <= last+2*context+1; j++ {
		if changes[j].kind != ' ' {
			last = j
		}
	}
	return min(len(changes), last+context+1)
}

// removalsFirst puts what is removed before what is added, in each run of changed lines.
func removalsFirst(changes []change) []change {
	ordered := slices.Clone(changes)
	for i := 0; i < len(ordered); i++ {
		start := i
		for i < len(ordered) && ordered[i].kind != ' ' {
			i++
		}
		// '+' sorts before '-'.
		slices.SortStableFunc(ordered[start:i], func(a, b change) int { return cmp.Compare(b.kind, a.kind) })
	}
	return ordered
}
