// Package dumplog prints Kafka's files as kafka-dump-log (kafka.tools.DumpLogSegments, since 4.3
// org.apache.kafka.tools.DumpLogSegments) of a release prints them, byte for byte, on sound and on damaged files.
//
// [Run] is the whole tool behind its options. [Renderer] is its text alone: lines of batches and records, appended to a
// buffer without allocating, for whoever reads batches in another way.
//
// # How Kafka reads, and so what it prints before it fails
//
// A segment is walked by its batch headers (FileLogInputStream): 17 bytes give offset, length and magic. The walk ends
// quietly where fewer than 18 bytes are left or a batch would run past the end of the file, and what is left over is
// reported as "invalid bytes"; a length below 14 ends the tool. Nothing else is checked: a bad CRC is only printed.
//
// A batch's line is written in two pieces, and the second one needs the codec and the whole batch, so that an unknown
// codec leaves half a line. Records of an uncompressed batch are read and printed one by one, those of a compressed batch
// all before the first is printed (DefaultRecordBatch.iterator). The last record of a batch fails when bytes follow it.
//
// Where Java would throw, [Run] and the Renderer's methods return an [*Exception] with the class and message the JVM
// prints, and what was appended up to there is what Kafka had printed by then.
//
// Releases differ in small habits, all of them rows of one table; see habits.go.
package dumplog
