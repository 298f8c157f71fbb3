// Package bundle makes an archive of what several nodes keep of the metadata, to be handed to somebody else: without the
// secrets in it, and with proof of that.
//
//	logs, snapshots ──► batches ──► records ──► secrets replaced ──► batches with right lengths and CRCs ─┐
//	configurations  ──► lines ────────────────► secrets replaced ─────────────────────────────────────────┼─► scan ─► archive
//	reports         ──────────────────────────► secrets replaced ─────────────────────────────────────────┘
//
// # What stays
//
// Offsets, leader epochs, timestamps, batch boundaries, the number of records and the compression of a batch stay as they are. A
// batch without a secret is taken byte for byte. A secret becomes the text [Marker]; because its length is another one, what
// lies behind it moves, so that index files, which hold positions, are left out: Kafka makes them anew when it starts.
//
// # What cannot be proven clean
//
// A record of a type or version that is not known, a tagged field that no schema knows, a batch whose CRC does not fit, and
// bytes that are no batch may hold anything. They are overwritten with [Marker] over and over, at their own length, and stay
// what they were for a reader: unknown, undecodable, of a bad CRC, broken. The names in a batch with a bad CRC may be wrong,
// and with them the answer to what is secret; so it is not decoded.
//
// # Two passes
//
// The first pass over the files measures what they will become and collects every secret. The second writes them, and searches
// every byte that is written, and the decompressed records of compressed batches, for every secret in every form it is likely to
// take. Memory does not grow with the logs: it holds one batch, and the secrets.
package bundle
