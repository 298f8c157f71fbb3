// Package wording puts numbers and lists into sentences.
package wording

import (
	"fmt"
	"strconv"
	"strings"
)

// Count is a noun with its number: "1 batch", "2 batches", "3 directories".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	switch stem, ok := strings.CutSuffix(noun, "y"); {
	case ok:
		noun = stem + "ies"
	case strings.HasSuffix(noun, "ch"):
		noun += "es"
	default:
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// And lists texts: "a", "a and b", "a, b and c"; "none" when there are none.
func And(list []string) string {
	switch n := len(list); n {
	case 0:
		return "none"
	case 1:
		return list[0]
	default:
		return strings.Join(list[:n-1], ", ") + " and " + list[n-1]
	}
}

// IDs lists node IDs as And does.
func IDs(list []int32) string {
	texts := make([]string, len(list))
	for i, id := range list {
		texts[i] = strconv.Itoa(int(id))
	}
	return And(texts)
}
