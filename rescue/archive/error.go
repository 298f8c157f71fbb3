package archive

import "fmt"

// Fault is in which way a file is no archive that can be used.
type Fault string

// The faults.
const (
	// Foreign: it is something else, or a tar that kraftctl did not write.
	Foreign Fault = "foreign"
	// Truncated: it ends too early.
	Truncated Fault = "truncated"
	// Damaged: its compressed bytes are not those that were written; a checksum of zstd's does not fit.
	Damaged Fault = "damaged"
	// Tampered: it unpacks, and is not what its manifest says, or not as kraftctl writes it.
	Tampered Fault = "tampered"
	// Newer: a later kraftctl wrote it, in a format this one does not know.
	Newer Fault = "newer"
)

// hints say what to do about each fault.
var hints = map[Fault]string{
	Foreign:   "give a file that kraftctl backup or kraftctl inspect bundle wrote",
	Truncated: "copy it again from where it was made; an interrupted copy leaves such a file",
	Damaged:   "copy it again from where it was made, or use an older backup",
	Tampered:  "do not use it: somebody changed it after it was written; use another copy",
	Newer:     "use a newer kraftctl",
}

// Error is why a file is no archive that can be used.
type Error struct {
	// Fault is the kind of error.
	Fault Fault
	// File is how messages call the archive; "" when it is not known.
	File string
	// Entry is the file within the archive that is meant; "" when it is none.
	Entry string
	// Err says what is wrong.
	Err error
}

// Error says what is wrong and where.
func (e *Error) Error() string {
	text := string(e.Fault) + " archive: "
	if e.File != "" {
		text = e.File + ": " + text
	}
	if e.Entry != "" {
		text += e.Entry + ": "
	}
	return text + e.Err.Error()
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint says what to do about it.
func (e *Error) Hint() string { return hints[e.Fault] }

func fault(f Fault, entry, format string, args ...any) *Error {
	return &Error{Fault: f, Entry: entry, Err: fmt.Errorf(format, args...)}
}
