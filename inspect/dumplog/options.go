package dumplog

import (
	"io"
	"math"

	"github.com/kraftctl/kraftctl/release"
)

// Decoder says how keys and values of records are read for printing.
type Decoder uint8

const (
	// Strings prints keys and values as UTF-8 text (StringDecoder).
	Strings Decoder = iota
	// ClusterMetadata prints values as JSON of metadata records, and no keys.
	ClusterMetadata
	// Offsets would decode __consumer_offsets. It and the decoders after it need the serializers of topics, which are not here:
	// they end the tool at the first record they would have to decode.
	Offsets
	// TransactionLog would decode __transaction_state.
	TransactionLog
	// ShareGroupState would decode __share_group_state.
	ShareGroupState
	// RemoteLogMetadata would decode __remote_log_metadata.
	RemoteLogMetadata
)

// Options are the tool's options. The zero value is a tool of the oldest release that prints batches only and reads nothing;
// see [Defaults].
type Options struct {
	// Release is the release to print as.
	Release release.Release
	// PrintData prints the keys and values of records; it implies Deep.
	PrintData bool
	// Deep prints a line for each record.
	Deep bool
	// SkipRecordMetadata leaves out all but the payload of records, and control records but for an empty line.
	SkipRecordMetadata bool
	// Decoder is how keys and values are read.
	Decoder Decoder
	// MaxBytes is how many bytes of each segment to read at most; math.MaxInt32 is all of it.
	MaxBytes int32
	// MaxMessageSize is how many bytes a batch may have that an index entry points to.
	MaxMessageSize int32
	// VerifyIndexOnly checks indexes without printing them.
	VerifyIndexOnly bool
	// IndexSanityCheck only does the check of indexes that a broker does when it starts.
	IndexSanityCheck bool
	// LogProblem ends the tool at the first segment or snapshot, and IndexProblem at the first offset index: options that the
	// tool looks at only then.
	LogProblem, IndexProblem *Exception
	// Notes are lines printed for each segment or snapshot before its header.
	Notes []string
}

// Defaults are the options of kafka-dump-log without arguments.
func Defaults(r release.Release) Options {
	return Options{Release: r, MaxBytes: math.MaxInt32, MaxMessageSize: 5 << 20}
}

// File is a file to dump. It may grow while it is read; only Size bytes of it are.
type File interface {
	io.ReaderAt
	io.Closer
	// Size is the number of bytes.
	Size() (int64, error)
}

// Env is the world the tool runs in.
type Env struct {
	// Open opens a file by the name the tool was given; errors are those of package os.
	Open func(path string) (File, error)
	// Dir is the absolute path of the working directory, for the names in reports.
	Dir string
	// Out and Err are the standard streams. Out need not be buffered.
	Out, Err io.Writer
	// Workers is how many processors may render at a time; at least 1.
	Workers int
}
