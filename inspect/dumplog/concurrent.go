package dumplog

import "sync"

// job is a chunk on its way through: read by one goroutine, rendered by a worker, written in the order of the file.
type job struct {
	chunk
	// blocks are the text, closed at its end. jumps and err are set by then.
	blocks chan []byte
	jumps  jumps
	err    error
}

// blocksAhead is how many blocks of text a worker may be ahead of the writer.
const blocksAhead = 4

// pipeline renders the chunks of a segment on several workers with bounded memory: a worker waits when its text is not yet
// wanted, and the reader when no buffer is free.
type pipeline struct {
	tool    *tool
	walker  *walker
	ordered chan *job
	work    chan *job
	buffers chan []byte
	texts   chan []byte
	quit    chan struct{}
	running sync.WaitGroup
}

// concurrently prints all batches like [tool.batches], on several workers.
func (t *tool) concurrently(w *walker) (*jumps, error) {
	n := t.env.Workers
	p := &pipeline{
		tool: t, walker: w,
		ordered: make(chan *job, n+2), work: make(chan *job),
		buffers: make(chan []byte, n+2), texts: make(chan []byte, n*blocksAhead),
		quit: make(chan struct{}),
	}
	for range n + 2 {
		p.buffers <- make([]byte, chunkSize)
	}
	p.running.Go(p.read)
	for range n {
		p.running.Go(p.render)
	}
	seen, err := p.write()
	close(p.quit)
	p.running.Wait()
	return seen, err
}

// read cuts the segment into jobs.
func (p *pipeline) read() {
	defer close(p.ordered)
	defer close(p.work)
	for !p.walker.done {
		var buf []byte
		select {
		case buf = <-p.buffers:
		case <-p.quit:
			return
		}
		j := &job{chunk: p.walker.fill(buf), blocks: make(chan []byte, blocksAhead)}
		select {
		case p.ordered <- j:
		case <-p.quit:
			return
		}
		select {
		case p.work <- j:
		case <-p.quit:
			return
		}
	}
}

// render turns jobs into text.
func (p *pipeline) render() {
	printer := newPrinter(p.tool.opts, p.walker.segmentFile)
	for j := range p.work {
		printer.jumps = jumps{}
		printer.out = p.text()
		printer.spill = func(full []byte) []byte {
			select {
			case j.blocks <- full:
				return p.text()
			case <-p.quit:
				return full[:0]
			}
		}
		j.err = printer.chunk(j.chunk)
		printer.out = printer.spill(printer.out)
		j.jumps = printer.jumps
		close(j.blocks)
		// A buffer that had to grow for one large batch is not kept.
		if cap(j.data) != chunkSize {
			j.data = make([]byte, chunkSize)
		}
		p.buffers <- j.data[:chunkSize]
	}
}

// text is an empty block.
func (p *pipeline) text() []byte {
	select {
	case block := <-p.texts:
		return block[:0]
	default:
		return make([]byte, 0, spillSize+spillSize/4)
	}
}

// write writes the text of all jobs in order, and joins what they saw.
func (p *pipeline) write() (*jumps, error) {
	var seen jumps
	for j := range p.ordered {
		for block := range j.blocks {
			if _, err := p.tool.out.Write(block); err != nil {
				return nil, err
			}
			select {
			case p.texts <- block:
			default:
			}
		}
		if j.err != nil {
			return nil, j.err
		}
		seen.then(&j.jumps)
	}
	return &seen, p.walker.err
}
