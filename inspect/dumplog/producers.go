package dumplog

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
)

// A producer state snapshot (ProducerStateManager): version, CRC32C of all that follows it, the producers.
//
//	+---------+--------+--------+-----------------------------------------------------------------
//	| version | CRC32C | count  | producer ID int64, epoch int16, last sequence int32, last offset int64,
//	| int16=1 | uint32 | int32  | offset delta int32, timestamp int64, coordinator epoch int32,
//	|         |        |        | first offset of the current transaction int64 (-1 none)
//	+---------+--------+--------+-----------------------------------------------------------------
const (
	producersVersion = 1
	producersAt      = 6
	producersHead    = 10
	producerSize     = 46
	// maxSnapshot bounds how much of a snapshot is read, in bytes.
	maxSnapshot = 256 << 20
)

// producer is one entry.
type producer struct {
	id, lastOffset, timestamp, txnOffset  int64
	epoch                                 int16
	lastSequence, delta, coordinatorEpoch int32
}

// dumpProducers prints a snapshot of the state of producers. A damaged one is complained about on the error stream.
func (t *tool) dumpProducers(path javaPath) error {
	f, size, err := t.open(string(path))
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := readAll(f, size, maxSnapshot)
	if err != nil {
		return err
	}
	if problem := t.checkProducers(data); problem != "" {
		fmt.Fprintln(t.env.Err, problem)
		return nil
	}
	for data = data[producersHead : producersHead+int(count(data))*producerSize]; len(data) > 0; data = data[producerSize:] {
		t.producer(parseProducer(data))
	}
	return nil
}

// count is the number of producers a snapshot claims.
func count(data []byte) int32 { return int32(binary.BigEndian.Uint32(data[producersAt:])) }

func parseProducer(data []byte) producer {
	be := binary.BigEndian
	return producer{
		id: int64(be.Uint64(data)), epoch: int16(be.Uint16(data[8:])), lastSequence: int32(be.Uint32(data[10:])),
		lastOffset: int64(be.Uint64(data[14:])), delta: int32(be.Uint32(data[22:])), timestamp: int64(be.Uint64(data[26:])),
		coordinatorEpoch: int32(be.Uint32(data[34:])), txnOffset: int64(be.Uint64(data[38:])),
	}
}

// producer prints the line of one producer.
func (t *tool) producer(p producer) {
	fmt.Fprintf(t.out, "producerId: %d producerEpoch: %d coordinatorEpoch: %d currentTxnFirstOffset: %s lastTimestamp: %d",
		p.id, p.epoch, p.coordinatorEpoch, t.optional(p.txnOffset), p.timestamp)
	if t.manners.has(padsProducers) || p.lastOffset >= 0 {
		fmt.Fprint(t.out, " ")
	}
	if p.lastOffset >= 0 {
		fmt.Fprintf(t.out, "firstSequence: %d lastSequence: %d lastOffset: %d offsetDelta: %d timestamp: %d",
			firstSequence(p.lastSequence, p.delta), p.lastSequence, p.lastOffset, p.delta, p.timestamp)
	}
	fmt.Fprintln(t.out)
}

// optional is an offset that is absent when negative.
func (t *tool) optional(offset int64) string {
	switch {
	case !t.manners.has(scalaOptions):
		return string(appendOptionalLong(nil, offset, offset >= 0))
	case offset < 0:
		return "None"
	}
	return fmt.Sprintf("Some(%d)", offset)
}

// firstSequence counts back from the last sequence of a batch (DefaultRecordBatch.decrementSequence).
func firstSequence(last, delta int32) int32 {
	if last < delta {
		return math.MaxInt32 - (delta - last) + 1
	}
	return last - delta
}

// checkProducers is what Kafka says of a damaged snapshot; "" when it is sound.
func (t *tool) checkProducers(data []byte) string {
	problem := t.structure(data)
	if problem != "" {
		return "Snapshot failed schema validation: " + problem
	}
	if version := int16(binary.BigEndian.Uint16(data)); version != producersVersion {
		return fmt.Sprintf("Snapshot contained an unknown file version %d", version)
	}
	stored, computed := binary.BigEndian.Uint32(data[2:]), crc32.Checksum(data[producersAt:], crc32.MakeTable(crc32.Castagnoli))
	if stored != computed {
		return fmt.Sprintf("Snapshot is corrupt (CRC is no longer valid). Stored crc: %d. Computed crc: %d", stored, computed)
	}
	return ""
}

// structure is what is wrong with the lengths of a snapshot, in the words of its reader.
func (t *tool) structure(data []byte) string {
	if t.manners.has(snapshotSchema) {
		return schemaProblem(data)
	}
	if len(data) < 2 {
		return "null"
	}
	if version := int16(binary.BigEndian.Uint16(data)); version != producersVersion {
		return fmt.Sprintf("Snapshot contained an unknown file version %d", version)
	}
	if len(data) < producersHead {
		return "null"
	}
	n, rest := count(data), len(data)-producersHead
	switch {
	case n < 0:
		return "non-nullable field producerEntries was serialized as null"
	case int(n) > rest:
		return fmt.Sprintf("Tried to allocate a collection of size %d, but there are only %d bytes remaining.", n, rest)
	case int(n)*producerSize > rest:
		return "null"
	}
	return ""
}

// producerFields are the fields of an entry and where they end, in bytes (the schema of releases before 4.0).
var producerFields = []struct {
	name string
	end  int
}{
	{"producer_id", 8},
	{"epoch", 10},
	{"last_sequence", 14},
	{"last_offset", 22},
	{"offset_delta", 26},
	{"timestamp", 34},
	{"coordinator_epoch", 38},
	{"current_txn_first_offset", producerSize},
}

// schemaProblem is what org.apache.kafka.common.protocol.types.Schema says.
func schemaProblem(data []byte) string {
	field := func(name, problem string) string { return fmt.Sprintf("Error reading field '%s': %s", name, problem) }
	switch {
	case len(data) < 2:
		return field("version", bufferUnderflow)
	case len(data) < producersAt:
		return field("crc", bufferUnderflow)
	case len(data) < producersHead:
		return field("producer_entries", bufferUnderflow)
	}
	n, rest := count(data), len(data)-producersHead
	switch {
	case n < 0:
		return field("producer_entries", fmt.Sprintf("Array size %d cannot be negative", n))
	case int(n) > rest:
		return field("producer_entries", fmt.Sprintf("Error reading array of size %d, only %d bytes available", n, rest))
	case int(n)*producerSize <= rest:
		return ""
	}
	for _, f := range producerFields {
		if rest%producerSize < f.end {
			return field("producer_entries", field(f.name, bufferUnderflow))
		}
	}
	return ""
}
