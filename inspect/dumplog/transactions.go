package dumplog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
)

// An entry of a transaction index (AbortedTxn): version int16, of which only the first byte is looked at, producer ID, first
// offset, last offset and last stable offset, int64 each.
const abortedTxnSize = 34

// dumpTransactions prints an index of aborted transactions. A missing one is empty.
func (t *tool) dumpTransactions(path javaPath) error {
	name := path.name()
	if _, err := parseNumber(name[:strings.IndexByte(name, '.')], 64); err != nil {
		return err
	}
	f, err := t.env.Open(string(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fileException(string(path), err)
	}
	defer f.Close()
	size, err := f.Size()
	if err != nil {
		return readException(err)
	}
	data, err := readAll(f, size, maxIndexSize)
	if errors.Is(err, syscall.EISDIR) { // Kafka opens it for writing
		return throw(fileSystemException, "%s: Is a directory", path)
	}
	if err != nil {
		return throw(kafkaException, "Failed to read from the transaction index %s", path.absolute(t.env.Dir))
	}
	data = data[:len(data)/abortedTxnSize*abortedTxnSize]
	for at := 0; at < len(data); at += abortedTxnSize {
		if version := int8(data[at]); version > 0 {
			return throw(kafkaException, "Unexpected aborted transaction version %d in transaction index %s, current version is 0",
				version, path.absolute(t.env.Dir))
		}
	}
	for ; len(data) > 0; data = data[abortedTxnSize:] {
		number := func(at int) int64 { return int64(binary.BigEndian.Uint64(data[at:])) }
		fmt.Fprintf(t.out, "version: %d producerId: %d firstOffset: %d lastOffset: %d lastStableOffset: %d\n",
			int8(data[0]), number(2), number(10), number(18), number(26))
	}
	return nil
}
