//go:build conformance && !linux

package conformance

import "syscall"

// dieWithUs has no equivalent here: an aborted run may leave servers behind.
func dieWithUs() *syscall.SysProcAttr { return nil }
