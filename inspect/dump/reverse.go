package dump

import "github.com/kraftctl/kraftctl/metalog"

// backward prints a file from its end. It first walks through the headers to learn where chunks begin, which is all it keeps.
func (r *run) backward(f *metalog.File, chunks *metalog.ChunkReader) error {
	var starts []int64
	for {
		c, err := chunks.Next()
		if err != nil {
			return err
		}
		if c == nil {
			break
		}
		starts = append(starts, c.Position())
		chunks.Release(c)
	}
	end, err := f.Size()
	if err != nil {
		return err
	}
	var again *metalog.ChunkReader
	var ready []*metalog.Chunk
	return metalog.Work(r.printers(), func() (*metalog.Chunk, func(*metalog.Chunk), error) {
		for len(ready) == 0 && len(starts) > 0 {
			start := starts[len(starts)-1]
			again = f.ChunksBetween(start, end, chunkSize)
			for {
				c, err := again.Next()
				if err != nil {
					return nil, nil, err
				}
				if c == nil {
					break
				}
				ready = append(ready, c)
			}
			starts, end = starts[:len(starts)-1], start
		}
		if len(ready) == 0 {
			return nil, nil, nil
		}
		c := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		return c, func(*metalog.Chunk) {}, nil
	})
}
