package record

import "fmt"

// Kind says what is wrong with a batch or a record.
type Kind uint8

// The ways in which a batch can be broken.
const (
	// Truncated: Want bytes are needed, Have are there.
	Truncated Kind = iota + 1
	// BadLength: the length field, Have, is less than Want.
	BadLength
	// BadMagic: the magic, Have, is not one that is read here.
	BadMagic
	// BadCRC: the stored CRC, Want, is not the one of the bytes, Have.
	BadCRC
	// BadCompression: the codec, Have, is not one Kafka knows.
	BadCompression
	// Undecompressable: the compressed records do not decompress; Err tells why.
	Undecompressable
	// TooLarge: the records are larger than Want bytes when decompressed.
	TooLarge
	// BadCount: the record count, Have, is negative.
	BadCount
	// RecordSize: a record claims Want bytes, Have are left in the batch.
	RecordSize
	// RecordStructure: a record's own lengths do not add up; Err tells where.
	RecordStructure
	// RecordLength: a record claims Want bytes, but its fields take Have.
	RecordLength
	// HeaderCount: a record claims an impossible number of headers, Have.
	HeaderCount
	// HeaderKey: a record header's key has a negative size, Have.
	HeaderKey
	// Premature: the batch ends before the last record that its count, Want, promises.
	Premature
	// Leftover: Have bytes follow the last record of the batch.
	Leftover
)

// Error says what is wrong with a batch, and where.
type Error struct {
	// Kind is what is wrong.
	Kind Kind
	// Pos is where, in bytes from the start of the batch; within the records of a compressed batch, from the start of
	// the decompressed records.
	Pos int
	// Record is the index of the record within its batch, for kinds that concern a record.
	Record int
	// Want and Have are numbers that do not fit, by Kind.
	Want, Have int64
	// Err is the cause, or nil.
	Err error
}

// Error says what is wrong and where.
func (e *Error) Error() string { return fmt.Sprintf("byte %d: %s", e.Pos, e.what()) }

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }

func (e *Error) what() string {
	switch e.Kind {
	case Truncated:
		return fmt.Sprintf("batch is cut off: needs %d bytes, only %d are there", e.Want, e.Have)
	case BadLength:
		return fmt.Sprintf("batch length %d is less than the smallest possible, %d", e.Have, e.Want)
	case BadMagic:
		return fmt.Sprintf("batch format (magic) %d, expected %d", e.Have, Magic)
	case BadCRC:
		return fmt.Sprintf("CRC mismatch: %d is stored, the bytes give %d", e.Want, e.Have)
	case BadCompression:
		return fmt.Sprintf("compression codec %d does not exist", e.Have)
	case Undecompressable:
		return fmt.Sprintf("records do not decompress: %v", e.Err)
	case TooLarge:
		return fmt.Sprintf("records decompress to more than %d bytes", e.Want)
	case BadCount:
		return fmt.Sprintf("record count %d", e.Have)
	case Premature:
		return fmt.Sprintf("batch ends after %d records, its count says %d", e.Record, e.Want)
	case Leftover:
		return fmt.Sprintf("%d bytes are left after the last record", e.Have)
	}
	return fmt.Sprintf("record %d of the batch: %s", e.Record, e.record())
}

func (e *Error) record() string {
	switch e.Kind {
	case RecordSize:
		return fmt.Sprintf("size %d, but only %d bytes are left", e.Want, e.Have)
	case RecordStructure:
		return fmt.Sprintf("lengths do not add up: %v", e.Err)
	case RecordLength:
		return fmt.Sprintf("size %d, but its fields take %d bytes", e.Want, e.Have)
	case HeaderCount:
		return fmt.Sprintf("%d headers", e.Have)
	case HeaderKey:
		return fmt.Sprintf("header key of %d bytes", e.Have)
	}
	return "malformed"
}

// KafkaMessage is the message of the exception Kafka throws on the same bytes when it iterates the records of an
// uncompressed batch (org.apache.kafka.common.record.DefaultRecord.readFrom, DefaultRecordBatch); "" for other kinds.
func (e *Error) KafkaMessage() string {
	switch e.Kind {
	case RecordSize:
		return fmt.Sprintf("Invalid record size: expected %d bytes in record payload, but instead the buffer has only %d remaining bytes.", e.Want, e.Have)
	case RecordStructure:
		return "Found invalid record structure"
	case RecordLength:
		return fmt.Sprintf("Invalid record size: expected to read %d bytes in record payload, but instead read %d", e.Want, e.Have)
	case HeaderCount:
		if e.Have < 0 {
			return fmt.Sprintf("Found invalid number of record headers %d", e.Have)
		}
		return fmt.Sprintf("Found invalid number of record headers. %d is larger than the remaining size of the buffer", e.Have)
	case HeaderKey:
		return fmt.Sprintf("Invalid negative header key size %d", e.Have)
	case BadCount:
		return fmt.Sprintf("Found invalid record count %d in magic v%d batch", e.Have, Magic)
	case Premature:
		return "Incorrect declared batch size, premature EOF reached"
	case Leftover:
		return "Incorrect declared batch size, records still remaining in file"
	case BadCompression:
		return fmt.Sprintf("Unknown compression type id: %d", e.Have)
	}
	return ""
}
