package fsx

import (
	"bytes"
	"iter"
	"slices"
)

// States gives the states a power cut now may leave, each a file system of its own that has settled. Where there are more
// than limit of them, the one that loses everything, the one that keeps everything, and a sample of the others drawn with
// seed are given.
func (c *Crash) States(limit int, seed uint64) iter.Seq[*Crash] {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	var choices []choice
	collect(c.root, map[*node]bool{}, &choices)
	total := 1
	for _, open := range choices {
		if total *= open.ways; total > limit {
			break
		}
	}
	var states []*Crash
	if total <= limit {
		for number := range total {
			states = append(states, c.pick(choices, digits(choices, number)))
		}
	} else {
		random := draw(seed)
		lost, kept := make([]int, len(choices)), make([]int, len(choices))
		for i, open := range choices {
			kept[i] = open.ways - 1
		}
		states = append(states, c.pick(choices, lost), c.pick(choices, kept))
		for len(states) < limit {
			drawn := make([]int, len(choices))
			for i, open := range choices {
				drawn[i] = random.below(open.ways)
			}
			states = append(states, c.pick(choices, drawn))
		}
	}
	return slices.Values(states)
}

// draw is a splitmix64 generator: a sample that comes out the same in every run.
type draw uint64

func (d *draw) below(n int) int {
	*d += 0x9e3779b97f4a7c15
	mixed := uint64(*d)
	mixed = (mixed ^ mixed>>30) * 0xbf58476d1ce4e5b9
	mixed = (mixed ^ mixed>>27) * 0x94d049bb133111eb
	return int((mixed ^ mixed>>31) % uint64(n))
}

// choice is something a power cut decides about one node.
type choice struct {
	node *node
	// change is the index of a pending change of a directory, -1 for the content of a file.
	change int
	// ways is how many outcomes there are; the last one keeps everything.
	ways int
}

// The outcomes for a file whose content is not durable.
const (
	contentOld = iota
	contentEmpty
	contentHalf
	contentNew
	contentWays
)

// collect lists the open choices of everything that is reachable, or was, or may be again.
func collect(at *node, seen map[*node]bool, choices *[]choice) {
	if seen[at] {
		return
	}
	seen[at] = true
	if !at.dir {
		if !bytes.Equal(at.data, at.durable) {
			*choices = append(*choices, choice{at, -1, contentWays})
		}
		return
	}
	for i, pending := range at.pending {
		*choices = append(*choices, choice{at, i, 2})
		for _, name := range sorted(pending) {
			if pending[name] != nil {
				collect(pending[name], seen, choices)
			}
		}
	}
	for _, name := range sorted(at.settled) {
		collect(at.settled[name], seen, choices)
	}
}

func sorted(entries map[string]*node) []string {
	names := make([]string, 0, len(entries))
	for name := range entries {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// digits writes number in the mixed base of the choices.
func digits(choices []choice, number int) []int {
	picked := make([]int, len(choices))
	for i, open := range choices {
		picked[i] = number % open.ways
		number /= open.ways
	}
	return picked
}

// pick builds the state in which each choice went as picked says.
func (c *Crash) pick(choices []choice, picked []int) *Crash {
	content := map[*node]int{}
	kept := map[*node][]bool{}
	for i, open := range choices {
		if open.change < 0 {
			content[open.node] = picked[i]
		} else {
			kept[open.node] = append(kept[open.node], picked[i] == 1)
		}
	}
	state := NewCrash()
	state.root = rebuild(c.root, content, kept)
	return state
}

func rebuild(at *node, content map[*node]int, kept map[*node][]bool) *node {
	if !at.dir {
		data := at.data
		switch outcome, open := content[at]; {
		case !open:
		case outcome == contentOld:
			data = at.durable
		case outcome == contentEmpty:
			data = nil
		case outcome == contentHalf:
			data = at.data[:len(at.data)/2]
		}
		return &node{perm: at.perm, data: slices.Clone(data), durable: slices.Clone(data)}
	}
	entries := make(map[string]*node, len(at.settled))
	applyChange(entries, at.settled)
	for i, pending := range at.pending {
		if kept[at][i] {
			applyChange(entries, pending)
		}
	}
	built := newDir(at.perm)
	for name, child := range entries {
		built.entries[name] = rebuild(child, content, kept)
		built.settled[name] = built.entries[name]
	}
	return built
}
