package recovery

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/internal/wording"
)

// commas lists node IDs as flags take them: "1,2,3".
func commas(list []int32) string { return strings.Join(texts(list), ",") }

func texts(list []int32) []string {
	out := make([]string, len(list))
	for i, id := range list {
		out[i] = strconv.Itoa(int(id))
	}
	return out
}

// voters is "voter 1" or "voters 1 and 2".
func voters(list []int32) string {
	if len(list) == 1 {
		return "voter " + wording.IDs(list)
	}
	return "voters " + wording.IDs(list)
}

// nodesAre is "node 1 is" or "nodes 1 and 2 are".
func nodesAre(list []int32) string {
	if len(list) == 1 {
		return "node " + wording.IDs(list) + " is"
	}
	return "nodes " + wording.IDs(list) + " are"
}

// offsets is the range from one offset up to another, exclusive: "offset 7" or "offsets 3 to 7".
func offsets(from, end int64) string {
	if end-from == 1 {
		return fmt.Sprintf("offset %d", from)
	}
	return fmt.Sprintf("offsets %d to %d", from, end-1)
}
