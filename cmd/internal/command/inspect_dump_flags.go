package command

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/kraftctl/kraftctl/inspect/dump"
)

// dumpFlags are the flags of inspect dump as they were given.
type dumpFlags struct {
	output, from, to, topic, user, grep, jq string
	types                                   []string
	epoch, partition, broker                int32
	limit                                   int64
	noData, headersOnly, showSecrets        bool
	reverse, follow                         bool
}

func (f *dumpFlags) register(flags *pflag.FlagSet) {
	flags.StringVarP(&f.output, "output", "o", "text", "text as kafka-dump-log prints it, jsonl (one object a line) or json (one array)")
	flags.BoolVar(&f.noData, "no-data", false, "leave out what the records hold")
	flags.BoolVar(&f.headersOnly, "headers-only", false, "print batches without their records")
	flags.BoolVar(&f.showSecrets, "show-secrets", false, "print secrets instead of masking them")
	flags.StringVar(&f.from, "from", "", "begin at an offset, at a time (RFC 3339) or so long ago (-15m)")
	flags.StringVar(&f.to, "to", "", "end after an offset, a time or so long ago")
	flags.Int32Var(&f.epoch, "epoch", 0, "only what was written in a leader epoch")
	flags.StringSliceVar(&f.types, "type", nil, "only records of these types, such as topic,partition-change")
	flags.StringVar(&f.topic, "topic", "", "only records about a topic, by name or ID")
	flags.Int32Var(&f.partition, "partition", 0, "only records about a partition")
	flags.Int32Var(&f.broker, "broker", 0, "only records about a broker, also as a replica")
	flags.StringVar(&f.user, "user", "", "only records about a user")
	flags.StringVar(&f.grep, "grep", "", "only records whose printed line matches a regular expression (RE2)")
	flags.StringVar(&f.jq, "jq", "", "run a jq expression on each record's JSON object and print what it yields; in text, filter by it")
	flags.Int64Var(&f.limit, "limit", 0, "stop after so many records")
	flags.BoolVar(&f.reverse, "reverse", false, "print the last record first")
	flags.BoolVarP(&f.follow, "follow", "f", false, "keep printing what a running node appends")
}

// formats are the values of --output.
var formats = map[string]dump.Format{"text": dump.Text, "json": dump.JSON, "jsonl": dump.JSONLines}

// options checks the flags and turns them into options; now is what relative times count from.
func (f *dumpFlags) options(flags *pflag.FlagSet, now time.Time) (dump.Options, error) {
	o := dump.Options{NoData: f.noData, HeadersOnly: f.headersOnly, ShowSecrets: f.showSecrets, Limit: f.limit, Reverse: f.reverse}
	format, ok := formats[f.output]
	switch {
	case !ok:
		return o, usageError(fmt.Errorf("unknown output format %q", f.output), "it is one of text, jsonl, json")
	case f.follow && f.reverse:
		return o, usageError(errors.New("--follow and --reverse exclude each other"), "")
	case f.follow && format == dump.JSON:
		return o, usageError(errors.New("--follow has no end, which a JSON array needs"), "use --output jsonl")
	case f.limit < 0:
		return o, usageError(fmt.Errorf("--limit %d is negative", f.limit), "")
	}
	o.Format = format
	return o, f.filter(&o.Filter, flags, now)
}

func (f *dumpFlags) filter(to *dump.Filter, flags *pflag.FlagSet, now time.Time) error {
	if err := f.ranges(to, now); err != nil {
		return usageError(err, "give an offset (1295), a time (2026-01-31T12:00:00Z), or how long ago (-15m)")
	}
	if flags.Changed("epoch") {
		to.Epoch = &f.epoch
	}
	if flags.Changed("partition") {
		to.Partition = &f.partition
	}
	if flags.Changed("broker") {
		to.Broker = &f.broker
	}
	to.User = f.user
	if f.topic != "" {
		to.Topic = dump.NewTopic(f.topic)
	}
	var err error
	if len(f.types) > 0 {
		if to.Types, err = dump.ParseTypes(f.types); err != nil {
			return usageError(err, "known types: "+strings.Join(dump.TypeNames(), ", "))
		}
	}
	if f.grep != "" {
		if to.Grep, err = regexp.Compile(f.grep); err != nil {
			return usageError(fmt.Errorf("--grep: %w", err), "")
		}
	}
	if f.jq != "" {
		if to.Query, err = dump.NewQuery(f.jq); err != nil {
			return usageError(fmt.Errorf("--jq: %w", err), "")
		}
	}
	return nil
}

func (f *dumpFlags) ranges(to *dump.Filter, now time.Time) error {
	for _, bound := range []struct {
		name, text string
		place      func(*dump.Range) *int64
	}{
		{"--from", f.from, func(r *dump.Range) *int64 { return &r.From }},
		{"--to", f.to, func(r *dump.Range) *int64 { return &r.To }},
	} {
		if bound.text == "" {
			continue
		}
		if offset, err := strconv.ParseInt(bound.text, 10, 64); err == nil && offset >= 0 {
			*bound.place(narrowed(&to.Offsets)) = offset
			continue
		}
		at, err := parseTime(bound.text, now)
		if err != nil {
			return fmt.Errorf("%s: %w", bound.name, err)
		}
		*bound.place(narrowed(&to.Times)) = at.UnixMilli()
	}
	return nil
}

// narrowed is the range, made to be everything if there was none.
func narrowed(r **dump.Range) *dump.Range {
	if *r == nil {
		*r = &dump.Range{From: math.MinInt64, To: math.MaxInt64}
	}
	return *r
}

// timeLayouts are the forms of an absolute time; without a zone it is UTC.
var timeLayouts = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02"}

// parseTime reads a time, absolute or before now.
func parseTime(text string, now time.Time) (time.Time, error) {
	if strings.HasPrefix(text, "-") {
		days, isDays := strings.CutSuffix(text, "d")
		if n, err := strconv.Atoi(days); isDays && err == nil {
			return now.AddDate(0, 0, n), nil
		}
		ago, err := time.ParseDuration(text)
		if err != nil {
			return time.Time{}, fmt.Errorf("%q is no duration", text)
		}
		return now.Add(ago), nil
	}
	for _, layout := range timeLayouts {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is neither an offset nor a time", text)
}
