package command

import (
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/kraftctl/kraftctl/cmd/internal/joptsimple"
	"github.com/kraftctl/kraftctl/inspect/dumplog"
	"github.com/kraftctl/kraftctl/internal/javalang"
	"github.com/kraftctl/kraftctl/release"
)

// dumpPurpose is what kafka-dump-log says of itself.
const dumpPurpose = "This tool helps to parse a log file and dump its contents to the console, useful for debugging a seemingly corrupt log segment."

// dumpTool is kafka-dump-log: its arguments, its texts and its exit codes, of the release at hand.
//
// Source: kafka.tools.DumpLogSegments, since 4.3 org.apache.kafka.tools.DumpLogSegments.
func dumpTool(app *App, _ string, args []string) int {
	rel, err := dropInRelease(app)
	if err != nil {
		return failDropIn(app, err)
	}
	options := dumpOptionsOf(rel)
	given, err := joptsimple.Parse(options, args)
	switch {
	case err != nil:
		return failDump(app, err)
	case len(args) == 0 || given.Has("help"):
		return dumpUsage(app, options, dumpPurpose)
	case given.Has("version"):
		fmt.Fprintln(app.Out, dumplog.Version(rel))
		return ExitOK
	case !given.Has("files"):
		return dumpUsage(app, options, `Missing required argument "[files]"`)
	}
	files, err := given.Value("files")
	if err != nil {
		return failDump(app, err)
	}
	dir, err := os.Getwd()
	if err != nil {
		return failDropIn(app, err)
	}
	env := dumplog.Env{Open: openFile, Dir: dir, Out: app.Out, Err: app.Err, Workers: min(runtime.GOMAXPROCS(0), maxDumpWorkers)}
	if err := dumplog.Run(env, dumpRequest(rel, given), javalang.Split(files, ",")); err != nil {
		return failDump(app, err)
	}
	return ExitOK
}

// maxDumpWorkers bounds the memory of a dump: every worker holds some of the log and its text.
const maxDumpWorkers = 8

// dumpUsage prints what is wrong and the options, and returns the exit code.
func dumpUsage(app *App, options []joptsimple.Option, message string) int {
	fmt.Fprintf(app.Err, "%s\n%s", message, joptsimple.Help(options))
	return dropInFailed
}

// failDump prints what ended the tool as the JVM prints an exception that nothing catches.
func failDump(app *App, err error) int {
	var exception *dumplog.Exception
	var option *joptsimple.Error
	switch {
	case errors.As(err, &exception):
		fmt.Fprintf(app.Err, "Exception in thread \"main\" %s\n", exception)
	case errors.As(err, &option):
		fmt.Fprintf(app.Err, "Exception in thread \"main\" %s: %s\n", option.Class, option.Message)
	default:
		return failDropIn(app, err)
	}
	return dropInFailed
}

// dumpRequest turns the command line into options. Values that cannot be used end the tool where it asks for them.
func dumpRequest(rel release.Release, given *joptsimple.Set) dumplog.Options {
	opts := dumplog.Defaults(rel)
	opts.Deep = given.Has("deep-iteration")
	opts.SkipRecordMetadata = given.Has("skip-record-metadata")
	opts.VerifyIndexOnly = given.Has("verify-index-only")
	opts.IndexSanityCheck = given.Has("index-sanity-check")
	opts.PrintData = given.Has("print-data-log") || given.Has("value-decoder-class") || given.Has("key-decoder-class")
	chosen := false
	for _, d := range topicDecoders {
		if given.Has(d.option) {
			if !chosen {
				opts.Decoder, chosen = d.decoder, true
			}
			opts.PrintData = true
		}
	}
	if !chosen {
		for _, name := range []string{"value-decoder-class", "key-decoder-class"} {
			class, err := given.Value(name)
			if err == nil {
				err = dumplog.CheckDecoder(&opts, class)
			}
			opts.LogProblem = firstProblem(opts.LogProblem, err)
		}
	}
	var err error
	opts.MaxBytes, err = given.Int("max-bytes")
	opts.LogProblem = firstProblem(opts.LogProblem, err)
	opts.MaxMessageSize, err = given.Int("max-message-size")
	opts.IndexProblem = firstProblem(nil, err)
	return opts
}

// firstProblem is an option's problem as an exception, unless there was one before.
func firstProblem(before *dumplog.Exception, err error) *dumplog.Exception {
	var exception *dumplog.Exception
	var option *joptsimple.Error
	switch {
	case before != nil:
		return before
	case errors.As(err, &exception):
		return exception
	case errors.As(err, &option):
		return &dumplog.Exception{Class: option.Class, Message: option.Message}
	}
	return nil
}

// osFile is a file of the operating system.
type osFile struct{ *os.File }

// Size is the number of bytes.
func (f osFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// openFile opens a file for reading.
func openFile(path string) (dumplog.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}
