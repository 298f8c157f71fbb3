#!/bin/sh
# :  at offset 24, 2026-09-21T14:13:20.024Z
# For the tools of Kafka 4.4, which must be on the PATH. It can be run again after a failure.
# Features of the cluster, set when it is formatted or with kafka-features.sh: metadata.version=29
set -e

# Topics
kafka-topics.sh --bootstrap-server a:1,b:2 --command-config 'my client.properties' --create --if-not-exists --topic __consumer_offsets --partitions 1 --replication-factor 1
kafka-topics.sh --bootstrap-server a:1,b:2 --command-config 'my client.properties' --create --if-not-exists --topic orders --partitions 2 --replication-factor 2 --config cleanup.policy=compact,delete --config retention.ms=-1
# cannot be recreated: the IDs of the topics above: the cluster gives every new topic an ID of its own

# Configurations
kafka-configs.sh --bootstrap-server a:1,b:2 --command-config 'my client.properties' --alter --entity-type brokers --entity-default --add-config log.cleaner.threads=2
kafka-configs.sh --bootstrap-server a:1,b:2 --command-config 'my client.properties' --alter --entity-type brokers --entity-name 9 --add-config background.threads=12
kafka-configs.sh --bootstrap-server a:1,b:2 --command-config 'my client.properties' --alter --entity-type brokers --entity-name 10 --add-config background.threads=11,ssl.keystore.password=sesame
kafka-configs.sh --bootstrap-server a:1,b:2 --command-config 'my client.properties' --alter --entity-type client-metrics --entity-name 'my sub' --add-config 'metrics=[a,b]'
kafka-configs.sh --bootstrap-server a:1,b:2 --command-config 'my client.properties' --alter --entity-type groups --entity-name g --add-config consumer.session.timeout.ms=50000
