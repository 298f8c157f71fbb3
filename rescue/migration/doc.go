// Package migration tells where a migration from ZooKeeper to KRaft (KIP-866) stands, as the metadata log and the configurations
// of the nodes tell it: the stage, what was copied from ZooKeeper, which node runs in which mode, what keeps the cluster from the
// next stage, how to go back, and what is left to do before Kafka 4.0.
//
//	logs ────► compare.Copies ──► the copy that goes furthest ──► chronicle: states, transactions, registrations + image
//	configs ─► nodeconf.Judge ──► Config                                              │
//	                                    └──────────────► facts ◄──────────────────────┘
//	                                                       └──► rules ──► Report ──► text, JSON
//
// # Stages
//
//	log and configurations                                     stage          the way back
//	no ZkMigrationStateRecord, or NONE (0)                     none           nothing to undo
//	PRE_MIGRATION (2): controllers wait for the brokers        pre-migration  take the controllers away
//	MIGRATION (1): copied; every change is written to both     dual-write     restart the brokers, remove a node of ZooKeeper
//	POST_MIGRATION (3): ZooKeeper is no longer written to      finalised      none
//
// Kafka 3.4 wrote 1 where later releases write 2, and never wrote that the copy was done
// (org.apache.kafka.metadata.migration.ZkMigrationState).
//
// ZooKeeper itself is not asked: which brokers it knows, and what it holds, only a running cluster can tell.
package migration
