package argparse

import (
	"sort"
	"strings"
	"unicode/utf16"
)

// The costs of an edit, and the distance from which on nothing is suggested, are those of git's help.c.
const (
	substituteCost = 2
	deleteCost     = 4
	addCost        = 1
	tooFar         = 7
)

// suggestFlags lists the long flags closest to an unknown word. Words of one letter get none.
func (l *level) suggestFlags(word string) []string {
	body := strings.TrimLeft(word, "-")
	if len(utf16.Encode([]rune(body))) < 2 {
		return nil
	}
	var flags, bodies []string
	for i := range l.options {
		for _, flag := range l.options[i].Flags {
			if own := strings.TrimLeft(flag, "-"); len(own) > 1 {
				flags = append(flags, flag)
				bodies = append(bodies, own)
			}
		}
	}
	return closest(body, bodies, flags)
}

// closest lists, sorted, those subjects whose body has the least distance from word, unless even that is too far.
func closest(word string, bodies, subjects []string) []string {
	best := tooFar
	var found []string
	for i, body := range bodies {
		cost := 0
		if !strings.HasPrefix(body, word) {
			cost = distance(utf16.Encode([]rune(word)), utf16.Encode([]rune(body)))
		}
		if cost > best || cost >= tooFar {
			continue
		}
		if cost < best {
			best, found = cost, nil
		}
		found = append(found, subjects[i])
	}
	sort.Strings(found)
	return found
}

// distance is the Damerau-Levenshtein distance from a to b; swapping two neighbours costs nothing.
func distance(a, b []uint16) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			same := a[i-1] == b[j-1]
			row[j] = last[j-1]
			if !same {
				row[j] += substituteCost
			}
			if i > 1 && j > 1 && !same && a[i-2] == b[j-1] && a[i-1] == b[j-2] {
				row[j] = min(row[j], before[j-2])
			}
			row[j] = min(row[j], last[j]+deleteCost, row[j-1]+addCost)
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
