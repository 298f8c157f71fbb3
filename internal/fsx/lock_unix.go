//go:build unix && !linux

package fsx

import "syscall"

// setRecordLock locks for the process.
const setRecordLock = syscall.F_SETLK
