package compare

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ids lists node IDs: "1, 2 and 3".
func ids(list []int32) string {
	texts := make([]string, len(list))
	for i, id := range list {
		texts[i] = strconv.Itoa(int(id))
	}
	return enumerate(texts)
}

func enumerate(texts []string) string {
	switch n := len(texts); n {
	case 0:
		return "none"
	case 1:
		return texts[0]
	default:
		return strings.Join(texts[:n-1], ", ") + " and " + texts[n-1]
	}
}

// plural is the noun with its number.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "ch") {
		return fmt.Sprintf("%d %ses", n, noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func sortedIDs(list []int32) []int32 {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
