package dump

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
)

// Range is a span of offsets, or of times in ms since 1970; both ends belong to it.
type Range struct{ From, To int64 }

// Contains reports whether v lies in the range; everything lies in a nil range.
func (r *Range) Contains(v int64) bool { return r == nil || v >= r.From && v <= r.To }

// Filter selects records; all its conditions must hold. The zero value selects every record.
type Filter struct {
	// Offsets and Times bound the records' offsets and timestamps; nil for no bound.
	Offsets, Times *Range
	// Epoch is the leader epoch of the batch; nil for any.
	Epoch *int32
	// Types are the record types; nil for any.
	Types *TypeSet
	// Topic is the topic a record is about; nil for any.
	Topic *Topic
	// Partition is the partition a record is about, and Broker the broker; nil for any.
	Partition, Broker *int32
	// User is the user a record is about; "" for any.
	User string
	// Grep must match the line that is printed; nil for none.
	Grep *regexp.Regexp
	// Query is a program over the record's JSON object; nil for none.
	Query Query
}

// Query is a program over a record's JSON object, such as a jq expression.
type Query interface {
	// Run runs the program on one JSON object and appends each of its results, as JSON, to results.
	Run(object []byte, results [][]byte) ([][]byte, error)
}

// records reports whether some records of a batch may be selected and others not.
func (f *Filter) records() bool {
	return f.Offsets != nil || f.Times != nil || f.content() || f.Types != nil
}

// content reports whether a record must be decoded, or printed, to know if it is selected.
func (f *Filter) content() bool {
	return f.decoded() || f.Grep != nil || f.Query != nil
}

// decoded reports whether a record must be decoded to know if it is selected.
func (f *Filter) decoded() bool {
	return f.Topic != nil || f.Partition != nil || f.Broker != nil || f.User != ""
}

// batch reports whether records of the batch can be selected, by its header alone.
func (f *Filter) batch(b *metalog.Batch) bool {
	if f.Epoch != nil && b.LeaderEpoch != *f.Epoch {
		return false
	}
	if f.Offsets != nil && (b.LastOffset() < f.Offsets.From || b.BaseOffset > f.Offsets.To) {
		return false
	}
	return f.Times == nil || b.MaxTimestamp >= f.Times.From && (b.LogAppendTime() || b.BaseTimestamp <= f.Times.To)
}

// header reports whether a record is selected as far as can be told without decoding it.
func (f *Filter) header(r *row) bool {
	return f.Offsets.Contains(r.batch.Offset(r.rec)) && f.Times.Contains(r.batch.Timestamp(r.rec)) &&
		(f.Types == nil || f.Types.contains(r.control, r.key))
}

// fields reports whether a decoded record is selected by what it is about.
func (f *Filter) fields(r *row) bool {
	if !f.decoded() {
		return true
	}
	rec := r.record
	if rec == nil {
		return false
	}
	return (f.Topic == nil || f.Topic.concerns(rec)) && (f.Partition == nil || concernsPartition(rec, *f.Partition)) &&
		(f.Broker == nil || concernsBroker(rec, *f.Broker)) && (f.User == "" || concernsUser(rec, f.User))
}

// TypeSet is a set of record types.
type TypeSet struct {
	records, controls map[int16]bool
}

// ParseTypes is the set of the named types. A name is that of Kafka's class, with or without "Record", or the one
// kafka-dump-log prints, of metadata or control records; upper and lower case are alike.
func ParseTypes(names []string) (*TypeSet, error) {
	set := &TypeSet{records: map[int16]bool{}, controls: map[int16]bool{}}
	for _, name := range names {
		name = strings.ReplaceAll(strings.TrimSpace(name), "-", "_")
		if t, ok := metadata.TypeNamed(name); ok {
			set.records[t.APIKey] = true
			continue
		}
		t, ok := controlNamed(name)
		if !ok {
			return nil, fmt.Errorf("unknown record type %q", name)
		}
		set.controls[t.Number] = true
	}
	return set, nil
}

func controlNamed(name string) (metadata.ControlType, bool) {
	plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", "")) }
	for _, t := range metadata.ControlTypes() {
		short := strings.TrimSuffix(strings.TrimSuffix(t.Name, "Record"), "Message")
		for _, known := range []string{t.Name, t.DumpName, t.Label, short} {
			if plain(known) == plain(name) {
				return t, true
			}
		}
	}
	return metadata.ControlType{}, false
}

// TypeNames are all names of types as kafka-dump-log prints them, those of control records last.
func TypeNames() []string {
	var names []string
	for _, t := range metadata.Types() {
		names = append(names, t.DumpName)
	}
	for _, t := range metadata.ControlTypes() {
		names = append(names, t.DumpName)
	}
	return names
}

func (s *TypeSet) contains(control bool, key int16) bool {
	if control {
		return s.controls[key]
	}
	return s.records[key]
}
