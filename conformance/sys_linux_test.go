//go:build conformance && linux

package conformance

import "syscall"

// dieWithUs has the kernel kill a JVM whose test process is gone, so that an aborted run leaves no servers behind.
func dieWithUs() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
