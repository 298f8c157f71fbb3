// Package compare holds several nodes' copies of one metadata log against each other: where they agree, where they part, who
// could win an election, what is certainly committed, and whether everything committed is in the copies at hand.
//
// # What is certain
//
// Kafka's Raft (KIP-595) commits an offset when a majority of the voters has it and the leader of the batch's own epoch knows.
// No file says so; the log of a node goes on beyond what is committed. Three kinds of evidence remain:
//
//   - A finished snapshot: nodes write them of committed records only. All below its end offset is committed.
//   - A majority of voters that have the same batch of epoch E, and have not heard of an epoch after E (quorum-state): they took
//     it from the leader of E, which is what committing means.
//   - Copies of all voters: a batch that less than a majority has cannot have been committed.
//
// A committed offset is in the log of everybody who can win an election, because a voter refuses candidates whose log ends in
// an earlier epoch, or in the same one at a smaller offset than its own.
package compare
