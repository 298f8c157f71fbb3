// Command sidebyside runs kraftctl and Kafka's JVM storage tool on the same jobs and prints, as a
// Markdown table, the wall time from exec to exit and the peak resident memory of both.
// Without Java and Maven it measures kraftctl alone.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

func main() {
	opts := options{}
	flag.StringVar(&opts.kraftctl, "kraftctl", "./kraftctl", "the binary to measure")
	flag.StringVar(&opts.pom, "pom", "conformance/pom/pom.xml", "the POM that resolves Kafka's class path")
	flag.StringVar(&opts.kafka, "kafka", "4.3.1", "the Kafka release to compare with")
	flag.IntVar(&opts.runs, "runs", 50, "how often to run each job of kraftctl")
	flag.IntVar(&opts.jvmRuns, "jvm-runs", 7, "how often to run each job of the JVM tool")
	flag.Int64Var(&opts.logSize, "log", 64, "size of the metadata log to dump and verify, in MiB; 0 leaves that out")
	flag.Parse()
	if err := run(opts); err != nil {
		fmt.Fprintf(os.Stderr, "sidebyside: %v\n", err)
		os.Exit(1)
	}
}

// options are the flags of the command.
type options struct {
	kraftctl, pom, kafka string
	runs, jvmRuns        int
	logSize              int64 // MiB
}

func run(opts options) error {
	dir, err := os.MkdirTemp("", "kraftctl-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if opts.kraftctl, err = filepath.Abs(opts.kraftctl); err != nil {
		return err
	}
	tool, err := findJVMTool(opts.pom, opts.kafka)
	if err != nil {
		fmt.Fprintf(os.Stderr, "!!! measuring kraftctl alone: %v\n", err)
	}
	rows, err := compare(opts, tool, dir)
	if err != nil {
		return err
	}
	fmt.Printf("%s/%s, %d CPUs, %s; %d runs of kraftctl, %d of the JVM tool\n\n",
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), opts.runs, opts.jvmRuns)
	printTable(os.Stdout, rows, tool)
	return printFloor(os.Stdout)
}
