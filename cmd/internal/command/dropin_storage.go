package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/kraftctl/kraftctl/cmd/internal/argparse"
	"github.com/kraftctl/kraftctl/format"
	"github.com/kraftctl/kraftctl/internal/fsx"
	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/release"
)

// storageTool is kafka-storage: its arguments, its texts and its exit codes, of the release at hand. Where Kafka dies of an
// exception, what the exception says is printed, without class names.
//
// Source: kafka.tools.StorageTool.
func storageTool(app *App, _ string, args []string) int {
	rel, err := dropInRelease(app)
	if err != nil {
		return failDropIn(app, err)
	}
	columns, _ := app.LookupEnv("COLUMNS")
	given, err := storageParser(rel, argparse.Width(columns)).Parse(args)
	var help *argparse.HelpError
	var usage *argparse.UsageError
	switch {
	case errors.As(err, &help):
		fmt.Fprint(app.Out, help.Text)
		if rel <= release.V3_8 { // they take the end of parsing for a failure
			return dropInFailed
		}
		return ExitOK
	case errors.As(err, &usage):
		fmt.Fprint(app.Err, usage.Text())
		return dropInFailed
	}
	run := storageRun{app: app, release: rel}
	return run.do(readStorageRequest(given))
}

// dropInFailed is what Kafka's tools exit with, whatever the failure.
const dropInFailed = 1

// failDropIn prints a failure the way Kafka's tools do.
func failDropIn(app *App, err error) int {
	fmt.Fprintln(app.Err, err)
	return dropInFailed
}

// storageRun is one run of the tool.
type storageRun struct {
	app     *App
	release release.Release
}

// do carries the command out and returns the exit code.
func (s storageRun) do(request any) int {
	var err error
	switch r := request.(type) {
	case randomUUIDRequest:
		err = printIDs(s.app, 1)
	case versionMappingRequest:
		err = s.versionMapping(r)
	case featureDependenciesRequest:
		err = s.featureDependencies(r)
	case infoRequest:
		return s.info(r)
	case formatRequest:
		err = s.format(r)
	}
	if err != nil {
		return failDropIn(s.app, err)
	}
	return ExitOK
}

func (s storageRun) versionMapping(r versionMappingRequest) error {
	mapping, refusal := format.VersionMapping(s.release, r.releaseVersion)
	if refusal != nil {
		return errors.New(refusal.Message)
	}
	return printLines(s.app, mapping.Lines())
}

// featureDependencies answers one argument after the other, so that a bad one leaves the answers before it.
func (s storageRun) featureDependencies(r featureDependenciesRequest) error {
	for _, feature := range r.features {
		dependency, refusal := format.Dependencies(s.release, feature)
		if refusal != nil {
			return errors.New(refusal.Message)
		}
		if err := printLines(s.app, dependency.Lines()); err != nil {
			return err
		}
	}
	return nil
}

func (s storageRun) info(r infoRequest) int {
	node, err := s.node(r.config)
	if err != nil {
		return failDropIn(s.app, err)
	}
	info, err := metaprops.Inspect(fsx.OS{}, s.release, node.Roles != nodeconf.Roles{}, nodeDirectories(node))
	if err != nil {
		return failDropIn(s.app, javaError(err))
	}
	fmt.Fprint(s.app.Out, info.Text())
	if len(info.Problems) > 0 {
		return dropInFailed
	}
	return ExitOK
}

func (s storageRun) format(r formatRequest) error {
	node, err := s.node(r.config)
	if err != nil {
		return err
	}
	plan, err := format.NewPlan(r.plan(s.release, node), s.app.surroundings())
	for _, line := range plan.Lines() {
		fmt.Fprintln(s.app.Out, line)
	}
	if err != nil {
		var refusal *format.Refusal
		if errors.As(err, &refusal) {
			return errors.New(refusal.Message)
		}
		return err
	}
	ctx, stop := interruptible()
	defer stop()
	err = format.ApplyExact(ctx, fsx.OS{}, plan.Directories, func(event format.Event) {
		if event.Line != "" {
			fmt.Fprintln(s.app.Out, event.Line)
		}
	})
	var failed *format.OpError
	if errors.As(err, &failed) {
		return kafkaError(failed.KafkaFailure(s.release))
	}
	return err
}

// kafkaError is a failure with its causes, without their classes.
func kafkaError(failure format.KafkaFailure) error {
	lines := []string{failure.Message}
	for _, cause := range failure.Causes {
		lines = append(lines, "Caused by: "+cause)
	}
	return errors.New(strings.Join(lines, "\n"))
}

// node reads the configuration as the release does.
func (s storageRun) node(file string) (*nodeconf.Node, error) {
	path := file
	if path == "" {
		path = "." // the empty path is the current directory to Java
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, javaError(err)
	}
	node, problem := nodeconf.Load(text, s.app.judgeOptions(file, s.release, nil))
	if problem != nil {
		return nil, errors.New(problem.Message)
	}
	return node, nil
}

// javaError words a failure to read a file with what the exception of java.nio.file would say.
func javaError(err error) error {
	var failed *fs.PathError
	if !errors.As(err, &failed) {
		return err
	}
	path := metaprops.JavaPath(failed.Path)
	switch {
	case errors.Is(err, syscall.EISDIR):
		return errors.New("Is a directory") //nolint:staticcheck // the JDK's text
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("No such file: %s", path) //nolint:staticcheck // in the manner of the JDK
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("Access denied: %s", path) //nolint:staticcheck // in the manner of the JDK
	}
	reason := failed.Err.Error()
	return fmt.Errorf("%s: %s", path, strings.ToUpper(reason[:1])+reason[1:])
}
