package dumplog

import (
	"fmt"
	"io"
	"slices"

	"github.com/kraftctl/kraftctl/internal/javahash"
)

// none is the offset before the first one.
const none = -1

// pair is two numbers that do not fit.
type pair struct{ first, second int64 }

// jumps are the places of a file where a record's offset does not follow the one before.
type jumps struct {
	// any says that an offset has been seen; first and last are the first and last one.
	any         bool
	first, last int64
	pairs       []pair
}

func (j *jumps) see(offset int64) {
	switch {
	case !j.any:
		j.any, j.first = true, offset
	case j.last != offset-1:
		j.pairs = append(j.pairs, pair{j.last, offset})
	}
	j.last = offset
}

// then adds the jumps of what follows.
func (j *jumps) then(next *jumps) {
	if !next.any {
		return
	}
	if !j.any {
		*j = *next
		return
	}
	if j.last != next.first-1 {
		j.pairs = append(j.pairs, pair{j.last, next.first})
	}
	j.pairs = append(j.pairs, next.pairs...)
	j.last = next.last
}

// found are the jumps of a whole file as a release reports them, in the order in which they were found.
func (j *jumps) found(m manners) []pair {
	var pairs []pair
	if j.any && j.first != 0 && m.has(comparesFirstOffset) {
		pairs = append(pairs, pair{none, j.first})
	}
	for _, p := range j.pairs {
		// Before 4.3 an offset of -1 counted as none seen so far.
		if p.first != none || m.has(comparesFirstOffset) {
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// report gathers pairs by file, and prints them in the order in which Kafka's hash map holds the files.
type report struct {
	files javahash.Set
	pairs map[string][]pair
}

func (r *report) add(file string, pairs ...pair) {
	if len(pairs) == 0 {
		return
	}
	if r.pairs == nil {
		r.pairs = map[string][]pair{}
	}
	r.files.Add(file)
	r.pairs[file] = append(r.pairs[file], pairs...)
}

// print writes a title for each file, with its name if title has a place for it, and a line for each pair.
func (r *report) print(w io.Writer, title func(file string) string, line string) {
	for _, file := range r.files.Keys() {
		fmt.Fprintln(w, title(file))
		for _, p := range r.pairs[file] {
			fmt.Fprintf(w, line+"\n", p.first, p.second)
		}
	}
}

// arrange puts the pairs of every file in the order of the map or list that a release keeps them in. A sorted map holds only
// the last pair of each first number; descending is its order.
func (r *report) arrange(m manners, descending bool) {
	for file, pairs := range r.pairs {
		if !m.has(sortsJumps) {
			slices.Reverse(pairs)
			continue
		}
		slices.SortStableFunc(pairs, func(a, b pair) int {
			switch {
			case a.first == b.first:
				return 0
			case (a.first < b.first) != descending:
				return -1
			}
			return 1
		})
		kept := pairs[:0]
		for i, p := range pairs {
			if i+1 == len(pairs) || pairs[i+1].first != p.first {
				kept = append(kept, p)
			}
		}
		r.pairs[file] = kept
	}
}
