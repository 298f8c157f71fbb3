// Package dump prints the records of metadata logs and snapshots: as kafka-dump-log does, or as JSON.
package dump
