package listing

import (
	"errors"
	"io/fs"

	"github.com/kraftctl/kraftctl/metalog"
)

// State is what becomes of a file.
type State string

// The states.
const (
	// Sealed: nothing is appended any more.
	Sealed State = "sealed"
	// Active: the segment a node appends to.
	Active State = "active"
	// Deleted: the file waits for its removal.
	Deleted State = "deleted"
	// Partial: a snapshot that is being written, or was never finished.
	Partial State = "partial"
	// Broken: something in it is damaged.
	Broken State = "damaged"
)

// File is a line of the list.
type File struct {
	*Summary
	State State
}

// List lists the segments and snapshots of a log, also those that wait for their removal: the bootstrap snapshot, snapshots by
// offset, segments by offset. The error is one of reading.
func List(log *metalog.Log, o Options) ([]File, error) {
	var list []File
	for _, n := range names(log) {
		f, err := log.Open(n)
		if errors.Is(err, fs.ErrNotExist) {
			continue // the node removed it meanwhile
		}
		if err != nil {
			return list, err
		}
		s, err := Summarize(f, o)
		if err = errors.Join(err, f.Close()); err != nil {
			return list, err
		}
		list = append(list, File{Summary: s, State: StateOf(log, n, s)})
	}
	return list, nil
}

// names are the files of records, in the order of the list.
func names(log *metalog.Log) []metalog.Name {
	var bootstrap, snapshots, segments []metalog.Name
	if log.Bootstrap.Kind == metalog.Bootstrap {
		bootstrap = append(bootstrap, log.Bootstrap)
	}
	for _, n := range log.Files {
		switch n.Kind {
		case metalog.Snapshot:
			snapshots = append(snapshots, n)
		case metalog.Segment:
			segments = append(segments, n)
		}
	}
	return append(append(bootstrap, snapshots...), segments...)
}

// StateOf is the state of a file of a log.
func StateOf(log *metalog.Log, n metalog.Name, s *Summary) State {
	switch {
	case n.Deleted:
		return Deleted
	case n.Partial:
		return Partial
	case s.DamageCount > 0:
		return Broken
	case len(log.Segments) > 0 && n == log.Segments[len(log.Segments)-1]:
		return Active
	}
	return Sealed
}
