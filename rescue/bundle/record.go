package bundle

import (
	"bytes"
	"fmt"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/record"
)

// change says what became of a record.
type change uint8

// The changes, the one that counts most last.
const (
	unchanged change = iota
	// hadSecret: secrets in it were replaced.
	hadSecret
	// hadUnknown: it is of an unknown type or version, or has fields that no schema knows, and those were overwritten.
	hadUnknown
	// hadNoForm: it cannot be decoded, and was overwritten.
	hadNoForm
)

// redactor replaces what is secret in records. It reuses its memory from batch to batch.
type redactor struct {
	// keepUnknown leaves what is of an unknown type, version or field as it is.
	keepUnknown bool
	// found is told of each secret, and where it was.
	found func(secret []byte, where string)
	// where names the file that is being read.
	where string

	it    record.Iterator
	plain record.Decompressor
	dec   metadata.Decoder
	list  []record.Record
	out   []byte
}

// record replaces what is secret in a record, which it may change. offset is told in reports.
func (r *redactor) record(rec *record.Record, control bool, offset int64) change {
	var c change
	if control {
		c = r.control(rec)
	} else {
		c = r.metadata(rec, offset)
	}
	if !r.keepUnknown && r.extras(rec, control) {
		c = max(c, hadUnknown)
	}
	return c
}

// metadata replaces what is secret in a metadata record.
func (r *redactor) metadata(rec *record.Record, offset int64) change {
	body, version, err := r.dec.Decode(rec.Value)
	if err != nil {
		return overwrite(&rec.Value, 0, hadNoForm)
	}
	if u, ok := body.(*metadata.Unknown); ok {
		if r.keepUnknown {
			return unchanged
		}
		return overwrite(&rec.Value, len(rec.Value)-len(u.Raw), hadUnknown)
	}
	c := unchanged
	for _, name := range secretFields(body) {
		if old := replace(body, name); old != nil {
			r.report(old, body, name, offset)
			c = hadSecret
		}
	}
	if !r.keepUnknown && unknownTags(body) > 0 {
		c = max(c, hadUnknown)
	}
	if c != unchanged {
		rec.Value = metadata.AppendFramed(nil, body, version)
	}
	return c
}

// report tells of a secret, without its value, and of the secrets within it.
func (r *redactor) report(old []byte, body metadata.Record, field string, offset int64) {
	what := field + " of " + metadata.DumpName(body.APIKey())
	switch b := body.(type) {
	case *metadata.UserScramCredentialRecord:
		what += fmt.Sprintf(" (%q)", b.Name)
	case *metadata.ConfigRecord:
		what += fmt.Sprintf(" (%q)", b.Name)
	}
	where := fmt.Sprintf("%s offset %d: %s", r.where, offset, what)
	for _, secret := range secretsIn(old) {
		r.found(secret, where)
	}
}

// control overwrites what a control record has beyond the fields that are known.
func (r *redactor) control(rec *record.Record) change {
	_, number, ok := record.ParseControlKey(rec.Key)
	if !ok {
		return overwrite(&rec.Value, 0, hadNoForm)
	}
	body, err := r.dec.DecodeControl(number, rec.Value)
	if err != nil {
		return overwrite(&rec.Value, 0, hadNoForm)
	}
	if r.keepUnknown {
		return unchanged
	}
	if _, ok := body.(*metadata.UnknownControl); ok {
		return overwrite(&rec.Value, 0, hadUnknown)
	}
	c := unchanged
	read := len(body.Append(nil, metadata.ControlVersion))
	if unknownTags(body) > 0 {
		c = hadUnknown
	}
	clean := body.Append(nil, metadata.ControlVersion)
	if extra := len(rec.Value) - read; extra > 0 {
		// Kafka ignores what follows the body.
		tail := bytes.Clone(rec.Value[read:])
		if fill(tail) > 0 {
			c = hadUnknown
		}
		clean = append(clean, tail...)
	}
	if c != unchanged {
		rec.Value = clean
	}
	return c
}

// extras overwrites what records of a metadata log do not have: a key, unless it is that of a control record, and headers.
func (r *redactor) extras(rec *record.Record, control bool) bool {
	const controlKey = 4
	from := 0
	if control {
		from = min(controlKey, len(rec.Key))
	}
	c := overwrite(&rec.Key, from, hadUnknown)
	for i := range rec.Headers {
		h := &rec.Headers[i]
		key := []byte(h.Key)
		c = max(c, overwrite(&key, 0, hadUnknown), overwrite(&h.Value, 0, hadUnknown))
		h.Key = string(key)
	}
	return c != unchanged
}

// overwrite fills a copy of b from a position on; it is c when that changed something.
func overwrite(b *[]byte, from int, c change) change {
	if from >= len(*b) {
		return unchanged
	}
	out := bytes.Clone(*b)
	if fill(out[from:]) == 0 {
		return unchanged
	}
	*b = out
	return c
}
