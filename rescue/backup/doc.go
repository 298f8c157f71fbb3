// Package backup takes the metadata of a node into an archive, beside the running node and without a lock.
//
// What is taken is the newest sound snapshot, the log from the segment that has its end on, up to the last whole batch, and the
// small files beside them:
//
//	meta.properties                                     as it is
//	bootstrap.checkpoint                                as it is
//	__cluster_metadata-0/partition.metadata             as it is
//	__cluster_metadata-0/leader-epoch-checkpoint        made anew from the batches that are taken
//	__cluster_metadata-0/quorum-state                   as it is
//	__cluster_metadata-0/…2110-0000000001.checkpoint    as it is
//	__cluster_metadata-0/…1987.log                      the last segment up to its last whole batch
//
// Indexes and producer states are left out: Kafka makes them anew, as it recovers the whole metadata log at every start.
//
// # A node that goes on
//
// All files are opened before any is read, so that one the node removes stays readable. The log is read twice, once to find
// its end and once to copy it, and both readings must give the same bytes: a log that is truncated by a new leader while
// it is read shows in that. What was written is then unpacked and verified like any other log, before it gets its name. If any
// of this fails because the node was at work, all is done again, a bounded number of times: see [Take].
package backup
