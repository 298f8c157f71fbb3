// Package metalog reads what a node keeps of the cluster's metadata: the directory __cluster_metadata-0 with its
// segments, snapshots, indexes and small state files, and the checkpoint files beside it.
//
// Damage is a value, not a failure: reading goes on at the next batch that checks out, and what lies between is a
// [*Damage] that tells file, position, offsets and kind. A file that a running node is writing can be read at any time;
// no lock is taken or needed, and nothing is ever written.
//
//	log directory                      __cluster_metadata-0/
//	  meta.properties                    00000000000000000000.log          segment: batches, named by first offset
//	  bootstrap.checkpoint               00000000000000000000.index        offset index of the segment
//	  __cluster_metadata-0/ ───────────► 00000000000000000000.timeindex    time index of the segment
//	                                     00000000000000002110.snapshot     producer state, empty in metadata logs
//	                                     …2110-0000000001.checkpoint       snapshot: end offset (exclusive), epoch
//	                                     leader-epoch-checkpoint           first offset of every epoch
//	                                     quorum-state                      what the node knows of leader and vote
//	                                     partition.metadata                topic ID
//
// # Iterating
//
// Iterators are [iter.Seq2] of a value and an error. The value's slices alias memory that the next step overwrites;
// Clone keeps them. The error is a [*Damage], after which iteration goes on, or an I/O error, which ends it.
package metalog
