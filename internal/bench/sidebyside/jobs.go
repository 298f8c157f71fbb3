package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// clusterID is any valid one; what it is does not matter for speed.
const clusterID = "3Db5QLSqSZieL3rJBUUegA"

// job is one piece of work, written once for both tools.
type job struct {
	name string
	// args are kraftctl's arguments; jvm are those of Kafka's tool, which has no dry run.
	args, jvm []string
	// class is the main class of Kafka's tool; "" is the storage tool.
	class string
	// long tells that the job takes so long that it is not run often.
	long bool
	// before is run, unmeasured, before every run.
	before func() error
}

// row is what a job took with each tool; jvm is nil when there is no JVM tool, or none that does it.
type row struct {
	name string
	ours sample
	jvm  *sample
}

// compare measures every job; it works below dir.
func compare(opts options, tool *jvmTool, dir string) ([]row, error) {
	list, err := jobs(opts, dir)
	if err != nil {
		return nil, err
	}
	logs, err := logJobs(opts, dir)
	if err != nil {
		return nil, err
	}
	list = append(list, logs...)
	rows := make([]row, 0, len(list))
	for _, j := range list {
		measured := row{name: j.name}
		runs, jvmRuns := opts.runs, opts.jvmRuns
		if j.long {
			runs, jvmRuns = min(runs, longRuns), min(jvmRuns, longJVMRuns)
		}
		measured.ours, err = measure(append([]string{opts.kraftctl}, j.args...), runs, j.before)
		if err != nil {
			return nil, err
		}
		if tool != nil && j.jvm != nil {
			theirs, err := measure(tool.command(j.class, j.jvm...), jvmRuns, j.before)
			if err != nil {
				return nil, err
			}
			measured.jvm = &theirs
		}
		rows = append(rows, measured)
	}
	return rows, nil
}

// jobs prepares a configuration and a formatted directory below dir and lists the work to measure.
func jobs(opts options, dir string) ([]job, error) {
	data, formatted := filepath.Join(dir, "data"), filepath.Join(dir, "formatted")
	fresh, err := writeConfig(dir, "fresh.properties", data)
	if err != nil {
		return nil, err
	}
	done, err := writeConfig(dir, "formatted.properties", formatted)
	if err != nil {
		return nil, err
	}
	format := []string{"format", "-c", fresh, "-t", clusterID}
	same := []string{"--kafka-version", opts.kafka}
	if _, err := measure(slices.Concat([]string{opts.kraftctl, "format", "-c", done, "-t", clusterID}, same), 1, nil); err != nil {
		return nil, err
	}
	empty := func() error { return os.RemoveAll(data) }
	return []job{
		{name: "random-uuid", args: []string{"random-uuid"}, jvm: []string{"random-uuid"}},
		{name: "info", args: slices.Concat([]string{"info", "-c", done}, same), jvm: []string{"info", "-c", done}},
		{name: "format --dry-run (JVM: format)", args: slices.Concat(format, same, []string{"--dry-run"}), jvm: format, before: empty},
		{name: "format", args: slices.Concat(format, same), jvm: format, before: empty},
	}, nil
}

// writeConfig writes the server.properties of a combined node that stores its data in logDir.
func writeConfig(dir, name, logDir string) (string, error) {
	path := filepath.Join(dir, name)
	text := fmt.Sprintf(`process.roles=broker,controller
node.id=1
controller.quorum.voters=1@localhost:9093
listeners=PLAINTEXT://:9092,CONTROLLER://:9093
controller.listener.names=CONTROLLER
log.dirs=%s
`, filepath.ToSlash(logDir))
	return path, os.WriteFile(path, []byte(text), 0o600)
}
