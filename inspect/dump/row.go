package dump

import (
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
)

// row is a record and where it was found.
type row struct {
	file  string
	batch *metalog.Batch
	rec   *record.Record
	// bad tells that the batch is damaged.
	bad bool

	// control tells that it is a control record; its number or API key is key.
	control bool
	key     int16
	version int16
	// record, body or err is set once the value is decoded.
	record metadata.Record
	body   metadata.Control
	err    error
}

// identify finds out the type without decoding the rest.
func (r *row) identify() {
	r.control = r.batch.Control()
	r.key, r.version, r.record, r.body, r.err = -1, 0, nil, nil, nil
	if r.control {
		if _, number, ok := record.ParseControlKey(r.rec.Key); ok {
			r.key = number
		}
		return
	}
	// A frame version, API key and version of one byte each are all there is so far.
	if v := r.rec.Value; len(v) >= 3 && v[0] < 0x80 && v[1] < 0x80 && v[2] < 0x80 {
		r.key, r.version = int16(v[1]), int16(v[2])
	}
}

// decode decodes the value.
func (r *row) decode(dec *metadata.Decoder) {
	if r.control {
		r.body, r.err = dec.DecodeControl(r.key, r.rec.Value)
		return
	}
	r.record, r.version, r.err = dec.Decode(r.rec.Value)
	if r.record != nil {
		r.key = r.record.APIKey()
	}
}

// typeName is the type as kafka-dump-log names it.
func (r *row) typeName() string {
	if !r.control {
		if t, ok := metadata.TypeOf(r.key); ok {
			return t.DumpName
		}
		return metadata.DumpName(r.key)
	}
	if t, ok := metadata.ControlTypeOf(r.key); ok {
		return t.DumpName
	}
	return "UNKNOWN_CONTROL"
}

// appendData appends the fields of the record as JSON, without its secrets unless asked for.
func (r *row) appendData(dst []byte, showSecrets bool) []byte {
	switch {
	case r.body != nil:
		return r.body.AppendJSON(dst, metadata.ControlVersion)
	case r.record == nil:
		return append(dst, "null"...)
	}
	from := len(dst)
	dst = r.record.AppendJSON(dst, r.version)
	if !showSecrets {
		fields := metadata.Secrets(r.record)
		if _, ok := r.record.(*metadata.Unknown); ok && r.secretive() {
			fields = rawBytes
		}
		if len(fields) > 0 {
			dst = mask(dst, from, fields)
		}
	}
	return dst
}

// rawBytes is the field that holds a record whose fields are not known.
var rawBytes = []string{"raw"}

// secretive reports whether bytes that cannot be told apart into fields may hold a secret: the type has secrets, or is not known
// even by its number.
func (r *row) secretive() bool {
	if r.control {
		return false
	}
	if t, ok := metadata.TypeOf(r.key); ok && len(t.Secrets) > 0 {
		return true
	}
	return r.key < 0 || r.key == (*metadata.ConfigRecord)(nil).APIKey()
}
