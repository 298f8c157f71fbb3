package listing

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
)

// decode decodes a record and keeps what is wrong with it.
func (w *counter) decode(b *metalog.Batch, rec *record.Record, k kind) {
	offset := b.Offset(rec)
	if k.control {
		if k.key < 0 {
			w.broken(b, offset, fmt.Errorf("key of a control record has %d bytes, at least 4 are needed", len(rec.Key)))
			return
		}
		body, err := w.dec.DecodeControl(k.key, rec.Value)
		if err != nil {
			w.broken(b, offset, err)
		} else if u, ok := body.(*metadata.UnknownControl); ok {
			w.later(b, offset, fmt.Errorf("control record of unknown type %d", u.Number))
		}
		return
	}
	value, _, err := w.dec.Decode(rec.Value)
	if err != nil {
		w.broken(b, offset, err)
		return
	}
	if u, ok := value.(*metadata.Unknown); ok {
		w.later(b, offset, fmt.Errorf("%s", u))
		return
	}
	if name, ok := nameOf(value); ok && !utf8.ValidString(name) {
		w.broken(b, offset, &TextError{Name: strings.Clone(name), Type: metadata.DumpName(k.key)})
	}
}

func (w *counter) broken(b *metalog.Batch, offset int64, err error) {
	w.damage = append(w.damage, undecodable(b, offset, offset, err))
}

// later counts a record that a later release may have written.
func (w *counter) later(b *metalog.Batch, offset int64, err error) {
	w.unknownCount++
	if w.unknown == nil {
		w.unknown = undecodable(b, offset, offset, err)
	}
}

func undecodable(b *metalog.Batch, first, last int64, err error) *metalog.Damage {
	return &metalog.Damage{
		File: b.File.Path, Position: b.Position, Length: int64(len(b.Data)), FirstOffset: first, LastOffset: last,
		Kind: metalog.Undecodable, Err: fmt.Errorf("within the batch, %w", err),
	}
}

// TextError is a name in a record that is not valid UTF-8.
type TextError struct {
	Name, Type string
}

// Error says which name it is.
func (e *TextError) Error() string {
	return fmt.Sprintf("%q, the name in a %s, is not valid UTF-8", e.Name, e.Type)
}

// countError is a batch whose number of records does not fit its offsets.
type countError struct {
	n int64
	b *metalog.Batch
}

func (e countError) Error() string {
	return fmt.Sprintf("batch of offsets %d to %d has %d records", e.b.BaseOffset, e.b.LastOffset(), e.n)
}

// nameOf is the name that a record is about, which users choose.
func nameOf(rec metadata.Record) (string, bool) {
	switch r := rec.(type) {
	case *metadata.TopicRecord:
		return r.Name, true
	case *metadata.ConfigRecord:
		return r.ResourceName, true
	case *metadata.FeatureLevelRecord:
		return r.Name, true
	case *metadata.UserScramCredentialRecord:
		return r.Name, true
	case *metadata.RemoveUserScramCredentialRecord:
		return r.Name, true
	case *metadata.AccessControlEntryRecord:
		return r.ResourceName, true
	}
	return "", false
}
