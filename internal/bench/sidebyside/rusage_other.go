//go:build !unix

package main

import "os"

// peakMemory is 0: the system does not report it when a process ends.
func peakMemory(*os.ProcessState) int64 { return 0 }
