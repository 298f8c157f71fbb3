package command

import (
	"io/fs"
	"path"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/kraftctl/kraftctl/cmd/internal/render"
	"github.com/kraftctl/kraftctl/metalog"
)

// longWork is how much there must be to read for a progress bar to be worth it, in bytes.
const longWork = 2 << 30

// progress shows on a terminal how far long work has come. The zero value shows nothing.
type progress struct{ bar *progressbar.ProgressBar }

// newProgress shows how far reading the targets has come, or nothing: when standard error is no terminal, or there is little
// to do.
func newProgress(app *App, t *targets, quiet bool) *progress {
	return newByteProgress(app, t.size(), quiet)
}

// newByteProgress is newProgress for work of total bytes.
func newByteProgress(app *App, total int64, quiet bool) *progress {
	if quiet || total < longWork || !render.Terminal(app.Err) {
		return &progress{}
	}
	return &progress{progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(app.Err),
		progressbar.OptionShowBytes(true),
		progressbar.OptionSetWidth(30),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
	)}
}

// add counts bytes that were read.
func (p *progress) add(bytes int64) {
	if p.bar != nil {
		_ = p.bar.Add64(bytes) // what is shown is of no consequence
	}
}

// done removes the bar.
func (p *progress) done() {
	if p.bar != nil {
		_ = p.bar.Clear() // what is shown is of no consequence
	}
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
