// Package pattern compiles regular expressions when they are first used: dozens of them at start-up would be most of what a short
// command does.
package pattern

import (
	"regexp"
	"sync"
)

// Lazy is a regular expression that is compiled at the first call. A bad expression panics there.
func Lazy(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
