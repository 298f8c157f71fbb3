// Package record reads and writes Kafka's record batches, the content of every .log and .checkpoint file.
//
// A batch of the current format (magic 2, since Kafka 0.11; org.apache.kafka.common.record.DefaultRecordBatch) is a header
// of 61 bytes and the records. All integers are big-endian.
//
//	 0        8            12             16      17      21         23
//	+--------+------------+--------------+-------+-------+----------+-------------+
//	| base   | length: of | partition    | magic | CRC32C| attri-   | last offset |
//	| offset | what fol-  | leader epoch | int8  | uint32| butes    | delta       |
//	| int64  | lows, int32| int32        | = 2   |       | int16    | int32       |
//	+--------+------------+--------------+-------+-------+----------+-------------+
//	 27              35             43            51          53         57        61
//	+---------------+--------------+-------------+-----------+----------+---------+---------
//	| base timestamp| max timestamp| producer ID | producer  | base     | record  | records
//	| int64, ms     | int64, ms    | int64       | epoch     | sequence | count   | …
//	|               |              |             | int16     | int32    | int32   |
//	+---------------+--------------+-------------+-----------+----------+---------+---------
//
// The CRC covers everything from the attributes (byte 21) to the end of the batch; base offset, length, leader epoch and
// magic are outside of it. Attributes: bits 0–2 compression, bit 3 timestamp type (0 create, 1 append), bit 4 transactional,
// bit 5 control, bit 6 base timestamp is a delete horizon (KIP-534).
//
// A record; varints are zigzag, a length of -1 is null:
//
//	+--------+------------+-----------------+--------------+--------+-----+--------+-------+---------+---------+
//	| length | attributes | timestamp delta | offset delta | key    | key | value  | value | header  | headers |
//	| varint | int8       | varlong         | varint       | length |     | length |       | count   | key,    |
//	|        |            |                 |              | varint |     | varint |       | varint  | value   |
//	+--------+------------+-----------------+--------------+--------+-----+--------+-------+---------+---------+
//
// The key of a control record is int16 version (0) and int16 type.
//
// Message sets of magic 0 and 1 (before Kafka 0.11) are recognised, so that they can be named: see [ParseLegacy].
package record
