package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/kraftctl/kraftctl/release"
)

// schema is the merged description of every server.properties key, one entry a key.
type schema struct {
	// Origin says where the facts come from.
	Origin string `json:"origin"`
	Keys   []key  `json:"keys"`
}

type key struct {
	Name string `json:"name"`
	// Order is the key's place in each release's configDef, oldest release first; -1 where it does not exist.
	Order []int  `json:"order"`
	Spans []span `json:"spans"`
}

// span is what the releases from Since to Until, both included, say of a key.
type span struct {
	Since string `json:"since"`
	Until string `json:"until"`
	attributes
}

type attributes struct {
	Type         string   `json:"type"`
	Required     bool     `json:"required,omitempty"`
	Default      *string  `json:"default,omitempty"`
	Check        string   `json:"check,omitempty"`
	Min          string   `json:"min,omitempty"`
	Max          string   `json:"max,omitempty"`
	Values       []string `json:"values,omitempty"`
	EmptyAllowed bool     `json:"empty_allowed,omitempty"`
	Internal     bool     `json:"internal,omitempty"`
	Mode         string   `json:"mode"`
	Topic        []string `json:"topic,omitempty"`
}

func (a attributes) equal(b attributes) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

func readSchema(path string) (*schema, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var s schema
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&s); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &s, nil
}

// write puts one key on a line, so that a change between releases is a readable diff.
func (s *schema) write(path string) error {
	slices.SortFunc(s.Keys, func(a, b key) int { return bytes.Compare([]byte(a.Name), []byte(b.Name)) })
	var out bytes.Buffer
	origin, err := json.Marshal(s.Origin)
	if err != nil {
		return err
	}
	fmt.Fprintf(&out, "{\"origin\": %s,\n\"keys\": [\n", origin)
	for i, k := range s.Keys {
		line, err := json.Marshal(k)
		if err != nil {
			return err
		}
		out.Write(line)
		if i < len(s.Keys)-1 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
	}
	out.WriteString("]}\n")
	return os.WriteFile(path, out.Bytes(), 0o644)
}

// releases are the lines the columns of Order stand for.
func releases() []release.Release { return release.All() }
