// Package preflight judges whether a Kafka release can load a node's metadata directory: before an upgrade, a downgrade, or
// before a directory is moved to another node.
//
// What a release loads depends on the release; every row of [behaviours] was seen in starts of the released servers:
//
//	3.3 … 3.5   a log that begins at offset 0 is read from there, whatever snapshots there are; else the newest snapshot first
//	3.6 …       the newest snapshot, then the log from its end on; what lies before it is never looked at
//	3.6 … 4.2   a 0-0 snapshot counts like any other
//	4.3, 4.4    of a 0-0 snapshot only the voters count; 4.4 begins an empty log with its records, 4.3 does not
//	3.8 …       the Raft layer decodes everything that will be loaded before anything is applied
//	3.3 … 4.3   bootstrap.checkpoint is decoded at every start, long after the log has taken its records over
//	3.3 … 3.9   and its metadata.version has to be one the release knows
//
// So a directory fails with records nobody needs any more: the first record of a feature level that was lowered since, or a
// bootstrap.checkpoint of a newer release. A [Report] names them, in the order in which the node comes upon them.
package preflight
