package simulate

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/kraftctl/kraftctl/record"
)

// Options say what to write.
type Options struct {
	// Size is the size of the log in bytes, which it exceeds by less than a batch; SegmentSize that of a segment at most.
	Size, SegmentSize int64
	// Seed chooses one of the possible logs.
	Seed uint64
}

// Write writes a log to the directory out, or to the one segment out if its name ends in .log.
func Write(out string, o Options) error {
	l := &log{dir: filepath.Join(out, "__cluster_metadata-0"), most: o.SegmentSize}
	if strings.HasSuffix(out, ".log") {
		l.dir, l.single, l.most = filepath.Dir(out), strings.TrimSuffix(filepath.Base(out), ".log"), o.Size+(1<<30)
	}
	if err := os.MkdirAll(l.dir, 0o750); err != nil {
		return err
	}
	c := newCluster(o.Seed, l)
	err := c.start()
	for err == nil && l.total < o.Size {
		err = c.step()
	}
	err = errors.Join(err, l.close())
	if err != nil || l.single != "" {
		return err
	}
	return l.surround(out, c)
}

// indexInterval is how many bytes lie between two index entries (log.index.interval.bytes).
const indexInterval = 4096

// log writes segments and indexes like a controller does.
type log struct {
	dir, single string
	most        int64

	next   int64
	total  int64
	epochs []epochStart

	segment, index, times *bufio.Writer
	files                 []*os.File
	base                  int64
	size                  int64
	sinceIndex            int64
	lastTime              int64
	buf                   []byte
}

type epochStart struct {
	epoch  int32
	offset int64
}

// append appends one batch.
func (l *log) append(epoch int32, now int64, attributes int16, records []record.Record) error {
	b := record.NewBatch(l.next, epoch, now)
	b.Attributes |= attributes
	l.buf = record.AppendBatch(l.buf[:0], b, records)
	if l.segment == nil || l.size+int64(len(l.buf)) > l.most {
		if err := l.roll(); err != nil {
			return err
		}
	}
	last := l.next + int64(len(records)) - 1
	if l.sinceIndex > indexInterval {
		if err := l.entry(last, now); err != nil {
			return err
		}
		l.sinceIndex = 0
	}
	if n := len(l.epochs); n == 0 || l.epochs[n-1].epoch != epoch {
		l.epochs = append(l.epochs, epochStart{epoch, l.next})
	}
	_, err := l.segment.Write(l.buf)
	l.next, l.lastTime = last+1, now
	l.size += int64(len(l.buf))
	l.total += int64(len(l.buf))
	l.sinceIndex += int64(len(l.buf))
	return err
}

// entry adds an entry to the indexes: the batch with the given last offset comes at the present end of the segment.
func (l *log) entry(last, now int64) error {
	var b [12]byte
	binary.BigEndian.PutUint32(b[:], uint32(last-l.base))
	binary.BigEndian.PutUint32(b[4:], uint32(l.size))
	_, err := l.index.Write(b[:8])
	if now <= l.lastTime {
		return err
	}
	binary.BigEndian.PutUint64(b[:], uint64(now))
	binary.BigEndian.PutUint32(b[8:], uint32(last-l.base))
	_, again := l.times.Write(b[:])
	return errors.Join(err, again)
}

// roll begins a segment.
func (l *log) roll() error {
	if err := l.close(); err != nil {
		return err
	}
	name := l.single
	if name == "" {
		name = fmt.Sprintf("%020d", l.next)
	}
	l.base, l.size, l.sinceIndex, l.lastTime = l.next, 0, 0, 0
	for ext, w := range map[string]**bufio.Writer{".log": &l.segment, ".index": &l.index, ".timeindex": &l.times} {
		f, err := os.Create(filepath.Join(l.dir, name+ext))
		if err != nil {
			return err
		}
		l.files = append(l.files, f)
		*w = bufio.NewWriterSize(f, 1<<20)
	}
	return nil
}

// close ends a segment.
func (l *log) close() error {
	var err error
	for _, w := range []*bufio.Writer{l.segment, l.index, l.times} {
		if w != nil {
			err = errors.Join(err, w.Flush())
		}
	}
	for _, f := range l.files {
		err = errors.Join(err, f.Close())
	}
	l.files = l.files[:0]
	return err
}

// surround writes the small files of a node.
func (l *log) surround(out string, c *cluster) error {
	var epochs strings.Builder
	fmt.Fprintf(&epochs, "0\n%d\n", len(l.epochs))
	for _, e := range l.epochs {
		fmt.Fprintf(&epochs, "%d %d\n", e.epoch, e.offset)
	}
	id, directory := c.uuid(), c.uuid()
	files := map[string]string{
		filepath.Join(l.dir, "leader-epoch-checkpoint"): epochs.String(),
		filepath.Join(l.dir, "partition.metadata"):      "version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ",
		filepath.Join(l.dir, "quorum-state"): fmt.Sprintf(
			`{"leaderId":100,"leaderEpoch":%d,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}`, c.epoch),
		filepath.Join(out, "meta.properties"): fmt.Sprintf("version=1\nnode.id=101\ncluster.id=%s\ndirectory.id=%s\n", id, directory),
	}
	for path, text := range files {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}
