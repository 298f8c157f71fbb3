// Command biglog writes a large, realistic and valid metadata log, for benchmarks and tests of memory:
//
//	go run ./internal/gen/biglog --size 1GiB --seed 1 OUT
//
// OUT becomes a node's log directory, with segments, indexes and the small files beside them; if it ends in .log it is one
// segment with its indexes. The same size and seed give the same bytes.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/internal/gen/biglog/simulate"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "biglog:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("biglog", flag.ContinueOnError)
	size := flags.String("size", "64MiB", "size of the log, such as 64MiB or 1GiB")
	segment := flags.String("segment", "1GiB", "size of a segment at most (metadata.log.segment.bytes)")
	seed := flags.Uint64("seed", 1, "seed of the random generator")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("usage: biglog [--size 64MiB] [--segment 1GiB] [--seed 1] OUT")
	}
	total, err := parseSize(*size)
	if err != nil {
		return err
	}
	most, err := parseSize(*segment)
	if err != nil {
		return err
	}
	return simulate.Write(flags.Arg(0), simulate.Options{Size: total, SegmentSize: most, Seed: *seed})
}

// units are the endings of sizes.
var units = []struct {
	name  string
	bytes int64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"", 1}}

func parseSize(text string) (int64, error) {
	for _, u := range units {
		number, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || n <= 0 || n > (1<<62)/u.bytes {
			return 0, fmt.Errorf("%q is no size", text)
		}
		return n * u.bytes, nil
	}
	return 0, fmt.Errorf("%q is no size", text)
}
