package metalog

import "sync"

// Worker works on chunks, one at a time.
type Worker interface {
	// Work is called on the worker's own goroutine, while other workers do theirs.
	Work(c *Chunk) error
	// Deliver hands on what Work made. Calls come one at a time, over all workers, in the order of the chunks; false ends
	// the work early.
	Deliver() (more bool, err error)
}

// Work runs the workers over all chunks that next returns, until it returns nil, each on a goroutine of its own. Calls of next
// come one at a time. The first error ends the work.
func Work[W Worker](workers []W, next func() (*Chunk, func(*Chunk), error)) error {
	g := &gang{next: next}
	g.turned.L = &g.mu
	var wg sync.WaitGroup
	for _, w := range workers[1:] {
		wg.Go(func() { g.run(w) })
	}
	g.run(workers[0])
	wg.Wait()
	return g.err
}

// gang is the state the workers share.
type gang struct {
	next func() (*Chunk, func(*Chunk), error)

	reading sync.Mutex // guards next, taken and ended
	taken   int
	ended   bool

	mu     sync.Mutex // guards what follows
	turned sync.Cond
	turn   int
	over   bool
	err    error
}

func (g *gang) run(w Worker) {
	for {
		c, release, ticket, err := g.take()
		if c != nil {
			err = w.Work(c)
			release(c)
		}
		if c == nil && err == nil || !g.deliver(w, ticket, err) {
			return
		}
	}
}

// take is the next chunk and its place in the order; no chunk at the end. A failure has a place in the order too, so that
// what was read before it is delivered.
func (g *gang) take() (*Chunk, func(*Chunk), int, error) {
	g.reading.Lock()
	defer g.reading.Unlock()
	if g.ended {
		return nil, nil, 0, nil
	}
	c, release, err := g.next()
	g.ended = c == nil || err != nil
	ticket := g.taken
	g.taken++
	if err != nil {
		c = nil
	}
	return c, release, ticket, err
}

// deliver waits for the ticket's turn and delivers; false when the work is over.
func (g *gang) deliver(w Worker, ticket int, err error) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.turn != ticket && !g.over {
		g.turned.Wait()
	}
	if g.over {
		return false
	}
	more := err == nil
	if more {
		more, err = w.Deliver()
	}
	g.turn++
	if !more {
		g.over, g.err = true, err
	}
	g.turned.Broadcast()
	return more
}
