package main

import (
	"fmt"
	"path/filepath"

	"github.com/kraftctl/kraftctl/internal/gen/biglog/simulate"
	"github.com/kraftctl/kraftctl/release"
)

// How often at most jobs are run that take long.
const (
	longRuns    = 9
	longJVMRuns = 2
)

// dumpTool is the main class of kafka-dump-log.
func dumpTool(kafka string) string {
	if r, err := release.Parse(kafka); err == nil && r < release.V4_3 {
		return "kafka.tools.DumpLogSegments"
	}
	return "org.apache.kafka.tools.DumpLogSegments"
}

// logJobs writes a large metadata log below dir and lists what to do with it.
func logJobs(opts options, dir string) ([]job, error) {
	if opts.logSize <= 0 {
		return nil, nil
	}
	path := filepath.Join(dir, "log", "00000000000000000000.log")
	if err := simulate.Write(path, simulate.Options{Size: opts.logSize << 20, SegmentSize: 1 << 40, Seed: 1}); err != nil {
		return nil, err
	}
	class := dumpTool(opts.kafka)
	decoded := []string{"--cluster-metadata-decoder", "--files", path}
	size := fmt.Sprintf(", %d MiB", opts.logSize)
	return []job{
		{name: "inspect dump" + size, args: []string{"inspect", "dump", "--show-secrets", path}, jvm: decoded, class: class, long: true},
		{name: "inspect dump -o jsonl" + size, args: []string{"inspect", "dump", "-o", "jsonl", path}, jvm: decoded, class: class, long: true},
		{name: "inspect dump --headers-only" + size, args: []string{"inspect", "dump", "--headers-only", path}, jvm: decoded[1:], class: class, long: true},
		{name: "inspect verify" + size, args: []string{"inspect", "verify", path}, long: true},
		{name: "inspect dump --from … --limit 1" + size, args: []string{"inspect", "dump", "--from", "900000", "--limit", "1", path}, long: true},
	}, nil
}
