#!/bin/sh
# kraftctl 1.0: dir rm -rf / at offset 24, 2026-09-21T14:13:20.024Z
# For the tools of Kafka 4.4, which must be on the PATH. It can be run again after a failure.
# Features of the cluster, set when it is formatted or with kafka-features.sh: metadata.version=29
set -e
: "${BOOTSTRAP_SERVER:?must be host:port of a broker}"

# Topics
# left out: __consumer_offsets, which brokers make by themselves; --include-internal creates it
kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVER" --create --if-not-exists --topic orders --replica-assignment 1:2,2:1 --config cleanup.policy=compact,delete --config retention.ms=-1
# cannot be recreated: the IDs of the topics above: the cluster gives every new topic an ID of its own

# Configurations
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type brokers --entity-default --add-config log.cleaner.threads=2
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type brokers --entity-name 9 --add-config background.threads=12
# cannot be recreated: broker "10", ssl.keystore.password: the value is secret and was not asked for with --show-secrets
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type brokers --entity-name 10 --add-config background.threads=11
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type client-metrics --entity-name 'my sub' --add-config 'metrics=[a,b]'
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type groups --entity-name g --add-config consumer.session.timeout.ms=50000

# Quotas
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type users --entity-name alice --entity-type clients --entity-default --add-config producer_byte_rate=15000000000
kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type ips --entity-default --add-config connection_creation_rate=5

# SCRAM users
# cannot be recreated: user "alice", SCRAM-SHA-256: the log has keys made from the password, and kafka-configs.sh wants the password
#   with the password: kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type users --entity-name alice --add-config 'SCRAM-SHA-256=[iterations=4096,password=…]'
# cannot be recreated: user "alice", SCRAM-SHA-512: the log has keys made from the password, and kafka-configs.sh wants the password
#   with the password: kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVER" --alter --entity-type users --entity-name alice --add-config 'SCRAM-SHA-512=[iterations=4096,password=…]'

# Delegation tokens
# cannot be recreated: delegation token "tok" of User:a: a token cannot be made with an ID and HMAC of one's choice

# ACLs
kafka-acls.sh --bootstrap-server "$BOOTSTRAP_SERVER" --add --allow-principal User:alice --operation Read --operation Describe --topic ord --resource-pattern-type prefixed
