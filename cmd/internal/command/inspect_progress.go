package command

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"time"

	"github.com/kraftctl/kraftctl/metalog"
)

// longWork is how much there must be to read for a progress line to be worth it, in bytes.
const longWork = 2 << 30

// progressEvery is how often the progress line is drawn anew.
const progressEvery = 100 * time.Millisecond

// progress shows how far long work has come, on a terminal: one line that is drawn again and again. The zero value shows nothing.
type progress struct {
	out         io.Writer
	now         func() time.Time
	start, last time.Time
	read, total int64
}

// newProgress shows how far reading the targets has come, or nothing: when standard error is no terminal, or there is little
// to do.
func newProgress(app *App, t *targets, quiet bool) *progress {
	total := t.size()
	if quiet || total < longWork || !terminal(app.Err) {
		return &progress{}
	}
	return &progress{out: app.Err, now: app.Now, start: app.Now(), total: total}
}

// add counts bytes that were read.
func (p *progress) add(bytes int64) {
	if p.out == nil {
		return
	}
	p.read = min(p.read+bytes, p.total)
	now := p.now()
	if now.Sub(p.last) < progressEvery {
		return
	}
	p.last = now
	const width = 30
	bar := make([]byte, width)
	for i := range bar {
		bar[i] = ' '
		if int64(i)*p.total < p.read*width {
			bar[i] = '='
		}
	}
	left := time.Duration(float64(now.Sub(p.start)) * float64(p.total-p.read) / float64(max(p.read, 1)))
	fmt.Fprintf(p.out, "\r[%s] %3d%% of %.1f GiB, %s left \x1b[K", bar, p.read*100/p.total, float64(p.total)/(1<<30), left.Round(time.Second))
}

// done removes the line.
func (p *progress) done() {
	if p.out != nil {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}

// terminal reports whether a stream is one.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&fs.ModeCharDevice != 0
}

// size is how many bytes of records the targets have.
func (t *targets) size() int64 {
	total := int64(0)
	count := func(fsys fs.FS, name string) {
		if info, err := fs.Stat(fsys, name); err == nil {
			total += info.Size()
		}
	}
	for _, one := range t.list {
		if one.file != "" {
			count(one.src.FS, one.file)
		}
		for _, log := range one.logs {
			for _, n := range append(append([]metalog.Name{}, log.Segments...), log.Snapshots...) {
				count(one.src.FS, path.Join(log.Dir, n.Base))
			}
		}
	}
	return total
}
