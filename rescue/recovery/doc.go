// Package recovery prepares a new quorum from what is left of one that lost its majority: it ranks the copies of the metadata
// log, says what may be missing, and makes the directory (the seed) from which a node can lead alone.
//
//	copies ──► Survey: usable extent of each, and its hashes
//	              │
//	              ▼
//	           NewPlan ──► Plan (what, why, what may be lost, steps, hash) ──► Plan.Work ──► rescue/stage
//
// # Why the seed is safe for those that come back
//
// In Raft an offset and an epoch name one record only, because an epoch has one leader. What is appended here is therefore
// written in an epoch of its own, [epochMargin] after the latest that any copy has heard of. A node that went further than the
// seed finds at its first fetch that its last epoch ends earlier at the leader, and removes what it has from there on
// (KIP-595). Records appended in the old epoch would be taken for its own.
//
// quorum-state is set to the same epoch, without a vote: in none of the epochs that the node has voted in can it vote again.
//
// # Which copy
//
// The one whose sound part ends in the largest epoch, and of those at the largest offset, whoever has it: a leader has every
// record that was committed in earlier epochs, and everybody's log of an epoch is a beginning of its leader's. So whatever
// committed record one of the copies has, that one has too. This holds for copies of observers, of dead voters, and for the sound
// beginning of a damaged copy.
package recovery
