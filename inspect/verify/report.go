// Package verify checks everything that can be checked in a node's metadata directory, and says what would be lost and what
// Kafka itself would do about it.
package verify

import (
	"github.com/kraftctl/kraftctl/inspect/listing"
	"github.com/kraftctl/kraftctl/metalog"
)

// Verdict is what became of a file.
type Verdict string

// The verdicts.
const (
	// Sound: everything that was checked is right.
	Sound Verdict = "sound"
	// Unfinished: sound, but for a batch at the end that is being written, or was when the node died.
	Unfinished Verdict = "unfinished"
	// Damaged: something is wrong.
	Damaged Verdict = "damaged"
	// Ignored: a file that waits for its removal, that was never finished, or that is none of Kafka's.
	Ignored Verdict = "ignored"
)

// Problem is something wrong with a file.
type Problem struct {
	// Kind is a [metalog.DamageKind], or one of the names in consequences.go, such as "index-entry".
	Kind string
	// Position and Length are the bytes concerned; Position is -1 when no place in the file is meant.
	Position, Length int64
	// FirstOffset and LastOffset are the offsets concerned; -1 when not known.
	FirstOffset, LastOffset int64
	// Message says what is wrong.
	Message string
	// Lost says what can no longer be read, "" for nothing.
	Lost string
	// Kafka says what Kafka does about it when it starts.
	Kafka string
}

// File is what was found out about a file.
type File struct {
	// Path is how messages call the file, Kind what it is.
	Path string
	Kind metalog.Kind
	// Size is in bytes; -1 when it is not known.
	Size    int64
	Verdict Verdict
	// Problems are what is wrong, at most [listing.MaxDamage] of them; Count is how many there are in all.
	Problems []Problem
	Count    int64
	// Notes are worth knowing, but not wrong.
	Notes []string
	// Summary is what a file of records holds; nil for others.
	Summary *listing.Summary
}

// Report is what was found out about all files.
type Report struct {
	Files []*File
}

// Sound reports whether nothing is wrong with any file.
func (r *Report) Sound() bool {
	for _, f := range r.Files {
		if f.Verdict == Damaged {
			return false
		}
	}
	return true
}

func (f *File) note(text string) { f.Notes = append(f.Notes, text) }

// add adds a problem, with what follows from it.
func (f *File) add(p Problem) {
	f.Verdict = Damaged
	f.Count++
	if len(f.Problems) == listing.MaxDamage {
		return
	}
	if p.Kafka == "" {
		p.Kafka = startUp(f.Kind, p.Kind)
	}
	f.Problems = append(f.Problems, p)
}

// wrong adds a problem that has no place and no offsets.
func (f *File) wrong(kind string, err error) {
	f.add(Problem{Kind: kind, Position: -1, FirstOffset: -1, LastOffset: -1, Message: err.Error()})
}
