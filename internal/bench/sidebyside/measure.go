package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"time"
)

// sample is what running one command several times took.
type sample struct {
	// wall is the median time from exec to exit; best the shortest.
	wall, best time.Duration
	// rss is the highest peak resident memory of any run, in bytes; 0 where the system does not tell.
	rss int64
}

// measure runs a command several times, with before unmeasured ahead of each; every run must succeed.
func measure(command []string, runs int, before func() error) (sample, error) {
	walls := make([]time.Duration, 0, runs)
	var rss int64
	for range runs {
		if before != nil {
			if err := before(); err != nil {
				return sample{}, err
			}
		}
		wall, peak, err := runOnce(command)
		if err != nil {
			return sample{}, err
		}
		walls = append(walls, wall)
		rss = max(rss, peak)
	}
	slices.Sort(walls)
	return sample{wall: walls[len(walls)/2], best: walls[0], rss: rss}, nil
}

func runOnce(command []string) (wall time.Duration, rss int64, err error) {
	// Standard output goes to the null device: a dump is hundreds of megabytes, and carrying them would be measured too.
	var out bytes.Buffer
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stderr = &out
	start := time.Now()
	err = cmd.Run()
	wall = time.Since(start)
	if err != nil {
		return 0, 0, fmt.Errorf("%s … %s: %w\n%s", command[0], command[len(command)-1], err, out.Bytes())
	}
	return wall, peakMemory(cmd.ProcessState), nil
}
