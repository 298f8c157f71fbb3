// Package release holds what every Apache Kafka release line knows, as tables: metadata versions,
// feature levels, behaviour of the storage tool, and configuration keys. Nothing here decides;
// callers look a row up and act on it.
package release

import (
	"fmt"
	"strconv"
	"strings"
)

// Release is one line of Apache Kafka releases, such as 3.9. Patch releases of a line read and write
// the same files and judge a configuration alike, so the line is what the rest of kraftctl asks for.
// Lines are ordered: a < b means a was released before b.
type Release int8

// The release lines that can run a KRaft node in production form.
const (
	V3_3 Release = iota
	V3_4
	V3_5
	V3_6
	V3_7
	V3_8
	V3_9
	V4_0
	V4_1
	V4_2
	V4_3
	V4_4
)

// lines names each line and the patch release whose behaviour the tables record.
var lines = [...]struct{ name, observed string }{
	V3_3: {"3.3", "3.3.2"},
	V3_4: {"3.4", "3.4.1"},
	V3_5: {"3.5", "3.5.2"},
	V3_6: {"3.6", "3.6.2"},
	V3_7: {"3.7", "3.7.2"},
	V3_8: {"3.8", "3.8.1"},
	V3_9: {"3.9", "3.9.2"},
	V4_0: {"4.0", "4.0.2"},
	V4_1: {"4.1", "4.1.2"},
	V4_2: {"4.2", "4.2.1"},
	V4_3: {"4.3", "4.3.1"},
	V4_4: {"4.4", "4.4.0"},
}

// Oldest is the first release line whose KRaft mode was declared ready for production.
func Oldest() Release { return V3_3 }

// Newest is the newest release line the tables describe; commands default to it.
func Newest() Release { return Release(len(lines) - 1) }

// All lists every known line, oldest first.
func All() []Release {
	all := make([]Release, len(lines))
	for i := range all {
		all[i] = Release(i)
	}
	return all
}

// String is the line's name, such as "3.9".
func (r Release) String() string { return lines[r].name }

// Observed is the patch release whose behaviour the tables record, such as "3.9.2".
func (r Release) Observed() string { return lines[r].observed }

// Range is a span of release lines, both ends included.
type Range struct{ Since, Until Release }

// Contains reports whether r lies within the range.
func (g Range) Contains(r Release) bool { return g.Since <= r && r <= g.Until }

// Since is the range from r to the newest line.
func Since(r Release) Range { return Range{r, Newest()} }

// Until is the range from the oldest line to r.
func Until(r Release) Range { return Range{Oldest(), r} }

// UnknownError says that a text names no release line the tables describe.
type UnknownError struct{ Text string }

func (e *UnknownError) Error() string {
	return fmt.Sprintf("%q is not a Kafka release kraftctl knows; use %s … %s, with or without a patch number (such as %s)",
		e.Text, Oldest(), Newest(), Newest().Observed())
}

// Parse reads a release such as "3.9" or "3.9.2"; any patch number, and a suffix such as "-rc1" after it,
// selects its line. The error is an *UnknownError.
func Parse(text string) (Release, error) {
	parts := strings.SplitN(strings.TrimPrefix(text, "v"), ".", 3)
	if len(parts) < 2 {
		return 0, &UnknownError{text}
	}
	if len(parts) == 3 {
		patch, _, _ := strings.Cut(parts[2], "-")
		if _, err := strconv.ParseUint(patch, 10, 16); err != nil {
			return 0, &UnknownError{text}
		}
	}
	name := parts[0] + "." + parts[1]
	for i, line := range lines {
		if line.name == name {
			return Release(i), nil
		}
	}
	return 0, &UnknownError{text}
}
