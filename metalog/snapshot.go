package metalog

import (
	"errors"

	"github.com/kraftctl/kraftctl/metadata"
)

// SnapshotTime is the time, in ms since 1970, of the last record that a snapshot covers, as its header tells
// (SnapshotHeaderRecord.LastContainedLogTimestamp); -1 when the header cannot be read. The error is one of reading.
func (l *Log) SnapshotTime(n Name) (int64, error) {
	f, err := l.Open(n)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for r, err := range f.Records(0) {
		var damage *Damage
		if err != nil && !errors.As(err, &damage) {
			return 0, err
		}
		if header, ok := r.Control.(*metadata.SnapshotHeaderRecord); ok {
			return header.LastContainedLogTimestamp, nil
		}
		break
	}
	return -1, nil
}
