package wire

// Arena is memory for the arrays a [Reader] returns, used anew after each Reset of the reader. Its size settles at
// about twice what the largest input needed. The zero value is ready to use; a nil arena allocates every array.
type Arena struct {
	i []int32
	u []UUID
	s []string
}

func (a *Arena) reset() { a.i, a.u, a.s = a.i[:0], a.u[:0], a.s[:0] }

func (a *Arena) int32s(n int) []int32 {
	if a == nil {
		return make([]int32, n)
	}
	var s []int32
	a.i, s = carve(a.i, n)
	return s
}

func (a *Arena) uuids(n int) []UUID {
	if a == nil {
		return make([]UUID, n)
	}
	var s []UUID
	a.u, s = carve(a.u, n)
	return s
}

func (a *Arena) strings(n int) []string {
	if a == nil {
		return make([]string, n)
	}
	var s []string
	a.s, s = carve(a.s, n)
	return s
}

// carve cuts n elements off the unused end of slab. A slab too small is left to the slices already cut from it
// and replaced by a larger one. The cut is never nil, which would be a null array.
func carve[T any](slab []T, n int) (rest, cut []T) {
	if slab == nil || cap(slab)-len(slab) < n {
		slab = make([]T, 0, max(2*cap(slab), 2*n, 16))
	}
	end := len(slab) + n
	return slab[:end], slab[len(slab):end:end]
}

// Extend lengthens s by one element, keeping what an earlier use of the same memory left there, so that its own
// slices can be reused.
func Extend[T any](s []T) []T {
	if len(s) < cap(s) {
		return s[:len(s)+1]
	}
	var zero T
	return append(s, zero)
}
