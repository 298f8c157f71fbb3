package dumplog

import "fmt"

// UnsupportedError says that a record needs a topic's own serializer, which is not here.
type UnsupportedError struct {
	// Option is the option that asked for the serializer.
	Option string
	// Offset is the record's offset.
	Offset int64
}

// Error says what cannot be done and what to use instead.
func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("--%s is not here: the record at offset %d needs the serializer of its topic, use Kafka's own kafka-dump-log for it", e.Option, e.Offset)
}

// topicDecoder is one of the decoders that need a topic's serializers.
type topicDecoder struct {
	option string
	// topic names the decoder in the complaint about a missing key of 4.0 and before.
	topic string
}

var topicDecoders = map[Decoder]topicDecoder{
	Offsets:           {"offsets-decoder", "offset topic decoder"},
	TransactionLog:    {"transaction-log-decoder", ""},
	ShareGroupState:   {"share-group-state-decoder", "share group state topic decoder"},
	RemoteLogMetadata: {"remote-log-metadata-decoder", ""},
}

// missing ends the tool at a record that a topic's decoder would have to decode. A record without a key, such as all
// metadata records are, ends Kafka's tool, too.
func (r *Renderer) missing(offset int64, key []byte) error {
	d := topicDecoders[r.opts.Decoder]
	if key != nil || r.opts.Decoder == RemoteLogMetadata {
		return &UnsupportedError{Option: d.option, Offset: offset}
	}
	switch {
	case r.manners.has(specifiedDecoder):
		return throw(runtimeException, "Failed to decode message at offset %d using the specified decoder (message had a missing key)", offset)
	case r.opts.Decoder == TransactionLog:
		return nullCall("getShort", "buffer")
	case r.manners.has(placesMissingKey):
		return throw(runtimeException, "Failed to decode message at offset %d using %s (message had a missing key)", offset, d.topic)
	}
	return throw(kafkaException, "Failed to decode message using %s (message had a missing key)", d.topic)
}
