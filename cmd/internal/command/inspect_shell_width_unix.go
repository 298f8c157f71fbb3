//go:build unix

package command

import (
	"os"

	"golang.org/x/sys/unix"
)

// screenWidth is the number of columns of a terminal; 0 when it does not tell.
func screenWidth(terminal *os.File) int {
	size, err := unix.IoctlGetWinsize(int(terminal.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0
	}
	return int(size.Col)
}
