package fsx

import "golang.org/x/sys/unix"

// setRecordLock locks for the open file, not for the process: closing another descriptor of the file does not undo it,
// and it conflicts with the locks of Java all the same.
const setRecordLock = unix.F_OFD_SETLK
