#!/bin/sh
# kraftctl: combined-1node/4.3.1/node1 at offset 1143, 2026-11-21T06:19:47.108Z
# For the tools of Kafka 4.3, which must be on the PATH. It can be run again after a failure.
# Features of the cluster, set when it is formatted or with kafka-features.sh: eligible.leader.replicas.version=1 group.version=1 metadata.version=30 share.version=1 streams.version=1 transaction.version=2
set -e
: "${BOOTSTRAP_SERVER:?must be host:port of a broker}"

# Topics
# left out: __consumer_offsets, which brokers make by themselves; --include-internal creates it
# left out: __transaction_state, which brokers make by themselves; --include-internal creates it
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic a --replica-assignment 1
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic after-kill --replica-assignment 1
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic after-restart-1 --replica-assignment 1,1,1
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic after-restart-2 --replica-assignment 1,1,1
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic big-partitions --replica-assignment 1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic both --replica-assignment 1 --config cleanup.policy=compact,delete --config compression.type=zstd
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic compacted --replica-assignment 1,1,1 --config cleanup.policy=compact --config min.cleanable.dirty.ratio=0.25
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic nonsense-bytes --replica-assignment 1 --config flush.messages=1000 --config message.timestamp.type=LogAppendTime --config retention.bytes=-1
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic orders.v1 --replica-assignment 1,1,1,1,1,1,1,1,1 --config min.insync.replicas=2
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic payments_eu-west --replica-assignment 1,1,1,1 --config max.message.bytes=2000000
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic plain-0 --replica-assignment 1,1,1,1,1
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic plain-1 --replica-assignment 1,1 --config cleanup.policy=delete
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic plain-2 --replica-assignment 1,1,1 --config max.message.bytes=123456
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic plain-3 --replica-assignment 1,1,1,1
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic plain-4 --replica-assignment 1
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic plain-5 --replica-assignment 1,1
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic plain-6 --replica-assignment 1,1,1
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic recreated --replica-assignment 1,1
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic retention-short --replica-assignment 1,1 --config retention.ms=60000 --config segment.bytes=1048576
# cannot be recreated: the IDs of the topics above: the cluster gives every new topic an ID of its own

# Configurations
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type brokers --entity-default --add-config max.connections.per.ip=1000,min.insync.replicas=1,num.io.threads=3
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type brokers --entity-name 1 --add-config log.cleaner.threads=2
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type client-metrics --entity-name sub-1 --add-config 'interval.ms=60000,match=[client_id=.*],metrics=[org.apache.kafka.producer.,org.apache.kafka.consumer.]'
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type groups --entity-name cons-g --add-config consumer.session.timeout.ms=50000
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type groups --entity-name share-g --add-config share.auto.offset.reset=earliest

# Quotas
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type clients --entity-default --add-config request_percentage=50
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type users --entity-default --entity-type clients --entity-default --add-config producer_byte_rate=99
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type users --entity-name bob --entity-type clients --entity-default --add-config controller_mutation_rate=3.75
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type users --entity-name alice --entity-type clients --entity-name app-1 --add-config request_percentage=12.5
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type clients --entity-name app-2 --add-config producer_byte_rate=1024
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type ips --entity-name 127.0.0.9 --add-config connection_creation_rate=100
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type ips --entity-default --add-config connection_creation_rate=1000
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type users --entity-default --add-config consumer_byte_rate=5000000
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type users --entity-name alice --add-config producer_byte_rate=1048576
# Java takes names that are not ASCII for others unless the locale is one of UTF-8 (macOS: en_US.UTF-8).
export LC_ALL=C.UTF-8
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type users --entity-name 'mällory' --add-config producer_byte_rate=7

# SCRAM users
# cannot be recreated: user "admin", SCRAM-SHA-256: the log has keys made from the password, and kafka-configs.sh wants the password
#   with the password: kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type users --entity-name admin --add-config 'SCRAM-SHA-256=[iterations=4096,password=…]'
# cannot be recreated: user "alice", SCRAM-SHA-256: the log has keys made from the password, and kafka-configs.sh wants the password
#   with the password: kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type users --entity-name alice --add-config 'SCRAM-SHA-256=[iterations=4096,password=…]'
# cannot be recreated: user "alice", SCRAM-SHA-512: the log has keys made from the password, and kafka-configs.sh wants the password
#   with the password: kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type users --entity-name alice --add-config 'SCRAM-SHA-512=[iterations=8192,password=…]'

# Delegation tokens
# cannot be recreated: delegation token "RX90LJI4TqWHWYOKV0l7Pg" of User:admin: a token cannot be made with an ID and HMAC of one's choice
# cannot be recreated: delegation token "X6MNir0HQwS20x0CbPJLyQ" of User:admin: a token cannot be made with an ID and HMAC of one's choice
# cannot be recreated: delegation token "ZtMxn_8rRDGQUwJUbPROaw" of User:admin: a token cannot be made with an ID and HMAC of one's choice

# ACLs
kafka-acls.sh --bootstrap-server "$BOOTSTRAP_SERVER" --add --allow-principal 'User:*' --allow-host 127.0.0.1 --operation Describe --topic '*'
kafka-acls.sh --bootstrap-server "$BOOTSTRAP_SERVER" --add --allow-principal User:alice --operation Read --topic plain- --resource-pattern-type prefixed
kafka-acls.sh --bootstrap-server "$BOOTSTRAP_SERVER" --add --deny-principal User:carol --deny-host 10.0.0.1 --operation Alter --cluster
kafka-acls.sh --bootstrap-server "$BOOTSTRAP_SERVER" --add --allow-principal User:alice --operation Write --transactional-id tx- --resource-pattern-type prefixed
kafka-acls.sh --bootstrap-server "$BOOTSTRAP_SERVER" --add --allow-principal User:bob --operation CreateTokens --user-principal alice
# 3 SCRAM credentials: the log has keys made from the password, and kafka-configs.sh wants the password
# 3 delegation tokens: a token cannot be made with an ID and HMAC of one's choice
# 19 topic IDs: the cluster gives every new topic an ID of its own
