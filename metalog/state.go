package metalog

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/internal/wire"
)

// ProducerStateEntry is what is known of one producer.
type ProducerStateEntry struct {
	ProducerID            int64
	ProducerEpoch         int16
	LastSequence          int32
	LastOffset            int64
	OffsetDelta           int32
	Timestamp             int64
	CoordinatorEpoch      int32
	CurrentTxnFirstOffset int64
}

const producerEntrySize = 46

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// ParseProducerState reads an OFFSET.snapshot: what is known of idempotent producers at an offset, nothing in a metadata log
// (org.apache.kafka.storage.internals.log.ProducerStateManager).
//
//	+---------+----------------------+--------+---------+
//	| version | CRC32C of what       | count  | entries |
//	| int16=1 | follows it, uint32   | int32  |         |
//	+---------+----------------------+--------+---------+
func ParseProducerState(data []byte) ([]ProducerStateEntry, error) {
	rd := wire.NewReader(data)
	version, crc := rd.Int16(), rd.Uint32()
	if rd.Failed() {
		return nil, fmt.Errorf("%d bytes are too few for a producer state", len(data))
	}
	if version != 1 {
		return nil, fmt.Errorf("version %d, only 1 is known", version)
	}
	if computed := crc32.Checksum(data[rd.Pos():], castagnoli); computed != crc {
		return nil, fmt.Errorf("CRC mismatch: %08x is stored, the bytes give %08x", crc, computed)
	}
	count := rd.Int32()
	if rd.Failed() || count < 0 || int64(count)*producerEntrySize != int64(rd.Remaining()) {
		return nil, fmt.Errorf("%d entries do not fit %d bytes", count, rd.Remaining())
	}
	entries := make([]ProducerStateEntry, count)
	for i := range entries {
		entries[i] = ProducerStateEntry{
			ProducerID: rd.Int64(), ProducerEpoch: rd.Int16(), LastSequence: rd.Int32(), LastOffset: rd.Int64(),
			OffsetDelta: rd.Int32(), Timestamp: rd.Int64(), CoordinatorEpoch: rd.Int32(), CurrentTxnFirstOffset: rd.Int64(),
		}
	}
	return entries, rd.Err()
}

// ParsePartitionMetadata reads a partition.metadata: the ID of the topic, 1 for the metadata log
// (org.apache.kafka.storage.internals.checkpoint.PartitionMetadataFile).
func ParsePartitionMetadata(data []byte) (clusterid.ID, error) {
	version, rest, _ := strings.Cut(string(data), "\n")
	if version != "version: 0" {
		return clusterid.ID{}, fmt.Errorf("line 1: %q, expected \"version: 0\"", version)
	}
	line, _, _ := strings.Cut(rest, "\n")
	text, ok := strings.CutPrefix(line, "topic_id: ")
	if !ok {
		return clusterid.ID{}, fmt.Errorf("line 2: %q, expected \"topic_id: \" and an ID", line)
	}
	id, err := clusterid.Parse(text)
	if err != nil {
		return id, fmt.Errorf("line 2: %w", err)
	}
	return id, nil
}

// maxStateFile bounds the small files that are read whole, in bytes.
const maxStateFile = 4 << 20

// ReadFile is the whole content of a small file of the log's directory, or of a file beside it when base begins with "../".
func (l *Log) ReadFile(base string) ([]byte, error) {
	name := path.Join(l.Dir, base)
	if !fs.ValidPath(name) {
		// The directory is the root of its file system, so that what is beside it cannot be seen.
		return nil, &fs.PathError{Op: "open", Path: l.Path(base), Err: fs.ErrNotExist}
	}
	if err := regular(l.fsys, name, l.Path(base)); err != nil {
		return nil, err
	}
	f, err := l.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxStateFile+1))
	if err == nil && len(data) > maxStateFile {
		err = &fs.PathError{Op: "read", Path: l.Path(base), Err: errors.New("the file is larger than such a file can be")}
	}
	return data, err
}

// Path is how messages call a file of the log's directory.
func (l *Log) Path(base string) string { return path.Join(l.shown, base) }

// OpenAt opens a file of the log's directory for reading at positions, such as an index.
func (l *Log) OpenAt(n Name) (*File, error) {
	return OpenFile(l.fsys, path.Join(l.Dir, n.Base), l.Path(n.Base))
}
