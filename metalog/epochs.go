package metalog

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// EpochStart is where an epoch begins in the log.
type EpochStart struct {
	Epoch int32
	// Offset is the epoch's first offset.
	Offset int64
}

// ParseEpochs reads a leader-epoch-checkpoint (org.apache.kafka.storage.internals.checkpoint.LeaderEpochCheckpointFile):
// lines with the version, 0, the number of entries, and then each entry as
// "EPOCH OFFSET". An empty file has no entries.
func ParseEpochs(data []byte) ([]EpochStart, error) {
	if len(data) == 0 {
		return nil, nil // as CheckpointFile.read has it
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	if lines[0] != "0" {
		return nil, fmt.Errorf("line 1: version %q, only 0 is known", lines[0])
	}
	if len(lines) < 2 {
		return nil, errors.New("line 2: the number of entries is missing")
	}
	count, err := strconv.Atoi(lines[1])
	if err != nil || count < 0 {
		return nil, fmt.Errorf("line 2: %q is no number of entries", lines[1])
	}
	lines = lines[2:]
	if len(lines) != count {
		return nil, fmt.Errorf("line 2: %d entries are promised, %d are there", count, len(lines))
	}
	epochs := make([]EpochStart, len(lines))
	for i, line := range lines {
		if epochs[i], err = parseEpoch(line); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+3, err)
		}
	}
	return epochs, nil
}

func parseEpoch(line string) (EpochStart, error) {
	epoch, offset, ok := strings.Cut(line, " ")
	e, errEpoch := strconv.ParseInt(epoch, 10, 32)
	o, errOffset := strconv.ParseInt(strings.TrimLeft(offset, " "), 10, 64)
	if !ok || errEpoch != nil || errOffset != nil {
		return EpochStart{}, fmt.Errorf("%q is not of the form EPOCH OFFSET", line)
	}
	return EpochStart{Epoch: int32(e), Offset: o}, nil
}
