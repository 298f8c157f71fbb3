package compare

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/record"
	"github.com/kraftctl/kraftctl/release"
)

// Difference is the first place where a copy and the reference are not the same.
type Difference struct {
	Kind   DifferenceKind `json:"kind"`
	Offset int64          `json:"offset"`
	// Sides are the batches there: of the reference, and of the other copy. A side without a batch has none there.
	Sides [2]Side `json:"sides"`
}

// Side is one copy's version.
type Side struct {
	Copy  string     `json:"copy"`
	Batch *BatchView `json:"batch"`
}

// BatchView is a batch as a person looks at it.
type BatchView struct {
	File        string `json:"file"`
	Position    int64  `json:"position"`
	BaseOffset  int64  `json:"baseOffset"`
	LastOffset  int64  `json:"lastOffset"`
	LeaderEpoch int32  `json:"leaderEpoch"`
	// Time is the greatest timestamp in ms since 1970.
	Time    int64        `json:"time"`
	Size    int          `json:"size"`
	CRC     uint32       `json:"crc"`
	Damage  string       `json:"damage,omitempty"`
	Count   int32        `json:"count"`
	Records []RecordView `json:"records"`
}

// RecordView is a record as a person looks at it.
type RecordView struct {
	Offset int64           `json:"offset"`
	Type   string          `json:"type"`
	Data   json.RawMessage `json:"data,omitempty"`
}

// maxRecords bounds how many records of a batch are shown.
const maxRecords = 100

// difference finds the earliest difference and looks at both sides of it.
func (w *work) difference(secrets bool) (*Difference, error) {
	first := -1
	for i, g := range w.agreements {
		if g.Kind != "" && (first < 0 || g.Offset < w.agreements[first].Offset) {
			first = i
		}
	}
	if first < 0 {
		return nil, nil
	}
	g := w.agreements[first]
	d := &Difference{Kind: g.Kind, Offset: g.Offset}
	for i, c := range []*Copy{w.ref, w.copies[first]} {
		batch, err := c.view(g.Offset, secrets)
		if err != nil {
			return nil, err
		}
		d.Sides[i] = Side{Copy: c.Name, Batch: batch}
	}
	return d, nil
}

// view looks at the batch with an offset; nil when there is none.
func (c *Copy) view(offset int64, secrets bool) (*BatchView, error) {
	for b, err := range c.Log.Batches(offset) {
		var damage *metalog.Damage
		if err != nil && !errors.As(err, &damage) {
			return nil, err
		}
		if b.Data == nil {
			continue
		}
		if b.BaseOffset > offset {
			return nil, nil
		}
		v := &BatchView{
			File: b.File.Path, Position: b.Position, BaseOffset: b.BaseOffset, LastOffset: b.LastOffset(), LeaderEpoch: b.LeaderEpoch,
			Time: b.MaxTimestamp, Size: len(b.Data), CRC: b.CRC, Count: b.Count, Records: []RecordView{},
		}
		if damage != nil {
			v.Damage = fmt.Sprintf("%s: %v", damage.Kind, damage.Err)
			return v, nil
		}
		v.records(&b, secrets)
		return v, nil
	}
	return nil, nil
}

func (v *BatchView) records(b *metalog.Batch, secrets bool) {
	var it record.Iterator
	for it.Start(&b.Batch, b.Data); it.Next() && len(v.Records) < maxRecords; {
		rec := it.Record()
		view := RecordView{Offset: b.Offset(rec)}
		if b.Control() {
			view.Type, view.Data = controlView(rec)
		} else {
			view.Type, view.Data = recordView(rec.Value, secrets)
		}
		v.Records = append(v.Records, view)
	}
	if err := it.Err(); err != nil {
		v.Damage = err.Error()
	}
}

func controlView(rec *record.Record) (string, json.RawMessage) {
	_, number, _ := record.ParseControlKey(rec.Key)
	body, err := metadata.DecodeControl(number, rec.Value)
	if err != nil {
		return fmt.Sprintf("control record %d (%v)", number, err), nil
	}
	name := fmt.Sprintf("control record %d", number)
	if t, ok := metadata.ControlTypeOf(number); ok {
		name = t.DumpName
	}
	return name, body.AppendJSON(nil, metadata.ControlVersion)
}

func recordView(value []byte, secrets bool) (string, json.RawMessage) {
	rec, version, err := metadata.Decode(value)
	if err != nil {
		return fmt.Sprintf("record that cannot be read (%v)", err), nil
	}
	data := rec.AppendJSON(nil, version)
	if !secrets {
		data = redact(rec, data)
	}
	return metadata.DumpName(rec.APIKey()), data
}

// redacted stands for a secret, in JSON.
var redacted = json.RawMessage(`"` + release.Redacted + `"`)

// redact hides the secrets of a record in its JSON object.
func redact(rec metadata.Record, data []byte) []byte {
	hide := metadata.Secrets(rec)
	if len(hide) == 0 {
		return data
	}
	object := map[string]json.RawMessage{}
	if err := json.Unmarshal(data, &object); err != nil {
		return redacted
	}
	for _, name := range hide {
		if _, ok := object[name]; ok {
			object[name] = redacted
		}
	}
	masked, err := json.Marshal(object)
	if err != nil {
		return redacted
	}
	return masked
}
