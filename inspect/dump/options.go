package dump

// Format is how records are printed.
type Format uint8

// The formats.
const (
	// Text is what kafka-dump-log prints.
	Text Format = iota
	// JSONLines is one JSON object a line.
	JSONLines
	// JSON is one array of the same objects.
	JSON
)

// Options say what to print and how.
type Options struct {
	Format Format
	// HeadersOnly leaves out the records: only batches are printed.
	HeadersOnly bool
	// NoData leaves out what the records hold.
	NoData bool
	// ShowSecrets prints secrets instead of masking them.
	ShowSecrets bool
	// Reverse prints the last record first.
	Reverse bool
	// Limit ends the output after so many records, or batches with HeadersOnly; 0 is no limit.
	Limit int64
	// Workers is the number of goroutines that print; at least 1.
	Workers int
	// Filter selects records.
	Filter Filter
}
