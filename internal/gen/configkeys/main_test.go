package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/kraftctl/kraftctl/release"
)

// TestTableIsFresh fails when schema.json or the generator has changed and "go generate ./release" was not run.
func TestTableIsFresh(t *testing.T) {
	s, err := readSchema("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	want, err := generate(s)
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile(filepath.Join("..", "..", "..", "release", "configkeys_table.go"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, have) {
		t.Error("release/configkeys_table.go is not what schema.json gives; run go generate ./release")
	}
}

// TestSchemaIsWhole wants one span for every release that has a place for the key, and none for the others.
func TestSchemaIsWhole(t *testing.T) {
	s, err := readSchema("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range s.Keys {
		for column, r := range release.All() {
			spans := 0
			for _, sp := range k.Spans {
				since, errS := release.Parse(sp.Since)
				until, errU := release.Parse(sp.Until)
				if errS != nil || errU != nil {
					t.Fatalf("%s: %v %v", k.Name, errS, errU)
				}
				if (release.Range{Since: since, Until: until}).Contains(r) {
					spans++
				}
			}
			if (k.Order[column] >= 0) != (spans == 1) || spans > 1 {
				t.Errorf("%s in %s: place %d, %d spans", k.Name, r, k.Order[column], spans)
			}
		}
	}
}

const dumpA = `{"keys": {"a": {"def_order": 1, "type": "INT", "default": "5", "dynamic_update_mode": "read-only",
	"validator": {"class": "org.apache.kafka.common.config.ConfigDef$Range", "text": "[1,...]", "min": "1"}}}}`

const dumpB = `{"keys": {"a": {"def_order": 0, "type": "INT", "default": "6", "dynamic_update_mode": "per-broker",
	"validator": {"class": "org.apache.kafka.common.config.ConfigDef$LambdaValidator", "text": "[1,...,9] or -1"}}}}`

// TestMerge joins equal neighbours into one span and keeps what changes apart.
func TestMerge(t *testing.T) {
	dir := t.TempDir()
	for i, r := range release.All() {
		text := dumpA
		if i >= 3 {
			text = dumpB
		}
		if err := os.WriteFile(filepath.Join(dir, "configdef-"+r.Observed()+".json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "schema.json")
	if err := run([]string{"merge", dir, path}); err != nil {
		t.Fatal(err)
	}
	s, err := readSchema(path)
	if err != nil {
		t.Fatal(err)
	}
	spans := s.Keys[0].Spans
	if len(spans) != 2 || spans[0].Until != "3.5" || spans[1].Since != "3.6" || spans[0].Check != "range" || spans[1].Check != "gzip-level" {
		t.Errorf("spans %+v", spans)
	}
	table := filepath.Join(dir, "table.go")
	if err := run([]string{"generate", path, table}); err != nil {
		t.Error(err)
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"merge"}, {"bake", "a", "b"}, {"merge", "no/such/dir", "x"}, {"generate", "no/such/file", "x"}} {
		if err := run(args); err == nil {
			t.Errorf("%q is accepted", args)
		}
	}
}

func TestUnknownValidator(t *testing.T) {
	d := dumpedKey{Type: "INT", Mode: "read-only"}
	d.Validator = &struct {
		Class        string   `json:"class"`
		Text         string   `json:"text"`
		Min          string   `json:"min"`
		Max          string   `json:"max"`
		Values       []string `json:"values"`
		EmptyAllowed *bool    `json:"empty_allowed"`
	}{Class: "org.example.New"}
	if _, err := d.attributes(); err == nil {
		t.Error("a validator nobody knows is dropped silently")
	}
}
