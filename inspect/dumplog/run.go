package dumplog

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
)

// The endings of the names of the kinds of files.
const (
	logSuffix        = ".log"
	checkpointSuffix = ".checkpoint"
	indexSuffix      = ".index"
	timeIndexSuffix  = ".timeindex"
	producerSuffix   = ".snapshot"
	txnIndexSuffix   = ".txnindex"
)

// tool is one run over some files.
type tool struct {
	env     Env
	opts    Options
	manners manners
	out     *bufio.Writer

	mismatches report
	times      timeReport
	jumps      report
}

// Run dumps files one after the other, and then tells what it found wrong, on the error stream. An [*Exception] or an
// [*UnsupportedError] ends it, without that report; other errors are those of writing.
func Run(env Env, opts Options, files []string) error {
	t := &tool{env: env, opts: opts, manners: mannersOf(opts.Release), out: bufio.NewWriterSize(env.Out, 64<<10)}
	err := t.all(files)
	if flushed := t.out.Flush(); err == nil {
		err = flushed
	}
	if err == nil {
		t.report()
	}
	return err
}

func (t *tool) all(files []string) error {
	for _, name := range files {
		path := newPath(name)
		fmt.Fprintf(t.out, "Dumping %s\n", path)
		dump, err := t.kind(path)
		if err != nil {
			return err
		}
		if dump == nil {
			if err := t.out.Flush(); err != nil {
				return err
			}
			fmt.Fprintf(t.env.Err, "Ignoring unknown file %s\n", path)
			continue
		}
		if err := dump(path); err != nil {
			return err
		}
	}
	return nil
}

// kind is how to dump a file, by the ending of its name; nil when the kind is unknown.
func (t *tool) kind(path javaPath) (func(javaPath) error, error) {
	name := path.name()
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		if t.manners.has(ignoresPlainNames) {
			return nil, nil
		}
		units := len(utf16.Encode([]rune(name)))
		return nil, throw(stringBounds, "begin -1, end %d, length %d", units, units)
	}
	return map[string]func(javaPath) error{
		logSuffix:        t.dumpSegment,
		checkpointSuffix: t.dumpSegment,
		indexSuffix:      t.dumpIndex,
		timeIndexSuffix:  t.dumpTimeIndex,
		producerSuffix:   t.dumpProducers,
		txnIndexSuffix:   t.dumpTransactions,
	}[name[dot:]], nil
}

// report prints what did not fit, for all files.
func (t *tool) report() {
	t.mismatches.arrange(t.manners, true)
	t.mismatches.print(t.env.Err, func(file string) string { return "Mismatches in :" + file }, "  Index offset: %d, log offset: %d")
	t.times.print(t.env.Err, t.manners)
	t.jumps.arrange(t.manners, false)
	t.jumps.print(t.env.Err, func(file string) string { return "Non-consecutive offsets in " + file }, "  %d is followed by %d")
}

// open opens a file, and tells its size.
func (t *tool) open(path string) (File, int64, error) {
	f, err := t.env.Open(path)
	if err != nil {
		return nil, 0, fileException(path, err)
	}
	size, err := f.Size()
	if err != nil {
		return nil, 0, errors.Join(readException(err), f.Close())
	}
	return f, size, nil
}

// readAll is the whole content of a small file, at most limit bytes.
func readAll(f File, size, limit int64) ([]byte, error) {
	if size > limit {
		return nil, heapSpace()
	}
	data := make([]byte, size)
	n, err := f.ReadAt(data, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, &readError{exception: readException(err), cause: err}
	}
	return data[:n], nil
}

// readError is the exception of a failed read with its cause.
type readError struct {
	exception *Exception
	cause     error
}

func (e *readError) Error() string { return e.exception.Error() }

// Unwrap gives both.
func (e *readError) Unwrap() []error { return []error{e.exception, e.cause} }
