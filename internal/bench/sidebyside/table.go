package main

import (
	"fmt"
	"io"
	"os/exec"
	"time"
)

// printTable writes the rows as a Markdown table. How much faster is told by the best runs, which other work
// on the machine disturbs least.
func printTable(w io.Writer, rows []row, tool *jvmTool) {
	if tool == nil {
		fmt.Fprintln(w, "| job | time, best / median | peak memory |\n|---|---:|---:|")
		for _, r := range rows {
			fmt.Fprintf(w, "| `%s` | %s | %s |\n", r.name, times(r.ours), mebibytes(r.ours.rss))
		}
		return
	}
	fmt.Fprintf(w, "| job | kraftctl, best / median | Kafka %s's tool, best / median | times faster | kraftctl's memory | the JVM's |\n"+
		"|---|---:|---:|---:|---:|---:|\n", tool.kafka)
	for _, r := range rows {
		if r.jvm == nil {
			fmt.Fprintf(w, "| `%s` | %s | | | %s | |\n", r.name, times(r.ours), mebibytes(r.ours.rss))
			continue
		}
		fmt.Fprintf(w, "| `%s` | %s | %s | %.0f | %s | %s |\n", r.name, times(r.ours), times(*r.jvm),
			float64(r.jvm.best)/float64(r.ours.best), mebibytes(r.ours.rss), mebibytes(r.jvm.rss))
	}
}

func times(s sample) string {
	return fmt.Sprintf("%.1f / %.1f ms", milliseconds(s.best), milliseconds(s.wall))
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func mebibytes(bytes int64) string {
	if bytes == 0 {
		return "unknown"
	}
	return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20))
}

// printFloor says what a process that does nothing measures as. On Linux a child's peak memory
// includes that of the process that started it until its exec, so less than this cannot be seen.
func printFloor(w io.Writer) error {
	path, err := exec.LookPath("true")
	if err != nil {
		return nil //nolint:nilerr // without a "true" to run there is no floor to tell, and nothing failed
	}
	floor, err := measure([]string{path}, 20, nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "\nThe least this can measure, a `true`: %s, %s.\n", times(floor), mebibytes(floor.rss))
	return nil
}
