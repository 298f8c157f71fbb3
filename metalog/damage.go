package metalog

import "fmt"

// DamageKind says in which way a region of a file is broken.
type DamageKind uint8

// The kinds of damage.
const (
	// BadCRC: the stored CRC does not fit the bytes of a batch.
	BadCRC DamageKind = iota + 1
	// BadLength: the length of a batch is impossible.
	BadLength
	// BadMagic: the batch is of a format metadata logs do not have.
	BadMagic
	// ZeroTail: the file ends in zeros, as after preallocation or a crash.
	ZeroTail
	// Truncated: the file ends within a batch.
	Truncated
	// Gap: offsets are missing.
	Gap
	// Overlap: offsets are there already.
	Overlap
	// EpochBack: the leader epoch is smaller than the one before.
	EpochBack
	// Undecodable: the batch checks out, but a record in it cannot be read.
	Undecodable
)

var damageNames = [...]string{
	"", "bad-crc", "bad-length", "bad-magic", "zero-tail", "truncated", "gap", "overlap", "epoch-back", "undecodable",
}

// String is the kind as JSON output spells it, such as "bad-crc".
func (k DamageKind) String() string { return damageNames[k] }

// Damage is a broken region of a file.
type Damage struct {
	// File is the path of the file as the reader was given it.
	File string
	// Position is where the region begins, in bytes.
	Position int64
	// Length is how many bytes it takes; 0 for Gap, Overlap and EpochBack, where no byte is bad in itself.
	Length int64
	// FirstOffset and LastOffset are the offsets concerned; -1 when they are not known.
	FirstOffset, LastOffset int64
	// Kind is what is wrong.
	Kind DamageKind
	// Tail tells that nothing that can be read follows, in the segment that a node appends to: a batch that is being
	// written, or was when the node died.
	Tail bool
	// Err says it in words.
	Err error
}

// Error says what is wrong and where.
func (d *Damage) Error() string {
	where := fmt.Sprintf("%s@%d", d.File, d.Position)
	switch {
	case d.FirstOffset >= 0 && d.LastOffset > d.FirstOffset:
		where += fmt.Sprintf(" (offsets %d to %d)", d.FirstOffset, d.LastOffset)
	case d.FirstOffset >= 0:
		where += fmt.Sprintf(" (offset %d)", d.FirstOffset)
	}
	return fmt.Sprintf("%s: %v", where, d.Err)
}

// Unwrap is the cause.
func (d *Damage) Unwrap() error { return d.Err }
