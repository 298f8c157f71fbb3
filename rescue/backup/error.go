package backup

import (
	"fmt"

	"github.com/kraftctl/kraftctl/metalog"
)

// ChangedError says that the node changed its files in a way that what was read of them does not fit together.
type ChangedError struct {
	// What changed.
	What string
	// Attempts is how often it was tried; 0 within an attempt.
	Attempts int
}

// Error says what changed.
func (e *ChangedError) Error() string {
	if e.Attempts > 0 {
		return fmt.Sprintf("the node's files changed while they were read, in each of %d attempts: %s", e.Attempts, e.What)
	}
	return "the node's files changed while they were read: " + e.What
}

// DamageError says that there is damage before the end of the log, so that not all of it can be taken.
type DamageError struct {
	// Damage is the first of it.
	Damage *metalog.Damage
	// End is the offset up to which a backup can be taken, -1 when none can.
	End int64
}

// Error says what is damaged, and what can be taken.
func (e *DamageError) Error() string {
	if e.End < 0 {
		return fmt.Sprintf("no backup can be taken: %v", e.Damage)
	}
	return fmt.Sprintf("only what is before offset %d can be taken: %v", e.End, e.Damage)
}

// Unwrap is the damage.
func (e *DamageError) Unwrap() error { return e.Damage }

// PermissionHint says what to do where the files of a node may not be read.
const PermissionHint = "run kraftctl as the user that Kafka runs as"

// SourceError says that what was given is nothing a backup can be taken of.
type SourceError struct {
	// Path is what was looked at.
	Path string
	// Err says what is wrong with it.
	Err error
	// Hint says what to give instead.
	Hint string
}

// Error says what is wrong.
func (e *SourceError) Error() string { return fmt.Sprintf("%s: %v", e.Path, e.Err) }

// Unwrap is the cause.
func (e *SourceError) Unwrap() error { return e.Err }

// UnsoundError says that what was taken is not sound, although no record of it is damaged.
type UnsoundError struct{ Problem string }

// Error says what is wrong.
func (e *UnsoundError) Error() string { return "what was read does not fit together: " + e.Problem }
