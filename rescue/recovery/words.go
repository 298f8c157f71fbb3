package recovery

import (
	"fmt"
	"strconv"
	"strings"
)

// ids lists node IDs: "1, 2 and 3".
func ids(list []int32) string { return enumerate(texts(list)) }

// commas lists node IDs as flags take them: "1,2,3".
func commas(list []int32) string { return strings.Join(texts(list), ",") }

func texts(list []int32) []string {
	out := make([]string, len(list))
	for i, id := range list {
		out[i] = strconv.Itoa(int(id))
	}
	return out
}

func enumerate(list []string) string {
	switch n := len(list); n {
	case 0:
		return "none"
	case 1:
		return list[0]
	default:
		return strings.Join(list[:n-1], ", ") + " and " + list[n-1]
	}
}

// plural is the noun with its number.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// voters is "voter 1" or "voters 1 and 2".
func voters(list []int32) string {
	if len(list) == 1 {
		return "voter " + ids(list)
	}
	return "voters " + ids(list)
}

// nodesAre is "node 1 is" or "nodes 1 and 2 are".
func nodesAre(list []int32) string {
	if len(list) == 1 {
		return "node " + ids(list) + " is"
	}
	return "nodes " + ids(list) + " are"
}

// offsets is the range from one offset up to another, exclusive: "offset 7" or "offsets 3 to 7".
func offsets(from, end int64) string {
	if end-from == 1 {
		return fmt.Sprintf("offset %d", from)
	}
	return fmt.Sprintf("offsets %d to %d", from, end-1)
}
