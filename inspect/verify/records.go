package verify

import (
	"errors"
	"fmt"

	"github.com/kraftctl/kraftctl/inspect/listing"
	"github.com/kraftctl/kraftctl/metalog"
)

// Options say how to verify.
type Options struct {
	// Workers is the number of goroutines; at least 1.
	Workers int
	// Progress is told of every so many bytes that are done, unless it is nil.
	Progress func(bytes int64)
}

// records verifies a file of records by itself.
func (o Options) records(f *metalog.File, x *indexes) (*File, error) {
	var check func() func(*metalog.Batch) *metalog.Damage
	if x != nil {
		check = x.check
	}
	s, err := listing.Summarize(f, listing.Options{Workers: o.Workers, Decode: true, NewCheck: check, Progress: o.Progress})
	if err != nil {
		return nil, err
	}
	out := &File{Path: f.Path, Kind: f.Name.Kind, Size: s.Size, Verdict: Sound, Summary: s}
	for _, d := range s.Damage {
		if x == nil || !x.take(d) {
			out.add(problemOf(d, s))
		}
	}
	if s.DamageCount > listing.MaxDamage {
		out.Count = s.DamageCount
	}
	if d := s.Unknown; d != nil {
		p := problemOf(d, s)
		p.Kind, p.Kafka = kindUnknown, startUp(out.Kind, kindUnknown)
		p.Message += "; a later Kafka than this kraftctl knows wrote it, or it is damaged"
		if s.UnknownCount > 1 {
			p.Message += fmt.Sprintf(" (%d such records)", s.UnknownCount)
		}
		out.add(p)
	}
	if s.Size == 0 {
		out.note("the file is empty")
	}
	if d := s.Tail; d != nil {
		if out.Verdict == Sound {
			out.Verdict = Unfinished
		}
		out.note(fmt.Sprintf("byte %d: %v: still being written, or cut off when the node died; then Kafka truncates it when it starts",
			d.Position, d.Err))
	}
	if f.Name.Kind == metalog.Snapshot || f.Name.Kind == metalog.Bootstrap {
		snapshotFrame(out)
	}
	return out, nil
}

// problemOf is damage as a problem, with what it costs.
func problemOf(d *metalog.Damage, s *listing.Summary) Problem {
	p := Problem{
		Kind: d.Kind.String(), Position: d.Position, Length: d.Length, FirstOffset: d.FirstOffset, LastOffset: d.LastOffset,
		Message: d.Err.Error(),
	}
	var text *listing.TextError
	if errors.As(d.Err, &text) {
		p.Kind = kindText
	}
	switch d.Kind {
	case metalog.BadMagic:
		if d.FirstOffset < 0 || d.LastOffset < d.FirstOffset {
			break
		}
		return p
	case metalog.Overlap, metalog.EpochBack, metalog.ZeroTail:
		return p
	}
	switch {
	case d.FirstOffset >= 0 && d.LastOffset > d.FirstOffset:
		p.Lost = fmt.Sprintf("offsets %d to %d", d.FirstOffset, d.LastOffset)
	case d.FirstOffset >= 0 && d.LastOffset == d.FirstOffset:
		p.Lost = fmt.Sprintf("offset %d", d.FirstOffset)
	case d.FirstOffset >= 0:
		p.Lost = fmt.Sprintf("whatever was at offset %d and after it", d.FirstOffset)
	default:
		p.Lost = fmt.Sprintf("whatever was in these %d bytes", d.Length)
	}
	if startUp(s.Name.Kind, p.Kind) == truncates && d.LastOffset >= d.FirstOffset && s.NextOffset > d.LastOffset+1 {
		p.Lost += fmt.Sprintf("; in Kafka all up to offset %d", s.NextOffset-1)
	}
	return p
}

// snapshotFrame checks that a snapshot begins and ends as one.
func snapshotFrame(f *File) {
	s := f.Summary
	if s.First != "SNAPSHOT_HEADER" {
		f.add(Problem{
			Kind: kindNoHeader, FirstOffset: -1, LastOffset: -1,
			Message: fmt.Sprintf("the first record is %s, not a SNAPSHOT_HEADER", orNothing(s.First)),
		})
	}
	if s.Last != "SNAPSHOT_FOOTER" {
		f.add(Problem{
			Kind: kindNoFooter, Position: s.Size, FirstOffset: -1, LastOffset: -1,
			Message: fmt.Sprintf("the last record is %s, not a SNAPSHOT_FOOTER: the snapshot was not finished", orNothing(s.Last)),
			Lost:    "whatever the snapshot had after its last record",
		})
	}
	for _, name := range []string{"SNAPSHOT_HEADER", "SNAPSHOT_FOOTER"} {
		if n := s.Types[name]; n > 1 {
			f.add(Problem{Kind: kindNoFooter, Position: -1, FirstOffset: -1, LastOffset: -1, Message: fmt.Sprintf("there are %d %s records", n, name)})
		}
	}
}

func orNothing(name string) string {
	if name == "" {
		return "nothing"
	}
	return name
}
