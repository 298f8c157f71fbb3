package dumplog

import (
	"errors"

	"github.com/kraftctl/kraftctl/internal/wire"
	"github.com/kraftctl/kraftctl/metadata"
)

// appendContents appends key and value as the decoder shows them.
func (r *Renderer) appendContents(dst []byte, offset int64, key, value []byte) ([]byte, error) {
	switch r.opts.Decoder {
	case ClusterMetadata:
		dst = append(dst, r.payloadPrefix(false)...)
		return r.appendMetadata(dst, offset, value), nil
	case Strings:
		if key != nil {
			dst = append(append(dst, r.keyPrefix()...), "key: "...)
			dst = metadata.AppendText(dst, wire.AliasString(key))
		}
		if value != nil {
			dst = append(dst, r.payloadPrefix(key != nil)...)
			dst = metadata.AppendText(dst, wire.AliasString(value))
		}
		return dst, nil
	}
	return dst, r.missing(offset, key)
}

// keyPrefix is what stands before "key: ": the record's bar when nothing else is on the line.
func (r *Renderer) keyPrefix() string {
	if r.opts.SkipRecordMetadata {
		return "| "
	}
	return " "
}

// payloadPrefix is what stands before a payload, its name included.
func (r *Renderer) payloadPrefix(afterKey bool) string {
	if !afterKey && r.opts.SkipRecordMetadata && r.manners.has(barsPayload) {
		return "| payload: "
	}
	return " payload: "
}

// appendMetadata appends the value of a metadata record as JSON, or why it cannot be read (ClusterMetadataLogMessageParser).
func (r *Renderer) appendMetadata(dst []byte, offset int64, value []byte) []byte {
	rec, version, err := r.meta.Decode(value)
	if err == nil {
		if unknown, ok := rec.(*metadata.Unknown); ok {
			return append(appendSkipping(dst, offset), unknown.KafkaMessage()...)
		}
		return r.meta.AppendDump(dst, rec, version)
	}
	dst = appendSkipping(dst, offset)
	var problem *metadata.DecodeError
	if errors.As(err, &problem) {
		return append(dst, problem.KafkaMessage()...)
	}
	return append(dst, err.Error()...)
}

func appendSkipping(dst []byte, offset int64) []byte {
	return append(appendInt(append(dst, "Error at "...), offset), ", skipping. "...)
}
