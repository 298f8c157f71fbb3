package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// schema is one record type, as a file of metadata/schema describes it.
type schema struct {
	file string
	// Name is the class name in Kafka.
	Name string `json:"name"`
	// APIKey numbers a metadata record; nil for a control record.
	APIKey *int16 `json:"apiKey"`
	// ControlType numbers a control record; nil for a metadata record.
	ControlType *int16 `json:"controlType"`
	// ControlName is the control type in Kafka's ControlRecordType.
	ControlName string `json:"controlName"`
	// Label is how kafka-dump-log names a control record.
	Label string `json:"label"`
	// About completes the sentence "NAME is …".
	About string `json:"about"`
	// Releases are the first release of each version, from version 0 on.
	Releases []string `json:"releases"`
	// Until is the last release that knows the type; "" when it is still known.
	Until string `json:"until"`
	// Fields are in the order of Kafka's schema.
	Fields []*field `json:"fields"`
}

// field is one field of a record or of a structure within it.
type field struct {
	Name string `json:"name"`
	// Type is a primitive, the name of a structure, or either after "[]".
	Type string `json:"type"`
	// Go is the Go name of the structure, where Kafka's is taken by another one.
	Go string `json:"go"`
	// Since is the first version that has the field.
	Since int `json:"since"`
	// Nullable says that the field can be null; null is then the default.
	Nullable bool `json:"nullable"`
	// Tag is the number of a tagged field; nil for a plain one.
	Tag *uint32 `json:"tag"`
	// Default is the value of a field that is absent, where it is not zero, false, empty or null.
	Default string `json:"default"`
	// Secret marks what must not be shown unless asked for.
	Secret bool `json:"secret"`
	// Fields are those of the structure that Type names.
	Fields []*field `json:"fields"`
}

// load reads every schema of dir and checks it.
func load(dir fs.FS) ([]*schema, error) {
	names, err := fs.Glob(dir, "*.json")
	if err != nil {
		return nil, err
	}
	var all []*schema
	for _, name := range names {
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		s := &schema{file: strings.TrimSuffix(name, ".json")}
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(s); err != nil {
			return nil, fmt.Errorf("schema/%s: %w", name, err)
		}
		if err := s.check(); err != nil {
			return nil, fmt.Errorf("schema/%s: %w", name, err)
		}
		all = append(all, s)
	}
	if len(all) == 0 {
		return nil, errors.New("schema: no *.json file")
	}
	return all, nil
}

// check refuses what the generator could not translate faithfully.
func (s *schema) check() error {
	if (s.APIKey == nil) == (s.ControlType == nil) {
		return errors.New("exactly one of apiKey and controlType is needed")
	}
	if len(s.Releases) == 0 || s.About == "" {
		return errors.New("releases and about are needed")
	}
	return checkFields(s.Name, s.Fields)
}

func checkFields(parent string, fields []*field) error {
	for _, f := range fields {
		where := parent + "." + f.Name
		base := strings.TrimPrefix(f.Type, "[]")
		_, known := kinds[f.kindKey()]
		switch {
		case f.Fields == nil && !known:
			return fmt.Errorf("%s: unknown type %s (nullable %t)", where, f.Type, f.Nullable)
		case f.Fields != nil && (f.Nullable || f.Tag != nil):
			return fmt.Errorf("%s: nullable or tagged structures are not supported", where)
		case f.Fields != nil && base != strings.ToUpper(base[:1])+base[1:]:
			return fmt.Errorf("%s: structure name %s must begin with a capital", where, base)
		case f.Nullable && f.Tag == nil && strings.HasPrefix(f.Type, "[]"):
			return fmt.Errorf("%s: nullable arrays must be tagged", where)
		}
		if err := checkFields(where, f.Fields); err != nil {
			return err
		}
	}
	return nil
}
