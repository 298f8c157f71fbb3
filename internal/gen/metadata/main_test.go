package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

const packageDir = "../../../metadata"

// TestFresh fails when the checked-in code is not what the schema gives.
func TestFresh(t *testing.T) {
	schemas, err := load(os.DirFS(filepath.Join(packageDir, "schema")))
	if err != nil {
		t.Fatal(err)
	}
	files, err := generate(schemas)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(packageDir, name))
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(got, want) {
			t.Errorf("%s is out of date: run go generate ./metadata", name)
		}
	}
	checkedIn, err := filepath.Glob(filepath.Join(packageDir, "*"+suffix))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range checkedIn {
		if files[filepath.Base(path)] == nil {
			t.Errorf("%s has no schema any more: run go generate ./metadata", path)
		}
	}
}

// TestRun generates into an empty folder, then again without one of the schemas.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "schema"), os.DirFS(filepath.Join(packageDir, "schema"))); err != nil {
		t.Fatal(err)
	}
	if err := run(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "schema", "no_op_record.json")); err != nil {
		t.Fatal(err)
	}
	if err := run(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "no_op_record.gen.go")); !os.IsNotExist(err) {
		t.Errorf("the file of a removed schema is still there (%v)", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "topic_record.gen.go")); err != nil {
		t.Error(err)
	}
}

func TestSchemaErrors(t *testing.T) {
	const head = `{"name":"R","about":"a","releases":["3.3"],"apiKey":1,`
	for name, c := range map[string]struct{ text, want string }{
		"not JSON":          {`{`, "schema/r.json"},
		"misspelled key":    {head + `"feilds":[]}`, "unknown field"},
		"no number":         {`{"name":"R","about":"a","releases":["3.3"]}`, "exactly one"},
		"two numbers":       {head + `"controlType":2}`, "exactly one"},
		"no releases":       {`{"name":"R","about":"a","apiKey":1}`, "releases"},
		"unknown type":      {head + `"fields":[{"name":"A","type":"int128"}]}`, "R.A: unknown type int128"},
		"nullable int":      {head + `"fields":[{"name":"A","type":"int8","nullable":true}]}`, "unknown type"},
		"nullable array":    {head + `"fields":[{"name":"A","type":"[]uuid","nullable":true}]}`, "must be tagged"},
		"tagged struct":     {head + `"fields":[{"name":"A","type":"S","tag":1,"fields":[{"name":"B","type":"int8"}]}]}`, "not supported"},
		"small struct":      {head + `"fields":[{"name":"A","type":"s","fields":[{"name":"B","type":"int8"}]}]}`, "capital"},
		"wrong in a struct": {head + `"fields":[{"name":"A","type":"S","fields":[{"name":"B","type":"T"}]}]}`, "R.A.B: unknown type T"},
	} {
		_, err := load(fstest.MapFS{"r.json": {Data: []byte(c.text)}})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, expected %q", name, err, c.want)
		}
	}
	if _, err := load(fstest.MapFS{}); err == nil {
		t.Error("an empty schema folder was accepted")
	}
}

func TestDumpName(t *testing.T) {
	for name, want := range map[string]string{
		"NoOpRecord": "NO_OP_RECORD", "ZkMigrationStateRecord": "ZK_MIGRATION_STATE_RECORD", "TopicRecord": "TOPIC_RECORD",
	} {
		if got := dumpName(name); got != want {
			t.Errorf("dumpName(%s) = %s, expected %s", name, got, want)
		}
	}
}
