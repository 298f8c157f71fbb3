package dumplog_test

import (
	"bytes"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kraftctl/kraftctl/inspect/dumplog"
	"github.com/kraftctl/kraftctl/internal/corpus"
	"github.com/kraftctl/kraftctl/release"
)

// optionsOf makes options of bits.
func optionsOf(bits uint8) dumplog.Options {
	all := release.All()
	opts := dumplog.Defaults(all[int(bits>>4)%len(all)])
	opts.Deep = bits&1 != 0
	opts.PrintData = bits&2 != 0
	opts.SkipRecordMetadata = bits&4 != 0
	if bits&8 != 0 {
		opts.Decoder = dumplog.ClusterMetadata
	}
	return opts
}

// Whatever the bytes, the tool ends, prints whole lines unless an exception ends it, and bounds what it decompresses.
func FuzzRun(f *testing.F) {
	seeds := corpus.Load(f, "testdata", "differential")
	n := 0
	for path, file := range seeds {
		if n++; strings.HasPrefix(path, "v") && n%3 == 0 && len(file.Data) < 4096 {
			f.Add(file.Data, path[strings.LastIndexByte(path, '/')+1:], uint8(n))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, name string, bits uint8) {
		if name == "" || strings.ContainsAny(name, "/,") {
			return
		}
		opts := optionsOf(bits)
		names := []string{name}
		files := fstest.MapFS{name: {Data: data}}
		if strings.HasSuffix(name, "index") {
			stem, _, _ := strings.Cut(name, ".")
			files[stem+".log"] = &fstest.MapFile{Data: data}
			files[stem+".index"] = &fstest.MapFile{Data: data}
		}
		r := run(openIn(files, ""), 1, opts, names...)
		if r.exit == 0 && r.stdout != "" && !strings.HasSuffix(r.stdout, "\n") {
			t.Errorf("half a line: %q", r.stdout[max(0, len(r.stdout)-100):])
		}
	})
}

// bigLog is a log of about the given size, made of the batches of a real one again and again.
func bigLog(tb testing.TB, size int) []byte {
	tb.Helper()
	files := corpus.Load(tb, "../../testdata/corpus", "combined-1node")
	data := files["combined-1node/4.3.1/node1/__cluster_metadata-0/00000000000000000000.log"].Data
	if len(data) == 0 {
		tb.Fatal("no such log in the corpus")
	}
	return bytes.Repeat(data, size/len(data)+1)
}

const bigName = "00000000000000000000.log"

// One worker or many, the output is the same, on sound and on damaged logs.
func TestWorkersAgree(t *testing.T) {
	sound := bigLog(t, 3<<20)
	damage := map[string]func(b []byte) []byte{
		"sound":        func(b []byte) []byte { return b },
		"cut":          func(b []byte) []byte { return b[:len(b)-7] },
		"bytes":        func(b []byte) []byte { b[len(b)/2] ^= 0xff; b[len(b)/3] ^= 1; return b },
		"zeros":        func(b []byte) []byte { clear(b[len(b)/2:]); return b },
		"large length": func(b []byte) []byte { copy(b[8:], "\x00\x20\x00\x00"); return b },
	}
	for name, change := range damage {
		for _, bits := range []uint8{0xa0, 0xaa, 0x63, 0xae} {
			open := openIn(fstest.MapFS{bigName: {Data: change(bytes.Clone(sound))}}, "")
			one := run(open, 1, optionsOf(bits), bigName)
			compare(t, name, run(open, 3, optionsOf(bits), bigName), one)
		}
	}
}

// failingWriter fails after some bytes.
type failingWriter struct{ left int }

func (w *failingWriter) Write(b []byte) (int, error) {
	if w.left -= len(b); w.left < 0 {
		return 0, errFull
	}
	return len(b), nil
}

// A full disk ends the run with its error, and no goroutine stays behind.
func TestWriteFails(t *testing.T) {
	before := runtime.NumGoroutine()
	open := openIn(fstest.MapFS{bigName: {Data: bigLog(t, 2<<20)}}, "")
	for _, workers := range []int{1, 3} {
		env := dumplog.Env{Open: open, Dir: workDir, Out: &failingWriter{left: 1 << 20}, Err: &bytes.Buffer{}, Workers: workers}
		if err := dumplog.Run(env, optionsOf(0xaa), []string{bigName}); err == nil {
			t.Error("no error")
		}
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines, %d before", after, before)
	}
}

// A batch that claims to decompress to more than a JVM's heap ends like one, without being believed.
func TestBomb(t *testing.T) {
	files := corpus.Load(t, "testdata", "differential")
	for path, f := range files {
		if !strings.Contains(path, "-v2-") || len(f.Data) < 61 {
			continue
		}
		data := bytes.Clone(f.Data)
		copy(data[57:], "\x7f\xff\xff\xff")
		r := run(openIn(fstest.MapFS{bigName: {Data: data}}, ""), 1, optionsOf(0xa1), bigName)
		if data[16] == 2 && data[22]&7 != 0 && data[22]&7 < 5 && r.exit == 0 {
			t.Errorf("%s: %+v", path, r)
		}
	}
}

// sparseFile is zeros but for its beginning.
type sparseFile struct {
	head []byte
	size int64
}

func (f sparseFile) ReadAt(b []byte, at int64) (int, error) {
	clear(b)
	if at < int64(len(f.head)) {
		copy(b, f.head[at:])
	}
	if rest := f.size - at; rest < int64(len(b)) {
		return int(rest), io.EOF
	}
	return len(b), nil
}

func (f sparseFile) Size() (int64, error) { return f.size, nil }
func (f sparseFile) Close() error         { return nil }

// 4.3.1 with a heap of 256 MiB prints this much of a batch of 300 MiB, and of a file of 2 GiB.
func TestTooLarge(t *testing.T) {
	head := bigLog(t, 1)[:500]
	copy(head[91+8:], "\x12\xc0\x00\x00")
	for name, c := range map[string]struct {
		size      int64
		end, fail string
	}{
		"batch": {400 << 20, " isControl: false deleteHorizonMs: OptionalLong.empty", "java.lang.OutOfMemoryError: Java heap space"},
		"file": {1 << 31, "Log starting offset: 0\n", "org.apache.kafka.common.KafkaException: The size of segment " + bigName +
			" (2147483648) is larger than the maximum allowed segment size of 2147483647"},
	} {
		open := func(string) (dumplog.File, error) { return sparseFile{head, c.size}, nil }
		for _, workers := range []int{1, 2} {
			r := run(open, workers, metadataOptions(), bigName)
			if !strings.HasSuffix(r.stdout, c.end) || r.stderr != `Exception in thread "main" `+c.fail+"\n" {
				t.Errorf("%s: %q %q", name, r.stdout[max(0, len(r.stdout)-100):], r.stderr)
			}
		}
	}
}
