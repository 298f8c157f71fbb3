// Package image turns the records of a metadata log into the state of the cluster they describe: what every node of the
// cluster holds in memory as org.apache.kafka.image.MetadataImage, and beyond it what only the Raft layer knows (leader,
// voters, kraft.version), what registrations of controllers say, and who took which block of producer IDs.
//
//	metalog.Records ──► Builder.Apply ──► Image ──► Root (tree of paths) ──► Diff, find, print
//	                        │
//	                        └─► Problem: what a node would say of a record that does not fit the state
//
// # Replay
//
// [Builder] applies records one after the other. Records between BeginTransaction and EndTransaction take effect together
// at the end, and not at all when the transaction is aborted or never ends (KIP-868). A record that does not fit is left
// out, as Kafka's own loader does after logging a fault, and told as a [Problem].
//
// # Paths
//
// Everything in an image has a path that stays the same from release to release:
//
//	/brokers/3                   /configs/topic/foo/retention.ms    /topics/byName/foo/0
//	/controllers/1               /configs/broker/<default>/…        /topics/byId/UUID/0
//	/voters/1                    /quotas/user(alice)/…              /users/alice/SCRAM-SHA-256
//	/features/metadata.version   /acls/UUID                         /tokens/ID
//	/quorum, /producerIds, /migration, /provenance
//
// A secret (SCRAM keys, sensitive configuration values) is a [Field] with Secret set; whoever prints it must ask for it.
//
// # Memory
//
// A partition takes about 100 bytes and the lists it does not share with others; a million of them fit in 300 MB.
package image
