//go:build !unix

package command

import "os"

// screenWidth is the number of columns of a terminal; 0 here, where it is not asked.
func screenWidth(*os.File) int { return 0 }
