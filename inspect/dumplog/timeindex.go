package dumplog

import (
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/kraftctl/kraftctl/record"
)

// timeReport is what was wrong in time indexes.
type timeReport struct {
	mismatches, outOfOrder, missing report
}

func (r *timeReport) print(w io.Writer, m manners) {
	r.mismatches.print(w, func(file string) string { return "Found timestamp mismatch in :" + file },
		"  Index timestamp: %d, log timestamp: %d")
	r.outOfOrder.print(w, func(file string) string { return "Found out of order timestamp in :" + file },
		"  Index timestamp: %d, Previously indexed timestamp: %d")
	r.missing.print(w, func(file string) string {
		if m.has(namesTimeIndex) {
			return "The following indexed offsets are not found in :" + file
		}
		return "The following indexed offsets are not found in the log."
	}, "Indexed offset: %d, found log offset: %d")
}

// dumpTimeIndex prints and checks a time index.
func (t *tool) dumpTimeIndex(path javaPath) error {
	base, err := parseNumber(path.stem(), 64)
	if err != nil {
		return err
	}
	log, err := t.openSegment(path.sibling(t.env.Dir, path.stem()+logSuffix))
	if err != nil {
		return err
	}
	defer log.file.Close()
	offsets, err := t.readIndex(javaPath(path.sibling(t.env.Dir, path.stem()+indexSuffix)), base, indexEntrySize)
	if err != nil {
		return err
	}
	x, err := t.readIndex(path, base, timeIndexEntrySize)
	if err != nil {
		return err
	}
	if t.opts.IndexSanityCheck {
		if err := t.checkTimeIndex(x); err != nil {
			return err
		}
		fmt.Fprintf(t.out, "%s passed sanity check.\n", path)
		return nil
	}
	check := timeCheck{tool: t, log: log, offsets: offsets, path: x.path, previous: record.None}
	for i := range x.entries() {
		timestamp, offset := x.timestamp(i)
		// Zeros follow the last entry of an index that was not closed.
		if offset == x.base && i > 0 {
			return nil
		}
		if err := check.entry(timestamp, offset); err != nil {
			return err
		}
		if !t.opts.VerifyIndexOnly {
			fmt.Fprintf(t.out, "timestamp: %d offset: %d\n", timestamp, offset)
		}
	}
	return nil
}

// checkTimeIndex is TimeIndex.sanityCheck.
func (t *tool) checkTimeIndex(x *indexFile) error {
	if x.entries() > 0 {
		first, _ := x.timestamp(0)
		last, offset := x.timestamp(x.entries() - 1)
		if last < first {
			return t.corrupt(corruptTime+", time index file (%s) has non-zero size but the last timestamp is %d which is less than "+
				"the first timestamp %d", x.path, last, first)
		}
		if offset < x.base {
			return t.corrupt(corruptTime+", time index file (%s) has non-zero size but the last offset is %d which is less than "+
				"the first offset %d", x.path, offset, x.base)
		}
	}
	if len(x.data)%x.size != 0 {
		return t.corrupt("Time index file %s is corrupt, found %d bytes which is neither positive nor a multiple of %d", x.path, len(x.data), x.size)
	}
	return nil
}

// timeCheck compares the entries of a time index with the log.
type timeCheck struct {
	tool    *tool
	log     *segmentFile
	offsets *indexFile
	path    string
	// previous is the timestamp of the entry before.
	previous int64
	// walked are the positions of batches from which the log is known to be readable to its end.
	walked []int64
}

// entry checks one entry.
func (c *timeCheck) entry(timestamp, offset int64) error {
	part, err := c.log.slice(c.offsets.lookup(offset), math.MaxInt32)
	if err != nil {
		return err
	}
	if c.tool.manners.has(readsAhead) {
		if err := c.walk(part); err != nil {
			return err
		}
	}
	h, last, err := find(part, offset)
	switch {
	case err != nil:
		return err
	case h == nil:
		c.tool.times.missing.add(c.path, pair{offset, none})
	case last != offset:
		c.tool.times.missing.add(c.path, pair{offset, last})
	default:
		found, err := c.maxTimestamp(h)
		if err != nil {
			return err
		}
		if found != timestamp {
			c.tool.times.mismatches.add(c.path, pair{timestamp, found})
		}
		if c.previous >= timestamp {
			c.tool.times.outOfOrder.add(c.path, pair{timestamp, c.previous})
		}
	}
	c.previous = timestamp
	return nil
}

// walk walks through the log to its end, unless that is known to go well.
func (c *timeCheck) walk(part *segmentFile) error {
	if _, known := slices.BinarySearch(c.walked, part.start); known {
		return nil
	}
	c.walked = c.walked[:0]
	w := newWalker(part)
	for buf := make([]byte, min(chunkSize, max(1, part.end-part.start))); !w.done; {
		chunk := w.fill(buf)
		for at := 0; at < chunk.size; at += int(batchSize(chunk.data[at:])) {
			c.walked = append(c.walked, chunk.base+int64(at))
		}
	}
	return w.err
}

// find is the first batch that ends at an offset or after it, and its last offset; nil when there is none.
func find(part *segmentFile, offset int64) (*header, int64, error) {
	for all := newHeaders(part); ; {
		h, err := all.next()
		if h == nil || err != nil {
			return nil, 0, err
		}
		last, err := h.lastOffset()
		if err != nil || last >= offset {
			return h, last, err
		}
	}
}

// maxTimestamp is the greatest timestamp of a batch's records.
func (c *timeCheck) maxTimestamp(h *header) (int64, error) {
	greatest := int64(record.None)
	data, err := h.load()
	if err != nil {
		return greatest, err
	}
	p := newPrinter(c.tool.opts, h.segment)
	p.onRecord = func(b *record.Batch) error {
		greatest = max(greatest, b.Timestamp(&p.rec))
		return nil
	}
	p.onMessage = func(m *message, _ string) error {
		timestamp, err := m.timestamp()
		greatest = max(greatest, timestamp)
		return err
	}
	err = p.each(data, int(h.size))
	return greatest, err
}
