package compare

import "slices"

// DifferenceKind says how two copies differ at an offset.
type DifferenceKind string

// The kinds of differences.
const (
	// Parted: both have sound batches there, and they are not the same; what follows has nothing in common.
	Parted DifferenceKind = "parted"
	// DamagedThere: a batch of the one is damaged, which the other has.
	DamagedThere DifferenceKind = "damaged"
	// MissingThere: the one has no batch where the other does, and goes on behind it.
	MissingThere DifferenceKind = "missing"
)

// Agreement is how far a copy agrees with the reference copy.
type Agreement struct {
	// Overlap tells that there are offsets which both have.
	Overlap bool
	// From is the first offset that both have, and Until the one up to which they agree (exclusive).
	From, Until int64
	// Kind is how they differ first, "" when they do not; Offset is where.
	Kind   DifferenceKind
	Offset int64
	// Batches is how many batches of the reference the copy lacks or has differently, and More how many it has that the
	// reference lacks, each from Offset on.
	Batches, More int
}

// agree compares a copy with the reference, batch by batch.
func agree(ref, c *Copy) Agreement {
	from := max(ref.Start, c.Start)
	a, b := since(ref.prints, from), since(c.prints, from)
	g := Agreement{Overlap: len(a) > 0 && len(b) > 0, From: from, Until: from, Offset: -1}
	if !g.Overlap {
		return withoutOverlap(g, ref, c)
	}
	for len(a) > 0 && len(b) > 0 {
		x, y := a[0], b[0]
		if x.base == y.base && x.sum == y.sum && !x.bad {
			if g.Kind == "" {
				g.Until = x.next
			}
			a, b = a[1:], b[1:]
			continue
		}
		kind := differ(x, y)
		g.note(kind, min(x.base, y.base))
		if kind == Parted {
			g.Batches, g.More = g.Batches+len(a), g.More+len(b)
			return g
		}
		a, b = g.pass(a, b)
	}
	return g
}

// withoutOverlap is for copies whose logs have no offset in common. They agree as far as the copy has a snapshot, which is made of
// committed records.
func withoutOverlap(g Agreement, ref, c *Copy) Agreement {
	g.From, g.Until = 0, min(c.Snapshot.Offset, ref.End)
	return g
}

// since is the batches from an offset on.
func since(prints []print, from int64) []print {
	i, _ := slices.BinarySearchFunc(prints, from, func(p print, from int64) int {
		if p.next <= from {
			return -1
		}
		return 1
	})
	return prints[i:]
}

func differ(x, y print) DifferenceKind {
	switch {
	case x.bad || y.bad:
		return DamagedThere
	case x.base != y.base && (x.next <= y.base || y.next <= x.base):
		return MissingThere
	}
	return Parted
}

func (g *Agreement) note(kind DifferenceKind, at int64) {
	if g.Kind == "" || kind == Parted && g.Kind != Parted {
		if g.Kind == "" {
			g.Until = max(g.From, at)
		}
		g.Kind, g.Offset = kind, at
	}
}

// pass goes on behind a batch that is damaged or missing on one side.
func (g *Agreement) pass(a, b []print) (restA, restB []print) {
	switch {
	case a[0].base == b[0].base:
		g.Batches++
		g.More++
		return a[1:], b[1:]
	case a[0].base < b[0].base:
		g.Batches++
		return a[1:], b
	}
	g.More++
	return a, b[1:]
}

// Holds reports whether the copy has everything before offset end that the reference has.
func (g *Agreement) Holds(end int64) bool { return g.Until >= end }

// epochAt is the epoch of the batch with an offset, -1 when it is not in the log.
func (c *Copy) epochAt(offset int64) int32 {
	if at := since(c.prints, offset); len(at) > 0 && at[0].base <= offset {
		return at[0].epoch
	}
	if c.Snapshot.Offset == offset+1 {
		return c.Snapshot.Epoch
	}
	return -1
}
