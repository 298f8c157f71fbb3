#!/bin/sh
# Prepares the directories of three nodes that form one cluster: format.sh KRAFTCTL DIRECTORY KAFKA-VERSION
# The cluster ID is drawn once and kept, so that running this again finds nothing to do.
set -eu
kraftctl=$1
target=$2
kafka=$3
configs=$(dirname "$0")

mkdir -p "$target"
[ -s "$target/cluster.id" ] || "$kraftctl" random-uuid >"$target/cluster.id"
for node in kafka1 kafka2 kafka3; do
  "$kraftctl" ensure --kafka-version "$kafka" -c "$configs/$node.properties" -t "$(cat "$target/cluster.id")" --set "log.dirs=$target/$node"
done
