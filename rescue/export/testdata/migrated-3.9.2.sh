#!/bin/sh
# kraftctl: zk-migration/3.9.2/controller3000-stage4-finalised at offset 190, 2026-11-21T06:42:18.781Z
# For the tools of Kafka 3.9, which must be on the PATH. It can be run again after a failure.
# Features of the cluster, set when it is formatted or with kafka-features.sh: metadata.version=21
set -e
: "${BOOTSTRAP_SERVER:?must be host:port of a broker}"

# Topics
# left out: __transaction_state, which brokers make by themselves; --include-internal creates it
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic dual-a --replica-assignment 1,1 --config retention.ms=5000
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic final-a --replica-assignment 1,1
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic kraft-broker-a --replica-assignment 1,1
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic zk-a --replica-assignment 1,1,1 --config retention.ms=3600000
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic zk-b --replica-assignment 1,1,1,1,1 --config cleanup.policy=compact --config min.compaction.lag.ms=1000
# cannot be recreated: the IDs of the topics above: the cluster gives every new topic an ID of its own

# Configurations
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type brokers --entity-default --add-config num.io.threads=3
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type brokers --entity-name 1 --add-config log.cleaner.threads=2

# Quotas
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type users --entity-name alice --entity-type clients --entity-name app --add-config request_percentage=20
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type ips --entity-name 127.0.0.9 --add-config connection_creation_rate=100
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type users --entity-default --add-config consumer_byte_rate=5000000
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type users --entity-name alice --add-config producer_byte_rate=1048576
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type users --entity-name dual --add-config producer_byte_rate=5

# SCRAM users
# cannot be recreated: user "alice", SCRAM-SHA-256: the log has keys made from the password, and kafka-configs.sh wants the password
#   with the password: kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type users --entity-name alice --add-config 'SCRAM-SHA-256=[iterations=4096,password=…]'

# ACLs
kafka-acls.sh --bootstrap-server "$BOOTSTRAP_SERVER" --add --allow-principal User:d --operation Read --topic dual
kafka-acls.sh --bootstrap-server "$BOOTSTRAP_SERVER" --add --allow-principal User:alice --operation Read --topic zk- --resource-pattern-type prefixed
kafka-acls.sh --bootstrap-server "$BOOTSTRAP_SERVER" --add --allow-principal User:bob --operation All --group g
kafka-acls.sh --bootstrap-server "$BOOTSTRAP_SERVER" --add --deny-principal User:carol --deny-host 10.0.0.1 --operation Alter --cluster
# 1 SCRAM credential: the log has keys made from the password, and kafka-configs.sh wants the password
# 5 topic IDs: the cluster gives every new topic an ID of its own
